import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Synchronization
import Testing

/// A threat of the article on threats: whoever records sets the clock as he likes.
@Suite struct WrongClockTests {
    private final class SetClock: Sendable {
        let now: Mutex<Instant>
        init(_ now: Instant) { self.now = Mutex(now) }
    }

    private static func learner(_ number: Int) -> Command {
        var command = Command(
            id: EventID(high: 77, low: UInt64(number)),
            kind: .learnerIntroduced,
            effective: CivilDate(rawValue: 20_513)
        )
        command.details.identifier = "clock-\(number)"
        return command
    }

    @Test func `no clock sets time back, makes a state of before, or hides that it was wrong`() async throws {
        let folder = try TemporaryFolder()
        let start = try #require(Instant("2026-03-01T08:00:00Z"))
        let clock = SetClock(start)
        var options = StoreOptions()
        options.mapSize = 16 << 20
        options.clock = { clock.now.withLock { $0 } }
        try LMDBEventLog.create(at: folder["store"], options: options)
        let log = try LMDBEventLog(path: folder["store"], options: options)
        let ledger = Ledger(log)
        func append(_ number: Int, hours: Int64) async throws -> Event {
            clock.now.withLock { $0 = Instant(rawValue: start.rawValue + hours * 3_600_000_000) }
            var command = Self.learner(number)
            command.actor = actor
            return try #require(try await ledger.append([command]).first).event
        }
        var registrar = Command(
            id: EventID(high: 77, low: 0),
            kind: .actorIntroduced,
            effective: CivilDate(rawValue: 20_454)
        )
        registrar.details.identifier = "registrar"
        registrar.details.document = .actor(Actor(role: "registrar"))
        let actor = try #require(try await ledger.append([registrar]).first).event.position
        let first = try await append(1, hours: 10)
        // Ten hours back: the event bears the instant of the one before, and says so.
        let second = try await append(2, hours: 0)
        #expect(second.recordedAt == first.recordedAt && second.flags.contains(.clockRaised))
        // What was known at an instant that has passed is what it was.
        let before = Instant(rawValue: start.rawValue + 3_600_000_000)
        let third = try await append(3, hours: 11)
        #expect(try ledger.read(known: .instant(before)) { (view) throws(AccrueError) in view.known } == actor)
        #expect(!third.flags.contains(.clockRaised))
        let found = try ledger.read { (view) throws(AccrueError) in
            try view.exceptions(on: CivilDate("2026-03-02"))
        }
        #expect(found.filter { $0.kind == .clockRaised }.map(\.position) == [second.position])
        try log.close()
        // A clock days back, or years ahead, does not open the log at all.
        for hours: Int64 in [-48, 24 * 366 * 11] {
            clock.now.withLock { $0 = Instant(rawValue: start.rawValue + hours * 3_600_000_000) }
            #expect(throws: AccrueError(.clockFar)) { try LMDBEventLog(path: folder["store"], options: options) }
        }
    }
}
