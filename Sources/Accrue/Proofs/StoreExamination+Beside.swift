internal import Credit
public import EventLog
internal import Projections
internal import Transparency

extension StoreExamination {
    /// Looks at what lies beside a log that can be read: checkpoints, which cannot be computed again, and stored projections,
    /// which can.
    ///
    /// Signatures are not verified, as that needs a key from elsewhere. O(log *n*) for each checkpoint and O(*n*) in the
    /// rows of projections.
    public mutating func examineBeside() {
        // Why it cannot be opened is told with the log.
        guard let log = try? LMDBEventLog(path: path, writes: false) else { return }
        defer { try? log.close() }
        Checkpoints(ofStore: path).examine(log) { note($0, $1) }
        SlotFolder(of: log).examine { note($0, $1) }
    }
}

extension Checkpoints {
    /// Looks at every file, and compares every checkpoint with the log.
    fileprivate func examine(_ log: LMDBEventLog, _ note: (StoreExamination.Observation, String) -> Void) {
        let names: [String]
        do throws(AccrueError) {
            names = try files.names(in: folder)
        } catch {
            return note(.hidden(error), folder)
        }
        var sound: [UInt64] = []
        for name in names {
            let path = folder + "/" + name
            guard let size = UInt64(name), file(size) == path else {
                note(name.hasSuffix(".part") ? .unfinishedWork : .strange, path)
                continue
            }
            do throws(AccrueError) {
                try compare(size, with: log)
                sound.append(size)
            } catch {
                switch error.code {
                case .proofInvalid: note(.checkpointDamaged(error), path)
                case .checkpointDiverges: note(.checkpointDiverges(error), path)
                // What is wrong with the log and its tree is told there.
                case .recordDamaged, .storeDamaged, .indexDiffers, .positionsMissing: break
                default: note(.hidden(error), path)
                }
            }
        }
        if names.isEmpty { note(.noCheckpoints, folder) }
        if let last = sound.last { note(.checkpoints(sound.count, last: last), folder) }
    }

    private func compare(_ size: UInt64, with log: LMDBEventLog) throws(AccrueError) {
        guard let note = try note(at: size) else { return }
        let state = try proving(file(size)) { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        guard state.size == size else {
            throw AccrueError(.proofInvalid, "it is over \(state.size) events, not \(size)", field: file(size))
        }
        let last = try log.read { $0.position }
        guard size <= UInt64(last.rawValue) else {
            throw AccrueError(.checkpointDiverges, "it is ahead of the log, signed over \(size) events of \(last)")
        }
        guard try log.tree(through: Position(rawValue: UInt32(size))).root() == state.root else {
            throw AccrueError(.checkpointDiverges, "the first \(size) events")
        }
    }
}
