extension SignedNote {
    /// Reads a note from its bytes, which must be UTF-8. To repair them would be to read another note.
    ///
    /// - Throws: ``TransparencyError`` with the first byte that is not UTF-8, or as for a text.
    public init(bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= Self.longest else { throw TransparencyError(.tooLong, "the note") }
        try self.init(try String(noteBytes: bytes))
    }
}

extension EntryProof {
    /// Reads a proof from its bytes, which must be UTF-8.
    ///
    /// - Throws: ``TransparencyError`` with the first byte that is not UTF-8, or as for a text.
    public init(bytes: [UInt8]) throws(TransparencyError) {
        try self.init(try String(noteBytes: bytes))
    }
}

extension WitnessRequest {
    /// Reads a request from its bytes, which must be UTF-8.
    ///
    /// - Throws: ``TransparencyError`` with the first byte that is not UTF-8, or as for a text.
    public init(bytes: [UInt8]) throws(TransparencyError) {
        try self.init(try String(noteBytes: bytes))
    }
}

extension String {
    /// The text of some bytes, none of them repaired.
    fileprivate init(noteBytes bytes: [UInt8]) throws(TransparencyError) {
        do {
            self.init(copying: try UTF8Span(validating: bytes.span))
        } catch {
            throw TransparencyError(.malformed, byte: error.byteOffsets.lowerBound)
        }
    }
}
