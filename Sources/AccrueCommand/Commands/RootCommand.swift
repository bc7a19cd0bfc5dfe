internal import ArgumentParser
internal import Credit
internal import EventCoding
import Foundation
import Glibc

/// The command `accrue`.
@main
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accrue",
        abstract: "Keeps learners' credit: what they learned, who recognised it, and what counts.",
        discussion: """
            A store is a log of events that is only ever appended to; every answer is computed from it and names the \
            position in the log for which it speaks.

            Exit codes: 0 yes; 1 checked, the answer is no; 2 usage; 3 input rejected; 4 conflict; 5 not found; 6 not \
            permitted by the system; 7 integrity failure; 8 store busy, full or locked; 70 internal.
            """,
        version: accrueVersion,
        groupedSubcommands: [
            CommandGroup(name: "Question", subcommands: questions),
            CommandGroup(name: "Event", subcommands: [AppendCommand.self, ExportCommand.self, GenerateCommand.self]),
            CommandGroup(name: "Rule", subcommands: [RulesCommand.self]),
            CommandGroup(
                name: "Proof",
                subcommands: [
                    AuditCommand.self, KeyCommand.self, CheckpointCommand.self, WitnessCommand.self, ProofCommand.self,
                    VerifyCommand.self,
                ]
            ),
            CommandGroup(
                name: "Store",
                subcommands: [
                    InitCommand.self, LogCommand.self, CheckCommand.self, DoctorCommand.self, BackupCommand.self,
                    RestoreCommand.self, ProjectionCommand.self,
                ]
            ),
            CommandGroup(name: "Help", subcommands: [ErrorCommand.self, CompletionsCommand.self]),
        ]
    )

    private static let questions: [any ParsableCommand.Type] = [
        BalanceCommand.self, ProgressCommand.self, WhyNotCommand.self, WhyCommand.self, HistoryCommand.self,
        LearnerCommand.self,
        EventCommand.self, CatalogueCommand.self, InstitutionCommand.self, QualificationCommand.self,
        AgreementCommand.self,
    ]

    /// Runs the command that the arguments name, and ends the process.
    static func main() async {
        tellCrashes()
        refuseUnknownCommand()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try Console.standard.flush()
        } catch let ended as EndedWith {
            end(ended.status)
        } catch let error as AccrueError {
            end(error)
        } catch let refusal as FileRefusal {
            end(Failure(refusal))
        } catch let error as OutputError {
            end(AccrueError(output: error))
        } catch {
            endParsing(error)
        }
    }

    /// The parser would only complain of unexpected arguments.
    private static func refuseUnknownCommand() {
        var (command, way): (any ParsableCommand.Type, String) = (RootCommand.self, "accrue")
        for asked in CommandLine.arguments.dropFirst().drop(while: { $0 == "help" }) {
            let configuration = command.configuration
            let subcommands = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            guard !subcommands.isEmpty, !asked.isEmpty, !asked.hasPrefix("-") else { return }
            guard let next = subcommands.first(where: { names(of: $0).contains(asked) }) else {
                let suggestion = NearestName.suggestion(for: asked, among: subcommands.flatMap(names(of:)))
                end(Failure(usage: "\(way): no such command: \(asked)\(suggestion)"))
            }
            (command, way) = (next, "\(way) \(asked)")
        }
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command.configuration.commandName].compactMap(\.self) + command.configuration.aliases
    }

    /// Help and versions are asked for by what the parser throws, too.
    private static func endParsing(_ error: any Error) -> Never {
        let text = fullMessage(for: error)
        switch exitCode(for: error) {
        case .success:
            try? Console.standard.write(text + "\n")
            end(.success)
        case .validationFailure: end(Failure(usage: text))
        default: end(Failure(unexpected: error))
        }
    }

    private static func end(_ error: AccrueError) -> Never {
        // Who read our output has seen enough: a reason to stop, none to complain.
        if error.isBrokenPipe { end(.success) }
        end(Failure(error))
    }

    private static func end(_ failure: Failure) -> Never {
        failure.report(json: CommandLine.arguments.contains("--json"))
        end(failure.status)
    }

    private static func end(_ status: ExitStatus) -> Never {
        try? Console.standard.flush()
        Glibc.exit(status.rawValue)
    }

    /// A file that is cut short while it is mapped, and a page that is not what LMDB takes it for, are told by a signal, not
    /// by an error. Every other signal of a crash is that of a mistake in Accrue.
    private static func tellCrashes() {
        signal(SIGBUS) { _ in
            let text: StaticString = "accrue: E-INT-002 the store's file is damaged; accrue doctor says what to do\n"
            _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(7)
        }
        for fault in [SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGFPE] {
            signal(fault) { _ in
                let text: StaticString = """
                    accrue: internal error: this process had to end without an answer; what was acknowledged is kept, and \
                    accrue doctor looks at the store

                    """
                _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                _exit(70)
            }
        }
    }
}

/// The command has answered, and the answer is not a plain yes.
struct EndedWith: Error {
    let status: ExitStatus

    init(_ status: ExitStatus) {
        self.status = status
    }
}
