import Accrue
import Foundation

/// What is to be done, and for how long.
struct Plan {
    private var kinds: [String] = []
    private var minutes = 1.0
    private var rounds: Int?
    private var seed = UInt64.random(in: 1...UInt64(UInt32.max))
    private var folder = FileManager.default.currentDirectoryPath

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--minutes": minutes = Double(rest.popFirst() ?? "") ?? minutes
            case "--rounds": rounds = Int(rest.popFirst() ?? "")
            case "--seed": seed = UInt64(rest.popFirst() ?? "") ?? seed
            case "--folder": folder = rest.popFirst() ?? folder
            case "all": kinds = ["kill", "images", "flips", "full"]
            case "kill", "images", "flips", "full": kinds.append(word)
            default: throw Finding("usage: \(word) is unknown; see tools/torture/README.md")
            }
        }
        if kinds.isEmpty { kinds = ["kill", "images", "flips", "full"] }
    }

    func run() async throws {
        let scratch = "\(folder)/torture-\(getpid())"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let progress = Progress()
        for kind in kinds {
            let end = Date().addingTimeInterval(60 * minutes / Double(kinds.count))
            let isOver = { (round: Int) in rounds.map { round >= $0 } ?? (Date() >= end) }
            print("\(kind): seed \(seed)")
            switch kind {
            case "kill":
                let count = try await KillRounds(folder: scratch, seed: seed).run(progress, until: isOver)
                print("kill: \(count) rounds, nothing lost")
            case "images":
                let count = try await CrashImages(folder: scratch, seed: seed).run(progress, until: isOver)
                print("images: \(count) images, nothing lost")
            case "flips":
                let count = try await BitFlips(folder: scratch, seed: seed).run(progress, until: isOver)
                print("flips: \(count) damaged files, no wrong answer")
            default:
                print("full: \(try await FullDisk(folder: scratch, seed: seed).run())")
            }
        }
        // What a finding left is kept for a look.
        try? FileManager.default.removeItem(atPath: scratch)
    }
}

/// Says on a terminal how far it is.
struct Progress {
    func advance(_ kind: String, _ count: Int) {
        guard isatty(2) == 1, count % 10 == 0 else { return }
        FileHandle.standardError.write(Data("\r\(kind): \(count)".utf8))
    }
}
