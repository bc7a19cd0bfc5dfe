internal import ArgumentParser

/// `accrue completions`: what a shell needs to complete the command line.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.",
        discussion: "For bash: accrue completions bash > ~/.local/share/bash-completion/completions/accrue"
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash
        case zsh
        case fish

        fileprivate var shell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        try Console.standard.write(RootCommand.completionScript(for: shell.shell) + "\n")
    }
}
