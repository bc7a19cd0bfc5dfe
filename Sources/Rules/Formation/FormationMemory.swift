internal import Credit
internal import Synchronization

/// Results of one solver for holdings that were met before: learners of one class hold much the same.
///
/// A result depends on nothing but units and limits, and of the credits of units on their order alone. So holdings are
/// remembered with numbers in place of credits, and a result is given with the credits that were asked for: the same as
/// the search gives (a property test).
final class FormationMemory: Sendable {
    private struct Holdings: Hashable {
        var units: [HeldUnit]
        var limits: FormationLimits
    }

    /// So many are remembered, some tens of kilobytes each.
    private static let most = 1_024

    private let results = Mutex<[Holdings: FormationResult]>([:])

    /// The result for some units, in the order in which the search takes them.
    func result(
        of units: [HeldUnit],
        _ limits: FormationLimits,
        _ search: ([HeldUnit], FormationLimits) -> FormationResult
    ) -> FormationResult {
        var holdings = Holdings(units: units, limits: limits)
        for index in units.indices { holdings.units[index].credit = Position(rawValue: UInt32(index)) }
        let known = results.withLock { $0[holdings] }
        let result = known ?? search(holdings.units, limits)
        if known == nil {
            results.withLock { results in
                if results.count >= Self.most { results.removeAll() }
                results[holdings] = result
            }
        }
        return result.withCredits(of: units)
    }
}

extension FormationResult {
    /// The same, where credits are the places of units among some.
    fileprivate func withCredits(of units: [HeldUnit]) -> FormationResult {
        func placed(_ placement: Placement) -> Placement {
            Placement(
                unit: units[Int(placement.unit.credit.rawValue)],
                group: placement.group,
                counted: placement.counted,
                surplus: placement.surplus,
                hindrance: placement.hindrance
            )
        }
        var result = self
        result.placements = placements.map(placed)
        result.better = better.map(placed)
        return result
    }
}
