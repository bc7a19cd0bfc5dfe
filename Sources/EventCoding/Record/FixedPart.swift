public import Credit

/// A view of the 128 bytes of a fixed part, for folds and indices that need no parts.
///
/// Nothing is verified here: ``RecordView`` does that before, or whoever keeps the bytes.
public struct FixedPart: ~Escapable {
    /// The bytes.
    public let bytes: RawSpan

    /// A view of the first 128 of `bytes`.
    ///
    /// - Precondition: There are so many.
    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        precondition(bytes.byteCount >= 128)
        self.bytes = bytes.extracting(first: 128)
    }

    /// The number of the kind, known to this version or not.
    @inlinable
    public var kindNumber: UInt8 { bytes.littleEndian(at: 1) }

    /// The place in the log.
    @inlinable
    public var position: Position {
        Position(rawValue: UInt32(truncatingIfNeeded: bytes.littleEndian(at: 8, as: UInt64.self)))
    }

    /// The event id.
    @inlinable
    public var id: EventID {
        EventID(
            high: bytes.littleEndian(at: 16, as: UInt64.self).byteSwapped,
            low: bytes.littleEndian(at: 24, as: UInt64.self).byteSwapped
        )
    }

    /// When the log learned of the event.
    @inlinable
    public var recordedAt: Instant { Instant(rawValue: bytes.littleEndian(at: 32)) }

    /// When it holds in the world.
    @inlinable
    public var effective: CivilDate { CivilDate(rawValue: bytes.littleEndian(at: 40)) }

    /// Its number in its stream.
    @inlinable
    public var learnerVersion: UInt32 { bytes.littleEndian(at: 48) }

    /// The number of its stream; 0 is the registry's.
    @inlinable
    public var learnerNumber: UInt32 { bytes.littleEndian(at: 52) }

    /// Points, where it has any.
    @inlinable
    public var points: Points? {
        let number: Int64 = bytes.littleEndian(at: 56)
        return number == .min ? nil : Points(rawValue: number)
    }

    /// The scheme of the points; 0 where there are none.
    @inlinable
    public var scheme: Position { Position(rawValue: bytes.littleEndian(at: 104)) }

    /// The unit's number in its qualification version; 0 where there is none.
    @inlinable
    public var unit: UInt16 { bytes.littleEndian(at: 70) }

    /// How it ended.
    @inlinable
    public var result: DecisionResult? { DecisionResult(rawValue: bytes.littleEndian(at: 65)) }

    /// The flags.
    @inlinable
    public var flags: EventFlags { EventFlags(rawValue: bytes.littleEndian(at: 2)) }
}
