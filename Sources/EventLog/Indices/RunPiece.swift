/// Some entries of one table of a run in the order of their keys, behind each other in memory.
struct RunPiece: Sendable {
    /// So many entries are read and written at a time.
    static let size = 8_192

    /// The first 16 bytes of a key as numbers, by which keys are ordered.
    ///
    /// They tell all keys of a table apart: keys of 32 bytes are digests.
    struct Rank: Comparable, Sendable {
        let high: UInt64
        let low: UInt64

        init(high: UInt64, low: UInt64 = 0) {
            (self.high, self.low) = (high, low)
        }

        init(_ key: RawSpan) {
            high = key.extracting(first: 8).bigEndianNumber
            low = key.byteCount >= 16 ? key.extracting(8..<16).bigEndianNumber : 0
        }

        /// Ids may be made in order, so their bits are mixed (the finaliser of SplitMix64).
        var hash: UInt64 {
            var mixed = high ^ (low &* 0x9E37_79B9_7F4A_7C15)
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        @inline(__always)
        static func < (left: Rank, right: Rank) -> Bool {
            left.high < right.high || left.high == right.high && left.low < right.low
        }
    }

    private(set) var ranks: [Rank] = []
    private var keys: [UInt8] = []
    private var values: [UInt8] = []
    /// Where each value ends.
    private var ends: [Int] = []
    private let keySize: Int

    init(_ table: Run.Table) {
        keySize = table.keySize
    }

    var count: Int { ranks.count }
    var isFull: Bool { ranks.count >= Self.size }

    mutating func append(_ key: RawSpan, _ value: RawSpan) {
        ranks.append(Rank(key))
        key.withUnsafeBytes { keys.append(contentsOf: $0) }
        value.withUnsafeBytes { values.append(contentsOf: $0) }
        ends.append(values.count)
    }

    /// Appends an entry whose key is the memory of a value, such as a number in big-endian order.
    mutating func append(_ key: some BitwiseCopyable, _ value: RawSpan) {
        withUnsafeBytes(of: key) { append($0.bytes, value) }
    }

    /// Appends an entry whose key and value are the memory of values.
    mutating func append(_ key: some BitwiseCopyable, _ value: UInt32) {
        withUnsafeBytes(of: value) { append(key, $0.bytes) }
    }

    /// Takes over entries of another piece of the same table.
    mutating func append(_ range: Range<Int>, of other: borrowing RunPiece) {
        guard !range.isEmpty else { return }
        let start = other.start(of: range.lowerBound)
        let shift = values.count - start
        ranks.append(contentsOf: other.ranks[range])
        keys.append(contentsOf: other.keys[range.lowerBound * keySize..<range.upperBound * keySize])
        values.append(contentsOf: other.values[start..<other.ends[range.upperBound - 1]])
        for index in range { ends.append(other.ends[index] + shift) }
    }

    mutating func removeAll() {
        ranks.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// A copy of the bytes of a key.
    func key(at index: Int) -> [UInt8] { Array(keys[index * keySize..<(index + 1) * keySize]) }

    /// The length of an entry in a block.
    func size(of index: Int) -> Int { keySize + 2 + ends[index] - start(of: index) }

    /// Appends an entry to a block: key, length of the value, value.
    func append(_ index: Int, to block: inout [UInt8]) {
        let value = values[start(of: index)..<ends[index]]
        block.append(contentsOf: keys[index * keySize..<(index + 1) * keySize])
        block.append(UInt8(truncatingIfNeeded: value.count >> 8))
        block.append(UInt8(truncatingIfNeeded: value.count))
        block.append(contentsOf: value)
    }

    private func start(of index: Int) -> Int { index > 0 ? ends[index - 1] : 0 }
}
