internal import Credit
internal import Projections

extension SlotFolder {
    /// The slot of this number, or the one that serves where none is named; finished either way.
    func finishedSlot(orServing number: Int?, writes: Bool = false) throws(AccrueError) -> Slot {
        if let number { try finishedSlot(number, writes: writes) } else { try current(writes: writes) }
    }
}
