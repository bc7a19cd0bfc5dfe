internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Interchange
internal import Rules

/// `accrue rules choose`: which version of each rule is for a case, and why.
struct RulesChooseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "choose",
        abstract: "Tell which version of each rule is for a case, and why.",
        discussion: """
            Give all versions of the rule sets. A date that is not given has not happened yet: what depends on it is \
            answered as if it happened on the day of the question.
            """
    )

    @Argument(help: "Files of YAML, or of JSON if they end in .json.", completion: .file())
    var files: [String]

    @Option(help: "Only rules for the qualification of this id.")
    var qualification: String?

    @Option(help: ArgumentHelp("The day of enrolment.", valueName: "date"), transform: { try CivilDate($0) })
    var enrolled: CivilDate?

    @Option(help: ArgumentHelp("The day of the assessment.", valueName: "date"), transform: { try CivilDate($0) })
    var assessed: CivilDate?

    @Option(help: ArgumentHelp("The day of the recognition.", valueName: "date"), transform: { try CivilDate($0) })
    var recognised: CivilDate?

    @Option(help: ArgumentHelp("The day of the award.", valueName: "date"), transform: { try CivilDate($0) })
    var awarded: CivilDate?

    @OptionGroup var day: DayOption

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let sets = try files.compactMap { if case .ruleSet(let set) = try RuleDocument.read($0) { set } else { nil } }
        let dates = RuleDates(
            enrolment: enrolled,
            assessment: assessed,
            recognition: recognised,
            award: awarded,
            query: day.date
        )
        try answer(RuleHistory(sets, for: qualification).choices(on: dates)).write(json: global.json)
    }

    private func answer(_ choices: [(name: RuleName, choice: RuleChoice)]) -> Answer {
        var answer = Answer(.object(["rules": .array(choices.map { Self.document($0.name, $0.choice) })]))
        guard !choices.isEmpty else {
            answer.say("No rules.")
            return answer
        }
        var table = Table([
            .text("Rule set"), .text("Rule"), .text("Version"), .text("Decided by"), .text("Why", shrinks: true),
        ])
        for (name, choice) in choices {
            let basis = choice.rule.map { DateBasis.words.word(of: $0.dateBasis) + " " } ?? ""
            let version = choice.rule.map { $0.policy == .repealed ? "– (repealed)" : $0.version } ?? "–"
            table.append([name.set, name.rule, version, "\(basis)\(choice.date)", Self.why(choice)])
        }
        answer.show(table)
        return answer
    }

    private static func why(_ choice: RuleChoice) -> String {
        var why =
            switch choice.reason {
            case .inForce: "in force"
            case .kept(let until): "kept" + (until.map { " until \($0)" } ?? ", though newer cases have another")
            case .transitionEnded(let version, let end): "version \(version) was kept until \(end)"
            case .retroactive: "also for earlier cases"
            case .noVersion: "no version is for that date"
            }
        if choice.isAssumed { why += ", as if it happened then" }
        for better in choice.ifFavourable { why += "; version \(better.version) where that is better" }
        return why
    }

    private static func document(_ name: RuleName, _ choice: RuleChoice) -> JSONValue {
        let better = choice.ifFavourable.map { JSONValue.string($0.version) }
        return .present([
            "assumed": .bool(choice.isAssumed), "date": .string("\(choice.date)"),
            "dateBasis": .text(choice.rule.map { DateBasis.words.word(of: $0.dateBasis) }),
            "ifFavourable": better.isEmpty ? nil : .array(better), "legalBasis": .text(choice.rule?.legalBasis),
            "policy": .text(choice.rule?.policy.kind.rawValue), "rule": .string(name.rule),
            "ruleSet": .string(name.set), "version": .text(choice.rule?.version), "why": .string(why(choice)),
        ])
    }
}
