import Accrue
import Credit
import EventLog
import Synchronization

/// A clock that is set anew all the time: by hours at each look, which the log takes, and now and then by so much that it must
/// refuse.
final class JumpingClock: Sendable {
    /// How far it is ahead at most, in microseconds, where it may be taken.
    static let most: Int64 = 10 * hour
    private static let hour: Int64 = 3_600_000_000

    private let state = Mutex((looks: UInt64(0), jumpsFar: false))

    /// From now on there are events, and far jumps can be seen to be wrong.
    func jumpFar() { state.withLock { $0.jumpsFar = true } }

    /// What it shows; the same jumps in every process.
    @Sendable func read() -> Instant {
        let (look, jumpsFar) = state.withLock { state in
            state.looks += 1
            return state
        }
        var random = SeededRandom(seed: look)
        let number = random.next()
        var shift = Int64(number >> 8 % UInt64(2 * Self.most)) - Self.most
        if jumpsFar, number % 16 == 0 { shift = look % 2 == 0 ? -48 * Self.hour : 11 * 366 * 24 * Self.hour }
        return Instant(rawValue: StoreOptions.systemClock().rawValue + shift)
    }
}
