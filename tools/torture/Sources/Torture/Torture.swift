import Accrue
import Foundation

/// Mistreats stores until something is lost, or time is over.
///
/// `Torture kill|points|faults|images|flips|reads|full|all [--minutes M | --rounds N] [--seed S] [--folder F]`
@main
struct Torture {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == "work" || arguments.first == "import" { return try await work(arguments) }
            if arguments.first == "hold", arguments.count == 2 { return try StaleReader.work(arguments[1]) }
            if arguments.first == "torn", arguments.count == 2 { return try StaleReader.open(copy: arguments[1]) }
            if arguments.first == "flipped" { return try await FlippedStore(arguments).run() }
            let plan = try Plan(arguments)
            try await plan.run()
        } catch {
            FileHandle.standardError.write(Data("FINDING: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func work(_ arguments: [String]) async throws {
        guard arguments.count >= 4, let last = Int(arguments[3]) else { exit(2) }
        let output = arguments.count > 4 ? open(arguments[4], O_WRONLY | O_CREAT | O_APPEND, 0o644) : 1
        let speaker = Speaker(descriptor: output)
        if arguments[0] == "import" {
            return try await Import.work(arguments[2], store: arguments[1], last: last, speaker)
        }
        guard let seed = UInt64(arguments[2]) else { exit(2) }
        try await Worker(store: arguments[1], seed: seed, last: last, speaker: speaker).run()
    }
}
