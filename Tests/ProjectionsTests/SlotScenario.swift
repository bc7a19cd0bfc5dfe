import Accrue
import AccrueTestKit
import Credit
import EventLog
import LMDB

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
    func content(of slot: Slot) throws -> [String] {
        let state = try slot.state()
        var content = ["\(state)"]
        for learner in stride(from: UInt32(1), through: state.learners, by: 1) {
            content.append("\(try slot.bytes(ofLearner: learner) ?? [])")
        }
        return content + (try slot.cohorts().map { "\($0.key) \($0.summary.bytes)" })
    }

    /// The key of a learner's row.
    static func key(ofLearner learner: UInt32) -> [UInt8] { withUnsafeBytes(of: learner.bigEndian) { [UInt8]($0) } }

    /// What lies in a closed slot under a key.
    func stored(under key: [UInt8], in database: String, ofSlot number: Int) throws -> [UInt8] {
        let environment = try environment(ofSlot: number)
        let database = try environment.database(named: database)
        let bytes = try environment.read { (transaction) throws(LMDBError) in
            try transaction.get(key, in: database)?.withUnsafeBytes { [UInt8]($0) }
        }
        try environment.close()
        return bytes ?? []
    }

    /// Writes into a closed slot behind its back.
    func put(_ bytes: [UInt8], under key: [UInt8], in database: String, ofSlot number: Int) throws {
        let environment = try environment(ofSlot: number)
        let database = try environment.database(named: database)
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.put(key, bytes, in: database)
        }
        try environment.close()
    }

    private func environment(ofSlot number: Int) throws -> Environment {
        var options = Environment.Options()
        options.maximumDatabases = 5
        return try Environment(path: SlotFolder.path(number, in: slots.path), options: options)
    }
}

extension Command {
    fileprivate var joinsIdentities: Bool { kind == .learnerMerged || kind == .learnerSplit }
}
