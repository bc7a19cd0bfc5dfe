import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Testing

/// Generated histories against the whole engine.
@Suite struct GeneratedHistoryTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a generated history is lawful to its last event`(seed: UInt64) async throws {
        try await withLedger { ledger in
            let commands = Array(HistoryGenerator(seed: seed, learners: 60))
            let appended = try await ledger.append(commands)
            #expect(appended.map(\.event.command) == commands)
            #expect(
                Set(commands.map(\.kind)).isSuperset(of: [.transferReceived, .qualificationAwarded])
            )
        }
    }

    @Test func `the same seed gives the same commands, another seed others`() {
        #expect(Array(HistoryGenerator(seed: 7, learners: 20)) == Array(HistoryGenerator(seed: 7, learners: 20)))
        #expect(Array(HistoryGenerator(seed: 7, learners: 20)) != Array(HistoryGenerator(seed: 8, learners: 20)))
    }

    @Test func `an export appended to another log is exported the same`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(Array(HistoryGenerator(seed: 11, learners: 30)))
            let exported = try Self.export(ledger)
            #expect(exported.contains { $0.contains("learner-merged") })
            try await withLedger { copy in
                let report = try await copy.append(EventLines(Array(exported.joined(separator: "\n").utf8)))
                #expect(report.faults.map(\.error.description) == [])
                #expect(try Self.export(copy).map(Self.withoutRemarks) == exported.map(Self.withoutRemarks))
            }
        }
    }

    @Test func `an awarded learner has every point of the qualification, and the lines add up to it`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(Array(HistoryGenerator(seed: 5, learners: 40)))
            try ledger.read { (view) throws(AccrueError) in
                var awarded = 0
                try view.forEachLearner { (learner) throws(AccrueError) in
                    let history = try view.history(of: learner)
                    let balance = try view.balance(of: learner, on: .latest)
                    let standing = Standing(of: history.events(of: learner.position))
                    for enrolment in standing.enrolments {
                        guard case .awarded = enrolment.state else { continue }
                        awarded += 1
                        let sum = balance.lines.filter {
                            $0.bucket == .recognised && $0.enrolment == enrolment.position
                        }
                        .reduce(Points.zero) { $0 + ($1.points ?? .zero) }
                        #expect(sum == view.registry.qualification(at: enrolment.qualification)?.points)
                    }
                    return true
                }
                #expect(awarded > 20)
            }
        }
    }

    @Test func `balances at an earlier state are those that were answered then`() async throws {
        try await withLedger { ledger in
            let commands = Array(HistoryGenerator(seed: 9, learners: 12))
            var answered: [(known: Position, balance: [Points?])] = []
            for start in stride(from: 0, to: commands.count, by: 150) {
                // A batch that ends between the two events of a merge would be refused.
                let end = min(start + 150, commands.count)
                guard (try? await ledger.append(Array(commands[start..<end]))) != nil else { break }
                answered.append(try Self.state(of: ledger, known: .now))
            }
            #expect(answered.count > 2)
            for state in answered {
                #expect(try Self.state(of: ledger, known: .position(state.known)).balance == state.balance)
            }
        }
    }

    private static func state(
        of ledger: Ledger<LMDBEventLog>,
        known: KnownAt
    ) throws -> (known: Position, balance: [Points?]) {
        try ledger.read(known: known) { (view) throws(AccrueError) in
            var points: [Points?] = []
            try view.forEachLearner { (learner) throws(AccrueError) in
                points += try view.balance(of: learner, on: .latest).lines.map(\.points)
                return true
            }
            return (view.known, points)
        }
    }

    private static func export(_ ledger: Ledger<LMDBEventLog>) throws -> [String] {
        try ledger.read { (view) throws(AccrueError) in
            var lines: [String] = []
            try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { (event) throws(AccrueError) in
                lines.append(String(decoding: try view.line(of: event), as: UTF8.self))
            }
            return lines
        }
    }

    private static func withoutRemarks(_ line: String) -> String {
        line.replacing(#/,?"(position|learnerVersion)":\d+/#, with: "").replacing(#/,?"recordedAt":"[^"]*"/#, with: "")
    }
}
