internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import Projections

/// `accrue projection drop`: removes a slot.
struct ProjectionDropCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Remove a slot that does not serve."
    )

    @Argument(help: "The slot.")
    var slot: Int

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try global.slots().drop(slot)
        var answer = Answer(.object(["dropped": .integer(slot)]))
        answer.say("Slot \(slot) is removed.")
        try answer.write(json: global.json)
    }
}
