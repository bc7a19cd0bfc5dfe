import Accrue
import Foundation

/// Kills the worker at random moments, and looks at the store each time.
struct KillRounds {
    /// A fresh store after so many rounds, so that making one is cut off, too.
    private static let roundsPerStore = 40
    /// After which word of the worker it is killed, and within how many microseconds; soon after the rarer ones.
    private static let moments: [(word: String?, within: UInt64)] = [
        (nil, 60_000), (nil, 8_000), ("making", 3_000), ("opening", 1_500), ("opening", 60_000), ("begin", 60_000),
        ("copying", 3_000), ("restoring", 3_000), ("stating", 1_000), ("closing", 1_500), ("rebuilding", 5_000),
        ("projecting", 5_000),
    ]

    let folder: String
    let seed: UInt64

    /// - Parameter isOver: Asked before each round.
    /// - Returns: The number of rounds, and at what they struck.
    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> (rounds: Int, moments: Moments) {
        var random = SeededRandom(seed: seed)
        var (round, counts) = (0, Moments())
        while !isOver(round) {
            let series = round / Self.roundsPerStore
            let place = "\(folder)/kill-\(series)"
            // Every third store is filled by lines.
            let work = try await Work(in: place, seed: random.next(), imports: series % 3 == 2)
            var said = Acknowledged()
            repeat {
                round += 1
                let moments = Self.moments.filter { $0.word.map(work.comes) ?? true }
                let (word, within) = moments[Int(random.next() % UInt64(moments.count))]
                let delay = UInt32(random.next() % within)
                do {
                    said.take(try WorkerProcess(work.arguments).kill(after: word, microseconds: delay))
                    counts.take(said, at: work)
                    try await work.require(&said)
                } catch {
                    let moment = "\(delay) µs after \(word ?? "its start")"
                    throw Finding("round \(round) of seed \(seed), killed \(moment): \(error) [\(place)]")
                }
                progress.advance("kill", round)
            } while round % Self.roundsPerStore != 0 && !isOver(round)
            try FileManager.default.removeItem(atPath: place)
        }
        return (round, counts)
    }
}
