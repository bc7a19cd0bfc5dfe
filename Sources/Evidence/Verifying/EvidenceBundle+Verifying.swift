internal import Credit
internal import EventCoding
internal import Rules
internal import Transparency

extension EvidenceBundle {
    /// Requires that all holds: that the events are those that the log signed, that none of these learners' is left out,
    /// and that what is claimed follows from them.
    ///
    /// O(*n* log *n*) in the events.
    ///
    /// - Throws: ``EvidenceRefusal`` with what does not hold first.
    public func verify(_ trust: EvidenceTrust) throws(EvidenceRefusal) -> EvidenceReport {
        let decoded = try verifyEvents()
        let signed = try verifyCheckpoints(trust, decoded)
        // Before the tree, where an event that is not here shows as a wrong hash only: here it has a learner and a version.
        try verifyStreams(decoded)
        try verifyHeads(decoded)
        let noted = try verifyTree(signed.states, trust, signed.keys)
        let fold = EvidenceFold(decoded)
        try verifyReferences(decoded, fold.registry)
        let claims = try verifyClaims(fold)
        return EvidenceReport(
            header: header,
            checkpoint: signed.states[signed.states.count - 1],
            witnesses: signed.witnesses,
            successor: signed.successor,
            earlier: signed.states.dropLast().map(\.size),
            noted: noted,
            events: events.count,
            learners: fold.learners,
            pseudonyms: Dictionary(
                decoded.filter { $0.kind == .learnerIntroduced && $0.details.identifier != nil }
                    .map { ($0.learnerNumber, $0.details.identifier ?? "") }
            ) { first, _ in first },
            withheld: events.reduce(0) { $0 + $1.record.withheldCount },
            balances: balances.count,
            verdicts: verdicts.count,
            undetermined: claims.undetermined,
            facts: facts,
            counting: claims.counting,
            awards: claims.awards
        )
    }

    // MARK: Claims

    private func verifyClaims(_ fold: EvidenceFold) throws(EvidenceRefusal) -> EvidenceClaims {
        if let learner = header.scope.learner, !fold.learners.contains(learner) {
            throw EvidenceRefusal(.claims, line: 1, "learner \(learner) of the scope has no event")
        }
        let saysAll = header.scope == EvidenceScope() && events.count == Int(header.size)
        if fold.learners.isEmpty, !saysAll {
            throw EvidenceRefusal(.claims, line: 1, "there is no learner, and nothing is proved of any")
        }
        let claims: EvidenceClaims
        do throws(AccrueError) {
            claims = try EvidenceClaims(of: fold, header, withFacts: !facts.isEmpty)
        } catch {
            throw EvidenceRefusal(.claims, "what is claimed cannot be judged: \(error)")
        }
        try require(balances, claims.balances, .balance)
        try require(verdicts, claims.verdicts, .verdict)
        try require(facts, claims.facts, .fact)
        return claims
    }

    private func require(
        _ claimed: [[UInt8]],
        _ computed: [[UInt8]],
        _ section: BundleSection
    ) throws(EvidenceRefusal) {
        for index in 0..<min(claimed.count, computed.count) where claimed[index] != computed[index] {
            let difference = ClaimDifference.description(claimed: claimed[index], computed: computed[index])
            throw EvidenceRefusal(
                .claims,
                line: line(index, of: section),
                "the \(section.rawValue) of \(ClaimDifference.subject(of: computed[index])), \(difference)"
            )
        }
        guard claimed.count == computed.count else {
            let line = line(min(claimed.count, computed.count), of: section)
            let what =
                "\(claimed.count) of kind \(section.rawValue) are claimed, \(computed.count) follow from the events"
            throw EvidenceRefusal(.claims, line: line, what)
        }
    }
}
