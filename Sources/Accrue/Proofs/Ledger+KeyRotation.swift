public import Credit
internal import EventCoding
internal import EventLog
public import Transparency

extension Ledger {
    /// Records that the log's key hands over to the next one: from then on that one signs.
    ///
    /// - Parameters:
    ///   - key: The key that has signed so far.
    ///   - next: The key that signs from now on, of the same name.
    ///   - actor: Who does it, if that is to be said.
    ///   - checkpoints: What was signed so far.
    /// - Throws: ``Credit/ErrorCode/keyNotInForce`` where another key signs now, or the next one was given up before;
    ///   ``Credit/ErrorCode/proofInvalid`` where the two are not keys of one log.
    @discardableResult
    public func rotate(
        _ key: NoteSigner,
        to next: NoteSigner,
        by actor: Position?,
        after checkpoints: Checkpoints
    ) async throws(AccrueError) -> Event {
        let rotation = try proving("key") { () throws(TransparencyError) in try KeyRotation(from: key, to: next) }
        let isFirst = try read { (view) throws(AccrueError) in view.registry.keyRotations.isEmpty }
        // The log does not say which key was its first one; what it signed does.
        if isFirst, let last = try checkpoints.note() {
            do throws(TransparencyError) {
                try last.verify(key.key)
            } catch {
                throw AccrueError(.keyNotInForce, "\(key.key) has not signed the last checkpoint", field: "key")
            }
        }
        let name = Array("\(rotation.from) \(rotation.to)".utf8)
        var command = Command(
            id: EventID(naming: Digest.sha256(of: name.span.bytes)),
            kind: .keyRotated,
            effective: log.now.date
        )
        command.actor = actor
        command.details.document = .keyRotation(
            KeyRotationText(
                from: "\(rotation.from)",
                to: "\(rotation.to)",
                fromSignature: rotation.fromSignature,
                toSignature: rotation.toSignature
            )
        )
        guard let appended = try await append([command]).first else { throw AccrueError(.notFound, "key") }
        return appended.event
    }

    /// The key that signs for the log at a state, where a key was given out of band: it, or the one that it was handed
    /// over to.
    ///
    /// - Throws: ``Credit/ErrorCode/proofInvalid`` where a rotation in the log is not signed by both keys.
    public func key(following key: NoteKey, known: KnownAt) throws(AccrueError) -> NoteKey {
        let texts = try read(known: known) { (view) throws(AccrueError) in view.registry.keyRotations }
        var rotations: [KeyRotation] = []
        for text in texts {
            rotations.append(try proving("\(text.to)") { () throws(TransparencyError) in try KeyRotation(text) })
        }
        return KeyRotation.key(following: key, through: rotations)
    }
}
