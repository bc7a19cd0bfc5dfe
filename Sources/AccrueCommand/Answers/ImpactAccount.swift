internal import Accrue
internal import Credit
internal import EventCoding
internal import Rules

/// Puts into words who gains and who loses.
struct ImpactAccount {
    private let impact: RuleImpact
    private let date: CivilDate
    private let known: Position
    /// What rule sets are for and nobody published, each with a name that is near: `pekk`, ` (did you mean pek?)`.
    private let unpublished: [(name: String, suggestion: String)]

    init(_ impact: RuleImpact, on date: CivilDate, known: Position, unpublished: [(name: String, suggestion: String)]) {
        (self.impact, self.date, self.known, self.unpublished) = (impact, date, known, unpublished)
    }

    var answer: Answer {
        let changes = impact.changes
        func count(_ kinds: RuleImpact.Change.Kind...) -> Int { changes.count { kinds.contains($0.kind) } }
        let (gaining, losing) = (count(.gains), count(.loses))
        let diverging = changes.count(where: \.contradictsAward)
        var answer = Answer(document)
        let judged = changes.count + impact.unchanged
        answer.say("\(judged.counted("enrolment")) judged under both, on \(date)", .strong)
        answer.skip()
        var summary = Table([.text("What would be"), .number("Enrolments")])
        summary.append(["unchanged", "\(impact.unchanged)"])
        summary.append(["gain completion", "\(gaining)"], gaining > 0 ? .good : nil)
        summary.append(["lose completion", "\(losing)"], losing > 0 ? .bad : nil)
        summary.append(["other points or places", "\(count(.points, .places))"])
        for (kind, text) in [(RuleImpact.Change.Kind.year, "another year"), (.average, "another average grade")] {
            if count(kind) > 0 { summary.append([text, "\(count(kind))"]) }
        }
        summary.append(["awarded, and no longer satisfied", "\(diverging)"], diverging > 0 ? .bad : nil)
        let open = count(.undetermined)
        if open > 0 { summary.append(["undetermined (\(ErrorCode.searchUnfinished.rawValue))", "\(open)"], .bad) }
        let documents = changes.reduce(0) { $0 + $1.documents.count }
        summary.append(["issued documents and decisions that would diverge", "\(documents)"])
        if !impact.exempted.isEmpty {
            summary.append(["would stand otherwise without exceptions", "\(impact.exempted.count)"])
        }
        if impact.unjudged > 0 { summary.append(["not judged: no formation rule", "\(impact.unjudged)"]) }
        answer.show(summary)
        if !unpublished.isEmpty {
            answer.skip()
            let names = unpublished.map { $0.name + $0.suggestion }.joined(separator: ", ")
            answer.say("Nobody published a qualification \(names): what is for it changes nothing here.", .bad)
        }
        showExempted(in: &answer)
        guard !changes.isEmpty else { return answer }
        answer.skip()
        var table = Table([
            .text("Learner"), .text("Qualification"), .text("Change"), .number("Before"), .number("After"),
            .text("Otherwise", shrinks: true), .text("By", shrinks: true), .text("Issued", shrinks: true),
        ])
        for change in changes {
            let (details, clauses) = (details(change), clauses(change))
            for index in 0..<max(details.count, clauses.count) {
                let (detail, clause) = (
                    details.indices.contains(index) ? details[index] : "",
                    clauses.indices.contains(index) ? clauses[index] : ""
                )
                table.append(
                    index == 0
                        ? [
                            change.learner.identifier, versions(change), phrase(change), "\(change.before.counted)",
                            "\(change.after.counted)", detail, clause, issued(change),
                        ] : ["", "", "", "", "", detail, clause],
                    change.kind == .loses ? .bad : change.kind == .gains ? .good : nil
                )
            }
        }
        answer.show(table)
        return answer
    }

    /// What exceptions let hold, each with its legal basis.
    private func showExempted(in answer: inout Answer) {
        guard !impact.exempted.isEmpty else { return }
        answer.skip()
        var table = Table([
            .text("Learner"), .text("Qualification"), .number("Counts"), .number("Without"), .text("Otherwise"),
            .text("Exempted from"), .text("Legal basis", shrinks: true), .number("Position"),
        ])
        for exempted in impact.exempted {
            for (index, exemption) in exempted.after.exemptions.enumerated() {
                // What would be is told of all exceptions of a learner together.
                let learner = [
                    exempted.learner.identifier, exempted.after.qualification.identifier, counted(exempted.after),
                    counted(exempted.without), phrase(exempted),
                ]
                table.append(
                    (index == 0 ? learner : learner.map { _ in "" }) + [
                        "\(exemption.clause)", exemption.legalBasis, "\(exemption.position)",
                    ]
                )
            }
        }
        answer.show(table)
    }

    /// What is otherwise without exceptions: the most that there is to say.
    private func otherwise(_ exempted: RuleImpact.Exempted) -> String {
        let (after, without) = (exempted.after, exempted.without)
        if after.formation.verdict != without.formation.verdict { return "completion" }
        if counted(after) != counted(without) { return "points" }
        return "missing"
    }

    private func phrase(_ exempted: RuleImpact.Exempted) -> String {
        let word = otherwise(exempted)
        return word == "missing" ? "what is missing" : word
    }

    /// Comma-separated values, a heading first.
    var commaSeparated: String {
        let heading = [
            "learner", "qualification", "change", "before", "after", "awarded", "clauses", "documents", "otherwise",
        ]
        let rows = impact.changes.map { change in
            [
                change.learner.identifier, versions(change), phrase(change), "\(change.before.counted)",
                "\(change.after.counted)", change.before.award == nil ? "no" : "yes",
                clauses(change).joined(separator: "; "), issued(change), details(change).joined(separator: "; "),
            ]
        }
        return CommaSeparated.text([heading] + rows)
    }

    /// What is otherwise, as in JSON.
    private func word(_ change: RuleImpact.Change) -> String {
        switch change.kind {
        case .undetermined: "undetermined"
        case .gains: "gains-completion"
        case _ where change.contradictsAward: "awarded-unsatisfied"
        case .loses: "loses-completion"
        case .points: change.points > .zero ? "more-points" : "fewer-points"
        case .places: "other-places"
        case .year: "another-year"
        case .average: "another-average-grade"
        }
    }

    private func phrase(_ change: RuleImpact.Change) -> String { word(change).replacing("-", with: " ") }

    private func versions(_ change: RuleImpact.Change) -> String {
        let (before, after) = (change.before.qualification, change.after.qualification)
        return before == after ? before : "\(before) → \(after)"
    }

    /// Which units count otherwise, and which year and average grade there would be.
    private func details(_ change: RuleImpact.Change) -> [String] {
        let (before, after) = (change.before, change.after)
        var details = change.moves.map(text)
        if before.year != after.year { details.append("year \(Self.text(before.year, after.year))") }
        if before.average != after.average { details.append("average \(Self.text(before.average, after.average))") }
        return details
    }

    private func text(_ move: RuleImpact.Move) -> String {
        guard let before = move.before, let after = move.after, before.group == after.group else {
            return "\(move.unit) \(Self.text(move.before?.group, move.after?.group))"
        }
        if before.credit != after.credit {
            return "\(move.unit) in \(after.group) by position \(after.credit), not \(before.credit)"
        }
        return "\(move.unit) in \(after.group) \(before.counted) → \(after.counted)"
    }

    private static func text<Value: CustomStringConvertible>(_ before: Value?, _ after: Value?) -> String {
        "\(before.map { "\($0)" } ?? "none") → \(after.map { "\($0)" } ?? "none")"
    }

    /// The positions of what was issued and would say otherwise.
    private func issued(_ change: RuleImpact.Change) -> String {
        change.documents.map { "\($0)" }.joined(separator: " ")
    }

    private func counted(_ progress: Progress) -> String { "\(progress.formation.groups[0].counted)" }

    private func clauses(_ change: RuleImpact.Change) -> [String] {
        let clauses = change.clauses.map { "\($0)" }
        return clauses.isEmpty ? ["—"] : clauses
    }

    private var document: JSONValue {
        .present([
            "awardsContradicted": .integer(impact.changes.count(where: \.contradictsAward)),
            "changes": .array(
                impact.changes.map { change in
                    .present([
                        "after": .string("\(change.after.counted)"),
                        "averageAfter": .text(change.after.average), "averageBefore": .text(change.before.average),
                        "awarded": .bool(change.before.award != nil),
                        "before": .string("\(change.before.counted)"),
                        "change": .string(word(change)),
                        "clauses": .array(change.clauses.map { .string("\($0)") }),
                        "documents": .array(change.documents.map { .integer($0.rawValue) }),
                        "learner": .string(change.learner.identifier),
                        "moves": .array(
                            change.moves.map {
                                .present([
                                    "after": Self.document($0.after), "before": Self.document($0.before),
                                    "unit": .string($0.unit),
                                ])
                            }
                        ),
                        "qualificationAfter": .string(change.after.qualification),
                        "qualificationBefore": .string(change.before.qualification),
                        "verdictAfter": .string(change.after.verdict.rawValue),
                        "verdictBefore": .string(change.before.verdict.rawValue),
                        "yearAfter": change.after.year.map { .integer($0) },
                        "yearBefore": change.before.year.map { .integer($0) },
                    ])
                }
            ),
            "documentCount": .integer(impact.changes.reduce(0) { $0 + $1.documents.count }),
            "exempted": .array(
                impact.exempted.map { exempted in
                    .present([
                        "counted": .string(counted(exempted.after)),
                        "exemptions": .array(exempted.after.exemptions.map { ExemptionAccount($0).document }),
                        "learner": .string(exempted.learner.identifier),
                        "otherwise": .string(otherwise(exempted)),
                        "qualification": .string(exempted.after.qualification.identifier),
                        "verdict": .string(exempted.after.formation.verdict.rawValue),
                        "without": .string(counted(exempted.without)),
                        "verdictWithout": .string(exempted.without.formation.verdict.rawValue),
                    ])
                }
            ),
            "gaining": .integer(impact.changes.count { $0.kind == .gains }),
            "knownAt": .integer(known.rawValue),
            "losing": .integer(impact.changes.count { $0.kind == .loses }),
            "on": .string(date.description),
            "unchanged": .integer(impact.unchanged),
            "unjudged": .integer(impact.unjudged),
            "unpublished": .array(unpublished.map { .string($0.name) }),
        ])
    }

    private static func document(_ place: RuleImpact.Move.Place?) -> JSONValue? {
        place.map {
            .object([
                "counted": .string("\($0.counted)"), "group": .string($0.group),
                "position": .integer($0.credit.rawValue),
            ])
        }
    }
}
