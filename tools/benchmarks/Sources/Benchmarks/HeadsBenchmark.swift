import Accrue
import Credit
import EventLog
import Transparency

/// What it takes to state where the streams of a million learners end, where 10,000 of them changed: in a process that
/// opens the store for it, as `accrue checkpoint sign` does.
struct HeadsBenchmark {
    let folder: ScratchFolder

    private static let (learners, changed) = (1_000_000, 10_000)

    func run(_ table: inout ResultTable) async throws {
        let path = folder.path + "/heads"
        try LMDBEventLog.create(at: path)
        try await fill(path)
        try await state("statement of 1 000 000 ends, the first, from the log", path, &table)
        for round in 0..<3 {
            try await change(path, round)
            try await state("statement of 1 000 000 ends, 10 000 changed", path, &table)
        }
        try sign(path, &table)
    }

    private func fill(_ path: String) async throws {
        let log = try LMDBEventLog(path: path)
        for first in stride(from: 0, to: Self.learners, by: 10_000) {
            _ = try await log.append { (turn) throws(AccrueError) in
                for number in first..<first + 10_000 { _ = try turn.append(Self.learner(number)) }
                return .keep(true)
            }
        }
        try log.close()
    }

    private func change(_ path: String, _ round: Int) async throws {
        let log = try LMDBEventLog(path: path)
        _ = try await log.append { (turn) throws(AccrueError) in
            var random = SeededRandom(seed: UInt64(round))
            var chosen: Set<UInt32> = []
            while chosen.count < Self.changed { chosen.insert(UInt32(random.next() % UInt64(Self.learners)) + 1) }
            for number in chosen {
                var command = Command(
                    id: EventID(high: UInt64(round) + 1, low: UInt64(number)),
                    kind: .importQuarantined,
                    effective: CivilDate(rawValue: 20_000)
                )
                command.learner = Position(rawValue: number)
                command.reason = .unknownScheme
                _ = try turn.append(command)
            }
            return .keep(true)
        }
        try log.close()
    }

    /// States, appends and keeps; opening the store is not counted, which reads the events that are not sealed.
    private func state(_ name: String, _ path: String, _ table: inout ResultTable) async throws {
        let log = try LMDBEventLog(path: path)
        let last = try log.read { $0.position }
        let clock = ContinuousClock()
        let start = clock.now
        var tree = try log.heads(through: last)
        let read = clock.now
        let root = tree.root()
        let hashed = clock.now
        var command = Command(
            id: EventID(high: 0, low: UInt64(last.rawValue)),
            kind: .headsRecorded,
            effective: CivilDate(rawValue: 20_000)
        )
        command.details.document = .heads(HeadsText(streams: tree.count, root: "\(root)"))
        let statement = command
        _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(statement).existed) }
        try log.keep(tree, through: last)
        let end = clock.now
        table.add(name, Self.text(end - start))
        table.add(
            "  read, hashed, kept",
            [read - start, hashed - read, end - hashed].map(Self.text).joined(separator: ", ")
        )
        try log.close()
    }

    /// A proof of an end, after the tree was read.
    private func sign(_ path: String, _ table: inout ResultTable) throws {
        let ledger = Ledger(try LMDBEventLog(path: path, writes: false))
        let last = try ledger.log.read { $0.position }
        let clock = ContinuousClock()
        let start = clock.now
        var stated = try ledger.heads(statedAt: last)
        let read = clock.now
        for stream in 1...UInt32(1_000) { _ = try stated.proof(of: stream) }
        table.add("head proofs: the tree", Self.text(read - start))
        table.add("  each of 1 000 proofs", ResultTable.text((clock.now - read) / 1_000))
        try ledger.log.close()
    }

    private static func learner(_ number: Int) -> Command {
        var command = Command(
            id: EventID(high: 0x5EED, low: UInt64(number)),
            kind: .learnerIntroduced,
            effective: CivilDate(rawValue: 18_000)
        )
        command.details.identifier = "learner-\(number)"
        return command
    }

    private static func text(_ time: Duration) -> String { "\(Int(time / .milliseconds(1))) ms" }
}
