/// A reference that may be missing, in the room of a position: events are copied far more often than written.
@propertyWrapper
@frozen
public struct Reference: Hashable, Sendable {
    /// Stands for none: a log closes before it has this position.
    public static let none = Position(rawValue: .max)

    /// The position, or ``none``.
    public var stored: Position

    /// No reference.
    @inlinable
    public init() {
        stored = Position(rawValue: .max)
    }

    /// The position, or nil.
    @inlinable
    public var wrappedValue: Position? {
        get { stored.rawValue == .max ? nil : stored }
        set { stored = newValue ?? Position(rawValue: .max) }
    }
}
