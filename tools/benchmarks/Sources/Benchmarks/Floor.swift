import CFloor
import Foundation

/// The floor beneath a measurement: the same work in C.
final class Floor: @unchecked Sendable {
    private let floor: OpaquePointer

    /// Opens a file of its own to append to.
    convenience init(_ path: String, indexed: Bool = false) throws {
        try self.init(path, indexed ? floor_indexed : 0)
    }

    /// Opens the log of a store to read, which the engine may have open beside it.
    static func ofStore(_ store: String) throws -> Floor { try Floor(store + "/log", floor_reads) }

    private init(_ path: String, _ kind: Int) throws {
        var floor: OpaquePointer?
        try Self.require(floor_open(path, 16 << 30, Int32(kind), &floor))
        guard let floor else { throw FloorError(code: -1) }
        self.floor = floor
    }

    deinit {
        floor_close(floor)
    }

    func append(_ records: Records, at first: UInt32, batch: Int) throws {
        try Self.require(
            floor_append(floor, UInt64(first), records.bytes, records.lengths, records.lengths.count, batch)
        )
    }

    /// Appends from so many clients, and tells how many transactions it took.
    func groupAppend(_ records: Records, at first: UInt32, clients: Int) throws -> Int {
        var commits = 0
        try Self.require(
            floor_group_append(
                floor,
                UInt64(first),
                records.bytes,
                records.lengths,
                records.lengths.count,
                clients,
                &commits
            )
        )
        return commits
    }

    /// How many transactions the file has seen.
    var transactions: Int { floor_transactions(floor) }

    /// How many records there are.
    var recordCount: Int { floor_count(floor) }

    /// Adds the points of each learner and unit to sums that are there for each.
    func fold(
        _ range: ClosedRange<UInt32>,
        kind: UInt8,
        learners: Int,
        units: Int,
        verifies: Bool = false,
        into sums: inout [Int64]
    ) throws {
        precondition(sums.count == learners * units)
        try Self.require(
            floor_fold(
                floor,
                UInt64(range.lowerBound),
                UInt64(range.upperBound),
                kind,
                &sums,
                learners,
                units,
                verifies ? 1 : 0
            )
        )
    }

    /// Looks at each record of a range, and adds nothing up.
    func scan(_ range: ClosedRange<UInt32>, verifies: Bool = false) throws {
        var nothing: [Int64] = [0]
        try fold(range, kind: 0, learners: 1, units: 1, verifies: verifies, into: &nothing)
    }

    /// The sum of the points of some records.
    func sum(_ positions: [UInt32]) throws -> Int64 {
        var sum: Int64 = 0
        try Self.require(floor_get(floor, positions, positions.count, &sum))
        return sum
    }

    /// Records as they are stored.
    func records(from first: UInt32, count: Int) throws -> Records {
        var records = Records()
        records.lengths = [UInt32](repeating: 0, count: count)
        var copied = 0
        var used = 0
        try Self.require(
            records.lengths.withUnsafeMutableBufferPointer { lengths in
                var code: Int32 = 0
                records.bytes = [UInt8](unsafeUninitializedCapacity: 512 * count) { bytes, size in
                    code = floor_read(
                        floor,
                        UInt64(first),
                        count,
                        bytes.baseAddress,
                        512 * count,
                        lengths.baseAddress,
                        &copied
                    )
                    used = lengths.prefix(copied).reduce(0) { $0 + Int($1) }
                    size = used
                }
                return code
            }
        )
        records.lengths.removeLast(count - copied)
        return records
    }

    /// Does the least that a rebuild of balances must, from the runs of a store, and writes rows to a folder that is there.
    static func rebuild(_ runs: [String], learners: Int, kind: UInt8, into folder: String) throws {
        let paths = runs.map { strdup($0) }
        defer { for path in paths { free(path) } }
        var constant = paths.map { UnsafePointer($0) }
        try require(floor_rebuild(&constant, constant.count, UInt32(learners), kind, folder))
    }

    /// Keeps all work on so many cores.
    static func pin(to cores: Int) throws { try require(floor_pin(Int32(cores))) }

    private static func require(_ code: Int32) throws {
        if code != 0 { throw FloorError(code: code) }
    }
}

/// Records behind each other.
struct Records: Sendable {
    var bytes: [UInt8] = []
    var lengths: [UInt32] = []
}

struct FloorError: Error {
    let code: Int32
}
