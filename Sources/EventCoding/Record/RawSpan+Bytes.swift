extension RawSpan {
    /// The bytes, copied.
    package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
