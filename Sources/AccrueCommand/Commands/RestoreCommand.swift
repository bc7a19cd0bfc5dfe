internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue restore`: makes a store from a backup.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a store from a backup, after verifying it.",
        discussion: "The store (--store) must be new or an empty folder."
    )

    @Argument(help: "The backup's folder.", completion: .directory)
    var folder: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try LMDBEventLog.restore(from: folder, to: global.store)
        let backup = try Backup(at: folder)
        var answer = Answer(
            .object([
                "backup": .string(folder), "log": .string("\(backup.log)"),
                "position": .integer(backup.position.rawValue), "store": .string(global.store),
            ])
        )
        answer.say("Restored through position \(backup.position): \(global.store)")
        answer.say(
            "Checkpoints are not in a backup: put back the folder checkpoints, or take them from who noted them."
        )
        try answer.write(json: global.json)
    }
}
