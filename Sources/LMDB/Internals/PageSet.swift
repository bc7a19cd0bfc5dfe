/// A set of page numbers up to the last one of a file: a bit each.
struct PageSet {
    private var words: [UInt64]
    private(set) var count = 0

    init(through last: UInt64) {
        words = Array(repeating: 0, count: Int(last / 64) + 1)
    }

    func contains(_ page: UInt64) -> Bool { words[Int(page / 64)] & 1 << (page % 64) != 0 }

    /// Puts in a number that is within reach; false where it was there.
    mutating func insert(_ page: UInt64) -> Bool {
        guard !contains(page) else { return false }
        words[Int(page / 64)] |= 1 << (page % 64)
        count += 1
        return true
    }
}
