/// What is to be measured, and how much of it.
struct Options: Sendable {
    var events = 1_000_000
    var learners = 100_000
    var folder = "."
    var only: Set<String> = []

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            switch name {
            case "--events": events = try Self.number(rest.popFirst())
            case "--learners": learners = try Self.number(rest.popFirst())
            case "--folder": folder = rest.popFirst() ?? folder
            case "append", "clients", "replay", "learner", "indices", "ledger", "tree", "heads", "rebuild", "progress",
                "solver", "impact", "load", "command":
                only.insert(name)
            default: throw UsageError(argument: name)
            }
        }
    }

    /// Whether a group of measurements is asked for.
    func runs(_ group: String) -> Bool { only.isEmpty || only.contains(group) }

    /// Whether a group needs the store of random learners' events.
    var readsStore: Bool { ["append", "clients", "replay", "learner", "indices", "command"].contains { runs($0) } }

    private static func number(_ text: String?) throws -> Int {
        guard let text, let number = Int(text), number > 0 else { throw UsageError(argument: text ?? "") }
        return number
    }
}

struct UsageError: Error, CustomStringConvertible {
    let argument: String

    var description: String {
        """
        Not understood: \(argument)
        Usage: tools/benchmarks/run [--events N] [--learners N] [--folder F] [append] [clients] [replay] [learner] [indices] [ledger]
               [tree] [heads] [rebuild] [progress] [solver] [impact] [load] [command]
        """
    }
}
