internal import ArgumentParser

/// `accrue log`: the log itself.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Look at the log itself.",
        subcommands: [LogStatCommand.self, LogPublishCommand.self]
    )
}
