import Accrue
import Credit
import EventCoding
import Evidence
import Rules
import Testing
import Transparency

/// Bundles that hold: of whom they are, what they say, and that they are the same again.
@Suite struct EvidenceBundleTests {
    @Test func `all learners, one, and a learner's own are verified`() async throws {
        try await EvidenceScenario.with { scenario in
            let whole = try scenario.bundle()
            let report = try whole.verify(EvidenceScenario.trust)
            #expect(report.isWholeLog && report.learners.count == 14 && report.balances == 14)
            #expect(report.earlier == [48] && report.witnesses.count == 1 && report.withheld > 100)

            let ana = try scenario.learner("ana")
            let one = try scenario.bundle { $0.scope.learner = ana }
            let own = try one.verify(EvidenceScenario.trust)
            #expect(own.learners == [ana] && !own.isWholeLog && own.pseudonyms.isEmpty)
            #expect(one.bytes.count < whole.bytes.count)

            let proof = try scenario.bundle {
                $0.scope.learner = ana
                $0.extent = .learner
                $0.earlier = []
            }
            let kept = try proof.verify(EvidenceScenario.trust)
            #expect(kept.pseudonyms == [ana: "ana"] && !kept.facts.isEmpty && kept.earlier.isEmpty)
            #expect(proof.bytes.count < one.bytes.count)
        }
    }

    @Test func `what is claimed is what the ledger answers`() async throws {
        try await EvidenceScenario.with { scenario in
            let bundle = try scenario.bundle()
            try scenario.ledger.read { (view) throws(AccrueError) in
                var index = 0
                try view.forEachLearner { (learner) throws(AccrueError) in
                    let balance = try view.balance(of: learner, on: EvidenceScenario.day)
                    let claim = Self.object(bundle.balances[index])
                    index += 1
                    #expect(claim["learner"]?.integer() == learner.number)
                    let credits = claim["credits"]?.array?.compactMap(\.object) ?? []
                    #expect(credits.map { $0["bucket"]?.string } == balance.lines.map(\.bucket.rawValue))
                    #expect(credits.map { $0["points"]?.string } == balance.lines.map { $0.points.map { "\($0)" } })
                    #expect(credits.map { $0["unit"]?.string } == balance.lines.map { $0.unit?.code })
                    let sums = claim["sums"]?.array?.compactMap { $0.object?["buckets"]?.object?["recognised"]?.string }
                    #expect(sums == balance.schemes.compactMap { $0.buckets[.recognised].map { "\($0)" } })
                    return true
                }
                #expect(index == bundle.balances.count)
            }
        }
    }

    @Test func `verdicts are those of progress, under the rules in force`() async throws {
        try await EvidenceScenario.with(["school.ndjson"]) { scenario in
            let bundle = try scenario.bundle()
            #expect(try bundle.verify(EvidenceScenario.trust).verdicts == 1)
            let claim = Self.object(try #require(bundle.verdicts.first))
            try scenario.ledger.read { (view) throws(AccrueError) in
                let tine = try view.learner("tine")
                let progress = try view.progress(of: tine, towards: nil, on: EvidenceScenario.day)
                #expect(claim["verdict"]?.string == progress.formation.verdict.rawValue)
                #expect(claim["counted"]?.string == "\(progress.formation.groups[0].counted)")
                #expect(claim["placements"]?.array?.count == progress.formation.placements.count)
            }
        }
    }

    @Test func `a scope takes who is meant, and all identities that were joined`() async throws {
        try await EvidenceScenario.with { scenario in
            let all = try scenario.bundle()
            var scopes: [EvidenceScope] = []
            let enrolled = try #require(
                try all.events.map { try $0.record.event() }.first { $0.kind == .enrolled }
            )
            var scope = EvidenceScope()
            scope.institution = enrolled.institution
            scopes.append(scope)
            scope = EvidenceScope()
            scope.qualification = enrolled.qualification
            scopes.append(scope)
            scope = EvidenceScope()
            (scope.from, scope.until) = (try CivilDate("2025-01-01"), try CivilDate("2025-03-31"))
            scopes.append(scope)
            for scope in scopes {
                let bundle = try scenario.bundle { $0.scope = scope }
                let report = try bundle.verify(EvidenceScenario.trust)
                #expect(!report.learners.isEmpty && report.learners.count < all.balances.count, "\(scope)")
            }
            let merged = try #require(
                try all.events.map { try $0.record.event() }.first { $0.kind == .learnerMerged }
            )
            let joined = try scenario.bundle { $0.scope.learner = merged.learnerNumber }
            #expect(try joined.verify(EvidenceScenario.trust).learners.count == 2)
            scope = EvidenceScope()
            scope.from = try CivilDate("2099-01-01")
            #expect(throws: AccrueError(.notFound)) { try scenario.bundle { $0.scope = scope } }
        }
    }

    @Test func `the same is asked for, and the bytes are the same; what is read is what was written`() async throws {
        try await EvidenceScenario.with { scenario in
            let bundle = try scenario.bundle()
            let bytes = bundle.bytes
            #expect(try scenario.bundle().bytes == bytes)
            let read = try EvidenceBundle(bytes: bytes)
            #expect(read == bundle && read.bytes == bytes)
            let shown = try scenario.bundle { $0.withTexts = true }
            #expect(try shown.verify(EvidenceScenario.trust).withheld == 0)
            #expect(shown.balances == bundle.balances && shown.bytes.count > bytes.count)
        }
    }

    @Test func `a log that does not say where its streams end is only proved whole`() async throws {
        try await EvidenceScenario.with { scenario in
            let ana = try scenario.learner("ana")
            var request = EvidenceRequest(on: EvidenceScenario.day)
            request.scope.learner = ana
            // The first checkpoint covers no heads event, and no learner.
            #expect(throws: AccrueError(.notFound)) { try scenario.ledger.evidence(request, in: scenario.earlier) }
            request.scope = EvidenceScope()
            let whole = try scenario.ledger.evidence(request, in: scenario.earlier)
            var trust = EvidenceScenario.trust
            trust.witnesses = WitnessPolicy()
            #expect(try whole.verify(trust).isWholeLog)
            var fewer = whole
            fewer.events.removeLast()
            #expect(throws: EvidenceRefusal.self) { try fewer.verify(trust) }
        }
    }

    static func object(_ line: [UInt8]) -> JSONObject {
        (try? JSONReader.value(from: line.span.bytes, maximumSize: line.count))?.object ?? JSONObject([])
    }
}
