internal import CLMDB

extension RawSpan {
    /// Asks for the memory of its bytes, and waits for nothing: it is there when they are read.
    ///
    /// Unlike a look that nobody uses, no compiler leaves it out.
    public func foresee() {
        withUnsafeBytes { clmdb_foresee(UInt(bitPattern: $0.baseAddress), $0.count) }
    }
}
