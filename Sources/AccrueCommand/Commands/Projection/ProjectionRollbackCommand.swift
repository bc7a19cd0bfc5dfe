internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection rollback`: lets the slot serve that served before.
struct ProjectionRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Let the slot serve again that served before.",
        discussion:
            "Only the last switch can be undone: a second rollback leads forward again, to where the first came from."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let pointer = try slots.pointBack()
        let number = pointer.current
        let position = try slots.slot(number).state().position
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        var answer = Answer(.object(["current": .integer(number)]))
        answer.say("Slot \(number) serves again.")
        if position < end {
            answer.say("It speaks for position \(position), and the log ends at \(end): accrue projection update")
        }
        if let earlier = pointer.previous, !pointer.isRolledBack {
            Console.standard.note(
                "accrue: slot \(number) serves now, from which the rollback before led to slot \(earlier)"
            )
        }
        try answer.write(json: global.json)
    }
}
