public import Credit
internal import Glibc
package import LMDB

/// How a store is opened.
public struct StoreOptions: Sendable {
    /// The clock that recorded instants come from.
    public var clock: @Sendable () -> Instant = StoreOptions.systemClock
    /// So many random bytes: salts of records, and the identity of a new log.
    public var randomBytes: @Sendable (_ count: Int) -> [UInt8] = StoreOptions.systemRandomBytes
    /// Accept a clock that is far from the last event.
    public var acceptsClock = false
    /// After so many events indices are sealed.
    public var sealInterval = 1 << 18
    /// Keep the full tiles of the Merkle tree behind the log. Without them it is hashed when it is asked for.
    public var keepsTree = true
    /// The size of the map at first, in bytes; it grows.
    public var mapSize = 1 << 30
    /// Open a store on a network file system, whose locks may fail.
    public var allowsNetworkFileSystem = false

    /// Fails calls of LMDB and of the operating system on purpose, in tests.
    package var faults: FaultPlan?

    /// The system's clock and random numbers, and the usual sizes.
    public init() {}

    /// The present, by the system's clock.
    public static let systemClock: @Sendable () -> Instant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(rawValue: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Random bytes from the system.
    public static let systemRandomBytes: @Sendable (_ count: Int) -> [UInt8] = { count in
        var bytes = [UInt8](repeating: 0, count: count)
        arc4random_buf(&bytes, count)
        return bytes
    }
}
