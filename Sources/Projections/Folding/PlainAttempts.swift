internal import Credit

/// Attempts at units, of a plain fold: those at one unit in one institution are one credit.
struct PlainAttempts {
    struct Group {
        let institution: UInt32
        let qualification: UInt32
        let unit: UInt16
        /// Whether a decision rests on them.
        var isTaken = false
        /// The last event of those that were passed, in part, and of all.
        var lastPositive: Int32 = -1
        var lastPartial: Int32 = -1
        var last: Int32 = -1
        /// The enrolment that the first attempt names which names any, and that attempt.
        var enrolment: UInt32 = 0
        var enrolmentAt: UInt32 = .max
        /// The attempts at the same unit in another institution, by number.
        var sameUnit: Int32 = -1

        /// The best attempt decides.
        @inline(__always)
        var decision: Int32 { lastPositive >= 0 ? lastPositive : lastPartial >= 0 ? lastPartial : last }

        @inline(__always)
        func isSame(as other: Group) -> Bool {
            unit == other.unit && qualification == other.qualification && institution == other.institution
        }
    }

    private(set) var groups: [Group] = []
    /// For each unit of all versions the last attempts, and in which round.
    private var ofUnits: [(round: UInt32, group: Int32)] = []
    /// Each learner is a round; what is from another one says nothing.
    private var round: UInt32 = 0

    /// Begins with a learner.
    mutating func begin() {
        round &+= 1
        groups.removeAll(keepingCapacity: true)
    }

    /// Lets a decision rest on some attempts.
    @inline(__always)
    mutating func take(_ group: Int32) { groups[Int(group)].isTaken = true }

    /// Adds an assessment, by number, and tells to which attempts it belongs.
    @inline(__always)
    mutating func add(
        _ event: PlainEvent,
        _ index: Int32,
        in institution: UInt32,
        _ result: UInt8,
        _ table: inout VersionTable
    ) -> Int32 {
        let place = table.place(ofUnit: event.unit, in: event.qualification)
        let group = number(
            of: Group(institution: institution, qualification: event.qualification, unit: event.unit),
            Int(place),
            table.units.count
        )
        var groups = groups.mutableSpan
        groups[group].last = index
        if result == DecisionResult.positive.rawValue { groups[group].lastPositive = index }
        if result == DecisionResult.partial.rawValue { groups[group].lastPartial = index }
        if event.enrolment > 0, groups[group].enrolment == 0 {
            (groups[group].enrolment, groups[group].enrolmentAt) = (event.enrolment, event.position)
        }
        return Int32(group)
    }

    /// The number of attempts at a unit that has a place in the table or, if that is negative, none; new ones if need be.
    @inline(__always)
    private mutating func number(of group: Group, _ place: Int, _ unitCount: Int) -> Int {
        guard place >= 0 else {
            // A unit that nobody published; it still is one.
            if let known = groups.firstIndex(where: { $0.isSame(as: group) }) { return known }
            groups.append(group)
            return groups.count - 1
        }
        while ofUnits.count < unitCount { ofUnits.append((0, -1)) }
        let first = ofUnits[place].round == round ? ofUnits[place].group : -1
        var next = first
        while next >= 0 {
            if groups[Int(next)].isSame(as: group) { return Int(next) }
            next = groups[Int(next)].sameUnit
        }
        var new = group
        new.sameUnit = first
        groups.append(new)
        ofUnits[place] = (round, Int32(groups.count - 1))
        return groups.count - 1
    }
}
