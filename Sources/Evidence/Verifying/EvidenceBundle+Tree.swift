internal import Credit
internal import EventCoding
internal import Transparency

extension EvidenceBundle {
    /// What the checkpoints say, and who signed.
    struct Signed {
        var states: [Checkpoint]
        var witnesses: [(key: NoteKey, time: UInt64)]
        /// The keys that may have signed earlier checkpoints.
        var keys: [NoteKey]
        /// The key that signs now, where the log handed its key over since the one that was given.
        var successor: NoteKey?
    }

    /// Requires that the log signed the checkpoints, and witnesses the last one.
    func verifyCheckpoints(_ trust: EvidenceTrust, _ decoded: [Event]) throws(EvidenceRefusal) -> Signed {
        let (current, keys) = try logKeys(trust.log, decoded)
        var states: [Checkpoint] = []
        for (index, note) in checkpoints.enumerated() {
            let isLast = index == checkpoints.count - 1
            func refused(_ what: String) -> EvidenceRefusal {
                EvidenceRefusal(.checkpoints, line: line(index, of: .checkpoint), what)
            }
            do throws(TransparencyError) {
                states.append(try Checkpoint(note, signedByOneOf: isLast ? [current] : keys))
            } catch {
                throw refused("the checkpoint, \(error)")
            }
            guard states[index].origin.utf8.elementsEqual(header.origin.utf8) else {
                throw refused("the checkpoint is of \(states[index].origin), not of \(header.origin)")
            }
            guard index == 0 || states[index - 1].size < states[index].size else {
                throw refused("the checkpoint over \(states[index].size) events is out of order")
            }
            guard !isLast || states[index].size == UInt64(header.size) else {
                throw refused("the last checkpoint is over \(states[index].size) events, not \(header.size)")
            }
        }
        guard header.known.rawValue <= header.size, header.heads.map({ $0 == header.known }) ?? true,
            header.heads != nil || header.known.rawValue == header.size
        else { throw EvidenceRefusal(.checkpoints, line: 1, "known, heads and size do not belong together") }
        guard let last = decoded.last, last.position == header.known, last.flags.contains(.lastInBatch) else {
            throw EvidenceRefusal(.checkpoints, line: 1, position: header.known, "is not here, or no state ended there")
        }
        do throws(TransparencyError) {
            let witnesses = try trust.witnesses.verify(checkpoints[checkpoints.count - 1])
            let successor = current == trust.log ? nil : current
            return Signed(states: states, witnesses: witnesses, keys: keys, successor: successor)
        } catch {
            throw EvidenceRefusal(.checkpoints, line: line(checkpoints.count - 1, of: .checkpoint), "\(error)")
        }
    }

    /// The key that signs now, and all that rotations join with the one that was given.
    private func logKeys(_ given: NoteKey, _ decoded: [Event]) throws(EvidenceRefusal) -> (NoteKey, [NoteKey]) {
        var rotations: [KeyRotation] = []
        for (index, event) in decoded.enumerated() where event.kind == .keyRotated {
            guard case .keyRotation(let text) = event.details.document else { continue }
            do throws(TransparencyError) {
                rotations.append(try KeyRotation(text))
            } catch {
                throw EvidenceRefusal(
                    .checkpoints,
                    line: line(index, of: .event),
                    position: event.position,
                    "the key is not handed over: \(error)"
                )
            }
        }
        var keys = [given]
        var count = 0
        while count < keys.count {
            count = keys.count
            for rotation in rotations {
                if keys.contains(rotation.from), !keys.contains(rotation.to) { keys.append(rotation.to) }
                if keys.contains(rotation.to), !keys.contains(rotation.from) { keys.append(rotation.from) }
            }
        }
        return (KeyRotation.key(following: given, through: rotations), keys)
    }

    /// Requires that the events are those that were signed, and the log a continuation of what was noted earlier.
    func verifyTree(
        _ states: [Checkpoint],
        _ trust: EvidenceTrust,
        _ keys: [NoteKey]
    ) throws(EvidenceRefusal) -> [(name: String, size: UInt64)] {
        var noted: [(name: String, state: Checkpoint)] = []
        for (name, note) in trust.earlier {
            do throws(TransparencyError) {
                noted.append((name, try Checkpoint(note, signedByOneOf: keys)))
            } catch {
                throw EvidenceRefusal(.tree, "\(name), \(error)")
            }
        }
        let size = UInt64(header.size)
        let roots: [UInt64: Digest]
        do throws(TransparencyError) {
            let proof = try MultiProof(
                of: events.map { UInt64($0.position.rawValue) - 1 },
                in: size,
                cuts: states.dropLast().map(\.size)
            )
            roots = try proof.roots(
                at: states.map(\.size) + noted.map(\.state.size),
                leafHashes: events.map(\.record.leafHash),
                hashes: hashes
            )
        } catch {
            throw EvidenceRefusal(.tree, line: line(0, of: .tree), "\(error)")
        }
        var before: UInt64 = 0
        for (index, state) in states.enumerated() {
            guard roots[state.size] == state.root else {
                throw EvidenceRefusal(
                    .tree,
                    line: line(index, of: .checkpoint),
                    "an event or hash from position \(before + 1) to \(state.size) is not what was signed over "
                        + "\(state.size) events"
                )
            }
            before = state.size
        }
        for (name, state) in noted {
            guard state.size <= size else {
                throw EvidenceRefusal(.tree, "\(name) is over \(state.size) events, and the log has \(size) here")
            }
            guard let root = roots[state.size] else {
                throw EvidenceRefusal(
                    .tree,
                    "\(name) is over \(state.size) events, of which the bundle cannot tell: ask for one with "
                        + "the log's checkpoint of that size"
                )
            }
            guard root == state.root else {
                throw EvidenceRefusal(
                    .tree,
                    "the log does not continue \(name): its first \(state.size) events are others"
                )
            }
        }
        return noted.map { ($0.name, $0.state.size) }
    }
}

extension Checkpoint {
    /// Reads a checkpoint that one of some keys has signed; what the others say matters only where none has.
    fileprivate init(_ note: SignedNote, signedByOneOf keys: [NoteKey]) throws(TransparencyError) {
        var first: TransparencyError?
        for key in keys {
            do throws(TransparencyError) {
                self = try Checkpoint(note, signedBy: key)
                return
            } catch {
                if first == nil || error.reason != .signatureMissing { first = error }
            }
        }
        if let first { throw first }
        self = try Checkpoint(text: note.text)
    }
}
