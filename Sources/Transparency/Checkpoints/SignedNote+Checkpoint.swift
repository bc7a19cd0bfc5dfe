extension SignedNote {
    /// The note of a checkpoint, that nobody has signed yet.
    ///
    /// - Throws: ``TransparencyError`` with the line that could not be read again: the origin or an extension line is
    ///   empty, or has a line feed or another control character. A line that an origin brings along must not become the
    ///   size.
    public init(_ checkpoint: Checkpoint) throws(TransparencyError) {
        let text = checkpoint.text
        let read = try Checkpoint(text: text)
        guard read.origin.utf8.elementsEqual(checkpoint.origin.utf8) else {
            throw TransparencyError(.malformed, line: 1)
        }
        guard read.extensions.count == checkpoint.extensions.count else { throw TransparencyError(.malformed, line: 4) }
        try self.init(text: text)
    }
}
