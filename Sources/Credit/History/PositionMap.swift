/// Values by positions, where positions are few or come in the order of the log: a search beats a hash then.
struct PositionMap<Value: Sendable>: Sendable {
    /// In ascending order.
    private(set) var positions: [Position] = []
    private var values: [Value] = []

    var isEmpty: Bool { positions.isEmpty }

    /// The value at a position, or nil. O(log *n*) to look up and to put behind all others, O(*n*) to put between.
    subscript(position: Position) -> Value? {
        get {
            let index = place(of: position)
            return index < positions.count && positions[index] == position ? values[index] : nil
        }
        set {
            let index = place(of: position)
            let isHeld = index < positions.count && positions[index] == position
            switch (newValue, isHeld) {
            case (let value?, true): values[index] = value
            case (let value?, false):
                positions.insert(position, at: index)
                values.insert(value, at: index)
            case (nil, true):
                positions.remove(at: index)
                values.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// Where a position stands or would be put.
    private func place(of position: Position) -> Int {
        var (low, high) = (0, positions.count)
        while low < high {
            let middle = (low + high) / 2
            if positions[middle] < position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
