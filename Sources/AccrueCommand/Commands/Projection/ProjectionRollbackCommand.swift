internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection rollback`: lets the slot serve that served before.
struct ProjectionRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Let the slot serve again that served before."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let number = try slots.pointBack()
        let position = try slots.slot(number).state().position
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        var answer = Answer(.object(["current": .integer(number)]))
        answer.say("Slot \(number) serves again.")
        if position < end {
            answer.say("It speaks for position \(position), and the log ends at \(end): accrue projection update")
        }
        try answer.write(json: global.json)
    }
}
