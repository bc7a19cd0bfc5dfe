import AccrueTestKit
import Credit
import Foundation
import Glibc
import LMDB
import Testing

@testable import EventLog

/// The files of a store: who may read them, and what processes leave that died.
@Suite struct StoreFilesTests {
    private let store: TemporaryLog
    private var folder: StoreFolder { StoreFolder(path: store.path) }

    init() async throws {
        store = try TemporaryLog(sealInterval: 64)
        let log = try store.open()
        try await log.append(learners: 1...80)
        let last = try log.read { $0.position }
        try log.keep(try log.heads(through: last), through: last)
        try log.backup(to: store.folder["backup"])
        try log.close()
        try LMDBEventLog.restore(from: store.folder["backup"], to: store.folder["restored"], options: store.options)
    }

    @Test func `no file of a store is more open than its log`() throws {
        var names: Set<String> = []
        let paths = try #require(FileManager.default.enumerator(atPath: store.folder.path)).compactMap { $0 as? String }
        for path in paths {
            let attributes = try FileManager.default.attributesOfItem(atPath: store.folder[path])
            let mode = try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(mode & ~(isFolder ? 0o750 : 0o640) == 0, "\(path) has \(String(mode, radix: 8))")
            names.insert(URL(fileURLWithPath: path).lastPathComponent)
        }
        #expect(
            names.isSuperset(of: ["data.mdb", "lock.mdb", "head", "writer.lock", "statement", "heads", "manifest"])
        )
        #expect(names.contains { $0.hasSuffix(".run") })
    }

    /// The number of a process that has ended.
    private static func endedProcess() throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        return process.processIdentifier
    }

    @Test func `what a process left that died is named by the doctor, and removed by the next writer`() throws {
        let gone = try Self.endedProcess()
        for place in [folder.checkpoints, folder.projections] { try folder.files.makeFolder(place) }
        let left = [
            "\(folder.head).\(gone).part", "\(folder.tree)/statement.\(gone).part",
            "\(folder.checkpoints)/0000000320.\(gone).part", "\(folder.projections)/current.\(gone).part",
        ]
        // Of a process that lives, of nobody, and what only looks so.
        let others = [
            "\(folder.checkpoints)/0000000320.\(getppid()).part", "\(folder.checkpoints)/notes.part",
            "\(folder.projections)/slot-3.part", "\(folder.projections)/current.0.part",
        ]
        for path in left + others { try Data([1]).write(to: URL(fileURLWithPath: path)) }
        let findings = StoreExamination(of: store.path, options: store.options).findings
        #expect(findings.filter { $0.observation == .leftover }.map(\.path) == Array(left[..<2]))
        try store.open(writes: false).close()
        #expect(try left.allSatisfy(folder.files.has))
        try store.open().close()
        #expect(try !left.contains(where: folder.files.has))
        #expect(try others.allSatisfy(folder.files.has))
    }
}
