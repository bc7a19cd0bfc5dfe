/// Who takes which of some seats, where units that add the same may change places: a bipartite matching by augmenting
/// paths (Kuhn 1955).
struct FormationSeating {
    /// For each unit the seat that it takes.
    private(set) var taken: [Int?]
    /// Where not every seat finds a unit: units that are fewer than the seats which only they could take (Hall 1935).
    private(set) var crowd: [Int] = []

    private let table: FormationSeats
    private let branch: FormationBranch

    /// Seats units at the places of some seats, of which several may be of one unit.
    init(_ seats: [Int], _ branch: FormationBranch, _ table: FormationSeats) {
        (self.branch, self.table) = (branch, table)
        taken = Array(repeating: nil, count: branch.seats.count)
        var open: [Int] = []
        for seat in seats {
            if taken[table.all[seat].unit] == nil { taken[table.all[seat].unit] = seat } else { open.append(seat) }
        }
        for seat in open {
            var seen = Array(repeating: false, count: taken.count)
            if !fill(seat, &seen) {
                crowd = seen.indices.filter { seen[$0] }
                return
            }
        }
    }

    /// Seats of which each has its unit.
    init(taken: [Int?], _ branch: FormationBranch, _ table: FormationSeats) {
        (self.taken, self.branch, self.table) = (taken, branch, table)
    }

    /// Finds a unit for a seat like this one; others may move for it.
    private mutating func fill(_ seat: Int, _ seen: inout [Bool]) -> Bool {
        let (place, kind) = (table.all[seat].place, table.all[seat].kind)
        let isForced = branch.isForced[table.all[seat].unit]
        for entry in branch.here[place] {
            let other = table.all[entry / 2]
            guard other.kind == kind, branch.isForced[other.unit] == isForced, !seen[other.unit] else { continue }
            seen[other.unit] = true
            if let left = taken[other.unit], !fill(left, &seen) { continue }
            taken[other.unit] = entry / 2
            return true
        }
        return false
    }

    /// Gives a unit this seat instead of its own, or of none, so that all seats stay taken; units before it keep theirs.
    /// False, and nothing is changed, where that cannot be done by moving units.
    mutating func give(_ seat: Int, to unit: Int) -> Bool {
        let (place, kind) = (table.all[seat].place, table.all[seat].kind)
        for other in taken.indices where other > unit && !branch.isForced[other] {
            guard let theirs = taken[other], table.all[theirs].place == place, table.all[theirs].kind == kind else {
                continue
            }
            var trial = self
            trial.taken[unit] = seat
            trial.taken[other] = nil
            var seen = taken.indices.map { $0 <= unit }
            if let left = taken[unit], !trial.fill(left, &seen) { continue }
            self = trial
            return true
        }
        return false
    }
}
