internal import ArgumentParser

/// `accrue key`: keys that sign checkpoints, and keys that witnesses cosign with.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key, show the part of it that others need to verify, protect it, hand it over to another.",
        subcommands: [KeyNewCommand.self, KeyShowCommand.self, KeyProtectCommand.self, KeyRotateCommand.self]
    )
}
