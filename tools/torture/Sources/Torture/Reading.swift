import Accrue
import Credit
import EventLog
import Foundation

/// Reads a store while another process appends to it, seals, merges and copies: what was acknowledged before a look began is
/// seen by it, whole. Each time also copies it, and lets a reader stand still meanwhile.
struct Reading {
    private static let batches = 400
    /// So many looks by one open log, which follows the writer.
    private static let looks = 40

    let folder: String
    /// Where nothing waits for a disk.
    let quick: String
    let seed: UInt64

    /// What was seen.
    struct Outcome {
        var looks = 0
        var copies = 0
        /// Copies that cannot be used, and say so.
        var refused = 0
        /// How many bytes a log grew beneath a stopped reader, and without one.
        var growth = (beside: 0, alone: 0)
    }

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Outcome {
        var outcome = Outcome()
        let stale = StaleReader(folder: quick + "/stale", seed: seed)
        do {
            outcome.growth = try stale.run()
        } catch {
            throw Finding("a stopped reader, seed \(seed): \(error) [\(stale.folder)]")
        }
        var (looks, round) = (0, UInt64(0))
        while !isOver(looks) {
            let seed = seed &+ round
            let place = "\(folder)/reads"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let said = place + "/said"
            let worker = try WorkerProcess(["work", place + "/store", "\(seed)", "\(Self.batches)", said])
            var random = SeededRandom(seed: seed)
            while worker.isRunning, !isOver(looks) {
                do {
                    looks += try look(place + "/store", said, seed, &random)
                    let before = acknowledged(said)
                    guard before.isOpened, random.next().isMultiple(of: 8) else { continue }
                    outcome.copies += 1
                    if try await StaleReader.copy(
                        place + "/store",
                        to: place + "/copy",
                        seed,
                        acknowledged: before.done
                    ) {
                        outcome.refused += 1
                    }
                } catch {
                    worker.stop()
                    throw Finding("seed \(seed): \(error) [\(place)]")
                }
                progress.advance("reads", looks)
            }
            if worker.isRunning { worker.stop() } else { _ = try worker.end() }
            try FileManager.default.removeItem(atPath: place)
            round += 1
        }
        outcome.looks = looks
        return outcome
    }

    /// Opens the store, and looks at it some times while it grows.
    private func look(_ store: String, _ said: String, _ seed: UInt64, _ random: inout SeededRandom) throws -> Int {
        guard acknowledged(said).isOpened else { return 0 }
        let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
        defer { try? log.close() }
        for _ in 0..<Self.looks {
            let done = acknowledged(said).done
            try log.read { (snapshot) throws(AccrueError) in
                let found = Int(snapshot.learnerCount)
                guard found >= done else {
                    throw AccrueError(.positionsMissing, "\(done) acknowledged, \(found) seen")
                }
                guard found > 0 else { return }
                for number in [found, 1 + Int(random.next() % UInt64(found))] {
                    let batch = Batch(number, seed: seed)
                    let events = try snapshot.events(ofLearner: UInt32(number))
                    guard let learner = events.first?.position,
                        events.map(\.command) == [batch.introduction] + batch.notes(of: learner),
                        try snapshot.position(of: batch.identifier, in: .learner) == learner,
                        try snapshot.position(ofEvent: batch.introduction.id) == learner
                    else { throw AccrueError(.recordDamaged, "batch \(number) is not what was appended") }
                }
            }
        }
        if let finding = log.check().findings.first { throw Finding("check: \(finding)") }
        return Self.looks
    }

    private func acknowledged(_ file: String) -> Acknowledged {
        var said = Acknowledged()
        said.take((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
        return said
    }
}
