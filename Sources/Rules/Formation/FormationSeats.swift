internal import Credit

/// Where units may stand: a seat is a unit at one of its places.
struct FormationSeats {
    /// A unit at one of its places.
    struct Seat {
        let unit: Int
        let place: Int
        /// What the unit adds there.
        let adds: FormationOutcome
        /// Seats of one place and one kind add the same, whoever takes them.
        let kind: Int
    }

    private(set) var all: [Seat] = []
    /// For each unit its seats, in the order of the ids of their places.
    private(set) var ofUnit: [[Int]] = []

    private struct Kind: Hashable {
        var points: Int64
        var isNew: Bool
        var isPart: Bool
        var limited: FormationOutcome.Limited
        /// Where a certain unit is required, no other can take its seat.
        var requiredCode: String?
    }

    init(_ tree: FormationTree, _ units: [HeldUnit], heldCount: Int, _ limits: SeenLimits) {
        var kinds: [Kind: Int] = [:]
        func number(_ kind: Kind) -> Int {
            let number = kinds[kind] ?? kinds.count
            kinds[kind] = number
            return number
        }
        for (unit, held) in units.enumerated() {
            let (points, isNew) = (held.points?.rawValue ?? 0, unit >= heldCount)
            var kind = Kind(
                points: points,
                isNew: isNew,
                isPart: held.isPart,
                limited: limits.seen(unit, withResidencies: true)
            )
            let plain = number(kind)
            kind.requiredCode = held.code
            var own: [Int] = []
            for place in tree.places(of: held) {
                let isRequired = tree.nodes[place].required.contains(held.code)
                let adds = FormationOutcome(
                    points: points,
                    isRequired: isRequired,
                    isNew: isNew,
                    isPart: held.isPart
                )
                own.append(all.count)
                all.append(Seat(unit: unit, place: place, adds: adds, kind: isRequired ? number(kind) : plain))
            }
            ofUnit.append(own)
        }
    }
}
