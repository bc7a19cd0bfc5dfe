public import Foundation

/// Damage of the list of free pages, by which LMDB would write over what is in use.
public enum FreePageDamage {
    /// A data file with one bit flipped in the first number of that list.
    public static func of(_ content: Data, bit: Int) -> Data {
        func number(_ offset: Int, _ size: Int) -> Int {
            content[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let meta = number(144, 8) < number(4_096 + 144, 8) ? 4_096 : 0
        let page = number(meta + 80, 8) * 4_096
        var damaged = content
        // Behind the header of its node, its key and how many there are.
        damaged[page + number(page + 16, 2) + 24] ^= 1 << UInt8(bit)
        return damaged
    }
}
