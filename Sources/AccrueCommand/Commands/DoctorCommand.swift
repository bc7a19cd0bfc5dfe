internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue doctor`: what is wrong with a store, and what to do.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with a store and what to do; make again what is computed from the log.",
        discussion: """
            Looks at the folder, who uses it, the log with every record, the indices, the disk, the clock, checkpoints and \
            stored projections. Others may read and append meanwhile.

            With --rebuild the index runs are made again from the log and leftovers are removed, while nobody appends. \
            The log itself is never changed.

            Exit codes: 0 all is well, 1 something computed from the log is wrong and can be made again, 7 the log or a \
            checkpoint is damaged; 5, 6 or 8 where the store cannot be looked at or rebuilt now.
            """
    )

    @Flag(help: "Make the index runs again from the log, and remove leftovers. Nobody may append meanwhile.")
    var rebuild = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        var report = DoctorReport(store: global.store)
        if rebuild { report.rebuild() }
        let progress = ProgressLine("Checking", "events")
        defer { progress.finish() }
        report.examine {
            progress.advance(to: Int($0.position.rawValue), of: Int($0.last.rawValue))
        }
        progress.finish()
        try report.answer.write(json: global.json)
        if report.status != .success { throw EndedWith(report.status) }
    }
}
