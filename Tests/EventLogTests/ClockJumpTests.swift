import Accrue
import AccrueTestKit
import Credit
import Synchronization
import Testing

@testable import EventLog

/// A clock that shows what it is set to.
private final class SetClock: Sendable {
    private let instant = Mutex(Instant(rawValue: 1_764_000_000_000_000))

    var now: Instant {
        get { instant.withLock { $0 } }
        set { instant.withLock { $0 = newValue } }
    }
}

@Suite struct ClockJumpTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `whatever the clock does, time never goes back, and every state is found by its instant`(
        seed: UInt64
    ) async throws {
        var random = SeededRandom(seed: seed)
        let store = try TemporaryLog(sealInterval: 16)
        defer { withExtendedLifetime(store) {} }
        let clock = SetClock()
        var ends: [(instant: Instant, position: Position)] = []
        var log = try store.open { $0.clock = { clock.now } }
        for number in 1...60 {
            // Hours ahead or behind, and now and then none at all.
            let hours = Int64(random.next() % 13) - 6
            let last = ends.last?.instant
            let shown = clock.now.rawValue + hours * 3_600_000_000 + Int64(random.next() % 2)
            // A day back is taken for a jump, more for a mistake.
            clock.now = Instant(rawValue: max(shown, last.map { $0.rawValue - 86_400_000_000 } ?? shown))
            let event = try await log.append { (turn) throws(AccrueError) in
                .keep(try turn.append(.learner(number)).event)
            }
            #expect(event.recordedAt == max(clock.now, last ?? clock.now))
            #expect(event.flags.contains(.clockRaised) == (last.map { clock.now < $0 } ?? false))
            ends.append((event.recordedAt, event.position))
            guard number.isMultiple(of: 20) else { continue }
            try log.close()
            log = try store.open { $0.clock = { clock.now } }
        }
        let latest = try #require(ends.last).instant
        try log.read { (snapshot) throws(AccrueError) in
            for end in ends {
                let last = ends.last { $0.instant <= end.instant }
                let found = try snapshot.state(at: end.instant, now: latest)
                #expect(found == last?.position)
                // As long as nothing is recorded later, an event of that instant may still come in.
                #expect(try snapshot.isSettled(at: end.instant) == (end.instant < latest))
                let before = ends.last { $0.instant.rawValue <= end.instant.rawValue - 1 }
                let earlier = try snapshot.state(at: Instant(rawValue: end.instant.rawValue - 1), now: latest)
                #expect(earlier == before?.position ?? .none)
            }
        }
        #expect(log.check().findings == [])
        try log.close()
    }
}
