/// The events of one person, under however many identities, in the order of the log.
///
/// A merge gives the events of one identity to another, a split gives listed events back; nothing is deleted, so the
/// history holds the events of all identities that were ever connected, and knows whose each is now.
public struct LearnerHistory: Sendable {
    /// The events of all connected identities, in the order of the log.
    public private(set) var events: [Event] = []
    /// To whom each event belongs now: the event that introduced that identity.
    public private(set) var owners: [Position] = []
    /// The dense numbers of the identities.
    public private(set) var numbers: [UInt32] = []
    /// For each identity that was merged away, the event that did it.
    public private(set) var mergedAway: [Position: Position] = [:]

    /// The history of these events, which stand in the order of the log.
    public init(_ events: [Event]) {
        self.events = events
        owners.reserveCapacity(events.count)
        for index in events.indices { own(index) }
    }

    /// Takes in an accepted event, which comes after all others.
    public mutating func evolve(_ event: Event) {
        events.append(event)
        own(events.count - 1)
    }

    /// Gives the event at an index to whom it belongs, and others with it where identities join or part.
    private mutating func own(_ index: Int) {
        let kind = events[index].kind
        let identity = kind == .learnerIntroduced ? events[index].position : events[index].learner ?? .none
        owners.append(identity)
        switch kind {
        case .learnerIntroduced:
            numbers.append(events[index].learnerNumber)
        case .learnerMerged:
            // The survivor's event names the other identity; the other's own event only answers it.
            guard let other = events[index].answers, self[other]?.kind == .learnerIntroduced else { return }
            mergedAway[other] = events[index].position
            for earlier in owners.indices where owners[earlier] == other && events[earlier].isCredit {
                owners[earlier] = identity
            }
        case .learnerSplit:
            guard let merge = events[index].answers.flatMap({ self[$0] }), merge.kind == .learnerMerged,
                let other = merge.answers
            else { return }
            mergedAway[other] = nil
            for moved in events[index].details.moved {
                if let index = self.index(of: moved) { owners[index] = other }
            }
        default: return
        }
    }

    /// The event at a position, or nil where it is not of this history. O(log *n*).
    public subscript(position: Position) -> Event? { index(of: position).map { events[$0] } }

    /// To whom the event at a position belongs now, or nil where it is not of this history. O(log *n*).
    public func owner(of position: Position) -> Position? { index(of: position).map { owners[$0] } }

    /// The events that belong to an identity now, in the order of the log.
    public func events(of learner: Position) -> [Event] {
        // Nearly all learners have one identity, which owns everything.
        if numbers.count == 1, owners.first == learner { return events }
        return zip(events, owners).lazy.filter { $0.1 == learner }.map(\.0)
    }

    /// The history as it was known when `position` was the last event of the log.
    public func known(through position: Position) -> LearnerHistory {
        if events.last.map({ $0.position <= position }) ?? true { return self }
        return LearnerHistory(Array(events.prefix { $0.position <= position }))
    }

    private func index(of position: Position) -> Int? { events.index(of: position) }
}

extension [Event] {
    /// The index of the event at a position, or nil, where events stand in the order of the log. O(log *n*).
    func index(of position: Position) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].position < position { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].position == position ? low : nil
    }

    /// The event at a position, or nil, where events stand in the order of the log. O(log *n*).
    func at(_ position: Position) -> Event? { index(of: position).map { self[$0] } }
}

extension EventKind {
    /// True for merges and splits, of which each is told by two events: one in each identity's history.
    public var joinsIdentities: Bool { self == .learnerMerged || self == .learnerSplit }
}

extension Event {
    /// True if the event tells of the learner's credit, and so goes along with a merge or a split; false for the events
    /// that make, join or part identities.
    public var isCredit: Bool {
        switch command.kind {
        case .learnerIntroduced, .learnerMerged, .learnerSplit: false
        default: !command.kind.isRegistry
        }
    }
}
