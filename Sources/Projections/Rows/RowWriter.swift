internal import Credit

/// Writes one row as it is kept; ``LearnerRow/init(_:)`` reads it.
struct RowWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0
    private var last = LearnerRow.Credit(first: ())

    /// The most bytes that a row takes.
    static func mostBytes(credits: Int, enrolments: Int) -> Int { 20 + 40 * credits + 100 * enrolments }

    /// Writes to memory that has room for a row with so many credits, all of which follow.
    init(_ buffer: UnsafeMutableBufferPointer<UInt8>, credits: Int) {
        self.buffer = buffer
        put(UInt64(credits))
    }

    /// Writes the next credit.
    @inline(__always)
    mutating func put(_ credit: LearnerRow.Credit) {
        put(credit.decision, after: last.decision)
        put(credit.enrolment, after: last.enrolment)
        put(credit.qualification, after: last.qualification)
        put(credit.scheme, after: last.scheme)
        put(UInt64(credit.unit))
        put(byte: credit.bucket.number | (credit.exclusion?.rawValue ?? 0) << 4)
        put(credit.points)
        last = credit
    }

    /// Writes the enrolments, which follow all credits.
    mutating func put(_ enrolments: [LearnerRow.Enrolled]) {
        put(UInt64(enrolments.count))
        for enrolment in enrolments {
            put(enrolment.position, after: .none)
            put(enrolment.home, after: .none)
            put(enrolment.qualification, after: .none)
            put(signed: Int64(enrolment.from.rawValue))
            put(byte: enrolment.state.rawValue)
            put(enrolment.recognised)
            put(byte: enrolment.progress?.verdict.rawValue ?? 0)
            guard let progress = enrolment.progress else { continue }
            put(progress.judgedBy, after: .none)
            for points in [progress.counted, progress.surplus, progress.missing] { put(points) }
            put(byte: progress.year)
        }
    }

    @inline(__always)
    private mutating func put(byte: UInt8) {
        precondition(count < buffer.count)
        buffer.initializeElement(at: count, to: byte)
        count += 1
    }

    @inline(__always)
    private mutating func put(_ number: UInt64) {
        // Most numbers take one byte.
        var rest = number
        while _slowPath(rest > 127) {
            put(byte: UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        put(byte: UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    private mutating func put(signed number: Int64) { put(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    @inline(__always)
    private mutating func put(_ position: Position, after last: Position) {
        put(signed: Int64(position.rawValue) - Int64(last.rawValue))
    }

    /// Points; without any a number that stands for none.
    @inline(__always)
    private mutating func put(_ points: Points?) { put(signed: points?.rawValue ?? .min) }
}
