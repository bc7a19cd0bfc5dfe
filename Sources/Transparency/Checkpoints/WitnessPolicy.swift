/// Which witnesses must have cosigned a checkpoint: at least so many of these.
///
/// A public key counts once, however often and under however many names it is listed: a cosignature does not say who made
/// it, so that one can be passed off under another name.
public struct WitnessPolicy: Hashable, Sendable {
    /// How many.
    public var atLeast: Int
    /// Of which.
    public var witnesses: [NoteKey]

    /// Makes a policy; without witnesses none is needed.
    public init(atLeast: Int = 0, of witnesses: [NoteKey] = []) {
        (self.atLeast, self.witnesses) = (atLeast, witnesses)
    }

    /// Requires the cosignatures, and tells who cosigned when.
    ///
    /// - Throws: ``TransparencyError`` where there are too few, or one that claims to be a witness's is not.
    @discardableResult
    public func verify(_ note: SignedNote) throws(TransparencyError) -> [(key: NoteKey, time: UInt64)] {
        var seen: [(key: NoteKey, time: UInt64)] = []
        for witness in witnesses {
            do throws(TransparencyError) {
                seen.append((witness, try note.cosigned(by: witness)))
            } catch {
                if error.reason != .signatureMissing { throw error }
            }
        }
        let count = Set(seen.map(\.key.publicKey)).count
        guard count >= atLeast else { throw TransparencyError(.witnessesMissing, "\(count) of \(atLeast)") }
        return seen
    }
}
