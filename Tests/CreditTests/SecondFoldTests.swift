import Accrue
import AccrueTestKit
import Credit
import EventCoding
import Foundation
import Testing

/// The fold of `tools/verify.py` against this one.
///
/// It reads the records of random histories byte by byte, and answers who has what on a day, as known at a position:
/// every line with its trail and reason, every sum and every enrolment must be the same.
@Suite(.enabled(if: SecondVerifier.isThere)) struct SecondFoldTests {
    @Test(arguments: 0..<2)
    func `the second fold comes to the same, on any day, as known at any position`(part: Int) async throws {
        let world = try RandomHistory.world()
        var (questions, answers): (String, [String]) = ("", [])
        for seed in UInt64(part * 100)..<UInt64(part * 100 + 100) {
            var history = RandomHistory(seed: 7_000 + seed, in: world)
            history.live(steps: 70)
            let (scenario, first) = (history.scenario, world.0.events.count)
            questions += "history\n" + scenario.events.map(Self.line).joined()
            var random = SeededRandom(seed: seed ^ 0x5EC0_4D)
            for query in 0..<6 {
                let learner = random.below(4) == 0 ? scenario.bor : scenario.ana
                let known = query == 0 ? scenario.events.count : first + random.below(scenario.events.count - first + 1)
                let day = CivilDate(rawValue: CivilDate("2024-10-01").rawValue + Int32(random.below(900)))
                let balance = scenario.balance(of: learner, on: day, known: Position(rawValue: UInt32(known)))
                questions += "balance \(learner) \(day) \(known)\n"
                answers.append("seed \(seed): \(learner) on \(day), known \(known)\n" + Self.text(of: balance))
            }
        }
        let others = try #require(try await SecondVerifier.answers(to: questions))
        #expect(others.count == answers.count)
        for (own, other) in zip(answers, others) {
            #expect(own.drop { $0 != "\n" }.dropFirst() == other, "\(own)")
        }
    }

    /// An event as a line of what the second fold reads: entry and parts.
    private static func line(_ event: Event) -> String {
        let record = event.record
        return "event " + Data(record).base64EncodedString() + "\n"
    }

    // MARK: What both must say alike

    private static func text(of balance: Balance) -> String {
        let lines = balance.lines.map { line in
            let amount = "\(line.points.map { "\($0)" } ?? "-") \(line.scheme ?? .none) \(line.enrolment ?? .none)"
            let reason = line.exclusion.map { "\($0.word) \($0.cause ?? .none)" } ?? "-"
            let unit = line.unit.map { "\($0.qualification)/\($0.number)" } ?? "-"
            return "\(line.bucket.rawValue) \(unit) \(amount) by \(line.decision) on \(line.trail); \(reason)\n"
        }
        let sums = balance.schemes.flatMap { scheme in
            Bucket.allCases.compactMap { bucket in
                scheme.buckets[bucket].map { "\(scheme.scheme) \(bucket.rawValue) \($0)\n" }
            }
        }
        let enrolments = balance.enrolments.map { enrolment in
            let state =
                switch enrolment.state {
                case .running: "running"
                case .interrupted(let by): "interrupted \(by)"
                case .left(let by): "left \(by)"
                case .awarded(let by): "awarded \(by)"
                }
            return "enrolment \(enrolment.position) \(enrolment.qualification) \(enrolment.from) \(state)\n"
        }
        return (lines + sums + enrolments).joined()
    }
}
