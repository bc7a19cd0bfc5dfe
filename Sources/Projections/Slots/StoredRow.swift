internal import Credit

/// What a slot has in the place of a learner's row.
enum StoredRow {
    case missing
    /// It is not what was written.
    case damaged
    /// The row, and the bytes as which it is kept.
    case whole(LearnerRow, bytes: [UInt8])

    /// The bytes, where they are a row.
    var bytes: [UInt8]? { if case .whole(_, let bytes) = self { bytes } else { nil } }
    var isDamaged: Bool { if case .damaged = self { true } else { false } }
}

extension Slot {
    /// What is in the place of a learner's row.
    func stored(ofLearner learner: UInt32) throws(AccrueError) -> StoredRow {
        do throws(AccrueError) {
            guard let bytes = try bytes(ofLearner: learner) else { return .missing }
            return .whole(try row(bytes, learner), bytes: bytes)
        } catch {
            guard error.code == .slotDamaged else { throw error }
            return .damaged
        }
    }
}
