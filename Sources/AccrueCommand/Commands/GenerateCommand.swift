internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue generate`: realistic histories of any size.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Invent realistic, lawful histories, for tests and trials.",
        discussion: "The same seed gives the same events. A learner has some 50 of them."
    )

    @Option(help: "What the invention begins from.")
    var seed: UInt64 = 1

    @Option(help: "How many learners.")
    var learners = 100

    @Option(help: "The year in which the first of them begin.")
    var year = 2020

    @Flag(help: "Append to the store, which must be empty, instead of writing lines.")
    var intoStore = false

    @OptionGroup var global: GlobalOptions

    /// Commands that are appended together.
    private static let batchSize = 20_000

    func validate() throws {
        if learners < 0 { throw ValidationError("There cannot be fewer than no learners.") }
        if !(1950...2150).contains(year) { throw ValidationError("Choose a year from 1950 to 2150.") }
    }

    func run() async throws {
        if intoStore { try await append() } else { try write() }
    }

    private var generator: HistoryGenerator { HistoryGenerator(seed: seed, learners: learners, year: year) }

    private func write() throws {
        let progress = ProgressLine("Generating", "learners", total: learners)
        defer { progress.finish() }
        var names = GeneratedNames()
        var begun = 0
        for command in generator {
            names.introduce(command)
            try Console.standard.writeLine(CommandJSON.line(of: command, naming: names))
            if command.kind == .learnerIntroduced { begun += 1 }
            progress.advance(to: begun)
        }
    }

    private func append() async throws {
        let log = try LMDBEventLog(path: global.store)
        let start = try log.read { (snapshot) throws(AccrueError) in snapshot.position }
        guard start == .none else {
            throw AccrueError(.positionConflict, "the store is not empty", field: "--into-store")
        }
        let ledger = Ledger(log)
        let progress = ProgressLine("Generating", "learners", total: learners)
        defer { progress.finish() }
        var batch: [Command] = []
        var (begun, count) = (0, 0)
        for command in generator {
            if command.kind == .learnerIntroduced { begun += 1 }
            batch.append(command)
            // The halves of a merge or a split stay in one batch.
            guard batch.count >= Self.batchSize, !command.kind.joinsIdentities else { continue }
            try await ledger.append(batch)
            count += batch.count
            batch.removeAll(keepingCapacity: true)
            progress.advance(to: begun)
        }
        if !batch.isEmpty { try await ledger.append(batch) }
        count += batch.count
        try log.closeTelling()
        progress.finish()
        var answer = Answer(
            .object([
                "appended": .integer(count), "learners": .integer(learners), "position": .integer(count),
                "store": .string(global.store),
            ])
        )
        answer.say("\(count.counted("event")) of \(learners.counted("learner")) appended, through position \(count).")
        try answer.write(json: global.json)
    }
}

/// Names what generated events refer to, by their place: the first has position 1.
private struct GeneratedNames: ReferenceNamer {
    private var ids: [EventID] = []
    private var identifiers: [Position: (name: String, space: ReferenceSpace)] = [:]
    private var documents: [Position: Document] = [:]

    mutating func introduce(_ command: Command) {
        ids.append(command.id)
        let position = Position(rawValue: UInt32(ids.count))
        if let identifier = command.details.identifier { identifiers[position] = (identifier, command.kind.space) }
        // Units and grades are named by what the registry published.
        if command.kind.isRegistry, let document = command.details.document { documents[position] = document }
    }

    func name(of position: Position, in space: ReferenceSpace) -> String {
        if let identifier = identifiers[position], identifier.space == space { return identifier.name }
        let index = Int(position.rawValue) - 1
        return ids.indices.contains(index) ? "\(ids[index])" : "\(position)"
    }

    func document(at position: Position) -> Document? { documents[position] }
}
