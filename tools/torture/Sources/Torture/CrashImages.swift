import Accrue
import EventLog
import Foundation

/// Rebuilds the disk as a power cut may leave it after each operation of a worker, and opens every such image.
struct CrashImages {
    private static let batches = 100
    /// So many passes are made over what a worker did, each looking after other operations: a short run sees all sorts.
    private static let passes = 16

    let folder: String
    let seed: UInt64

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        var images = 0
        var round: UInt64 = 0
        while !isOver(images) {
            // Every other worker imports, and fills slots.
            let work = try await Work(
                in: "\(folder)/recorded",
                seed: seed &+ round,
                imports: round % 2 == 1,
                last: Self.batches
            )
            let recording = try record(work)
            for pass in 0..<Self.passes where !isOver(images) {
                try await examine(recording, work, pass, seed &+ round, progress, &images, isOver)
            }
            try FileManager.default.removeItem(atPath: work.folder)
            round += 1
        }
        return images
    }

    /// Lets a worker append, and notes what it does to its files.
    private func record(_ work: Work) throws -> Recording {
        let log = work.folder + ".operations"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let said = work.folder + "/" + Work.said
        let recording = ["RECORDER_FOLDER": work.folder, "RECORDER_LOG": log, "RECORDER_SAID": said]
        _ = try WorkerProcess(work.arguments + [said], recording: recording).end()
        let recorded = try Recording(log, in: work.folder)
        var durability = Durability(recorded, said: Work.said, on: Disk())
        try durability.require()
        return recorded
    }

    private func examine(
        _ recording: Recording,
        _ work: Work,
        _ pass: Int,
        _ seed: UInt64,
        _ progress: Progress,
        _ images: inout Int,
        _ isOver: (Int) -> Bool
    ) async throws {
        var disk = Disk()
        for (index, operation) in recording.operations.enumerated() {
            disk.apply(operation)
            guard index % Self.passes == pass else { continue }
            // What the worker says is no part of its store.
            if case .write(Work.said, _, _, _) = operation { continue }
            for (number, loss) in (disk.isUnsettled ? Disk.Loss.allCases : [.nothing]).enumerated() {
                if isOver(images) { return }
                var random = SeededRandom(seed: seed &+ UInt64(index * 16 + number))
                let image = folder + "/image"
                try disk.crash(into: image, loss, &random)
                var said = Acknowledged()
                said.take(disk.text(of: Work.said))
                let readsFirst = random.next().isMultiple(of: 2)
                try await look(image, work, said, readsFirst, "operation \(index), losing \(loss) of seed \(seed)")
                images += 1
                progress.advance("images", images)
            }
        }
    }

    private func look(
        _ image: String,
        _ work: Work,
        _ said: Acknowledged,
        _ readsFirst: Bool,
        _ name: String
    ) async throws {
        do {
            var said = said
            try await work.at(image).require(&said, readsFirst: readsFirst)
        } catch {
            throw Finding("\(name), \(said.done) acknowledged: \(error) [\(image)]")
        }
    }
}
