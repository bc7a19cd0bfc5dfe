import Credit

// The lines of the reference model: where each credit stands, and which of them count.

extension BalanceReferenceModel {
    /// All lines.
    var lines: [Line] { counted(heads.map(line) + planned) }

    private func line(_ head: Event) -> Line {
        let credit = credit(of: head).sorted { $0.position < $1.position }
        let attempts = credit.filter { isAttempt($0) }
        let isDecision = head.kind == .validationDecided || head.kind == .recognitionDecided
        let source = isDecision ? head : attempts.first ?? head
        let version = registry.qualification(at: source.qualification)
        let unit = version?.unit(source.unit ?? 0)
        var line = Line(
            bucket: .excluded,
            points: unit?.points,
            scheme: unit == nil ? nil : version.flatMap { registry.position(of: $0.scheme, in: .scheme) },
            enrolment: head.enrolment ?? credit.compactMap(\.enrolment).first,
            code: unit?.code,
            decision: head
        )
        var deciding = isAttempt(head) ? credit + credit.compactMap(removal) : support(of: head)
        if isAttempt(head) {
            let standing = attempts.filter { !isLost($0) }
            if let best = standing.last(where: { $0.result == .positive })
                ?? standing.last(where: { $0.result == .partial })
            {
                line.decision = best
                if best.result == .positive {
                    line.bucket = .assessed
                    deciding = [best]
                }
            }
        } else if !isLost(head) {
            line.bucket = bucket(of: head)
        }
        line.toDecideAgain = change(under: line.decision) != nil
        if isLost(line.decision) { deciding = rootRemoval(of: line.decision).map { [$0] } ?? [] }
        if deciding.contains(where: isContested) { line.bucket = .contested }
        return line
    }

    private func bucket(of head: Event) -> Bucket {
        switch (head.kind, head.result) {
        case (.recognitionDecided, .positive): .recognised
        case (.validationDecided, .positive): .validated
        case (.transferReceived, _), (.transferSent, _): .inTransfer
        case (.creditDocumented, _): .documented
        default: .excluded
        }
    }

    private func isAttempt(_ event: Event) -> Bool {
        [.assessmentRecorded, .assessmentCorrected, .assessmentSuperseded].contains(event.kind)
    }

    func support(of event: Event) -> [Event] {
        let now = asItStands(event)
        let own = now.position == event.position ? [event] : [event] + support(of: now)
        if isAttempt(event) { return own }
        return own
            + (event.details.sources + [event.answers].compactMap { $0 }).compactMap { self[$0] }
            .flatMap(support)
    }

    /// What agreements plan: each host unit once, until somebody has assessed it.
    private var planned: [Line] {
        var lines: [Line] = []
        for event in events where !isLost(event) {
            guard case .agreement(let agreement) = event.details.document else { continue }
            let versions = versions(of: event)
            let isOver = events.contains { later in
                guard !isLost(later) else { return false }
                return later.kind == .agreementAmended && later.replaces == event.position
                    || later.kind == .agreementWithdrawn && versions.contains { $0.position == later.agreement }
            }
            if isOver { continue }
            for name in Set(agreement.units.map { [$0.hostQualification, $0.hostUnit] }) {
                guard let position = registry.position(of: name[0], in: .qualification),
                    let version = registry.qualification(at: position),
                    let unit = version.units.first(where: { $0.code == name[1] })
                else { continue }
                let isAssessed = events.contains { attempt in
                    isAttempt(attempt) && !isLost(attempt) && attempt.qualification == position
                        && version.unit(attempt.unit ?? 0) == unit
                        && versions.contains { $0.position == attempt.agreement }
                }
                if isAssessed { continue }
                lines.append(
                    Line(
                        bucket: .planned,
                        points: unit.points,
                        scheme: registry.position(of: version.scheme, in: .scheme),
                        enrolment: event.enrolment,
                        code: unit.code,
                        decision: event
                    )
                )
            }
        }
        return lines
    }

    private func versions(of agreement: Event) -> [Event] {
        [agreement] + (self[agreement.replaces].map(versions) ?? [])
    }

    // MARK: What counts

    private func counted(_ all: [Line]) -> [Line] {
        var recognised = all.filter { $0.bucket == .recognised }
            .sorted { $0.decision.position < $1.decision.position }
        var rest = all.filter { $0.bucket != .recognised }
        func moveAway(to bucket: Bucket, where isMeant: (Line) -> Bool) {
            for var line in recognised where isMeant(line) {
                line.bucket = bucket
                rest.append(line)
            }
            recognised.removeAll(where: isMeant)
        }
        moveAway(to: .expired, where: isExpired)
        let valid = recognised
        moveAway(to: .excluded) { line in
            let same = valid.filter { qualification(of: $0) == qualification(of: line) && $0.code == line.code }
            let running = same.filter { !isLeft($0) }
            let best = running.isEmpty ? same : running
            return line != (best.first { !$0.toDecideAgain } ?? best.first)
        }
        let once = recognised
        moveAway(to: .excluded) { line in
            guard line.points != nil else { return false }
            return once.contains { whole in
                whole.points != nil && qualification(of: whole) == qualification(of: line)
                    && ancestors(of: line).contains(whole.code ?? "")
            }
        }
        return rest + capped(recognised)
    }

    private func qualification(of line: Line) -> String? {
        registry.qualification(at: line.decision.qualification)?.id
    }

    private func isLeft(_ line: Line) -> Bool {
        let changes: [EventKind] = [.interrupted, .resumed, .left, .qualificationAwarded]
        return events.last { changes.contains($0.kind) && $0.enrolment == line.enrolment && !isLost($0) }?.kind == .left
    }

    private func isExpired(_ line: Line) -> Bool {
        guard let version = registry.qualification(at: line.decision.qualification),
            let months = version.unit(line.decision.unit ?? 0)?.validMonths
        else { return false }
        let end = line.decision.effective.adding(months: Int(months))
        let isFrozen = events.contains { award in
            award.kind == .qualificationAwarded && !isLost(award) && award.enrolment == line.enrolment
                && award.effective <= end
                && (award.details.sources.isEmpty || award.details.sources.contains(line.decision.position))
        }
        return end < date && !isFrozen
    }

    private func ancestors(of line: Line) -> [String] {
        let units = registry.qualification(at: line.decision.qualification)?.units ?? []
        var ancestors: [String] = []
        var code = line.code
        while let parent = units.first(where: { $0.code == code })?.parent {
            ancestors.append(parent)
            code = parent
        }
        return ancestors
    }

    /// Point by point from the first recognition on, until the total of the version is reached.
    private func capped(_ recognised: [Line]) -> [Line] {
        var capped: [Line] = []
        for (index, line) in recognised.enumerated() {
            guard let points = line.points, let enrolled = self[line.enrolment] else {
                capped.append(line)
                continue
            }
            let moved = events.last { $0.kind == .moved && $0.enrolment == line.enrolment && !isLost($0) }
            let version = registry.qualification(at: (moved ?? enrolled).qualification)
            let scheme = version.flatMap { registry.position(of: $0.scheme, in: .scheme) }
            guard let total = version?.points, scheme == line.scheme else {
                capped.append(line)
                continue
            }
            let before = recognised[..<index].filter { $0.enrolment == line.enrolment && $0.scheme == line.scheme }
                .compactMap(\.points).reduce(.zero, +)
            let room = max(.zero, min(points, total - before))
            var (counting, surplus) = (line, line)
            (counting.points, surplus.points, surplus.bucket) = (room, points - room, .surplus)
            if room > .zero || points == .zero { capped.append(counting) }
            if points > room { capped.append(surplus) }
        }
        return capped
    }
}
