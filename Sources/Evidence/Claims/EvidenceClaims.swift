public import Credit
internal import EventCoding
internal import Rules

/// What a bundle claims of learners: computed from its events by who writes it, and again by who verifies it.
struct EvidenceClaims {
    /// Each a line of canonical JSON, in the order of the bundle.
    var facts: [[UInt8]] = []
    var balances: [[UInt8]] = []
    var verdicts: [[UInt8]] = []
    /// How many verdicts the solver could not decide within its bound.
    var undetermined = 0
    /// What counts by the balances.
    var counting: [EvidenceReport.Counting] = []
    /// The awards in the balances, which are part of what these claim.
    var awards: [EvidenceReport.Award] = []

    /// All that events give.
    ///
    /// - Throws: An error of rules that cannot be judged by, such as one that names a version which is not there.
    init(of fold: EvidenceFold, _ header: EvidenceHeader, withFacts: Bool) throws(AccrueError) {
        var rules = ProgressRules(inForceIn: fold.registry, on: header.on)
        let inForce = fold.registry.ruleSetsInForce(on: header.on).map(\.position)
        for learner in fold.learners {
            guard let learnerCase = fold.learnerCase(of: learner, on: header.on, known: header.known) else { continue }
            let balance = learnerCase.balance
            balances.append(balance.claim(of: learner).canonicalBytes)
            counting += EvidenceReport.Counting.all(of: learner, balance, fold.registry)
            if withFacts {
                for line in balance.lines where line.bucket == .recognised {
                    let decision = fold.event(at: line.decision, of: learner)
                    facts.append(line.fact(of: learner, decision, fold.registry).canonicalBytes)
                }
            }
            awards += balance.enrolments.compactMap { enrolment in
                guard case .awarded(let award) = enrolment.state else { return nil }
                let event = fold.event(at: award, of: learner)
                return event.map { .init($0, of: learner, change: balance.shakenAwards[award], fold.registry) }
            }
            guard header.hasWholeRegistry else { continue }
            for enrolment in balance.enrolments {
                guard let progress = try learnerCase.progress(of: enrolment, under: &rules) else { continue }
                let position = fold.registry.position(of: progress.qualification.identifier, in: .qualification)
                verdicts.append(progress.claim(of: learner, enrolment, judgedBy: position, inForce).canonicalBytes)
                if progress.formation.verdict == .undetermined { undetermined += 1 }
            }
        }
    }
}

extension EvidenceBundle {
    /// Claims what the events of the bundle come to.
    ///
    /// - Throws: ``Credit/ErrorCode/recordDamaged`` where an event is not as it was written; what the judging of rules
    ///   throws.
    public mutating func claim(withFacts: Bool) throws(AccrueError) {
        var decoded: [Event] = []
        for line in events {
            do throws(DisclosedRecord.Fault) {
                decoded.append(try line.record.event())
            } catch {
                throw AccrueError(.recordDamaged, "position \(line.position)")
            }
        }
        let claims = try EvidenceClaims(of: EvidenceFold(decoded), header, withFacts: withFacts)
        (facts, balances, verdicts) = (claims.facts, claims.balances, claims.verdicts)
    }
}
