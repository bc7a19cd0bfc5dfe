/// Finds positions by hash, in eight bytes a slot: a table with linear probing that keeps no keys, but half of each hash
/// (Knuth, "Sorting and Searching", section 6.4, algorithms L and R). Who asks compares keys itself.
struct PositionTable: Sendable {
    /// Half a hash and a position; 0 where there is none. A power of two of slots, at most half of them taken.
    private var slots: [UInt64]
    private var count = 0

    init() {
        slots = Array(repeating: 0, count: 64)
    }

    /// As many slots, none of them taken.
    var emptied: PositionTable {
        var table = PositionTable()
        table.slots = Array(repeating: 0, count: slots.count)
        return table
    }

    /// Where a key is, or where it would be put.
    ///
    /// - Parameter isSought: Whether the key of a position is the one that is looked for.
    func slot(of hash: UInt32, _ isSought: (UInt32) -> Bool) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] > 0, UInt32(slots[slot] >> 32) != hash || !isSought(UInt32(truncatingIfNeeded: slots[slot])) {
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Something that lies where ``slot(of:_:)`` begins to look.
    func glance(at hash: UInt32) -> UInt64 { slots[Int(hash) & (slots.count - 1)] }

    /// The position in a slot, or nil.
    subscript(slot: Int) -> UInt32? {
        slots[slot] > 0 ? UInt32(truncatingIfNeeded: slots[slot]) : nil
    }

    /// Puts a position, which is not 0, into its slot.
    mutating func put(_ position: UInt32, _ hash: UInt32, in slot: Int) {
        if slots[slot] == 0 { count += 1 }
        slots[slot] = UInt64(hash) << 32 | UInt64(position)
        if 2 * count > slots.count { grow() }
    }

    /// Empties a slot, and moves up what would not be found over the gap.
    mutating func remove(at slot: Int) {
        let mask = slots.count - 1
        var (gap, next) = (slot, (slot + 1) & mask)
        while slots[next] > 0 {
            let home = Int(slots[next] >> 32) & mask
            if (next - home) & mask >= (next - gap) & mask {
                slots[gap] = slots[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap] = 0
        count -= 1
    }

    private mutating func grow() {
        let taken = slots.filter { $0 > 0 }
        slots = Array(repeating: 0, count: 2 * slots.count)
        for entry in taken { slots[slot(of: UInt32(entry >> 32)) { _ in false }] = entry }
    }
}
