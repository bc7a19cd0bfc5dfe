/// What can be handed to the store as a key or a value.
///
/// Integers are stored big-endian, so that the order of keys is the order of numbers, files move between machines,
/// and a dump reads in order. Nothing is allocated for an integer or a span.
///
/// A key is 1 to 511 bytes. A value may be as long as the map allows, but one above about 2 kB takes whole pages.
public protocol StoredBytes: ~Copyable, ~Escapable {
    /// Calls `body` with the bytes as they are to be stored; they are valid during the call only.
    func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension RawSpan: StoredBytes {
    /// Lends the span's own memory.
    @inlinable
    public func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension Span: StoredBytes where Element == UInt8 {
    /// Lends the span's own memory.
    @inlinable
    public func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension Array: StoredBytes where Element == UInt8 {
    /// Lends the array's own memory.
    @inlinable
    public func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension UInt64: StoredBytes {
    /// Eight bytes, most significant first.
    @inlinable
    public func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: bigEndian, body)
    }
}

extension UInt32: StoredBytes {
    /// Four bytes, most significant first.
    @inlinable
    public func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: bigEndian, body)
    }
}
