import AccrueTestKit
import Credit
import Foundation
import Testing

@testable import EventCoding
@testable import EventLog

/// Records in which somebody put numbers that lead nowhere, under a right checksum: they end no process, and are told.
@Suite struct HostileRecordTests {
    @Test(
        arguments: [RecordLayout.learnerVersionOffset, RecordLayout.learnerNumberOffset],
        [9, 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF] as [UInt32]
    )
    func `a number that no event can have is told, and nothing is appended behind it`(
        offset: Int,
        number: UInt32
    ) async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        let learner = Position(rawValue: 1)
        for command in [.learner(1), .note(1, 1, of: learner), .note(1, 2, of: learner), .learner(2)] as [Command] {
            _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(command).existed) }
        }
        let record = try log.records.record(at: Position(rawValue: 3)) { $0.bytes }
        try log.close()
        try forge(record, offset, number, in: StoreFolder(path: store.path).data)
        #expect(StoreExamination(of: store.path, options: store.options).severity == .damage)
        do throws(AccrueError) {
            let log = try LMDBEventLog(path: store.path, options: store.options)
            defer { try? log.close() }
            _ = try await log.append { (turn) throws(AccrueError) in
                .keep(try turn.append(.note(1, 4, of: learner)).existed)
            }
            #expect(offset == RecordLayout.learnerNumberOffset)
        } catch {
            #expect(error.code == .recordDamaged, "\(error)")
        }
    }

    /// Puts a number into a record wherever it stands in a file, with the checksum that belongs to it.
    private func forge(_ record: [UInt8], _ offset: Int, _ number: UInt32, in path: String) throws {
        var forged = record
        func put(_ number: UInt32, at offset: Int) {
            for index in 0..<4 { forged[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
        }
        put(number, at: offset)
        put(RecordLayout.checksum(ofEntry: forged.span.bytes), at: RecordLayout.checksumOffset)
        let url = URL(fileURLWithPath: path)
        var content = try Data(contentsOf: url)
        var places = 0
        while let place = content.firstRange(of: Data(record)) {
            content.replaceSubrange(place, with: forged)
            places += 1
        }
        #expect(places > 0 && record.count == RecordLayout.fixedPartSize)
        try content.write(to: url)
    }
}
