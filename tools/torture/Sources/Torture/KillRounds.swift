import Accrue
import EventLog
import Foundation

/// Kills the worker at random moments, and looks at the store each time.
struct KillRounds {
    let folder: String
    let seed: UInt64

    /// - Parameter isOver: Asked before each round.
    /// - Returns: The number of rounds.
    func run(_ log: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        var random = SeededRandom(seed: seed)
        var round = 0
        var store = ""
        var said = Acknowledged()
        var batchSeed: UInt64 = 0
        while !isOver(round) {
            // A fresh store now and then, so that making one is cut off, too.
            if round % 40 == 0 {
                if !store.isEmpty { try? FileManager.default.removeItem(atPath: store) }
                store = "\(folder)/kill-\(round)"
                said = Acknowledged()
                batchSeed = random.next()
            }
            round += 1
            let delay = random.next() % 4 == 0 ? random.next() % 8_000 : random.next() % 60_000
            try await strike(store, batchSeed, microseconds: UInt32(delay), &said)
            guard FileManager.default.fileExists(atPath: store) else {
                if said.done > 0 { throw Finding("round \(round): the store is gone") }
                continue
            }
            do {
                let found = try await Verdict(store: store, seed: batchSeed)
                    .require(acknowledged: said.done, begun: said.begun, options: Worker.options)
                said.take("done \(found)\n")
            } catch {
                throw Finding("round \(round) of seed \(seed), killed after \(delay) µs: \(error) [\(store)]")
            }
            log.advance("kill", round)
        }
        return round
    }

    private func strike(_ store: String, _ seed: UInt64, microseconds: UInt32, _ said: inout Acknowledged) async throws
    {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["work", store, "\(seed)", "100000"]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(microseconds)
        kill(process.processIdentifier, SIGKILL)
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        said.take(String(decoding: output, as: UTF8.self))
    }
}
