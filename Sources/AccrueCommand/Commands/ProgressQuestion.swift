internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// Whose progress towards what, under which rules, and what is supposed.
struct ProgressQuestion: ParsableArguments {
    @Argument(help: "The learner's pseudonym.")
    var learner: String

    @Argument(help: "The qualification, a version, or an enrolment; not needed where one enrolment runs.")
    var qualification: String?

    @Option(
        help: ArgumentHelp(
            "Suppose that these units are recognised, too; procedures are \(Procedure.words.all.joined(separator: ", ")).",
            valueName: "code[=procedure],…"
        ),
        transform: { try Self.list($0).map(Self.recognition) }
    )
    var suppose: [[Suppositions.Recognition]] = []

    @Option(
        help: ArgumentHelp("Suppose that these groups are declared for these units.", valueName: "code=group,…"),
        transform: { try Self.list($0).map(Self.pair) }
    )
    var reclass: [[Pair]] = []

    @Option(
        help: ArgumentHelp(
            "Judge under this rule set instead of those in force; may be given several times; none: formation alone.",
            valueName: "file|id@version"
        ),
        completion: .file()
    )
    var rules: [String] = []

    @OptionGroup var query: QueryOptions

    /// A unit and what is supposed about it.
    struct Pair {
        let unit: String
        let value: String
    }

    /// What stands between commas, without the spaces around it.
    private static func list(_ text: String) -> [Substring] {
        text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        return start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)]
    }

    private static func pair(_ text: Substring) throws -> Pair {
        let parts = text.split(separator: "=", maxSplits: 1).map { String(trimmed($0)) }
        guard parts.count == 2 else {
            throw ValidationError("Write \(text)=GROUP: a unit, and the group that it would fill.")
        }
        return Pair(unit: parts[0], value: parts[1])
    }

    private static func recognition(_ text: Substring) throws -> Suppositions.Recognition {
        guard text.contains("=") else { return Suppositions.Recognition(String(text)) }
        let pair = try pair(text)
        return Suppositions.Recognition(pair.unit, by: try Procedure.words.read(pair.value))
    }

    private var supposed: Suppositions {
        Suppositions(
            recognitions: suppose.flatMap(\.self),
            groups: Dictionary(reclass.flatMap(\.self).map { ($0.unit, $0.value) }) { $1 }
        )
    }

    /// Judges, and writes what is said about it; ends with no where the rule is not satisfied.
    func answer(
        from global: GlobalOptions,
        _ say: (ProgressAccount<LMDBSnapshot>) throws(AccrueError) -> Answer
    ) throws {
        let named = try RulesArgument(rules).sets()
        let (answer, isSatisfied) = try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let learner = try view.learner(learner)
            let sets = try named.map { (named) throws(AccrueError) in try named.ruleSets(in: view.registry) }
            let progress = try view.progress(
                of: learner,
                towards: qualification,
                on: query.date,
                under: sets,
                supposing: supposed
            )
            let account = ProgressAccount(
                progress,
                of: learner,
                on: query.date,
                isHypothetical: sets != nil,
                Wording(view)
            )
            return (try say(account), progress.formation.verdict == .satisfied)
        }
        try answer.write(json: global.json)
        if !isSatisfied { throw EndedWith(.no) }
    }
}
