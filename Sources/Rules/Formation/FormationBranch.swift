/// What a branch of the search leaves open: which seats may be taken, and which units must take one.
struct FormationBranch {
    /// Two bits for each seat, laid out by the places of seats: it may be taken, and its unit must stand.
    private(set) var words: [UInt64]
    /// For each unit, whether it must stand somewhere.
    private(set) var isForced: [Bool]
    /// How many units must.
    private(set) var forcedCount = 0
    private let table: FormationSeats

    /// Everything is open.
    init(_ table: FormationSeats) {
        self.table = table
        words = Array(repeating: 0, count: table.wordCount)
        isForced = Array(repeating: false, count: table.ofUnit.count)
        for seat in table.all { words[seat.word] |= seat.bit }
    }

    /// Whether a seat may be taken.
    func isOpen(_ seat: Int) -> Bool { words[table.all[seat].word] & table.all[seat].bit != 0 }

    /// The seats that a unit may take, in the order of the ids of their places.
    func seats(of unit: Int) -> [Int] { open(table.ofUnit[unit]) }

    /// The seats that may be taken at a place.
    func seats(at place: Int) -> [Int] { open(table.atPlace[place]) }

    /// Those that may be taken; mostly all, which are given as they are.
    private func open(_ seats: [Int]) -> [Int] {
        var open = seats
        open.removeAll { !isOpen($0) }
        return open
    }

    /// A unit may take only some of its seats.
    mutating func keep(_ unit: Int, at kept: [Int]) {
        for seat in table.ofUnit[unit] where !kept.contains(seat) { close(seat) }
    }

    /// A unit must stand.
    mutating func force(_ unit: Int) {
        guard !isForced[unit] else { return }
        isForced[unit] = true
        forcedCount += 1
        for seat in table.ofUnit[unit] where isOpen(seat) { words[table.all[seat].word] |= table.all[seat].bit << 1 }
    }

    /// A unit must take this seat.
    func taking(_ seat: Int, _ unit: Int) -> FormationBranch {
        var branch = self
        branch.keep(unit, at: [seat])
        branch.force(unit)
        return branch
    }

    /// No unit may stand at some places.
    mutating func close(_ closed: some Sequence<Int>) {
        for place in closed {
            for word in table.words(at: place) { words[word] = 0 }
        }
    }

    private mutating func close(_ seat: Int) { words[table.all[seat].word] &= ~(table.all[seat].bit * 3) }
}
