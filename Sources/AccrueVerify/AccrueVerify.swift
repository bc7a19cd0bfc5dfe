internal import ArgumentParser
internal import Credit
internal import Glibc

/// The command `accrue-verify`: verifies evidence without a store, and without the program that made it.
@main
struct AccrueVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accrue-verify",
        abstract: "Verify evidence of learners' credit, offline, by keys that you have from elsewhere.",
        discussion: """
            Exit codes: 0 all holds, 1 the evidence holds and a claim does not follow from it, 2 usage, 7 the evidence does \
            not hold.
            """,
        version: accrueVersion,
        subcommands: [BundleCommand.self, ProofCommand.self]
    )

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let ended as EndedWith {
            Glibc.exit(ended.status)
        } catch {
            let text = fullMessage(for: error)
            let isHelp = exitCode(for: error) == .success
            Output.write(text, to: isHelp ? STDOUT_FILENO : STDERR_FILENO)
            Glibc.exit(isHelp ? 0 : 2)
        }
    }
}

/// The command has answered, and the answer is not a plain yes.
struct EndedWith: Error {
    let status: Int32
}
