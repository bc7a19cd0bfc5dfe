import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

@testable import EventLog

/// Streams of many learners, read in their order.
@Suite struct StreamReadingTests {
    @Test(arguments: [1, 2, 3])
    func `streams are whole, and each event is read once, whatever is sealed meanwhile`(readers: Int) async throws {
        let store = try TemporaryLog(sealInterval: 64)
        defer { withExtendedLifetime(store) {} }
        let log = try store.open()
        try await log.append(learners: 1...40)
        let snapshot = try log.read { $0 }
        let before = try await snapshot.unsealedStreams(through: snapshot.position, readers: readers)
        try await log.append(learners: 41...90)
        let sealed = try log.statistics().unsealedEvents
        #expect(sealed < 360)
        let after = try await snapshot.unsealedStreams(through: snapshot.position, readers: readers)
        // One memory for all.
        var replay = StreamReplay()
        for learners in [Array(1...40), [2, 3, 17, 40], [40]] as [[UInt32]] {
            let expected = try learners.map { learner in
                try snapshot.events(ofLearner: learner).map(\.position.rawValue)
            }
            for unsealed in [before, after, nil] {
                var (found, present, told): ([[UInt32]], [UInt32], [UInt32]) = ([], [], [])
                try replay.replay(snapshot, ofLearners: learners, through: snapshot.position, unsealed: unsealed) {
                    var entries = $0
                    #expect(entries.count > 0)
                    while !entries.isEmpty { present.append(FixedPart(entries.next()).position.rawValue) }
                } afterEach: { learner in
                    told.append(learner)
                    found.append(present)
                    present = []
                }
                #expect(found == expected && told == learners)
            }
        }
        try log.close()
    }

    @Test func `a damaged block is named with the learners whose events are in it`() async throws {
        let store = try TemporaryLog(sealInterval: 64)
        defer { withExtendedLifetime(store) {} }
        try await store.fill(learners: 1...60)
        let path = StoreFolder(path: store.path).runs + "/" + (try #require(store.runs.first))
        let blocks = try Run(path, Files()).sections[Run.Table.streams.rawValue].blocks
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: blocks[1].offset + 20)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: blocks[1].offset + 20)
        try file.write(contentsOf: Data([byte ^ 1]))
        try file.close()
        let (first, last) = (blocks[1].first.high >> 32, blocks[2].first.high >> 32)
        let log = try store.open(writes: false)
        let error = #expect(throws: AccrueError.self) {
            try log.read { (snapshot) throws(AccrueError) in
                var replay = StreamReplay()
                try replay.replay(snapshot, ofLearners: Array(1...60), through: snapshot.position) { _ in
                } afterEach: { _ in
                }
            }
        }
        #expect(error?.code == .indexDiffers)
        #expect("\(try #require(error))".contains("of learner \(first) to \(last)"))
        try log.close()
    }
}
