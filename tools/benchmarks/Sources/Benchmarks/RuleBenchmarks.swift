import Accrue
import Credit
import EventCoding
import EventLog
import Foundation
import Projections
import Rules

/// Rebuilds of projections beside a plain cursor scan in C of the same log, the solver, and the impact of a rule.
struct RuleBenchmarks {
    /// So many events a learner has.
    private static let eventsOfLearner = 100
    private static let day = CivilDate(rawValue: 20_000)

    let options: Options
    let folder: ScratchFolder

    func run(_ table: inout ResultTable) async throws {
        if options.runs("rebuild") {
            for events in [options.events / 10, 3 * options.events / 10, options.events] {
                let store = try await store("rebuild-\(events)", events, rule: nil)
                try await rebuild("balances", events, store, &table)
            }
        }
        if options.runs("progress") || options.runs("impact") { try await measureRules(&table) }
        if options.runs("load") { try await LoadBenchmark().run(&table, store("load", options.events, rule: nil)) }
        if options.runs("solver") { try SolverBenchmark().run(&table) }
    }

    private func measureRules(_ table: inout ResultTable) async throws {
        guard let rule = try RealRules().rules.last else { return }
        // At random the solver is asked for nearly every learner.
        var stores = [(Workload.Order.listed, options.events), (.random, options.events / 10)]
        if options.runs("progress") {
            stores = [(.listed, options.events / 10), (.listed, 3 * options.events / 10)] + stores
        }
        for (order, events) in stores {
            let store = try await store("progress-\(order)-\(events)", events, rule: rule, order)
            if options.runs("progress") { try await rebuild("progress, units \(order)", events, store, &table) }
            if options.runs("impact"), order == .random || events == options.events {
                try impact(order, store, &table)
            }
        }
    }

    /// A store of random learners' events, whose version has the formation rule, if one is given.
    private func store(
        _ name: String,
        _ events: Int,
        rule: RealRules.Named?,
        _ order: Workload.Order = .listed
    ) async throws -> String {
        let path = folder.path + "/" + name
        var catalogue = try await Benchmarks.makeStore(path)
        let log = try LMDBEventLog(path: path)
        if let rule { try await publish(rule, log, &catalogue) }
        let learners = max(1, events / Self.eventsOfLearner)
        let position = try log.read { $0.position }
        var workload = Workload(catalogue, learners: learners, after: position, units: order)
        for _ in 0..<max(1, events / 10_000) {
            let commands = workload.commands(min(events, 10_000))
            _ = try await log.append { (turn) throws(AccrueError) in
                for command in commands { _ = try turn.append(command) }
                return .keep(true)
            }
        }
        try log.close()
        return path
    }

    private func publish(
        _ rule: RealRules.Named,
        _ log: LMDBEventLog,
        _ catalogue: inout Workload.Catalogue
    ) async throws {
        let total = rule.rule.root.points.most
        var qualification = Qualification(id: "real", version: "1", title: rule.name, country: "FI", scheme: "KT")
        qualification.points = total
        qualification.units = rule.units.map { unit in
            var made = Unit(code: unit.code, title: unit.code)
            made.points = unit.points
            return made
        }
        let published = Standard(qualification: qualification, formation: rule.rule).published
        var command = Command(
            id: EventID(high: 1, low: 1),
            kind: .qualificationPublished,
            effective: CivilDate(rawValue: 15_000)
        )
        command.details.identifier = published.identifier
        command.details.document = .qualification(published)
        let made = command
        let event = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(made)) }
        catalogue.qualification = event.event.position
        catalogue.points = rule.units.map(\.points)
    }

    // MARK: Rebuild

    private func rebuild(_ what: String, _ events: Int, _ store: String, _ table: inout ResultTable) async throws {
        let clock = ContinuousClock()
        let floor = try Floor.ofStore(store)
        let log = try LMDBEventLog(path: store, writes: false)
        let last = try log.read { $0.position.rawValue }
        // Once before, so that both read from memory.
        try floor.scan(1...last)
        let slots = SlotFolder(of: log)
        for workers in [1, 2] {
            try Floor.pin(to: workers)
            let share = last / UInt32(workers)
            let floorTime = try await clock.measure {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<UInt32(workers) {
                        group.addTask {
                            let end = worker + 1 == UInt32(workers) ? last : (worker + 1) * share
                            try floor.scan(worker * share + 1...end)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let definition = ProjectionDefinition(on: Self.day, under: .formationAlone)
            var slot: Slot?
            let time = try await clock.measure {
                slot = try await SlotBuilding(slots, workers: workers).build(definition)
            }
            guard let slot else { throw FloorError(code: -3) }
            try slot.close()
            try slots.drop(slot.number)
            let cores = workers == 1 ? "one core" : "two cores"
            if workers == 1, what == "balances" { try compareFloors(floor, last, floorTime, store, &table) }
            table.rate(
                "rebuild of \(what), \(ResultTable.grouped(Double(events))) events, \(cores)",
                Int(last),
                time,
                floor: floorTime
            )
        }
        try log.close()
    }

    /// What a scan costs that does part of what a rebuild must do.
    private func compareFloors(
        _ floor: Floor,
        _ last: UInt32,
        _ looking: Duration,
        _ store: String,
        _ table: inout ResultTable
    ) throws {
        let clock = ContinuousClock()
        let learners = Int(last) / Self.eventsOfLearner + 1
        let kind = EventKind.recognitionDecided.rawValue
        let verifying = try clock.measure { try floor.scan(1...last, verifies: true) }
        var folding: [Duration] = []
        var sums = [Int64](repeating: 1, count: learners * 64)
        for verifies in [false, true] {
            folding.append(
                try clock.measure {
                    try floor.fold(1...last, kind: kind, learners: learners, units: 64, verifies: verifies, into: &sums)
                }
            )
        }
        table.rate("  C, a cursor that verifies each checksum", Int(last), verifying, floor: looking)
        table.rate("  C, a cursor with a fold", Int(last), folding[0], floor: looking)
        table.rate("  C, a cursor with a fold that verifies", Int(last), folding[1], floor: looking)
        let runs = try FileManager.default.contentsOfDirectory(atPath: store + "/runs").sorted()
        let target = folder.path + "/rows"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let least = try clock.measure {
            try Floor.rebuild(runs.map { "\(store)/runs/\($0)" }, learners: learners, kind: kind, into: target)
        }
        try FileManager.default.removeItem(atPath: target)
        table.rate(
            "  C, the least of a rebuild: runs, verified, folded, rows written",
            Int(last),
            least,
            floor: looking
        )
    }

    // MARK: Impact

    private func impact(_ order: Workload.Order, _ store: String, _ table: inout ResultTable) throws {
        let log = try LMDBEventLog(path: store, writes: false)
        let ledger = Ledger(log)
        let rule = Rule(
            id: "local",
            version: "1",
            legalBasis: "§ 1",
            dateBasis: .enrolment,
            validFrom: CivilDate(rawValue: 15_000),
            policy: .share(ShareCap(procedures: [.local], atMost: .part(try Ratio("1/2"))))
        )
        let set = RuleSet(id: "benchmark", version: "1", title: "Benchmark", country: "FI", rules: [rule])
        var impact: RuleImpact?
        for workers in [1, 2] {
            let before = Memory.peak(afterReset: true)
            let time = try ContinuousClock().measure {
                impact = try ledger.read { (view) throws(AccrueError) in
                    try view.impact(of: [set], against: [], on: Self.day, workers: workers)
                }
            }
            let memory = Memory.peak() - before
            let learners = (impact?.changes.count ?? 0) + (impact?.unchanged ?? 0)
            let cores = workers == 1 ? "one core" : "two cores"
            table.rate("impact of a share on enrolments, units \(order), \(cores)", learners, time, floor: nil)
            table.add("  of them changed", "\(impact?.changes.count ?? 0) of \(learners)", ResultTable.text(time))
            table.add("  memory for it", "\(memory >> 20) MB")
        }
        try log.close()
    }
}
