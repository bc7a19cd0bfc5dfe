internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
import Foundation
internal import Transparency

/// `accrue log publish`: writes the tree as static files that any monitor of transparency logs can read.
struct LogPublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write the signed tree to a folder of static files, for any web server (C2SP tlog-tiles).",
        discussion: """
            Hash tiles tell nothing of any learner. With --entries the entries are written, too: pseudonymous histories, \
            for a named auditor and not for the public. Full tiles that are there are left as they are; a folder \
            with another log, or another history of this one, is refused.
            """
    )

    @Argument(help: "The folder; it is made where there is none.", completion: .directory)
    var folder: String

    @Flag(help: "Write the entries, too.")
    var entries = false

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let note = try which.note(in: Checkpoints(ofStore: global.store))
        let log = try LMDBEventLog(path: global.store, writes: false)
        let published = try Ledger(log).publish(note, to: folder, withEntries: entries)
        var answer = Answer(
            .object([
                "folder": .string(folder), "size": .integer(published.events), "tiles": .integer(published.tiles),
                "written": .integer(published.written),
            ])
        )
        answer.say(
            "\(published.tiles.counted("tile")) over \(published.events) events in \(folder), \(published.written) written."
        )
        try answer.write(json: global.json)
    }
}
