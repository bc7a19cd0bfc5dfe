public import EventCoding

extension MerkleTree {
    /// A tree whose hashes are read from tiles, as a log publishes them (C2SP tlog-tiles).
    ///
    /// A question may ask for the same tile more than once. What the tiles say is not verified here: compare ``root()``
    /// with that of a signed checkpoint, and verify proofs that are made of them.
    ///
    /// - Parameters:
    ///   - size: How many leaves it has.
    ///   - tile: Gives the hashes of a tile of the tree, exactly as many as ``Tile/count`` says.
    public init(size: UInt64, tile: @escaping (Tile) throws(Failure) -> [Digest]) {
        self.init(size: size) { (subtree) throws(Failure) in
            let (wanted, places) = Tile.tile(of: subtree, inTreeOf: size)
            let hashes = try tile(wanted)
            precondition(hashes.count == wanted.count, "Not the hashes of \(wanted.path).")
            return Tile.root(of: hashes[places])
        }
    }
}
