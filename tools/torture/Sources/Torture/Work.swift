import EventLog
import Foundation

/// What a worker does in a folder of its own, and what must hold of it whatever became of the worker.
struct Work {
    /// Where the store is, and its copies.
    private(set) var folder: String
    private let seed: UInt64
    /// Nil where it appends to the log itself.
    private let lines: Import?
    let from: Int
    private let last: Int

    var store: String { folder + "/store" }
    var imports: Bool { lines != nil }
    private var prepared: String { folder + "/prepared" }
    /// Where a worker that is recorded says what it does; named like what is cleared away, and nothing of a store.
    static let said = "store.said"

    /// What is acknowledged before the worker begins.
    var beginning: Acknowledged {
        var said = Acknowledged()
        if from > 0 { said.take("open \(from)\n") }
        return said
    }

    /// - Parameters:
    ///   - imports: Whether it imports lines through the façade, or appends to the log itself.
    ///   - from: It begins with a store that has so many batches.
    ///   - last: It ends after so many.
    init(in folder: String, seed: UInt64, imports: Bool, from: Int = 0, last: Int = 100_000) async throws {
        (self.folder, self.seed, self.from, self.last) = (folder, seed, from, last)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        lines = imports ? try await Import(seed: seed, in: folder) : nil
        guard from > 0 else { return }
        _ = try WorkerProcess(arguments(to: from)).end()
        try FileManager.default.moveItem(atPath: store, toPath: prepared)
        clear()
    }

    /// The same work in another folder.
    func at(_ folder: String) -> Work {
        var work = self
        work.folder = folder
        return work
    }

    /// What the worker's process is told.
    var arguments: [String] { arguments(to: last) }

    private func arguments(to last: Int) -> [String] {
        if let lines { return ["import", store, lines.file, "\(last)"] }
        return ["work", store, "\(seed)", "\(last)"]
    }

    /// Whether the worker will come to say a word, soon, with the store as it is.
    func comes(_ word: String) -> Bool {
        switch word {
        case "making": !FileManager.default.fileExists(atPath: store)
        case "copying", "restoring", "stating", "closing", "rebuilding": !imports
        case "projecting": imports
        default: true
        }
    }

    /// The disk as it is when the worker begins.
    func disk() throws -> Disk { from > 0 ? try Disk(holding: prepared, as: "store") : Disk() }

    /// Requires that the store and its copies are what they must be; takes in how far they go.
    ///
    /// - Parameter readsFirst: Whether somebody who only reads opens it before anybody writes.
    func require(_ said: inout Acknowledged, readsFirst: Bool = false) async throws {
        guard FileManager.default.fileExists(atPath: store) else {
            if said.isOpened { throw Finding("the store is gone") }
            return
        }
        if readsFirst {
            do {
                if let lines {
                    _ = try await lines.require(of: store, said, writes: false)
                } else {
                    try Verdict(store: store, seed: seed).look(acknowledged: said.done, begun: said.begun)
                }
            } catch {
                throw Finding("by a reader: \(error)")
            }
        }
        let found: Int
        if let lines {
            found = try await lines.require(of: store, said)
        } else {
            found = try await Verdict(store: store, seed: seed)
                .require(acknowledged: said.done, begun: said.begun, options: Worker.options)
        }
        said.take("open \(found)\n")
        try Self.requireCopies(in: folder)
    }

    /// Requires that a backup or restored store that has its name is whole, and removes it.
    static func requireCopies(in folder: String) throws {
        let again = folder + "/again"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.contains(".part") {
            let path = folder + "/" + name
            if name.hasPrefix("store-copy") {
                try LMDBEventLog.restore(from: path, to: again)
                try FileManager.default.removeItem(atPath: again)
            } else if name.hasPrefix("store-restored") {
                if let finding = try LMDBEventLog.check(at: path).findings.first {
                    throw Finding("\(name): \(finding)")
                }
            } else {
                continue
            }
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// Begins anew, with nothing there or the store that is prepared.
    func begin() throws {
        clear()
        if from > 0 { try FileManager.default.copyItem(atPath: prepared, toPath: store) }
    }

    private func clear() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix("store") {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }
}
