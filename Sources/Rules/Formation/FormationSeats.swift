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
        /// Where a branch notes of it what is open.
        var word = 0
        var bit: UInt64 = 0
    }

    private(set) var all: [Seat] = []
    /// For each unit its seats, in the order of the ids of their places.
    private(set) var ofUnit: [[Int]] = []
    /// For each place the seats there.
    private(set) var atPlace: [[Int]]
    /// For each place its first word, and behind the last how many there are.
    private var firstWords: [Int] = []

    private struct Kind: Hashable {
        var points: Int64
        var isNew: Bool
        var isPart: Bool
        var limited: FormationOutcome.Limited
        /// Where a certain unit is required, no other can take its seat.
        var requiredCode: String?
    }

    init(_ tree: FormationTree, _ units: [HeldUnit], heldCount: Int, _ limits: SeenLimits) {
        atPlace = Array(repeating: [], count: tree.nodes.count)
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
                atPlace[place].append(all.count)
                all.append(Seat(unit: unit, place: place, adds: adds, kind: isRequired ? number(kind) : plain))
            }
            ofUnit.append(own)
        }
        var wordCount = 0
        for seats in atPlace {
            firstWords.append(wordCount)
            for (number, seat) in seats.enumerated() {
                all[seat].word = wordCount + number / Self.seatsInWord
                all[seat].bit = 1 << UInt64(2 * (number % Self.seatsInWord))
            }
            wordCount += (seats.count + Self.seatsInWord - 1) / Self.seatsInWord
        }
        firstWords.append(wordCount)
    }

    /// Two bits for each.
    private static let seatsInWord = 32

    /// How many words a branch needs.
    var wordCount: Int { firstWords[firstWords.count - 1] }

    /// The words in which a branch notes what is open at a place.
    func words(at place: Int) -> Range<Int> { firstWords[place]..<firstWords[place + 1] }

    /// Whether seats are of one place and one kind.
    func areAlike(_ one: Int, _ other: Int) -> Bool {
        all[one].place == all[other].place && all[one].kind == all[other].kind
    }
}
