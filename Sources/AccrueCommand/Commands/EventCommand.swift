internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue event`: one event, whole.
struct EventCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Show one event with all that it says, and its identifiers.",
        discussion: "Balances, histories and progress name events by their positions."
    )

    @Argument(help: "Its position, its event id, or its identifier.")
    var event: String

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let event = try view.event(event)
            let document = try wording.document(event)
            var answer = Answer(document)
            answer.say("\(wording.kind(event)), at position \(event.position)", .strong)
            answer.say("As known at \(try wording.state())")
            answer.skip()
            var table = Table([.text("Field"), .text("Value", shrinks: true)])
            for member in document.object?.members ?? [] { table.append([member.key, Self.text(of: member.value)]) }
            answer.show(table)
            return answer
        }
        try answer.write(json: global.json)
    }

    private static func text(of value: JSONValue) -> String {
        switch value {
        case .string(let text), .number(let text): text
        default: String(value.line.dropLast())
        }
    }
}
