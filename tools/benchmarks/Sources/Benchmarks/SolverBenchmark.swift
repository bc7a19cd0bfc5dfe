import Accrue
import Credit
import Rules

/// The time that judging one learner takes: random holdings under each real rule, from a few units to all.
struct SolverBenchmark {
    private static let holdings = 2_000

    func run(_ table: inout ResultTable) throws {
        let clock = ContinuousClock()
        var random = SeededRandom(seed: 11)
        var all: [Duration] = []
        var undetermined = 0
        for real in try RealRules().rules {
            let solver = FormationSolver(real.rule)
            var times: [Duration] = []
            for _ in 0..<Self.holdings {
                let share = 1 + random.next() % 10
                let held = real.units.filter { _ in random.next() % 10 < share }
                var result: FormationResult?
                times.append(clock.measure { result = solver.solve(held) })
                if result?.verdict == .undetermined { undetermined += 1 }
            }
            table.add("solver, rule \(real.name)", Self.text(times))
            all += times
        }
        table.add("solver, all rules", Self.text(all))
        table.add("  beyond the bound of steps", "\(undetermined) of \(all.count)")
    }

    private static func text(_ times: [Duration]) -> String {
        let sorted = times.sorted()
        func at(_ part: Double) -> String { ResultTable.text(sorted[Int(Double(sorted.count - 1) * part)]) }
        return "p50 \(at(0.5)), p99 \(at(0.99)), max \(at(1))"
    }
}
