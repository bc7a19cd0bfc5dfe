import AccrueTestKit
import Credit
import Foundation
import Testing

@testable import EventLog

/// Damage that lies where no checksum is: it is told before anything is written or removed.
@Suite struct DamagedStoreTests {
    private let store = try? TemporaryLog(sealInterval: 8)

    /// What a writer leaves that was killed after some events, before it could write down how far it came.
    private func killedStore(learners: ClosedRange<Int>) async throws -> StoreFolder {
        let store = try #require(store)
        let killed = StoreFolder(path: store.folder["killed"])
        let log = try store.open { $0.sealInterval = 1 << 18 }
        try await log.append(learners: learners)
        for folder in [killed.path, killed.log, killed.runs] { try killed.files.makeFolder(folder) }
        try FileManager.default.copyItem(atPath: StoreFolder(path: store.path).data, toPath: killed.data)
        try log.close()
        return killed
    }

    /// Replaces some bytes wherever they stand in a file, and says whether they did.
    private func replace(_ bytes: [UInt8], by others: [UInt8], in path: String) throws -> Bool {
        let file = URL(fileURLWithPath: path)
        var content = try Data(contentsOf: file)
        var places = 0
        while let place = content.firstRange(of: bytes) {
            content.replaceSubrange(place, with: others)
            places += 1
        }
        try content.write(to: file)
        return places > 0
    }

    /// A key in a leaf of the tree, with its size before it.
    private func key(_ position: UInt64) -> [UInt8] { [8, 0] + position.bigEndianBytes }

    @Test(arguments: [8, 4] as [UInt64])
    func `a last key that lost a bit does not make the log shorter`(position: UInt64) async throws {
        let killed = try await killedStore(learners: 1...3)
        #expect(try replace(key(12), by: key(position), in: killed.data))
        for writes in [true, false] {
            #expect(throws: AccrueError(.storeDamaged)) { try LMDBEventLog(path: killed.path, writes: writes) }
        }
        #expect(StoreExamination(of: killed.path).severity == .damage)
    }

    @Test func `after a killed writer the head is written when the log is opened`() async throws {
        let killed = try await killedStore(learners: 1...3)
        let log = try LMDBEventLog(path: killed.path)
        #expect(try HeadAnchor.read(killed)?.position == Position(rawValue: 12))
        try log.close()
    }

    @Test func `indices stay where the log cannot be read: they may hold the last copy of an entry`() async throws {
        let store = try #require(store)
        try await store.fill(learners: 1...4)
        let folder = StoreFolder(path: store.path)
        let runs = store.runs
        let sealed = try #require(runs.compactMap { try? Run(folder.runs + "/" + $0, folder.files) }.first)
        let reader = try store.open(writes: false)
        let event = try reader.read { (snapshot) throws(AccrueError) in
            try snapshot.event(at: Position(rawValue: sealed.statement.to))
        }
        try reader.close()
        var damaged = event.id.bytes
        damaged[0] ^= 0x80
        #expect(try replace(event.id.bytes, by: damaged, in: folder.data))
        #expect(throws: AccrueError(.recordDamaged)) { try store.open() }
        #expect(store.runs == runs)
    }

    @Test func `a log that was put in the place of another is not opened`() async throws {
        let store = try #require(store)
        try await store.fill(learners: 1...4)
        let other = store.folder["other"]
        try LMDBEventLog.create(at: other, options: store.options)
        try FileManager.default.removeItem(atPath: StoreFolder(path: store.path).data)
        try FileManager.default.copyItem(
            atPath: StoreFolder(path: other).data,
            toPath: StoreFolder(path: store.path).data
        )
        let runs = store.runs
        for writes in [true, false] {
            #expect(throws: AccrueError(.positionsMissing)) { try store.open(writes: writes) }
        }
        #expect(store.runs == runs)
    }

    @Test func `a slash behind the name of a folder changes nothing`() async throws {
        let store = try #require(store)
        try await store.fill(learners: 1...1)
        for name in ["made", "backup", "restored"] {
            try StoreFolder(path: store.path).files.makeFolder(store.folder[name])
        }
        try LMDBEventLog.create(at: store.folder["made/"], options: store.options)
        let log = try store.open()
        try log.backup(to: store.folder["backup/"])
        try log.close()
        try LMDBEventLog.restore(from: store.folder["backup/"], to: store.folder["restored//"])
        #expect(try Files().names(in: store.folder.path) == ["backup", "made", "restored", "store"])
        let restored = try LMDBEventLog(path: store.folder["restored/"], writes: false)
        #expect(try restored.read { $0.position } == Position(rawValue: 4))
        try restored.close()
    }
}
