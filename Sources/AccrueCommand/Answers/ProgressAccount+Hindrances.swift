internal import Accrue
internal import Credit
internal import EventLog
internal import Rules

// What hinders a qualification, and why credits do not count.

extension ProgressAccount {
    /// Only what hinders: what is missing, limits that are not kept, and credits that do not count.
    func hindrances() throws(AccrueError) -> Answer {
        var answer = Answer(try document())
        try sayHeading("What hinders", in: &answer)
        if formation.verdict != .satisfied {
            let lacking = formation.groups.filter { !missing($0).isEmpty }
            if !lacking.isEmpty {
                answer.skip()
                var table = Table([
                    .text("Part", shrinks: true), .text("Title", shrinks: true), .text("Missing", shrinks: true),
                ])
                for group in lacking { table.append([group.id, group.title ?? "", missing(group)]) }
                answer.show(table)
            }
            sayOtherWays(in: &answer)
            sayMissing(in: &answer)
        }
        try showExemptions(in: &answer)
        try sayDecideAgain(in: &answer)
        let credits = try uncounted()
        answer.skip()
        if credits.isEmpty {
            answer.say("Every credit counts.")
            return answer
        }
        var table = Table([
            .text("Credit"), .text("Title", shrinks: true), .number("Does not count"), .text("Because", shrinks: true),
            .number("Position"),
        ])
        for credit in credits {
            table.append([credit.code, credit.title, credit.points, credit.reason, credit.position])
        }
        answer.show(table)
        return answer
    }

    /// What is still needed, and the shortest way there.
    func sayMissing(in answer: inout Answer) {
        guard formation.verdict != .satisfied else { return }
        answer.skip()
        sayLimits(in: &answer)
        switch progress.completion {
        case .impossible: answer.say("No further units that may be taken on that day would complete it.")
        case .unknown:
            answer.say(
                "Shortest way to complete: not found (\(ErrorCode.searchUnfinished.rawValue)), as there are too many possibilities."
            )
        case .by(let units) where units.isEmpty: answer.say("No unit is missing.")
        case .by(let units):
            let points = units.reduce(Points.zero) { $0 + ($1.points ?? .zero) }
            answer.say(
                "Shortest way to complete: \(units.count.counted("unit")), \(points) points: "
                    + units.map(name).joined(separator: ", ")
            )
        }
    }

    /// `MA Matematika`; of other qualifications only the codes of units are at hand.
    private func name(_ unit: HeldUnit) -> String {
        if let qualification = unit.qualification { return "\(unit.code) (of \(qualification))" }
        return "\(unit.code) \(title(unit))\(isRetaken(unit) ? " (once more, at home)" : "")"
    }

    private func isRetaken(_ unit: HeldUnit) -> Bool {
        unit.qualification == nil && progress.retaken.contains(unit.code)
    }

    /// The groups that could stand instead of others, or are still to be chosen, a line for each choice that is not settled.
    func sayOtherWays(in answer: inout Answer) {
        for choice in formation.groups where choice.isAsked && !choice.isPresent && !choice.choices.isEmpty {
            let ways = formation.groups.filter { choice.choices.contains($0.id) }
            let others = ways.filter { !$0.isAsked }.map { way in way.title.map { "\(way.id) \($0)" } ?? way.id }
            guard !others.isEmpty else { continue }
            let chosen = ways.first(where: \.isAsked).map { "instead of \($0.id)" } ?? "one of"
            answer.say("\(choice.id), \(chosen): \(others.joined(separator: ", "))")
        }
    }

    /// Limits of the whole that stand in the way, and what they keep out.
    func sayLimits(in answer: inout Answer) {
        for shortfall in formation.shortfalls {
            answer.say("\(shortfall.name): \(shortfall.counted) of \(shortfall.least) points.")
        }
        var kept: [(share: FormationResult.Share, codes: [String])] = []
        for placement in formation.placements {
            guard case .shared(let share) = placement.hindrance else { continue }
            if let index = kept.firstIndex(where: { $0.share == share }) {
                kept[index].codes.append(placement.unit.code)
            } else {
                kept.append((share, [placement.unit.code]))
            }
        }
        for (share, codes) in kept {
            answer.say(
                "\(share.name): \(share.counted) of at most \(share.most) points count, so that there is no place for "
                    + "\(codes.joined(separator: ", "))."
            )
        }
    }

    /// Says which credits, counting or not, stand on what has changed since.
    func sayDecideAgain(in answer: inout Answer) throws(AccrueError) {
        let credits = (Array(progress.credits.values) + progress.others).sorted { $0.decision < $1.decision }
        var isFirst = true
        for line in credits {
            guard let since = line.decideAgainSince else { continue }
            if isFirst { answer.skip() }
            isFirst = false
            let name = line.unit?.code ?? "A credit"
            answer.say(
                "\(name) (position \(line.decision)) is \(CreditLine.toBeDecidedAgain), because of \(try wording.event(since))."
            )
        }
    }

    func showExemptions(in answer: inout Answer) throws(AccrueError) {
        guard !progress.exemptions.isEmpty else { return }
        answer.skip()
        answer.show(try ExemptionAccount.table(of: progress.exemptions, wording))
    }

    /// Why a unit stands nowhere.
    func word(of hindrance: FormationResult.Hindrance) -> String {
        switch hindrance {
        case .unlisted: "no part of this version takes it"
        case .twice: "the same unit counts already"
        case .shared(let share): "at most \(share.most) points count: \(share.name)"
        case .outdone(let groups): groups.map(word(ofPlaceIn:)).joined(separator: "; ")
        }
    }

    /// What leaves no place in a group that could take a unit.
    private func word(ofPlaceIn id: String) -> String {
        let group = formation.groups.first { $0.id == id }
        if let group, let most = group.count.most, group.present >= most {
            return "only \(most) of the parts of \(id) may count"
        }
        if let group, let most = group.points.most, group.counted >= most {
            return "only \(most) points may count in \(id)"
        }
        return "not less counts without it in \(id)"
    }

    private struct Uncounted {
        var code: String
        var title: String
        var points: String
        var reason: String
        var position: String
    }

    /// Credits that do not count, or not in full, each with its reason: what rules exclude first, then what has no place or
    /// is beyond what counts, then what is on its way.
    private func uncounted() throws(AccrueError) -> [Uncounted] {
        let consumed = (progress.rules?.effects ?? []).filter { effect in
            if case .standsFor = effect.kind { true } else { effect.kind.excludes }
        }
        var uncounted = consumed.map { effect in
            let line = progress.credits[effect.credit]
            return Uncounted(
                code: effect.unit,
                title: line?.unit?.title ?? "",
                points: line?.points.map { "\($0)" } ?? "—",
                reason: "\(Self.reason(effect.kind)), by \(effect.clause)",
                position: effect.credit == .none ? "supposed" : "\(effect.credit)"
            )
        }
        uncounted += formation.placements.filter { $0.group == nil || $0.surplus > .zero }.map { placement in
            Uncounted(
                code: placement.unit.code,
                title: title(placement.unit),
                points: placement.unit.points == nil ? "—" : "\(placement.surplus)",
                reason: placement.hindrance.map { word(of: $0) } ?? "beyond what counts in \(placement.group ?? "")",
                position: placement.unit.credit == .none ? "supposed" : "\(placement.unit.credit)"
            )
        }
        for line in progress.others {
            uncounted.append(
                Uncounted(
                    code: line.unit?.code ?? "—",
                    title: line.unit?.title ?? "",
                    points: line.points.map { "\($0)" } ?? "—",
                    reason: try hindrance(of: line) ?? "\(line.bucket.title), \(line.bucket.nextStep)",
                    position: "\(line.decision)"
                )
            )
        }
        return uncounted
    }

    /// Why a credit does not count here; nil for one that is only on its way.
    func hindrance(of line: CreditLine) throws(AccrueError) -> String? {
        if let exclusion = line.exclusion { return try CreditAccount.text(of: exclusion, on: date, wording) }
        switch line.bucket {
        case .recognised, .surplus:
            guard let enrolment = progress.enrolments.first(where: { $0.position == line.enrolment }) else {
                return "\(line.bucket.title) towards no enrolment that stands"
            }
            let name = try wording.event(enrolment.position)
            guard enrolment.position != progress.enrolment?.position else { return "towards \(name), without a unit" }
            return "\(line.bucket.title) towards another enrolment (\(name), \(enrolment.state.word))"
        case .expired:
            let months = line.unit?.validMonths ?? 0
            return
                "expired after \(try wording.view.log.event(at: line.decision).effective.adding(months: Int(months)))"
        case .contested: return "contested by an appeal"
        default: return nil
        }
    }
}

extension Bucket {
    /// What a credit on its way lacks next.
    var nextStep: String {
        switch self {
        case .planned: "not assessed yet"
        case .validated: "not recognised yet"
        default: "not validated yet"
        }
    }
}
