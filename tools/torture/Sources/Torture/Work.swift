import EventLog
import Foundation

/// What a worker does in a folder of its own, and what must hold of it whatever became of the worker.
struct Work {
    /// Where the store is, and its copies.
    let folder: String
    private let seed: UInt64
    /// Nil where it appends to the log itself.
    private let lines: Import?
    private let last: Int

    var store: String { folder + "/store" }

    /// - Parameters:
    ///   - imports: Whether it imports lines through the façade, or appends to the log itself.
    ///   - last: It ends after so many batches.
    init(in folder: String, seed: UInt64, imports: Bool, last: Int = 100_000) async throws {
        (self.folder, self.seed, self.last) = (folder, seed, last)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        lines = imports ? try await Import(seed: seed, in: folder) : nil
    }

    /// What the worker's process is told.
    var arguments: [String] {
        if let lines { return ["import", store, lines.file, "\(last)"] }
        return ["work", store, "\(seed)", "\(last)"]
    }

    /// Whether the worker will come to say a word, soon, with the store as it is.
    func comes(_ word: String) -> Bool {
        switch word {
        case "making": !FileManager.default.fileExists(atPath: store)
        case "copying", "stating", "closing": lines == nil
        default: true
        }
    }

    /// Requires that the store and its copies are what they must be; takes in how far they go.
    func require(_ said: inout Acknowledged) async throws {
        guard FileManager.default.fileExists(atPath: store) else {
            if said.isOpened { throw Finding("the store is gone") }
            return
        }
        let found: Int
        if let lines {
            found = try lines.require(of: store, said)
        } else {
            found = try await Verdict(store: store, seed: seed)
                .require(acknowledged: said.done, begun: said.begun, options: Worker.options)
        }
        said.take("open \(found)\n")
        try Self.requireCopies(in: folder)
    }

    /// Requires that a backup that has its name is whole, and removes it.
    static func requireCopies(in folder: String) throws {
        let again = folder + "/again"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasPrefix("store-copy") && !name.contains(".part") {
            try LMDBEventLog.restore(from: folder + "/" + name, to: again)
            try FileManager.default.removeItem(atPath: again)
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    /// Begins anew with nothing there.
    func clear() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("store") {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }
}
