import AccrueTestKit
import Credit
import EventCoding
import Foundation
import LMDB
import Testing

@testable import EventLog

@Suite struct MaintenanceTests {
    @Test func `a run that is gone, foreign or unreadable is made again from the log`() async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...10)
        let other = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(other) {} }
        try await other.fill(learners: 1...10)
        let files = FileManager.default
        let name = try #require(store.runs.first)
        let own = StoreFolder(path: store.path).runs + "/" + name
        try files.removeItem(atPath: own)
        let foreign = try #require(other.runs.first)
        try files.copyItem(atPath: StoreFolder(path: other.path).runs + "/" + foreign, toPath: own)
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: StoreFolder(path: store.path).runs + "/x.run"))
        let log = try store.open()
        let report = log.check()
        #expect(report.findings == [])
        #expect(report.events == 40)
        #expect(!store.runs.contains("x.run"))
    }

    @Test(
        arguments: Run.Table.allCases,
        ["gone", "other", "more"]
    )
    func `a check finds each planted difference of an index`(table: Run.Table, how: String) async throws {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...10)
        let name = try #require(store.runs.first)
        try Run.plant(how, in: table, of: StoreFolder(path: store.path).runs + "/" + name)
        let report = try store.open().check()
        #expect(report.findings.contains { $0.error.code == .indexDiffers }, "\(report.findings)")
    }

    @Test(arguments: [9: .learner(3), 11: .note(3, 2, of: .none), 20: .note(5, 3, of: .none)] as [UInt32: Command])
    func `a damaged record is reported with its position, and nothing else with it`(
        position: UInt32,
        command: Command
    ) async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...5)
        let file = URL(fileURLWithPath: StoreFolder(path: store.path).data)
        var content = try Data(contentsOf: file)
        let id = Data(command.id.bytes)
        var places = 0
        while let place = content.firstRange(of: id) {
            content[place.lowerBound] ^= 0x80
            places += 1
        }
        #expect(places > 0)
        try content.write(to: file)
        #expect(throws: AccrueError(.recordDamaged)) { try store.open() }
        let report = try LMDBEventLog.check(at: store.path, options: store.options)
        #expect(report.events == 19)
        let finding = try #require(report.findings.first)
        #expect(finding.position == Position(rawValue: position) && finding.error.code == .recordDamaged)
        #expect(report.findingCount == 1, "\(report.findings)")
    }

    @Test(arguments: [1 << 18, 8])
    func `a backup is restored byte for byte, and only into an empty place`(sealInterval: Int) async throws {
        let store = try TemporaryLog(sealInterval: sealInterval)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...10)
        let backup = try log.backup(to: store.folder["backup"])
        #expect(backup.position == Position(rawValue: 40) && backup.log == log.identity)
        try await log.append(learners: 11...11)
        let target = store.folder["restored"]
        try LMDBEventLog.restore(from: store.folder["backup"], to: target, options: store.options)
        let restored = try LMDBEventLog(path: target, options: store.options)
        #expect(restored.check().findings == [])
        for position in 1...UInt32(40) {
            let position = Position(rawValue: position)
            let copied = try restored.records.record(at: position) { $0.bytes }
            #expect(try log.records.record(at: position) { $0.bytes } == copied)
        }
        try restored.close()
        #expect(throws: AccrueError(.storeNotEmpty)) {
            try LMDBEventLog.restore(from: store.folder["backup"], to: target)
        }
        #expect(throws: AccrueError(.storeExists)) { try log.backup(to: store.folder["backup"]) }
    }

    @Test func `a backup that was changed is not restored`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...10)
        try log.backup(to: store.folder["backup"])
        let file = URL(fileURLWithPath: store.folder["backup/log/data.mdb"])
        var content = try Data(contentsOf: file)
        content[content.count / 2] ^= 1
        try content.write(to: file)
        #expect(throws: AccrueError(.backupDamaged)) {
            try LMDBEventLog.restore(from: store.folder["backup"], to: store.folder["restored"])
        }
        #expect(try Files().names(in: store.folder.path) == ["backup", "store"])
    }

    @Test func `a flipped bit in the list of free pages is told before an append overwrites records`() async throws {
        let store = try TemporaryLog()
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...40)
        let file = URL(fileURLWithPath: StoreFolder(path: store.path).data)
        let content = try Data(contentsOf: file)
        var opened: LMDBEventLog?
        for bit in 0..<5 where opened == nil {
            try FreePageDamage.of(content, bit: bit).write(to: file)
            #expect(throws: AccrueError(.storeDamaged)) { try store.open() }
            let examination = StoreExamination(of: store.path, options: store.options)
            #expect(examination.severity == .damage)
            // It can be read, but where that page is the one at which the log ends.
            opened = try? store.open(writes: false)
            let observed = examination.findings.map(\.observation)
            #expect(observed.contains(.freePagesDamaged(AccrueError(.storeDamaged))) == (opened != nil))
            #expect(observed.contains(.records(events: 160, learners: 40)) == (opened != nil))
        }
        let log = try #require(opened)
        let report = log.check()
        #expect(report.findings.map(\.error.code) == [.storeDamaged] && report.events == 160)
        // A backup has all events, and is made without the list; what is restored from it goes on.
        try log.backup(to: store.folder["backup"])
        try log.close()
        let target = store.folder["restored"]
        try LMDBEventLog.restore(from: store.folder["backup"], to: target, options: store.options)
        let restored = try LMDBEventLog(path: target, options: store.options)
        try await restored.append(learners: 41...44)
        let again = restored.check()
        #expect(again.findings == [] && again.events == 176)
        try restored.close()
    }
}
