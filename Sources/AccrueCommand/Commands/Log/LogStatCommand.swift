internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue log stat`: sizes and counts.
struct LogStatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Show sizes and counts of the store."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let log = try LMDBEventLog(path: global.store, writes: false)
        let statistics = try log.statistics()
        var answer = Answer(
            .object([
                "indexBytes": .integer(statistics.runBytes),
                "indexRuns": .integer(statistics.runs), "learners": .integer(statistics.learners),
                "log": .string("\(log.identity)"), "logBytes": .integer(statistics.logBytes),
                "mapBytes": .integer(statistics.mapBytes), "position": .integer(statistics.events),
                "size": .integer(statistics.events), "store": .string(global.store),
                "unsealedEvents": .integer(statistics.unsealedEvents),
            ])
        )
        answer.say("The log \(log.identity) in \(global.store), at position \(statistics.events)", .strong)
        answer.skip()
        var table = Table([.text("What"), .number("Size")])
        table.append(["events", "\(statistics.events)"])
        table.append(["learners", "\(statistics.learners)"])
        table.append(["bytes of the log", "\(statistics.logBytes)"])
        if statistics.events > 0 {
            table.append(["bytes of an event", "\(statistics.logBytes / Int(statistics.events))"])
        }
        table.append(["sealed indices", "\(statistics.runs)"])
        table.append(["bytes of indices", "\(statistics.runBytes)"])
        table.append(["events indexed in memory", "\(statistics.unsealedEvents)"])
        table.append(["bytes reserved", "\(statistics.mapBytes)"])
        answer.show(table)
        try answer.write(json: global.json)
    }
}
