internal import Credit
internal import Projections

extension SlotFolder {
    /// The slot of this number, or the one that serves where none is named; finished either way.
    func finishedSlot(orServing number: Int?) throws(AccrueError) -> Slot {
        if let number { try finishedSlot(number) } else { try current() }
    }
}
