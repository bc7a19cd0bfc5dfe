internal import ArgumentParser

/// `accrue checkpoint`: what the log says of itself at a size, signed.
struct CheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign what the log is, have it witnessed, and verify what was signed.",
        subcommands: [
            CheckpointSignCommand.self, CheckpointListCommand.self, CheckpointShowCommand.self,
            CheckpointRequestCommand.self, CheckpointAddCommand.self, CheckpointVerifyCommand.self,
        ]
    )
}
