public import Credit

/// Realistic, lawful histories of any size, for an empty log: the same seed gives the same commands.
///
/// A registry of schools at home and abroad comes first, then cohorts of learners whose events interleave by date:
/// local learning, mobility under learning agreements, re-sits, recognition of work experience, corrections, appeals,
/// revocations, interruptions, awards, merged identities. A learner has some 50 events.
///
/// References are positions, counted from 1, so the commands belong into an empty log, in this order.
public struct HistoryGenerator: Sequence, IteratorProtocol {
    /// Learners whose events interleave; it bounds the memory that is needed.
    private static let cohortSize = 200

    private let catalogue: GeneratedCatalogue
    private let learners: Int
    private var random: SeededRandom
    private var begun = 0
    private var position = Position.none
    private var pending: [Step] = []
    private var nextPending = 0
    private var places: [[Position]] = []

    /// A draft of a person, in its place in time.
    private struct Step {
        var person: Int
        var index: Int
        var draft: GeneratedPerson.Draft
    }

    /// Histories of `learners` persons who begin in September of `year` or of the two years after it.
    public init(seed: UInt64, learners: Int, year: Int = 2020) {
        var random = SeededRandom(seed: seed)
        catalogue = GeneratedCatalogue(year: year, using: &random)
        self.learners = learners
        self.random = random
    }

    /// The next command, or nil after the last.
    public mutating func next() -> Command? {
        if Int(position.rawValue) < catalogue.commands.count {
            position = Position(rawValue: position.rawValue + 1)
            return catalogue.commands[Int(position.rawValue) - 1]
        }
        if nextPending == pending.count { beginCohort() }
        guard nextPending < pending.count else { return nil }
        let step = pending[nextPending]
        nextPending += 1
        position = Position(rawValue: position.rawValue + 1)
        places[step.person][step.index] = position
        return step.draft.command(places: places[step.person])
    }

    private mutating func beginCohort() {
        let size = Swift.min(Self.cohortSize, learners - begun)
        pending.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        nextPending = 0
        for person in 0..<size {
            let generated = GeneratedPerson(number: begun + person + 1, in: catalogue, using: &random)
            places.append(Array(repeating: .none, count: generated.drafts.count))
            for (index, draft) in generated.drafts.enumerated() {
                pending.append(Step(person: person, index: index, draft: draft))
            }
        }
        begun += size
        pending.sort { left, right in
            (left.draft.effective, left.person, left.index) < (right.draft.effective, right.person, right.index)
        }
    }
}
