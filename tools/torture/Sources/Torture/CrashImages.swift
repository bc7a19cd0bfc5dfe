import Accrue
import EventLog
import Foundation

/// Rebuilds the disk as a power cut may leave it after each operation of a worker, and opens every such image.
struct CrashImages {
    private static let said = "said"
    private static let batches = 60
    private static let subsets = 3

    let folder: String
    let seed: UInt64

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        var images = 0
        var round: UInt64 = 0
        while !isOver(images) {
            let recording = try record(seed &+ round)
            try await examine(recording, seed &+ round, progress, &images, isOver)
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
        let process = Process()
        let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        process.executableURL = executable
        process.arguments = ["work", watched + "/store", "\(seed)", "\(Self.batches)", watched + "/" + Self.said]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "LD_PRELOAD": executable.deletingLastPathComponent().appendingPathComponent("libRecorder.so").path,
            "RECORDER_FOLDER": watched, "RECORDER_LOG": log,
        ]) { $1 }
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Finding("the recorded worker of seed \(seed) failed") }
        return try Recording(log, in: watched)
    }

    private func examine(
        _ recording: Recording,
        _ seed: UInt64,
        _ progress: Progress,
        _ images: inout Int,
        _ isOver: (Int) -> Bool
    ) async throws {
        var disk = Disk()
        for (index, operation) in recording.operations.enumerated() {
            disk.apply(operation)
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
            // A backup that has its name is whole.
            for name in try FileManager.default.contentsOfDirectory(atPath: image)
            where name.hasPrefix("store-copy") && !name.contains(".part") {
                try? FileManager.default.removeItem(atPath: image + "/again")
                try LMDBEventLog.restore(from: image + "/" + name, to: image + "/again")
            }
        } catch {
            throw Finding("\(name), \(said.done) acknowledged: \(error) [\(image)]")
        }
    }
}
