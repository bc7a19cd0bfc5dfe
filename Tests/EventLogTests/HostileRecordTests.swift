import Credit
import Foundation
import Testing

@testable import EventCoding
@testable import EventLog

/// Records in which somebody put numbers that lead nowhere, under a right checksum: opening the log tells it.
@Suite struct HostileRecordTests {
    @Test(
        arguments: [RecordLayout.learnerVersionOffset, RecordLayout.learnerNumberOffset],
        [5, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF] as [UInt32]
    )
    func `a number that no event can have is told where it is read`(offset: Int, number: UInt32) async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...2)
        let url = URL(fileURLWithPath: StoreFolder(path: store.path).data)
        var content = try Data(contentsOf: url)
        let log = try store.open(writes: false)
        let record = try log.records.record(at: Position(rawValue: 3)) { $0.bytes }
        try log.close()
        var forged = record
        for index in 0..<4 { forged[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
        let checksum = RecordLayout.checksum(ofEntry: forged.span.bytes.extracting(first: RecordLayout.fixedPartSize))
        for index in 0..<4 {
            forged[RecordLayout.checksumOffset + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * index))
        }
        #expect(record.count == RecordLayout.fixedPartSize)
        var places = 0
        while let place = content.firstRange(of: Data(record)) {
            content.replaceSubrange(place, with: forged)
            places += 1
        }
        #expect(places > 0)
        try content.write(to: url)
        for writes in [true, false] {
            do {
                let log = try store.open(writes: writes)
                defer { try? log.close() }
                if writes { try await log.append(learners: 3...3) }
                Issue.record("opened")
            } catch {
                #expect(error as? AccrueError == AccrueError(.recordDamaged))
            }
        }
        #expect(StoreExamination(of: store.path, options: store.options).severity == .damage)
    }
}
