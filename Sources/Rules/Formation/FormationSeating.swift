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
        taken = Array(repeating: nil, count: table.ofUnit.count)
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

    /// Finds a unit for a seat like this one; others may move for it, and seats like that which is free need not be filled
    /// again.
    private mutating func fill(_ seat: Int, _ seen: inout [Bool], free: Int? = nil) -> Bool {
        let isForced = branch.isForced[table.all[seat].unit]
        for like in table.atPlace[table.all[seat].place] where branch.isOpen(like) && table.areAlike(like, seat) {
            let unit = table.all[like].unit
            guard !seen[unit], branch.isForced[unit] == isForced else { continue }
            seen[unit] = true
            if let left = taken[unit] {
                let isFree = free.map { table.areAlike(left, $0) } ?? false
                if !isFree, !fill(left, &seen, free: free) { continue }
            }
            taken[unit] = like
            return true
        }
        return false
    }

    /// Gives a unit this seat instead of its own, or of none, so that all seats stay taken; units before it keep theirs.
    /// False, and nothing is changed, where that cannot be done by moving units.
    mutating func give(_ seat: Int, to unit: Int) -> Bool {
        let holders = taken.indices.filter { other in
            other > unit && !branch.isForced[other] && taken[other].map { table.areAlike($0, seat) } ?? false
        }
        guard let last = holders.last else { return false }
        if let left = taken[unit] {
            var seen = taken.indices.map { $0 <= unit }
            guard fill(left, &seen, free: seat) else { return false }
        }
        taken[unit] = seat
        // Mostly one of them has moved. Else one who had no seat has one now.
        if holders.allSatisfy({ taken[$0].map { table.areAlike($0, seat) } ?? false }) { taken[last] = nil }
        return true
    }
}
