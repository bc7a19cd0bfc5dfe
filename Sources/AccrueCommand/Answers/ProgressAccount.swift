internal import Accrue
internal import Credit
internal import EventLog
internal import Rules

/// Puts progress into words: the verdict, the tree, what is missing, and what does not count.
struct ProgressAccount<Log: LogReading> {
    let progress: Progress
    let learner: Learner
    let date: CivilDate
    /// Whether the rules are others than those in force.
    let isHypothetical: Bool
    let wording: Wording<Log>

    init(
        _ progress: Progress,
        of learner: Learner,
        on date: CivilDate,
        isHypothetical: Bool,
        _ wording: Wording<Log>
    ) {
        self.progress = progress
        self.learner = learner
        self.date = date
        self.isHypothetical = isHypothetical
        self.wording = wording
    }

    var formation: FormationResult { progress.formation }
    var whole: FormationResult.Group { formation.groups[0] }

    // MARK: Text

    func answer() throws(AccrueError) -> Answer {
        var answer = Answer(try document())
        try sayHeading("Progress of", in: &answer)
        answer.skip()
        answer.show(try tree())
        sayOtherWays(in: &answer)
        try sayOtherPoints(in: &answer)
        try sayDecideAgain(in: &answer)
        showSurplus(in: &answer)
        showEffects(in: &answer)
        try showExemptions(in: &answer)
        sayMissing(in: &answer)
        try showOthers(in: &answer)
        return answer
    }

    /// Who, what, by what, and the verdict.
    func sayHeading(_ subject: String, in answer: inout Answer) throws(AccrueError) {
        let qualification = progress.qualification
        answer.say(
            "\(subject) \(learner.identifier) towards \(qualification.title) (\(qualification.identifier)) on \(date)",
            .strong
        )
        answer.say("As known at \(try wording.state())")
        if progress.enrolment == nil { answer.say("Hypothetical: the learner is not enrolled in this version.") }
        sayRules(in: &answer)
        if let clause = progress.standard { answer.say("Judged by this version according to \(clause).") }
        if !progress.supposed.recognitions.isEmpty {
            answer.say("Hypothetical: \(supposedUnits.joined(separator: ", ")) supposed to be recognised.")
        }
        for code in progress.heldAlready { answer.say("\(code) is held already: to suppose it changes nothing.") }
        if !progress.supposed.groups.isEmpty {
            answer.say("Hypothetical: \(supposedGroups.joined(separator: ", ")) supposed to be declared.")
        }
        answer.skip()
        answer.say(verdict, formation.verdict == .satisfied ? .good : .bad)
        try sayAward(in: &answer)
    }

    private func sayRules(in answer: inout Answer) {
        let names = progress.ruleSets.isEmpty ? "the formation rule alone" : progress.ruleSets.joined(separator: ", ")
        if isHypothetical {
            answer.say("Hypothetical: under \(names), whatever is in force.")
        } else if !progress.ruleSets.isEmpty {
            answer.say("Rules in force: \(names)")
        }
    }

    var supposedUnits: [String] {
        progress.supposed.recognitions.map { recognition in
            recognition.unit + (recognition.procedure.map { "=\(Procedure.words.word(of: $0))" } ?? "")
        }
    }

    var supposedGroups: [String] {
        progress.supposed.groups.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    private var verdict: String {
        let least = whole.points.least.map { " of \($0)" } ?? ""
        let points = "\(whole.counted)\(least) points"
        return switch formation.verdict {
        case .satisfied where formation.isUnfinished:
            "Satisfied: \(points). The rule has too many possibilities (\(ErrorCode.searchUnfinished.rawValue)): units may "
                + "stand better elsewhere."
        case .satisfied: "Satisfied: \(points)."
        case .notSatisfied: "Not satisfied yet: \(points)."
        case .undetermined:
            "Undetermined (\(ErrorCode.searchUnfinished.rawValue)): the rule has too many possibilities; at least \(points)."
        }
    }

    func sayAward(in answer: inout Answer) throws(AccrueError) {
        guard let award = progress.award else { return }
        let event = try wording.view.log.event(at: award)
        answer.say("Awarded on \(event.effective) (position \(award)).")
        if progress.isAwardedUnsatisfied {
            let basis = event.details.legalBasis.map { "; \($0)" } ?? ""
            let reason = event.reason.map { " (\(ReasonCode.words.word(of: $0))\(basis))" } ?? ""
            let words = "Awarded by authority\(reason), not satisfied by rule, because \(lacking). The award stands."
            answer.say(words, .bad)
        }
    }

    /// What an award lacks by rule.
    private var lacking: String {
        if formation.verdict == .undetermined { return "nobody knows (\(ErrorCode.searchUnfinished.rawValue))" }
        let parts = missing(whole)
        let lacking =
            (parts.isEmpty ? [] : ["the whole lacks \(parts)"])
            + formation.shortfalls.map { "\($0.counted) of at least \($0.least) points count: \($0.name)" }
            + (progress.lacksAverage ? ["there is no average grade, which is mandatory"] : [])
        // What counts may be enough, and stand in parts that are not.
        return lacking.isEmpty ? "points stand in parts that are not satisfied" : lacking.joined(separator: ", and ")
    }

    /// Groups with their units below them.
    private func tree() throws(AccrueError) -> Table {
        var table = Table([
            .text("Group, unit", shrinks: true), .text("Title", shrinks: true), .text("Needs, or rests on"),
            .number("Counts"),
            .text("Missing", shrinks: true),
        ])
        for group in formation.groups where isShown(group) {
            let indent = String(repeating: "  ", count: group.depth)
            let mark = group.isPresent ? "✓ " : group.isContributing ? "… " : "  "
            table.append(
                [
                    indent + mark + group.id, group.title ?? "", needs(group),
                    group.isContributing ? "\(group.counted)" : "", missing(group),
                ],
                group.depth == 0 ? .strong : nil
            )
            for placement in formation.placements where placement.group == group.id {
                table.append([
                    indent + "    " + placement.unit.code, title(placement.unit), supposed(placement.unit),
                    placement.unit.points == nil ? "no points" : "\(placement.counted)",
                    try remark(on: placement),
                ])
            }
        }
        return table
    }

    /// Of groups among which one may choose, only those in which there is something.
    private func isShown(_ group: FormationResult.Group) -> Bool { group.isAsked || isExempted(group) }

    private func isExempted(_ group: FormationResult.Group) -> Bool {
        progress.exemptions.contains { $0.clause == .group(group.id) }
    }

    private func needs(_ group: FormationResult.Group) -> String {
        [isExempted(group) ? "exempted" : nil, group.points.ofPoints, group.count.ofParts].compactMap(\.self)
            .joined(separator: ", ")
    }

    func missing(_ group: FormationResult.Group) -> String {
        guard !group.isPresent, group.isAsked else { return "" }
        var parts: [String] = []
        // What stands in unfinished parts is no verdict, and yet nothing that is still missing.
        let points = (group.points.least ?? .zero) - group.counted
        if points > .zero { parts.append("\(points) points") }
        if group.missingCount > 0 { parts.append("\(group.missingCount) more") }
        if !group.missingRequired.isEmpty { parts.append(group.missingRequired.joined(separator: ", ")) }
        return parts.joined(separator: "; ")
    }

    func title(_ unit: HeldUnit) -> String {
        if let number = progress.qualification.number(ofUnit: unit.code), unit.qualification == nil {
            return progress.qualification.unit(number)?.title ?? ""
        }
        return progress.credits[unit.credit]?.unit?.title ?? ""
    }

    private func supposed(_ unit: HeldUnit) -> String {
        unit.credit == .none ? "supposed" : "position \(unit.credit)"
    }

    private func showSurplus(in answer: inout Answer) {
        let surplus = formation.placements.filter { $0.group == nil }
        guard !surplus.isEmpty || !formation.released.isEmpty || !formation.better.isEmpty else { return }
        answer.skip()
        func say(_ units: [FormationResult.Placement], _ manner: String) {
            let names = units.map { placement in
                placement.unit.points.map { "\(placement.unit.code) (\($0))" } ?? placement.unit.code
            }
            if !names.isEmpty { answer.say("\(manner), and without a place here: \(names.joined(separator: ", "))") }
        }
        say(surplus.filter { $0.unit.credit != .none }, "Recognised")
        say(surplus.filter { $0.unit.credit == .none }, "Supposed")
        for code in formation.released {
            answer.say("The declared group of \(code) cannot take it; it stands where it counts.")
        }
        for placement in formation.better {
            answer.say(
                "Without the declared groups \(placement.unit.code) would stand in \(placement.group ?? "none")."
            )
        }
    }

    /// What rules did about units, each with its clause.
    func showEffects(in answer: inout Answer) {
        guard let rules = progress.rules else { return }
        answer.skip()
        var table = Table([.text("Unit"), .text("By rule"), .text("Clause", shrinks: true), .number("Position")])
        for effect in rules.effects {
            // A unit may be held more than once.
            let position = effect.credit == .none ? "supposed" : "\(effect.credit)"
            table.append([effect.unit, Self.word(of: effect.kind), "\(effect.clause)", position])
        }
        if let year = rules.year { table.append(["", "leads to year \(year.number)", "\(year.clause)", ""]) }
        if let average = rules.average { table.append(["", Self.word(of: average), "\(average.clause)", ""]) }
        if rules.effects.isEmpty, rules.year == nil, rules.average == nil {
            answer.say("The rules change nothing about these units.")
        } else {
            answer.show(table)
        }
    }

    static func word(of effect: RuleEffect.Kind) -> String {
        effect.excludes ? "does not count: \(reason(effect))" : reason(effect)
    }

    /// The same, where it is said already that the credit does not count.
    static func reason(_ effect: RuleEffect.Kind) -> String {
        switch effect {
        case .attemptFailed: "the attempt that counts failed"
        case .tooManyAttempts: "passed in an attempt too many"
        case .expired(let day): "expired after \(day)"
        case .notValid(let day): "not valid on \(day)"
        case .standsFor(let units): "stands for \(units.joined(separator: ", "))"
        case .inPart(let outcomes, let points): "counts \(points) points for \(outcomes.joined(separator: ", "))"
        case .onTheWay(let units): "on the way to \(units.joined(separator: ", "))"
        case .shared(let most): "among those of which at most \(most) points count"
        case .resident(let least): "among those of which at least \(least) points must count"
        case .notAdmitted(let attempt): "attempt \(attempt) changes nothing: it may not be made"
        case .converted(let original, let converted):
            "\(original.points) \(original.scheme) are \(converted.points) \(converted.scheme)"
        case .graded(let grade, let shown, let scale):
            "grade \(grade.code) of \(grade.scale) is shown as \(shown) of \(scale)"
        }
    }

    private static func word(of average: RuleOutcome.Average) -> String {
        let award = average.extent == .full ? "an award" : "a partial award"
        guard let value = average.value else {
            let scales = average.scales.joined(separator: ", ")
            return "\(award) must state an average grade, and "
                + (scales.isEmpty ? "no unit has a grade" : "grades of several scales have none: \(scales)")
        }
        return "\(award) must state the average grade: \(value), of \(average.units.counted("unit"))"
    }

    /// Credits that are on their way, or count for nothing, and why.
    private func showOthers(in answer: inout Answer) throws(AccrueError) {
        guard !progress.others.isEmpty else { return }
        var table = Table([
            .text("Unit"), .text("Title", shrinks: true), .number("Points"), .text("Stands as"),
            .text("Why", shrinks: true),
            .number("Position"),
        ])
        for line in progress.others {
            table.append([
                line.unit?.code ?? "—", line.unit?.title ?? "", line.points.map { "\($0)" } ?? "—",
                line.bucket.title, try hindrance(of: line) ?? line.bucket.nextStep, "\(line.decision)",
            ])
        }
        answer.skip()
        answer.say("Other credits, which do not count here:")
        answer.show(table)
    }
}
