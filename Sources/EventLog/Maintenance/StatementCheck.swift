internal import Credit
internal import EventCoding
internal import Transparency

/// Compares what the log says of itself with what it is: where streams ended, and who signs.
struct StatementCheck {
    private var heads = HeadsTree()
    /// What is kept beside the log of its last statement.
    private let kept: HeadsFile?
    private var key: String?

    init(_ kept: HeadsFile?) {
        self.kept = kept
    }

    /// Takes the next event; false where it does not follow the one before in its stream, so that nothing can be said of
    /// later ones.
    mutating func take(_ event: Event, _ report: inout CheckReport) -> Bool {
        if let stated = HeadsText(statedBy: event) {
            let truth = HeadsText(&heads)
            if stated != truth {
                let what = "\(stated.root) of \(stated.streams) streams, not \(truth.root) of \(truth.streams)"
                report.note(AccrueError(.headsDiffer, what), at: event.position)
            }
        }
        if case .keyRotation(let rotation) = event.details.document { verify(rotation, at: event.position, &report) }
        do throws(TransparencyError) {
            try heads.take(
                stream: event.learnerNumber,
                version: event.learnerVersion,
                position: event.position.rawValue
            )
        } catch {
            return false
        }
        if let kept, kept.position == event.position, kept.tree.heads != heads.heads {
            report.note(AccrueError(.indexDiffers, "the ends of streams beside the log"), at: event.position)
        }
        return true
    }

    private mutating func verify(_ rotation: KeyRotationText, at position: Position, _ report: inout CheckReport) {
        if let key, key != rotation.from {
            report.note(AccrueError(.keyNotInForce, "\(rotation.from), not \(key)"), at: position)
        }
        do throws(TransparencyError) {
            _ = try KeyRotation(rotation)
        } catch {
            report.note(AccrueError(.proofInvalid, "\(error)"), at: position)
        }
        key = rotation.to
    }
}
