/// The place of an event in its log: 1, 2, 3 … without gaps. The only order of truth.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, 1 or more; a log closes at 2³² − 1.
    public let rawValue: UInt32

    /// Makes a position from its number.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The position so many further on, or `last` where that comes first.
    public func advanced(by count: UInt32, through last: Position) -> Position {
        let (sum, isBeyond) = rawValue.addingReportingOverflow(count)
        return isBeyond ? last : min(last, Position(rawValue: sum))
    }

    /// Before the first event; no event has it.
    public static let none = Position(rawValue: 0)

    /// Orders by place in the log.
    @inlinable
    public static func < (left: Position, right: Position) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The number in decimal.
    public var description: String { "\(rawValue)" }
}
