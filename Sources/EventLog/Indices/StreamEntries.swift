internal import Credit
internal import EventCoding

/// Some entries of one stream that follow each other in it and in memory: verified, and none decoded.
///
/// They are handed over together, as to call somebody for each of them would take as long as to read it.
public struct StreamEntries: ~Escapable {
    /// What stands before an entry, as in the block of a run: learner and position (4 each), and its length (2).
    @usableFromInline
    static var headSize: Int {
        @inlinable get { 10 }
    }

    @usableFromInline var rest: RawSpan
    /// How many there are.
    public let count: Int

    /// Entries behind each other, each behind its head.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, count: Int) {
        (rest, self.count) = (bytes, count)
    }

    /// Takes the next one off: fixed part and table.
    ///
    /// - Precondition: There is one.
    @inlinable
    @_lifetime(copy self)
    public mutating func next() -> RawSpan {
        let length = UInt16(bigEndian: rest.unsafeLoadUnaligned(fromByteOffset: Self.headSize - 2, as: UInt16.self))
        let end = Self.headSize + Int(length)
        let entry = rest.extracting(Self.headSize..<end)
        rest = rest.extracting(end..<rest.byteCount)
        return entry
    }

    /// Whether none is left.
    @inlinable
    public var isEmpty: Bool { rest.isEmpty }
}

/// Finds the entries of streams among entries of many, in the order of learners, and verifies that streams are whole.
struct StreamFinding {
    /// What was found of a stream.
    struct Found {
        /// Where its entries lie.
        var range = 0..<0
        var count = 0
        /// Where those of learners behind it begin.
        var end = 0
    }

    let learner: UInt32
    /// The last position that is meant.
    let last: UInt32
    /// The version of the last event found.
    var version: UInt32 = 0

    init(ofLearner learner: UInt32, through last: UInt32) {
        (self.learner, self.last) = (learner, last)
    }

    /// The same stream, as it goes on beyond `last`.
    var beyond: StreamFinding {
        var finding = StreamFinding(ofLearner: learner, through: .max)
        finding.version = version
        return finding
    }

    /// Finds what part of some bytes, entries behind each other, has of the stream.
    ///
    /// - Returns: Nil where an entry ends behind them.
    mutating func find(in bytes: RawSpan, _ part: Range<Int>) throws(AccrueError) -> Found? {
        var (found, offset) = (Found(), part.lowerBound)
        while offset < part.upperBound {
            let start = offset + StreamEntries.headSize
            guard start <= part.upperBound else { return nil }
            let key = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let length = UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start - 2, as: UInt16.self))
            let end = start + Int(length)
            guard end <= part.upperBound else { return nil }
            let owner = UInt32(truncatingIfNeeded: key >> 32)
            if owner > learner { break }
            let position = UInt32(truncatingIfNeeded: key)
            if owner == learner, position <= last {
                try verify(bytes.extracting(start..<end), at: position)
                found.count += 1
                found.range = (found.count == 1 ? offset : found.range.lowerBound)..<end
            }
            offset = end
        }
        found.end = offset
        return found
    }

    private mutating func verify(_ entry: RawSpan, at position: UInt32) throws(AccrueError) {
        guard entry.byteCount >= RecordLayout.fixedPartSize else {
            throw AccrueError(.indexDiffers, "position \(position), an entry of \(entry.byteCount) bytes")
        }
        let fields = FixedPart(entry)
        version += 1
        guard fields.position.rawValue == position, fields.learnerNumber == learner, fields.learnerVersion == version
        else {
            throw AccrueError(.indexDiffers, "position \(position), event \(version) of learner \(learner)")
        }
    }
}
