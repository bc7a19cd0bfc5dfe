internal import Credit
internal import EventCoding
internal import Rules

/// Puts a rule set into words: for whom it is, and each rule with the cases that it is for. What policies and conditions
/// say is told in the words of the document, so that nothing of it is left out.
struct RuleSetAccount {
    private let set: RuleSet
    private let document: JSONValue

    /// - Parameter document: The same as JSON.
    init(_ set: RuleSet, _ document: JSONValue) {
        (self.set, self.document) = (set, document)
    }

    var heading: String { "\(set.title) (\(set.identifier), \(set.country))" }

    /// - Parameter terms: What the log says of it.
    func say(_ terms: [(label: String, says: String)], in answer: inout Answer) {
        answer.skip()
        let qualifications = set.qualifications.isEmpty ? ["every qualification"] : set.qualifications
        answer.list(
            terms + [(label: "For", says: qualifications.joined(separator: ", "))]
                + set.approvals.map { (label: "Approved", says: "\($0.on), \($0.by)") }
        )
        for (rule, json) in zip(set.rules, document.object?["rules"]?.array ?? []) {
            answer.skip()
            answer.say("Rule \(rule.id), version \(rule.version)", .strong)
            answer.list(self.terms(of: rule) + clauses(rule.policy, in: json), indent: 2)
            for (exception, json) in zip(rule.exceptions, json.object?["exceptions"]?.array ?? []) {
                answer.say("  Exception \(exception.id)")
                let instead = exception.instead.map { clauses($0, in: json) } ?? [("Instead", "nothing")]
                answer.list(
                    [("Legal basis", exception.legalBasis), ("When", json.object?["when"]?.phrase ?? "")] + instead,
                    indent: 4
                )
            }
        }
    }

    private func terms(of rule: Rule) -> [(label: String, says: String)] {
        let until = rule.validUntil.map { " until \($0)" } ?? ""
        let basis = DateBasis.words.word(of: rule.dateBasis)
        var terms = [
            (label: "Legal basis", says: rule.legalBasis),
            (label: "Valid", says: "from \(rule.validFrom)\(until), by the day of the \(basis)"),
        ]
        if let end = rule.transitionEnd { terms.append(("Kept until", "\(end), by cases that began under it")) }
        if let end = rule.earlierUntil {
            terms.append(("Earlier ones", "kept until \(end), by cases that began under them"))
        }
        switch rule.retroactivity {
        case .none: break
        case .ifFavourable: terms.append(("Retroactive", "for earlier cases, too, where it is better for the learner"))
        case .full: terms.append(("Retroactive", "for earlier cases, too"))
        }
        return terms
    }

    /// What a policy says; of a list each element by itself.
    private func clauses(_ policy: Policy, in json: JSONValue) -> [(label: String, says: String)] {
        let value = json.object?[policy.kind.rawValue]
        var lines = [value?.phrase ?? ""]
        if let elements = value?.array, elements.contains(where: { $0.object != nil }) {
            lines = elements.map(\.phrase)
        }
        return lines.enumerated().map {
            ($0.offset == 0 ? policy.kind.rawValue.inWords(capital: true) : "", $0.element)
        }
    }
}

extension RuleSetTerms {
    /// When it was and is in force.
    var periodText: String {
        periods.map { "from \($0.from)" + ($0.end.map { ", before \($0)" } ?? "") }.joined(separator: ", ")
    }

    /// The same as JSON.
    var periodDocuments: JSONValue {
        .array(
            periods.map { period in
                .present([
                    "activation": .integer(period.activation.rawValue), "end": .text(period.end),
                    "from": .string("\(period.from)"),
                ])
            }
        )
    }
}

extension JSONValue {
    /// Members and elements in a row.
    fileprivate var phrase: String {
        switch self {
        case .object(let object):
            object.members.map { "\($0.key.inWords()) \($0.value.phrase)" }.joined(separator: "; ")
        case .array(let elements):
            elements.map { $0.object == nil ? $0.phrase : "(\($0.phrase))" }.joined(separator: ", ")
        case .string(let text), .number(let text): text
        case .bool(let bool): bool ? "yes" : "no"
        case .null: ""
        }
    }
}

extension String {
    /// A key of a document as words: `sameUnit` as `same unit`.
    fileprivate func inWords(capital: Bool = false) -> String {
        let words = reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
        return capital ? words.prefix(1).uppercased() + words.dropFirst() : words
    }
}
