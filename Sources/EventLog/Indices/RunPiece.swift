internal import Credit

/// Some entries of one table of a run in the order of their keys, behind each other as in a block.
struct RunPiece: Sendable {
    /// The first 16 bytes of a key as numbers, by which keys are ordered.
    ///
    /// They tell all keys of a table apart: keys of 32 bytes are digests.
    struct Rank: Comparable, Sendable {
        let high: UInt64
        let low: UInt64

        init(high: UInt64, low: UInt64 = 0) {
            (self.high, self.low) = (high, low)
        }

        /// Of the key of an event id.
        init(_ id: EventID) {
            self.init(high: id.high, low: id.low)
        }

        @inline(__always)
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
    /// Where each entry ends.
    private(set) var ends: [Int] = []
    private var bytes: [UInt8] = []
    private let table: Run.Table

    init(_ table: Run.Table) {
        self.table = table
    }

    var count: Int { ranks.count }

    /// Appends the entries of a block.
    mutating func append(_ block: Run.VerifiedBlock) throws(AccrueError) {
        var end = bytes.count
        block.content.withUnsafeBytes { bytes.append(contentsOf: $0) }
        try block.forEachEntry(table) { (key, value) in
            end += key.byteCount + 2 + value.byteCount
            ranks.append(Rank(key))
            ends.append(end)
            return true
        }
    }

    mutating func removeAll() {
        ranks.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Where an entry starts.
    func start(of index: Int) -> Int { index > 0 ? ends[index - 1] : 0 }

    /// Hands over some entries as they lie in a block: key, length of the value, value.
    func withEntries<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start(of: range.lowerBound)..<start(of: range.upperBound)]))
        }
    }
}
