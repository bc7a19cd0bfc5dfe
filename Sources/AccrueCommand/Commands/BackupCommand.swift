internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue backup`: copies the log.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the log to a new folder, and verify the copy.",
        discussion: "Others may read and append meanwhile."
    )

    @Argument(help: "The backup's folder, which must be new or empty.", completion: .directory)
    var folder: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let log = try LMDBEventLog(path: global.store, writes: false)
        let backup = try log.backup(to: folder)
        var answer = Answer(
            .object([
                "backup": .string(folder), "leaf": .string("\(backup.leaf)"), "log": .string("\(backup.log)"),
                "position": .integer(backup.position.rawValue),
            ])
        )
        answer.say("Backed up through position \(backup.position), and verified: \(folder)")
        try answer.write(json: global.json)
    }
}
