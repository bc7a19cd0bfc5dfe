import Accrue
import AccrueTestKit
import Credit
import Testing

/// Random histories against the reference model, and against what must hold for every balance.
@Suite struct BalancePropertyTests {
    @Test(arguments: 0..<8)
    func `a balance is what the reference model says, on any day, as known at any position`(part: Int) throws {
        let world = try RandomHistory.world()
        for seed in UInt64(part * 60)..<UInt64(part * 60 + 60) {
            var history = RandomHistory(seed: seed, in: world)
            history.live(steps: 70)
            let (scenario, first) = (history.scenario, world.0.events.count)
            var random = SeededRandom(seed: seed ^ 0xACC0)
            for query in 0..<4 {
                let learner = random.below(4) == 0 ? scenario.bor : scenario.ana
                let known = query == 0 ? scenario.events.count : first + random.below(scenario.events.count - first + 1)
                let day = CivilDate(rawValue: CivilDate("2024-10-01").rawValue + Int32(random.below(900)))
                let balance = scenario.balance(of: learner, on: day, known: Position(rawValue: UInt32(known)))
                let model = BalanceReferenceModel(
                    log: scenario.events,
                    learner: learner,
                    registry: scenario.registry,
                    on: day,
                    known: balance.known
                )
                let place = "seed \(seed), learner \(learner), on \(day), known \(known)"
                #expect(Self.text(of: balance) == Self.text(of: model), "\(place)")
                expectSums(of: balance, scenario.registry, place)
                expectTrails(of: balance, model, place)
            }
        }
    }

    @Test func `no unit is confirmed of which a part was not attained, and nothing before what it rests on`() throws {
        let world = try RandomHistory.world()
        var parts = 0
        for seed in 0..<300 as Range<UInt64> {
            var history = RandomHistory(seed: 11_000 + seed, in: world)
            history.live(steps: 70)
            let scenario = history.scenario
            for event in scenario.events where event.kind == .validationDecided {
                let sources = ([event.answers].compactMap { $0 } + event.details.sources).map { scenario.event($0) }
                for source in sources {
                    let made = source.decided ?? source.effective
                    #expect(event.decided.map { $0 >= made } == true, "seed \(seed), \(event.position)")
                }
                // Corrections may have made parts of wholes by then.
                let isOwnPart = sources.allSatisfy { source in
                    source.qualification == event.qualification && source.unit == event.unit
                        && source.result == .partial
                        && !scenario.events.contains { $0.replaces == source.position }
                }
                guard isOwnPart else { continue }
                parts += 1
                let unit = scenario.registry.qualification(at: event.qualification)?.unit(event.unit ?? 0)
                let outcomes = unit?.outcomes.map(\.code) ?? []
                let isWhole = !outcomes.isEmpty && Set(sources.flatMap(\.details.outcomes)).isSuperset(of: outcomes)
                #expect(event.result != .positive || isWhole, "seed \(seed), \(event.position)")
            }
        }
        #expect(parts > 0)
    }

    @Test func `random histories reach every bucket, exclusion and remark`() throws {
        let world = try RandomHistory.world()
        var words: Set<String> = []
        for seed in 0..<400 as Range<UInt64> {
            var history = RandomHistory(seed: seed, in: world)
            history.live(steps: 70)
            for learner in [history.scenario.ana, history.scenario.bor] {
                let balance = history.scenario.balance(of: learner, on: "2026-01-01")
                words.formUnion(balance.lines.map(\.bucket.rawValue))
                words.formUnion(balance.lines.compactMap { $0.exclusion?.word })
                words.formUnion(balance.remarks)
            }
        }
        let exclusions = [
            "not-positive", "partial", "refused", "conditional", "removed", "rests-on-lost", "counts-already",
            "part-of-counted",
        ]
        let notes = [
            "decide-again", "refused-despite-agreement", "outside-agreement", "pass-stays", "levels-disagree", "frozen",
            "converted",
        ]
        for word in Bucket.allCases.map(\.rawValue) + exclusions + notes {
            #expect(words.contains(word), "\(word)")
        }
    }

    /// Buckets add up to the lines, in each scheme; a unit counts once in a qualification and never beyond the total.
    private func expectSums(of balance: Balance, _ registry: Registry, _ place: String) {
        for scheme in balance.schemes {
            let lines = balance.lines.filter { $0.scheme == scheme.scheme }
            #expect(scheme.total == lines.compactMap(\.points).reduce(.zero, +), "\(place)")
            for (bucket, sum) in scheme.buckets {
                let own = lines.filter { $0.bucket == bucket }.compactMap(\.points)
                #expect(sum == own.reduce(.zero, +), "\(bucket), \(place)")
            }
        }
        let counting = balance.lines.filter { $0.bucket == .recognised }.map {
            [$0.unit.flatMap { registry.qualification(at: $0.qualification)?.id }, $0.unit?.code]
        }
        #expect(Set(counting).count == counting.count, "\(place)")
        for line in balance.lines { #expect((line.bucket == .excluded) == (line.exclusion != nil), "\(place)") }
    }

    /// Nothing that carries credit is left unexplained, and trails stand in the order of the log.
    private func expectTrails(of balance: Balance, _ model: BalanceReferenceModel, _ place: String) {
        let explained = Set(balance.lines.flatMap(\.trail))
        for event in model.events where event.kind.carriesCredit {
            #expect(explained.contains(event.position), "\(event.kind) \(event.position), \(place)")
        }
        for line in balance.lines {
            #expect(line.trail == line.trail.sorted() && Set(line.trail).count == line.trail.count, "\(place)")
            #expect(line.trail.contains(line.decision), "\(place)")
        }
    }

    private static func text(of balance: Balance) -> [String] {
        balance.lines.map { text($0.bucket, $0.points, $0.scheme, $0.enrolment, $0.unit?.code, $0.decision) }.sorted()
    }

    private static func text(of model: BalanceReferenceModel) -> [String] {
        model.lines.map { text($0.bucket, $0.points, $0.scheme, $0.enrolment, $0.code, $0.decision.position) }.sorted()
    }

    private static func text(
        _ bucket: Bucket,
        _ points: Points?,
        _ scheme: Position?,
        _ enrolment: Position?,
        _ code: String?,
        _ decision: Position
    ) -> String {
        let amount = points.map { "\($0)" } ?? "–"
        return "\(bucket) \(code ?? "-") \(amount) in \(scheme ?? .none) for \(enrolment ?? .none) by \(decision)"
    }
}

extension EventKind {
    fileprivate var carriesCredit: Bool {
        switch self {
        case .creditDocumented, .transferSent, .transferReceived, .validationDecided, .recognitionDecided,
            .pointsConverted, .importQuarantined:
            true
        default: isAssessment
        }
    }
}
