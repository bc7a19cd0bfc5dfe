public import Credit
internal import EventCoding
internal import EventLog
public import Transparency

extension Ledger {
    /// Signs the last state of the log, if it extends what was signed last, and keeps the checkpoint.
    ///
    /// Every entry since then is read again from the log. O(*n*) in those.
    ///
    /// - Throws: ``Credit/ErrorCode/checkpointDiverges`` or ``Credit/ErrorCode/positionsMissing`` where the log is not a
    ///   continuation of what was signed; ``Credit/ErrorCode/notFound`` where there is nothing to sign;
    ///   ``Credit/ErrorCode/proofInvalid`` where the last checkpoint is another log's.
    public func sign(_ signer: NoteSigner, in checkpoints: Checkpoints) throws(AccrueError) -> SignedNote {
        let position = try log.read { $0.position }
        guard position > .none else { throw AccrueError(.notFound, "no event to sign") }
        let last = try checkpoints.note()
        let state = try last.map { (note) throws(AccrueError) in
            try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        }
        if let state, state.origin != signer.key.name {
            throw AccrueError(.proofInvalid, "the last checkpoint is of \(state.origin)", field: signer.key.name)
        }
        let root = try log.root(through: position, extending: state.map { ($0.size, $0.root) })
        let next = Checkpoint(origin: signer.key.name, size: UInt64(position.rawValue), root: root)
        return try proving("checkpoint") { () throws(TransparencyError) in
            // Signed again at the same size, it keeps what witnesses have added.
            var note = try SignedNote(next)
            if let last, last.text == next.text { note = last }
            try note.sign(signer)
            return note
        }
    }

    /// What is asked of a witness that saw the log at a size last.
    public func witnessRequest(
        for note: SignedNote,
        from earlier: UInt64
    ) throws(AccrueError) -> WitnessRequest {
        let tree = try tree(of: note)
        guard earlier <= tree.size else {
            throw AccrueError(.witnessElsewhere, "\(earlier), after \(tree.size)", field: "from")
        }
        return WitnessRequest(from: earlier, hashes: try tree.consistencyProof(from: earlier), checkpoint: note)
    }

    /// That an event is in the log of a checkpoint, with the entry itself, to be kept and verified without the log.
    public func proof(of position: Position, in note: SignedNote) throws(AccrueError) -> EntryProof {
        let tree = try tree(of: note)
        guard position > .none, UInt64(position.rawValue) <= tree.size else {
            throw AccrueError(.notFound, "position \(position), after the checkpoint at \(tree.size)")
        }
        let index = UInt64(position.rawValue) - 1
        return EntryProof(
            extra: try log.read { (snapshot) throws(AccrueError) in try snapshot.entry(at: position) },
            index: index,
            hashes: try tree.inclusionProof(of: index),
            checkpoint: note
        )
    }

    /// The tree that a checkpoint speaks of, whose root must be the checkpoint's.
    func tree(of note: SignedNote) throws(AccrueError) -> MerkleTree<AccrueError> {
        let state = try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        guard let size = UInt32(exactly: state.size) else { throw AccrueError(.notFound, "position \(state.size)") }
        let tree = try log.tree(through: Position(rawValue: size))
        guard try tree.root() == state.root else {
            throw AccrueError(.checkpointDiverges, "the first \(state.size) events")
        }
        return tree
    }
}
