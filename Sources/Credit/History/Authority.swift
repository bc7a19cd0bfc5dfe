/// One function given to an institution, for a scope and a period.
public struct Authority: Hashable, Sendable {
    /// The event that granted it.
    public let position: Position
    /// The function.
    public let function: CompetentFunction
    /// For what.
    public let scope: AuthorityScope
    /// The first day.
    public let from: CivilDate
    /// The first day on which it no longer holds, where an event ended it.
    public internal(set) var ended: CivilDate?

    /// The last day on which it holds, or nil where it is open; before ``from`` where it ended before it began.
    public var lastDay: CivilDate? {
        guard let ended else { return scope.until }
        let before = CivilDate(rawValue: ended.rawValue - 1)
        return scope.until.map { min($0, before) } ?? before
    }

    /// True if it holds on `date`.
    public func holds(on date: CivilDate) -> Bool {
        date >= from && lastDay.map { date <= $0 } ?? true
    }

    /// True if it covers the qualification with this id, in all versions.
    public func covers(_ qualification: String) -> Bool {
        scope.qualifications.isEmpty || scope.qualifications.contains(qualification)
    }
}

/// A memorandum as it stands: its texts one after the other, and its end.
public struct MemorandumTerms: Sendable {
    /// The texts, each from its day on, in the order of the log.
    public internal(set) var texts: [(from: CivilDate, memorandum: Memorandum)] = []
    /// The first day on which it no longer holds, where an event ended it.
    public internal(set) var ended: CivilDate?

    /// The text that holds on `date`, or nil where none is in force.
    public func text(on date: CivilDate) -> Memorandum? {
        guard ended.map({ date < $0 }) ?? true,
            let text = texts.last(where: { $0.from <= date })?.memorandum,
            text.until.map({ date <= $0 }) ?? true
        else { return nil }
        return text
    }
}

extension Registry {
    /// The authorities ever granted to an institution, in the order of the log.
    public func authorities(of institution: Position) -> [Authority] { authorities[institution] ?? [] }

    /// The authority granted by the event at a position, or nil. Linear in the number of authorities.
    func authority(at position: Position?) -> Authority? {
        for held in authorities.values {
            if let authority = held.first(where: { $0.position == position }) { return authority }
        }
        return nil
    }

    /// Requires that an institution may exercise a function for a qualification on a day.
    ///
    /// - Throws: ``ErrorCode/notCompetent`` if it never had that authority, ``ErrorCode/authorityNotInForce`` if it had
    ///   it at another time.
    public func require(
        _ function: CompetentFunction,
        of institution: Position,
        for qualification: String,
        on date: CivilDate
    ) throws(AccrueError) {
        var wasHeld = false
        for held in authorities[institution] ?? [] where held.function == function && held.covers(qualification) {
            if held.holds(on: date) { return }
            wasHeld = true
        }
        let name = identifier(at: institution) ?? "\(institution)"
        let subject = "\(name), to \(function), \(qualification), \(date)"
        throw AccrueError(wasHeld ? .authorityNotInForce : .notCompetent, subject, field: "institution")
    }

    /// The memorandum concluded at a position, as it stands, or nil.
    public func memorandum(at position: Position?) -> MemorandumTerms? { position.flatMap { memoranda[$0] } }

    mutating func evolveAuthorities(_ event: Event) {
        switch event.kind {
        case .authorityGranted:
            guard let institution = event.institution, let function = event.function,
                case .authority(let scope) = event.details.document
            else { return }
            authorities[institution, default: []].append(
                Authority(position: event.position, function: function, scope: scope, from: event.effective)
            )
        case .authorityEnded:
            for (institution, held) in authorities {
                guard let index = held.firstIndex(where: { $0.position == event.answers }) else { continue }
                authorities[institution]?[index].ended = event.effective
            }
        default: return
        }
    }

    mutating func evolveMemoranda(_ event: Event) {
        switch event.kind {
        case .memorandumConcluded, .memorandumAmended:
            guard case .memorandum(let text) = event.details.document else { return }
            let origin = event.answers ?? event.position
            memoranda[origin, default: MemorandumTerms()].texts.append((event.effective, text))
        case .memorandumEnded:
            guard let origin = event.answers else { return }
            memoranda[origin]?.ended = event.effective
        default: return
        }
    }
}
