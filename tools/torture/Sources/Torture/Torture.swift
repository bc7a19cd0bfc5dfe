import Accrue
import Foundation

/// Mistreats stores until something is lost, or time is over.
///
/// `Torture kill|images|flips|full|all [--minutes M | --rounds N] [--seed S] [--folder F]`
@main
struct Torture {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == "work" { return try await work(arguments) }
            if arguments.first == "flipped" { return try FlippedStore(arguments).run() }
            let plan = try Plan(arguments)
            try await plan.run()
        } catch {
            FileHandle.standardError.write(Data("FINDING: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func work(_ arguments: [String]) async throws {
        guard arguments.count >= 4, let seed = UInt64(arguments[2]), let last = Int(arguments[3]) else { exit(2) }
        let output = arguments.count > 4 ? open(arguments[4], O_WRONLY | O_CREAT | O_APPEND, 0o644) : 1
        try await Worker(store: arguments[1], seed: seed, last: last, acknowledgements: output).run()
    }
}
