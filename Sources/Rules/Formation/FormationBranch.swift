/// What a branch of the search leaves open: which seats each unit may take, and which units must take one.
struct FormationBranch {
    /// For each unit, the seats that it may take, in the order of the ids of their places.
    private(set) var seats: [[Int]]
    /// For each place, the seats that may be taken there: twice the number of each, and one more where its unit must
    /// stand.
    private(set) var here: [[Int]]
    /// For each unit, whether it must stand somewhere.
    private(set) var isForced: [Bool]
    /// How many units must.
    private(set) var forcedCount = 0
    private let table: FormationSeats

    /// Everything is open.
    init(_ tree: FormationTree, _ table: FormationSeats) {
        self.table = table
        seats = table.ofUnit
        here = Array(repeating: [], count: tree.nodes.count)
        for (number, seat) in table.all.enumerated() { here[seat.place].append(2 * number) }
        isForced = Array(repeating: false, count: seats.count)
    }

    /// A unit may take only some of its seats.
    mutating func keep(_ unit: Int, at kept: [Int]) {
        for seat in seats[unit] where !kept.contains(seat) { here[table.all[seat].place].removeAll { $0 / 2 == seat } }
        seats[unit] = kept
    }

    /// A unit must stand.
    mutating func force(_ unit: Int) {
        guard !isForced[unit] else { return }
        isForced[unit] = true
        forcedCount += 1
        for seat in seats[unit] {
            let place = table.all[seat].place
            guard let index = here[place].firstIndex(of: 2 * seat) else { continue }
            here[place][index] += 1
        }
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
        for place in closed where !here[place].isEmpty {
            for entry in here[place] { seats[table.all[entry / 2].unit].removeAll { $0 == entry / 2 } }
            here[place] = []
        }
    }
}
