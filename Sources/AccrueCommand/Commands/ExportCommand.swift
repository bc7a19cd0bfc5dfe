internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventLog

/// `accrue export`: the log as lines.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the events as lines of JSON, which append takes again.",
        discussion: "A line also carries position, recordedAt and learnerVersion, which append leaves aside."
    )

    @Option(help: ArgumentHelp("The first event.", valueName: "position"))
    var from: UInt32 = 1

    @Option(help: ArgumentHelp("The last event (default: the last that there is).", valueName: "position"))
    var through: UInt32?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if from == 0 { throw ValidationError("Positions begin at 1.") }
        if let through, through < from { throw ValidationError("The last event lies before the first.") }
    }

    func run() throws {
        let last = try global.read { (view) throws(AccrueError) -> Position in
            let last = through.map(Position.init(rawValue:)) ?? view.known
            guard last <= view.known else { throw AccrueError(.notFound, "position \(last)", field: "--through") }
            guard last.rawValue >= from else { return last }
            let progress = ProgressLine("Exporting", "events", total: Int(last.rawValue - from) + 1)
            defer { progress.finish() }
            try view.log.forEachEvent(from: Position(rawValue: from), through: last) { (event) throws(AccrueError) in
                try Console.standard.writeLine(view.line(of: event))
                progress.advance(to: Int(event.position.rawValue - from) + 1)
            }
            return last
        }
        try Console.standard.flush()
        let count = last.rawValue >= from ? Int(last.rawValue - from) + 1 : 0
        if !global.json { Console.standard.note("\(count.counted("event")) exported, through position \(last).") }
    }
}

extension Console {
    /// Writes the bytes of a line from where only errors of the ledger may be thrown.
    ///
    /// A reader that has gone is told by an error, at which the process ends without a word.
    func writeLine(_ bytes: [UInt8]) throws(AccrueError) {
        do throws(OutputError) {
            try write(String(decoding: bytes, as: UTF8.self) + "\n")
        } catch {
            throw AccrueError(output: error)
        }
    }
}
