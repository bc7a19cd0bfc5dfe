extension FormationSearch {
    /// Of all best solutions that with the smallest codes of further units, which stand in the order of codes.
    ///
    /// What one unit cannot have, another that adds the same at the same places cannot either: they would change places.
    mutating func fewest(_ whole: Branch) -> Solution? {
        guard var fewest = best(whole) else { return nil }
        var branch = whole
        var refused: Set<[SeatKind]> = []
        for unit in heldCount..<units.count {
            guard let last = fewest.seats.lastIndex(where: { $0 != nil }), unit < last, !isExhausted else { break }
            let kinds = table.ofUnit[unit].map { SeatKind(place: table.all[$0].place, kind: table.all[$0].kind) }
            if fewest.seats[unit] != nil {
                branch.force(unit)
                continue
            }
            var found: Solution?
            if !kinds.isEmpty, !refused.contains(kinds) {
                var trial = branch
                trial.force(unit)
                found = best(trial, notBelow: fewest.value)
                if found == nil, mayChangePlaces(unit, branch) { refused.insert(kinds) }
                if found != nil { branch = trial }
            }
            if let found { fewest = found } else { branch.keep(unit, at: []) }
        }
        return fewest
    }

    private struct SeatKind: Hashable {
        var place: Int
        var kind: Int
    }
}
