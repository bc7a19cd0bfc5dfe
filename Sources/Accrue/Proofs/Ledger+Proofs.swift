public import Credit
internal import EventCoding
internal import EventLog
public import Transparency

extension Ledger {
    /// Lets the log state where its streams end, and signs that state, if it extends what was signed last.
    ///
    /// Every entry since then is read again from the log, the statement with them. O(*n*) in those.
    ///
    /// - Throws: ``Credit/ErrorCode/checkpointDiverges`` or ``Credit/ErrorCode/positionsMissing`` where the log is not a
    ///   continuation of what was signed; ``Credit/ErrorCode/notFound`` where there is nothing to sign;
    ///   ``Credit/ErrorCode/proofInvalid`` where the last checkpoint is another log's;
    ///   ``Credit/ErrorCode/keyNotInForce`` where the log's key was handed over to another one.
    public func sign(_ signer: NoteSigner, in checkpoints: Checkpoints) async throws(AccrueError) -> SignedNote {
        let last = try continued(checkpoints, by: signer.key)
        let position = try await stateHeads()
        let root = try log.root(through: position, extending: last.map { ($0.state.size, $0.state.root) })
        let next = Checkpoint(origin: signer.key.name, size: UInt64(position.rawValue), root: root)
        return try proving("checkpoint") { () throws(TransparencyError) in
            // Signed again at the same size, it keeps what witnesses have added.
            var note = try SignedNote(next)
            if let last, last.note.text == next.text { note = last.note }
            try note.sign(signer)
            return note
        }
    }

    /// The last checkpoint, if there is one, where this log is a continuation of it and the key is the one that signs
    /// now. Looked at before anything is appended: a log that is another one is not added to.
    private func continued(
        _ checkpoints: Checkpoints,
        by key: NoteKey
    ) throws(AccrueError) -> (note: SignedNote, state: Checkpoint)? {
        let (position, rotation) = try read { (view) throws(AccrueError) in
            (view.known, view.registry.keyRotations.last)
        }
        if let rotation, rotation.to != "\(key)" {
            throw AccrueError(.keyNotInForce, "\(key), not \(rotation.to)", field: "key")
        }
        guard let note = try checkpoints.note() else { return nil }
        let state = try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        guard state.origin == key.name else {
            throw AccrueError(.proofInvalid, "the last checkpoint is of \(state.origin)", field: key.name)
        }
        guard state.size <= UInt64(position.rawValue) else {
            throw AccrueError(.positionsMissing, "signed at \(state.size), and the log ends at \(position)")
        }
        _ = try tree(of: note)
        return (note, state)
    }

    /// What is asked of a witness that saw the log at a size last.
    public func witnessRequest(
        for note: SignedNote,
        from earlier: UInt64
    ) throws(AccrueError) -> WitnessRequest {
        let tree = try tree(of: note)
        guard earlier <= tree.size else {
            throw AccrueError(.witnessElsewhere, "\(earlier), and the checkpoint ends at \(tree.size)", field: "from")
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
        let end = try log.read { (snapshot) throws(AccrueError) in snapshot.position }
        guard let size = UInt32(exactly: state.size), size <= end.rawValue else {
            let subject =
                "the checkpoint is ahead of the log: signed over \(state.size) events, and the log ends at \(end)"
            throw AccrueError(.positionsMissing, "\(subject); accrue checkpoint list shows earlier ones (--size)")
        }
        let tree = try log.tree(through: Position(rawValue: size))
        guard try tree.root() == state.root else {
            throw AccrueError(.checkpointDiverges, "the first \(state.size) events")
        }
        return tree
    }
}
