import Accrue
import EventLog
import Foundation

/// Rebuilds the disk as a power cut may leave it after each operation of a worker, and opens every such image.
struct CrashImages {
    private static let said = "said"
    private static let batches = 100
    /// So many passes are made over what a worker did, each looking after other operations: a short run sees all sorts.
    private static let passes = 16
    private static let subsets = 3

    let folder: String
    let seed: UInt64

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        var images = 0
        var round: UInt64 = 0
        while !isOver(images) {
            let recording = try record(seed &+ round)
            for pass in 0..<Self.passes where !isOver(images) {
                try await examine(recording, pass, seed &+ round, progress, &images, isOver)
            }
            round += 1
        }
        return images
    }

    /// Lets a worker append, and notes what it does to its files.
    private func record(_ seed: UInt64) throws -> Recording {
        let watched = "\(folder)/recorded-\(seed)"
        let log = watched + ".operations"
        try FileManager.default.createDirectory(atPath: watched, withIntermediateDirectories: true)
        defer {
            try? FileManager.default.removeItem(atPath: watched)
            try? FileManager.default.removeItem(atPath: log)
        }
        let arguments = ["work", watched + "/store", "\(seed)", "\(Self.batches)", watched + "/" + Self.said]
        _ = try WorkerProcess(arguments, recording: ["RECORDER_FOLDER": watched, "RECORDER_LOG": log]).end()
        return try Recording(log, in: watched)
    }

    private func examine(
        _ recording: Recording,
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
            if case .write(Self.said, _, _, _) = operation { continue }
            for subset in 0..<(disk.isUnsettled ? Self.subsets : 1) {
                if isOver(images) { return }
                var random = SeededRandom(seed: seed &+ UInt64(index * 16 + subset))
                let image = folder + "/image"
                try disk.crash(into: image, losesNothing: subset == 0, &random)
                var said = Acknowledged()
                said.take(disk.text(of: Self.said))
                try await look(image, said, "operation \(index), subset \(subset) of seed \(seed)", seed)
                images += 1
                progress.advance("images", images)
            }
        }
    }

    private func look(_ image: String, _ said: Acknowledged, _ name: String, _ seed: UInt64) async throws {
        let store = image + "/store"
        // Where nothing was said, the store may not be there yet; it is made in one step.
        guard FileManager.default.fileExists(atPath: store) else {
            if said.isOpened { throw Finding("\(name): the store is gone") }
            return
        }
        do {
            try await Verdict(store: store, seed: seed)
                .require(acknowledged: said.done, begun: said.begun, options: Worker.options)
            try Work.requireCopies(in: image)
        } catch {
            throw Finding("\(name), \(said.done) acknowledged: \(error) [\(image)]")
        }
    }
}
