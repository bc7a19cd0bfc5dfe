internal import Accrue
internal import ArgumentParser
internal import EventLog

/// `accrue audit`: what an auditor asks.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Replay histories, find exceptions, draw samples, and take the evidence along.",
        subcommands: [
            AuditReplayCommand.self, AuditDiffCommand.self, AuditExceptionsCommand.self, AuditSampleCommand.self,
            AuditExportCommand.self,
        ]
    )
}
