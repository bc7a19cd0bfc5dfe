/// A reference that may be missing, in the room of a position: events are copied far more often than written.
///
/// The greatest number stands for none: a log closes before it has that position.
@propertyWrapper
@frozen
public struct Reference: Hashable, Sendable {
    @usableFromInline var stored: Position

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
