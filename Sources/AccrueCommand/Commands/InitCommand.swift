internal import ArgumentParser
internal import EventCoding
internal import EventLog

/// `accrue init`: makes an empty store.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "init", abstract: "Make an empty store.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try LMDBEventLog.create(at: global.store)
        var answer = Answer(.object(["position": .integer(0), "store": .string(global.store)]))
        answer.say("An empty store is ready: \(global.store)")
        try answer.write(json: global.json)
    }
}
