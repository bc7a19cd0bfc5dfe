internal import Credit
package import EventLog

extension SlotFolder {
    /// Looks at every slot and every row, and at what says which one serves. O(*n*) in the rows; what they should be is told
    /// by ``SlotBuilding``, which folds the log again.
    package func examine(_ note: (StoreExamination.Observation, String) -> Void) {
        let names: [String]
        var serving: Int?
        do throws(AccrueError) {
            names = try files.names(in: path)
        } catch {
            return note(.hidden(error), path)
        }
        do throws(AccrueError) {
            serving = try pointer()?.current
            if let serving, !names.contains("slot-\(serving)") {
                note(.pointerDamaged(AccrueError(.slotMissing, "slot \(serving), which is to serve")), pointerPath)
            }
        } catch {
            note(error.code == .storeDamaged ? .pointerDamaged(error) : .hidden(error), pointerPath)
        }
        for name in names where path + "/" + name != pointerPath {
            let place = path + "/" + name
            if name.hasSuffix(".part") {
                note(.unfinishedWork, place)
            } else if let number = Self.number(ofSlot: name) {
                note(observation(ofSlot: number, serves: serving == number), place)
            } else {
                note(.strange, place)
            }
        }
    }

    private func observation(ofSlot number: Int, serves: Bool) -> StoreExamination.Observation {
        do throws(AccrueError) {
            let slot = try slot(number)
            defer { try? slot.close() }
            let state = try slot.state()
            try requireUsable(state, number)
            try slot.requireRows()
            try requireReady(state, number)
            return .slot(number, learners: state.learners, position: state.position)
        } catch {
            switch error.code {
            case .slotUnfinished: return .slotUnfinished(number, error)
            case .slotOutdated: return .slotOutdated(number, error)
            case .slotOfOtherLog, .slotMissing, .slotDamaged: return .slotDamaged(number, serves: serves, error)
            default: return .hidden(error)
            }
        }
    }
}

extension Slot {
    /// Requires that every learner through the last that was built has a row, and that it and every summary can be read.
    fileprivate func requireRows() throws(AccrueError) {
        for learner in stride(from: 1, through: try state().built, by: 1) where try row(ofLearner: learner) == nil {
            throw unreadable("learner \(learner) has no row")
        }
        _ = (try cohorts(), try following())
    }
}
