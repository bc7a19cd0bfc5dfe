import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing
import Transparency

@testable import EventLog

/// The ends of streams beside the log: kept, used while they are right, and made again.
struct HeadsFileTests {
    private let store: TemporaryLog
    private var file: URL { URL(filePath: store.path + "/tree/heads") }

    /// A log of 40 learners, 35 of them before a statement.
    init() async throws {
        store = try TemporaryLog()
        try await store.fill(learners: 1...35)
        let log = try store.open()
        try await Self.state(log)
        try await log.append(learners: 36...40)
        try log.close()
    }

    /// The log states where its streams end, and keeps it.
    private static func state(_ log: LMDBEventLog) async throws {
        let last = try log.read { $0.position }
        var tree = try log.heads(through: last)
        var command = Command(
            id: EventID(high: 5, low: UInt64(last.rawValue)),
            kind: .headsRecorded,
            effective: CivilDate(rawValue: 20_454)
        )
        command.details.document = .heads(HeadsText(&tree))
        let statement = command
        _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(statement).event.position) }
        try log.keep(tree, through: last)
    }

    private func heads(through position: UInt32) throws -> HeadsTree {
        let log = try store.open(writes: false)
        defer { try? log.close() }
        return try log.heads(through: Position(rawValue: position))
    }

    private func findings() throws -> [ErrorCode] {
        try LMDBEventLog.check(at: store.path, options: store.options).findings.map(\.error.code)
    }

    @Test func `ends are the same from what is kept and from the whole log, at every state`() throws {
        let kept = try (140...161).map { try heads(through: $0).heads }
        #expect(kept.last?.count == 41 && kept.last?[0] == StreamHead(version: 1, position: 141))
        #expect(kept.last?[40] == StreamHead(version: 4, position: 161))
        #expect(kept[0].count == 36 && kept[0][0] == .none)
        try FileManager.default.removeItem(at: file)
        #expect(try (140...161).map { try heads(through: $0).heads } == kept)
        #expect(try heads(through: 7).heads.count == 3)
        #expect(throws: AccrueError(.notFound)) { try heads(through: 162) }
        #expect(try findings() == [])
    }

    @Test func `whatever is wrong with the file, ends are right, a check tells, and it is made again`() throws {
        let whole = try Data(contentsOf: file)
        let right = try heads(through: 161).heads
        #expect(try findings() == [])
        var altered: [Data] = [Data(), whole.dropLast(), whole + Data([0])]
        for offset in stride(from: 0, to: whole.count, by: 13) {
            var other = whole
            other[offset] ^= 1
            altered.append(other)
        }
        for (round, other) in altered.enumerated() {
            try other.write(to: file)
            #expect(try heads(through: 161).heads == right)
            if round % 9 == 0 { #expect(try findings() == [.indexDiffers], "round \(round)") }
        }
        #expect(try LMDBEventLog.rebuildIndices(at: store.path, options: store.options).position.rawValue == 161)
        #expect(try Data(contentsOf: file) == whole)
        #expect(try findings() == [])
    }

    @Test func `a file that somebody made up with a checksum of its own is found by its root`() throws {
        let whole = [UInt8](try Data(contentsOf: file))
        // The end of a stream within a full group, of one behind the last group, and the hash of a group.
        for offset in [39 + 8 * 7, 39 + 8 * 35, whole.count - 20] {
            var other = Array(whole.dropLast(4))
            other[offset] ^= 2
            let checksum = Checksum.crc32c(of: other.span.bytes)
            other += withUnsafeBytes(of: checksum.littleEndian) { [UInt8]($0) }
            try Data(other).write(to: file)
            var tree = try heads(through: 161)
            let truth = try Self.truth(store)
            let root = tree.root()
            // Unless a leaf below its hash is used, the hash stands for it: the root is right all the same.
            #expect(root == truth)
            #expect(try findings() == [.indexDiffers])
        }
    }

    private static func truth(_ store: TemporaryLog) throws -> Digest {
        try FileManager.default.moveItem(atPath: store.path + "/tree/heads", toPath: store.path + "/aside")
        defer { try? FileManager.default.moveItem(atPath: store.path + "/aside", toPath: store.path + "/tree/heads") }
        let log = try store.open(writes: false)
        defer { try? log.close() }
        var tree = try log.heads(through: Position(rawValue: 161))
        return tree.root()
    }

    @Test func `a statement that is not so is told by a check, with its position`() async throws {
        let log = try store.open()
        var command = Command(
            id: EventID(high: 5, low: 999),
            kind: .headsRecorded,
            effective: CivilDate(rawValue: 20_454)
        )
        command.details.document = .heads(HeadsText(streams: 41, root: String(repeating: "ab", count: 32)))
        let statement = command
        _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(statement).event.position) }
        try log.close()
        let findings = try LMDBEventLog.check(at: store.path, options: store.options).findings
        #expect(findings.map(\.error.code) == [.headsDiffer])
        #expect(findings.map(\.position) == [Position(rawValue: 162)])
    }
}
