import Accrue
import AccrueTestKit
import Credit
import EventLog

@testable import Projections

/// A ledger that grows in steps, and the slots of its store.
struct SlotScenario {
    let ledger: Ledger<LMDBEventLog>
    let slots: SlotFolder
    private let commands: [Command]
    private var appended = 0

    static let today = CivilDate(rawValue: 20_700)

    init(_ ledger: Ledger<LMDBEventLog>, seed: UInt64, learners: Int) {
        self.ledger = ledger
        slots = SlotFolder(of: ledger.log)
        commands = Array(HistoryGenerator(seed: seed, learners: learners))
    }

    var building: SlotBuilding { get throws { try SlotBuilding(slots, workers: 2) } }
    var isAtEnd: Bool { appended == commands.count }

    /// Appends about so many further commands, in small batches; the halves of a merge or split stay together.
    mutating func append(_ count: Int) async throws {
        let end = min(appended + count, commands.count)
        while appended < end {
            var batchEnd = min(appended + 17, commands.count)
            while batchEnd < commands.count, commands[batchEnd].joinsIdentities { batchEnd += 1 }
            try await ledger.append(Array(commands[appended..<batchEnd]))
            appended = batchEnd
        }
    }

    func build(
        on date: CivilDate = today,
        under rules: ProjectionDefinition.RuleChoice = .inForce
    ) async throws -> Slot? {
        try await building.build(ProjectionDefinition(on: date, under: rules))
    }

    /// Everything that a slot holds, but for its number.
    static func content(of slot: Slot) throws -> [String] {
        let state = try slot.state()
        var content = ["\(state)"]
        for learner in stride(from: UInt32(1), through: state.learners, by: 1) {
            content.append("\(try slot.bytes(ofLearner: learner) ?? [])")
        }
        return content + (try slot.cohorts().map { "\($0.key) \($0.summary.bytes)" })
    }

    /// What lies in a slot that is closed.
    func stored(_ number: Int) -> StoredSlot { StoredSlot(number, of: ledger.log.path) }
}

extension Command {
    fileprivate var joinsIdentities: Bool { kind == .learnerMerged || kind == .learnerSplit }
}
