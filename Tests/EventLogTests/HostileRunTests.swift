import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

@testable import EventLog

/// Runs in which somebody put numbers that lead nowhere, under right checksums: they are told, or harmless, and never end
/// the process.
@Suite struct HostileRunTests {
    private let store: TemporaryLog
    private let run: (path: String, bytes: [UInt8])
    /// The events of each learner.
    private let truth: [[Event]]

    private static let numbers: [UInt64] = [
        0, 3, 0xFFFF, 0xFFFF_FFFF, UInt64(Int64.max), .max,
    ]

    /// A run of several blocks, and a tail behind it.
    init() async throws {
        store = try TemporaryLog(sealInterval: 1 << 18)
        try await store.fill(learners: 1...12)
        try LMDBEventLog.rebuildIndices(at: store.path, options: store.options)
        try await store.fill(learners: 13...14)
        let folder = StoreFolder(path: store.path)
        let log = try store.open(writes: false)
        defer { try? log.close() }
        let path = folder.runs + "/" + (try #require(store.runs.first))
        run = (path, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        truth = try log.read { (snapshot) throws(AccrueError) in
            var truth: [[Event]] = []
            for learner in 1...UInt32(14) { truth.append(try snapshot.events(ofLearner: learner)) }
            return truth
        }
    }

    // MARK: Forging

    /// Where the index of the blocks begins.
    private static func trailerStart(_ bytes: [UInt8]) -> Int { Int(clamping: number(bytes, bytes.count - 20, 8)) }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        bytes[offset..<offset + size].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func put(_ number: UInt64, _ size: Int, at offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<size {
            bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (size - 1 - index)))
        }
    }

    /// Gives what stands behind the filter the checksum that it needs.
    private static func sealTrailer(_ bytes: inout [UInt8]) {
        let start = trailerStart(bytes)
        guard start <= bytes.count - 88 else { return }
        let checksum = Checksum.crc32c(of: Array(bytes[start..<bytes.count - 4]).span.bytes)
        put(UInt64(checksum), 4, at: bytes.count - 4, &bytes)
    }

    /// Every number behind the filter: where it stands, and its size.
    private static func fields(_ bytes: [UInt8]) -> [(offset: Int, size: Int)] {
        var fields: [(Int, Int)] = []
        var offset = trailerStart(bytes)
        for _ in Run.Table.allCases {
            let blocks = Int(number(bytes, offset + 8, 8))
            fields += [(offset, 8), (offset + 8, 8)]
            offset += 16
            for _ in 0..<blocks {
                fields += [(offset, 8), (offset + 8, 8), (offset + 16, 8), (offset + 24, 4)]
                offset += 28
            }
        }
        // First and last position, number of learners, start and end of the filter.
        return fields + [(16, 4), (20, 4), (24, 4), (60, 8), (68, 8)].map { (offset + $0.0, $0.1) }
    }

    // MARK: Using

    /// Asks for everything, and requires the truth or an error; what is wrong all the same a check tells.
    private func requireTruth(_ what: String) {
        do throws(AccrueError) {
            let log = try LMDBEventLog(path: store.path, writes: false, options: store.options)
            defer { try? log.close() }
            var isRight = false
            do throws(AccrueError) {
                isRight = try isTrue(log)
            } catch {
                #expect(Self.codes.contains(error.code), "\(what): \(error)")
            }
            #expect(isRight || log.check().findings.first?.error.code == .indexDiffers, "\(what): nothing is told")
        } catch {
            #expect(error.code == .indexDiffers, "\(what): \(error)")
        }
    }

    /// What an index may lead to that leads elsewhere.
    private static let codes: Set<ErrorCode> = [.indexDiffers, .recordDamaged, .formatNewer, .positionsMissing]

    private func isTrue(_ log: LMDBEventLog) throws(AccrueError) -> Bool {
        try log.read { (snapshot) throws(AccrueError) in
            var isRight = snapshot.position.rawValue == 56 && snapshot.learnerCount == 14
            for (index, events) in truth.enumerated() {
                isRight = try snapshot.events(ofLearner: UInt32(index + 1)) == events && isRight
                for event in events.prefix(2) {
                    isRight = try snapshot.position(ofEvent: event.id) == event.position && isRight
                }
                let learner = try snapshot.position(of: "learner-\(index + 1)", in: .learner)
                isRight = learner == events.first?.position && isRight
            }
            isRight = try snapshot.events(ofLearner: 99).isEmpty && isRight
            var replayed = 0
            var replay = StreamReplay()
            try replay.replay(
                snapshot,
                ofLearners: Array(1...14),
                through: snapshot.position,
                { replayed += $0.count },
                afterEach: { _ in }
            )
            return isRight && replayed == 56
        }
    }

    /// Opens a copy for writing, and appends to a stream that goes on.
    private func append(_ what: String) async throws {
        let copy = store.folder["copy"]
        try FileManager.default.copyItem(atPath: store.path, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        do throws(AccrueError) {
            let log = try LMDBEventLog(path: copy, options: store.options)
            defer { try? log.close() }
            for learner in [1, 21, 45].map(Position.init(rawValue:)) {
                _ = try await log.append { (turn) throws(AccrueError) in
                    .keep(try turn.append(.note(900, Int(learner.rawValue), of: learner)).existed)
                }
            }
        } catch {
            #expect(Self.codes.contains(error.code), "\(what): \(error)")
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    // MARK: Tests

    @Test func `whatever number stands behind the filter, it is told or harmless`() async throws {
        let (path, whole) = run
        let fields = Self.fields(whole)
        #expect(fields.count > 25)
        var told = 0
        for (index, field) in fields.enumerated() {
            let present = Self.number(whole, field.offset, field.size)
            for number in Self.numbers + [present &- 1, present &+ 1] where number != present {
                guard field.size == 8 || number <= UInt64(UInt32.max) else { continue }
                var forged = whole
                Self.put(number, field.size, at: field.offset, &forged)
                Self.sealTrailer(&forged)
                try write(forged, to: path)
                let what = "\(number) in place of \(present), field \(index)"
                // A run that is told is not used; some of them are seen not to be.
                let isTold = (try? Run(path, Files())) == nil
                told += isTold ? 1 : 0
                guard !isTold || told % 40 == 0 else { continue }
                requireTruth(what)
                try await append(what)
            }
        }
        #expect(told > 100)
        #expect(StoreExamination(of: store.path, options: store.options).severity == .derived)
        #expect(throws: Never.self) { try LMDBEventLog.rebuildIndices(at: store.path, options: store.options) }
        #expect(StoreExamination(of: store.path, options: store.options).severity == .fine)
    }

    /// The length of an entry's value, and of what stands in the entry of a stream: format, position, version, stream,
    /// and the length of its table.
    @Test(arguments: Run.Table.allCases)
    func `whatever number stands in a block, it is told or harmless`(table: Run.Table) async throws {
        let (path, whole) = run
        let blocks = try Run(path, Files()).sections[table.rawValue].blocks
        let fields: [(offset: Int, size: Int)] =
            [(table.keySize, 2), (0, 4), (table.keySize - 4, 4)]
            + (table == .streams
                ? [(10, 1), (11, 1), (18, 4), (22, 4), (58, 4), (62, 4), (90, 4)] : [(table.keySize + 2, 4)])
        for block in [blocks.last].compactMap(\.self) {
            let start = Int(block.offset)
            let size = Int(Self.number(whole, start + table.keySize, 2))
            // The first entry of the block, and the second one.
            for entry in [start, start + table.keySize + 2 + size] {
                for field in fields {
                    for number in Self.numbers where number >> UInt64(8 * field.size) == 0 {
                        var forged = whole
                        Self.put(number, field.size, at: entry + field.offset, &forged)
                        let end = start + block.length - 4
                        Self.put(
                            UInt64(Checksum.crc32c(of: Array(forged[start..<end]).span.bytes)),
                            4,
                            at: end,
                            &forged
                        )
                        try write(forged, to: path)
                        let what = "\(number) at \(field.offset) of an entry of \(table)"
                        requireTruth(what)
                        if field.offset == 58 || number == UInt64(UInt32.max) { try await append(what) }
                    }
                }
            }
        }
    }
}
