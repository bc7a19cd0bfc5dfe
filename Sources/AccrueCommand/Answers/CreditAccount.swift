internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog

/// A credit line in words.
struct CreditAccount {
    /// The unit's code and title.
    let code: String
    let title: String
    /// The bucket, and why it does not count.
    let standing: String
    /// The amount with its scheme, or `–` where there is none to speak of.
    let points: String
    /// Remarks, and what was learned elsewhere.
    let remarks: [String]
    let line: CreditLine

    /// The bucket, and that it is to be decided again, where nothing else says so.
    var shortStanding: String {
        [standing, line.decideAgainSince.map { _ in CreditLine.toBeDecidedAgain }].compactMap(\.self).joined(
            separator: ", "
        )
    }

    init(_ line: CreditLine, on date: CivilDate, _ wording: Wording<some LogReading>) throws(AccrueError) {
        self.line = line
        code = line.unit?.code ?? ""
        if let unit = line.unit {
            title = unit.title
        } else {
            title = try wording.view.log.event(at: line.decision).details.text ?? ""
        }
        let scheme = try wording.name(line.scheme)
        points = line.points.map { "\($0) \(scheme)" } ?? "–"
        let reason = try line.exclusion.map { (reason) throws(AccrueError) in
            try Self.text(of: reason, on: date, wording)
        }
        standing = [line.bucket.title, reason].compactMap(\.self).joined(separator: ": ")
        var remarks: [String] = []
        if !line.hostUnits.isEmpty {
            // With their own points: what they were worth there is not what counts here.
            let units = line.hostUnits.map { unit in
                let scheme = wording.view.registry.qualification(at: unit.qualification)?.scheme ?? ""
                return "\(unit.code) \(unit.title)" + (unit.points.map { " (\($0) \(scheme))" } ?? "")
            }
            remarks.append("learned as \(units.joined(separator: " and "))")
        }
        for note in line.notes { remarks.append(try Self.text(of: note, wording)) }
        self.remarks = remarks
    }

    /// The line as JSON, with the events of its way.
    func document(_ wording: Wording<some LogReading>) throws(AccrueError) -> JSONValue {
        var notes: [JSONValue] = []
        for note in line.notes { notes.append(.string(note.word)) }
        var host: [JSONValue] = []
        for unit in line.hostUnits { host.append(try Self.document(of: unit, wording)) }
        var trail: [JSONValue] = []
        for position in line.trail { trail.append(.integer(position.rawValue)) }
        return .present([
            "bucket": .string(line.bucket.rawValue),
            "cause": line.exclusion?.cause.map { .integer($0.rawValue) },
            "decideAgainSince": try Self.decideAgainSince(line, wording),
            "decision": .integer(line.decision.rawValue),
            "enrolment": try line.enrolment.map { (position) throws(AccrueError) in
                .string(try wording.name(position))
            },
            "exclusion": .text(line.exclusion?.word),
            "hostUnits": host.isEmpty ? nil : .array(host),
            "notes": notes.isEmpty ? nil : .array(notes),
            "points": .text(line.points),
            "scheme": try line.scheme.map { (position) throws(AccrueError) in .string(try wording.name(position)) },
            "trail": .array(trail),
            "unit": try line.unit.map { (unit) throws(AccrueError) in try Self.document(of: unit, wording) },
        ])
    }

    /// What changed since the decision, as JSON; nil where it need not be decided again.
    static func decideAgainSince(
        _ line: CreditLine,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> JSONValue? {
        try line.decideAgainSince.map { (change) throws(AccrueError) in .string(try wording.name(change)) }
    }

    private static func document(
        of unit: CreditLine.UnitReference,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> JSONValue {
        .present([
            "code": .string(unit.code), "points": .text(unit.points),
            "qualification": .string(try wording.name(unit.qualification)), "title": .string(unit.title),
        ])
    }

    /// Why a credit does not count on a day.
    static func text(
        of reason: Exclusion,
        on date: CivilDate,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> String {
        switch reason {
        case .notPositive: "no attempt was positive"
        case .partial: "only some of the outcomes"
        case .refused: "refused"
        case .conditional: "under a condition that is not met yet"
        case .removed(let by): "removed by \(try wording.event(by))"
        case .restsOnLost(let event): try loss(of: event, on: date, wording)
        case .countsAlready(let by): "the unit counts already, by \(try wording.event(by))"
        case .partOfCounted(let by): "part of a unit that counts, by \(try wording.event(by))"
        case .quarantined: "imported without counting"
        }
    }

    /// What became of an event on which a credit rests: it was removed, or stands and took the place of what was positive.
    private static func loss(
        of position: Position,
        on date: CivilDate,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> String {
        let (name, event) = (try wording.event(position), try wording.view.log.event(at: position))
        let learner = try wording.view.learner(wording.name(event.learner))
        let standing = Standing(of: try wording.view.history(of: learner).events, on: date)
        if let loss = standing.loss(of: position) {
            let cause = try wording.view.log.event(at: loss.cause)
            return "rests on \(name), which was \(wording.kind(cause)) by \(try wording.event(loss.cause))"
        }
        switch event.kind {
        case .assessmentCorrected: return "\(try wording.event(event.replaces)) was corrected to negative by \(name)"
        case .assessmentSuperseded: return "\(try wording.event(event.replaces)) was superseded as negative by \(name)"
        default: return "what it rests on was decided again as negative by \(name)"
        }
    }

    private static func text(of note: CreditNote, _ wording: Wording<some LogReading>) throws(AccrueError) -> String {
        switch note {
        case .decideAgain(let since):
            "\(CreditLine.toBeDecidedAgain), because of \(try wording.event(since)): decide on it once more, or revoke it"
        case .refusedDespiteAgreement: "refused although passed under a learning agreement"
        case .outsideAgreement: "on application, outside an agreement"
        case .passStays(let despite): "the pass stays, despite \(try wording.event(despite))"
        case .levelsDisagree(let parts): "its parts add up to \(parts)"
        case .frozen(let by): "expired, but frozen by the award \(try wording.event(by))"
        case .converted(let points, let scheme, let by):
            "converted into \(points) \(try wording.name(scheme)) by \(try wording.event(by)), which is no further credit"
        }
    }
}

extension CreditLine {
    /// What is said of a credit of which that is so.
    static let toBeDecidedAgain = "to be decided again"

    /// What changed since the decision, so that it should be taken again; nil where nothing did.
    var decideAgainSince: Position? {
        notes.lazy.compactMap { if case .decideAgain(let since) = $0 { since } else { nil } }.first
    }
}

extension Bucket {
    /// The bucket in words.
    var title: String { rawValue.replacing("-", with: " ") }

    /// Buckets in the order in which people ask for them: what counts first.
    static let inReadingOrder: [Bucket] = [
        .recognised, .surplus, .expired, .validated, .inTransfer, .documented, .assessed, .planned, .contested,
        .excluded,
    ]

    /// How the bucket is marked on a terminal.
    var emphasis: Emphasis? {
        switch self {
        case .recognised: .good
        case .contested: .caution
        case .excluded, .expired, .surplus: .dim
        default: nil
        }
    }
}
