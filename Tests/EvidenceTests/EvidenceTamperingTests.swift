import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Evidence
import Testing
import Transparency

/// Bundles that somebody changed, who may have computed again whatever he can.
@Suite struct EvidenceTamperingTests {
    /// Requires that a bundle is refused, by both verifiers, and tells why.
    private func refusal(
        _ bundle: EvidenceBundle,
        _ trust: EvidenceTrust = EvidenceScenario.trust
    ) async throws -> EvidenceRefusal? {
        let error = #expect(throws: EvidenceRefusal.self) { try EvidenceBundle(bytes: bundle.bytes).verify(trust) }
        try await SecondVerifier.expectAgreement(on: [bundle.bytes], trust)
        return error
    }

    private func events(of name: String, _ scenario: EvidenceScenario) throws -> [Event] {
        let number = try scenario.learner(name)
        return try scenario.ledger.log.read { (snapshot) throws(AccrueError) in
            try snapshot.events(ofLearner: number)
        }
    }

    // MARK: What is left out

    @Test func `the newest event of a learner left out is told by the learner's number`() async throws {
        try await EvidenceScenario.with { scenario in
            let events = try events(of: "cene", scenario)
            let newest = try #require(events.last)
            for learner in [nil, newest.learnerNumber] {
                let bundle = try scenario.bundle { $0.scope.learner = learner }
                let fewer = try scenario.leavingOut(of: bundle) { $0.position == newest.position }
                let error = try await refusal(fewer)
                #expect(error?.step == .heads && error?.line != nil)
                #expect(
                    error?.what.hasPrefix("the newest event of learner \(newest.learnerNumber) was left out") == true
                )
                // So it is where the hashes are left as they were.
                var careless = bundle
                careless.events.removeAll { $0.position == newest.position }
                #expect(try await refusal(careless)?.what == error?.what)
                // He says that the learner ended before, and cannot prove it.
                var lying = fewer
                let index = try #require(lying.heads.firstIndex { $0.stream == newest.learnerNumber })
                let before = try #require(events.dropLast().last)
                lying.heads[index] = HeadProof(
                    stream: newest.learnerNumber,
                    head: StreamHead(version: before.learnerVersion, position: before.position.rawValue),
                    hashes: lying.heads[index].hashes
                )
                let lie = try await refusal(lying)
                #expect(lie?.step == .heads && lie?.what.contains("learner \(newest.learnerNumber)") == true)
                lying.heads.remove(at: index)
                #expect(try await refusal(lying)?.step == .heads)
            }
        }
    }

    @Test func `an event left out in the middle is told by the one behind it`() async throws {
        try await EvidenceScenario.with { scenario in
            let events = try events(of: "cene", scenario)
            let missing = events[events.count / 2]
            let bundle = try scenario.bundle { $0.scope.learner = missing.learnerNumber }
            let fewer = try scenario.leavingOut(of: bundle) { $0.position == missing.position }
            let error = try await refusal(fewer)
            #expect(error?.step == .streams && error?.position == events[events.count / 2 + 1].position)
            #expect(error?.what.contains("version \(missing.learnerVersion) of learner") == true)
        }
    }

    @Test func `events of the registry are missed, and so is what a learner's own proof refers to`() async throws {
        try await EvidenceScenario.with { scenario in
            let ana = try scenario.learner("ana")
            let audit = try scenario.bundle { $0.scope.learner = ana }
            let registry = try audit.events.map { try $0.record.event() }.filter { $0.learnerNumber == 0 }
            let newest = registry[registry.count - 2]
            let error = try await refusal(scenario.leavingOut(of: audit) { $0.position == newest.position })
            // Only the heads event follows it.
            #expect(error?.step == .streams && error?.position == registry[registry.count - 1].position)

            let own = try scenario.bundle {
                $0.scope.learner = ana
                $0.extent = .learner
            }
            for event in try own.events.map({ try $0.record.event() })
            where event.learnerNumber == 0 && event.kind != .headsRecorded {
                let fewer = try scenario.leavingOut(of: own) { $0.position == event.position }
                #expect(try await refusal(fewer)?.step == .references, "\(event.position) \(event.kind)")
            }
        }
    }

    @Test func `an event that the operator hid in another learner's stream is told by its position`() async throws {
        try await EvidenceScenario.with { scenario in
            // Signed as it is, with every position there.
            var bundle = try scenario.bundle()
            (bundle.header.heads, bundle.heads, bundle.hashes) = (nil, [], [])
            let hidden = try #require(try events(of: "kaja", scenario).last)
            let last = try #require(try events(of: "jure", scenario).last)
            let event = Event(
                hidden.command,
                position: hidden.position,
                recordedAt: hidden.recordedAt,
                learnerNumber: last.learnerNumber,
                learnerVersion: last.learnerVersion + 1,
                flags: hidden.flags
            )
            let record = event.record
            let index = Int(hidden.position.rawValue) - 1
            bundle.events[index].record = try DisclosedRecord(record.span.bytes, withholdingDetails: false)
            var frontier = TreeFrontier()
            for event in bundle.events { frontier.append(Digest.leaf(event.record.entry.span.bytes)) }
            let state = Checkpoint(origin: bundle.header.origin, size: UInt64(bundle.header.size), root: frontier.root)
            var note = try SignedNote(state)
            try note.sign(EvidenceScenario.log)
            try note.cosign(EvidenceScenario.witness, at: 1_764_201_600)
            bundle.checkpoints = [note]
            let error = try await refusal(bundle)
            #expect(error?.step == .streams && error?.position == hidden.position)
        }
    }

    // MARK: What is altered

    @Test func `an altered event is told by its position, or by the checkpoints between which it lies`() async throws {
        try await EvidenceScenario.with { scenario in
            let bundle = try scenario.bundle()
            for index in [10, 100, 200] {
                var entry = bundle.events[index].record.entry
                entry[56] ^= 1
                var other = bundle
                other.events[index].record = DisclosedRecord(entry: entry, parts: bundle.events[index].record.parts)
                let error = try await refusal(other)
                #expect(error?.step == .events && error?.position == bundle.events[index].position)
                #expect(error?.line == 4 + index)
                // The checksum is no secret, so he makes it again.
                let event = try bundle.events[index].record.event()
                var command = event.command
                command.effective = CivilDate(rawValue: command.effective.rawValue - 1)
                let altered = Event(
                    command,
                    position: event.position,
                    recordedAt: event.recordedAt,
                    learnerNumber: event.learnerNumber,
                    learnerVersion: event.learnerVersion,
                    flags: event.flags
                )
                let record = altered.record
                other.events[index].record = try DisclosedRecord(record.span.bytes, withholdingDetails: false)
                let forged = try await refusal(other)
                #expect(forged?.step == .tree)
                #expect(forged?.what.contains(index < 48 ? "from position 1 to 48" : "from position 49 to") == true)
            }
        }
    }

    @Test func `an identifier that another one looks like is refused`() async throws {
        try await EvidenceScenario.with { scenario in
            var bundle = try scenario.bundle()
            let index = try #require(
                try bundle.events.firstIndex { try $0.record.event().kind == .institutionIntroduced }
            )
            var event = try bundle.events[index].record.event()
            event.command.details.identifier = "s\u{30C}ola"
            let record = event.record
            bundle.events[index].record = try DisclosedRecord(record.span.bytes, withholdingDetails: false)
            let error = try await refusal(bundle)
            #expect(error?.step == .events && error?.position == event.position)
        }
    }

    @Test func `another rule than the published one is refused at its position`() async throws {
        try await EvidenceScenario.with(["school.ndjson"]) { scenario in
            let bundle = try scenario.bundle()
            let index = try #require(
                try bundle.events.firstIndex {
                    let event = try $0.record.event()
                    return event.kind == .qualificationPublished && event.details.identifier == "pek@2020"
                }
            )
            let part = try #require(bundle.events[index].record.parts[0])
            let text = String(decoding: part.dropFirst(16), as: UTF8.self).replacing("\"20\"", with: "\"10\"")
            var other = bundle
            other.events[index].record = DisclosedRecord(
                entry: bundle.events[index].record.entry,
                parts: [part.prefix(16) + Array(text.utf8)]
            )
            let error = try await refusal(other)
            #expect(error?.step == .events && error?.position == bundle.events[index].position)
        }
    }

    // MARK: What is claimed

    @Test func `a forged balance, verdict or fact is told by its line`() async throws {
        try await EvidenceScenario.with(["school.ndjson"]) { scenario in
            let tine = try scenario.learner("tine")
            let bundle = try scenario.bundle { $0.scope.learner = tine }
            func replaced(_ line: [UInt8], _ text: String, _ other: String) -> [UInt8] {
                let result = Array(String(decoding: line, as: UTF8.self).replacing(text, with: other).utf8)
                #expect(result != line)
                return result
            }
            var forged = bundle
            forged.balances[0] = replaced(bundle.balances[0], "\"7.5\"", "\"8.5\"")
            let balance = try await refusal(forged)
            #expect(balance?.step == .claims && balance?.line == bundle.bytes.lineCount - 1)
            #expect(balance?.what.contains("claimed \"8.5\", computed \"7.5\"") == true)

            forged = bundle
            forged.verdicts[0] = replaced(bundle.verdicts[0], "not-satisfied", "satisfied")
            let verdict = try await refusal(forged)
            #expect(verdict?.step == .claims && verdict?.line == bundle.bytes.lineCount)
            #expect(verdict?.what.contains("verdict: claimed \"satisfied\"") == true)

            forged = bundle
            forged.verdicts = []
            #expect(try await refusal(forged)?.step == .claims)
            forged.balances = []
            #expect(try await refusal(forged)?.step == .claims)

            let own = try scenario.bundle {
                $0.scope.learner = tine
                $0.extent = .learner
            }
            forged = own
            forged.facts[0] = replaced(own.facts[0], "\"7.5\"", "\"70.5\"")
            #expect(try await refusal(forged)?.line == 2)
            forged.facts.removeFirst()
            #expect(try await refusal(forged)?.step == .claims)
        }
    }

    @Test func `another day, another scope`() async throws {
        try await EvidenceScenario.with { scenario in
            var bundle = try scenario.bundle()
            bundle.header.on = try CivilDate("2024-10-01")
            #expect(try await refusal(bundle)?.step == .claims)
            bundle = try scenario.bundle()
            bundle.header.scope.learner = 99
            #expect(try await refusal(bundle)?.step == .claims)
        }
    }

    @Test func `a bundle without learners proves nothing of any, unless the log has none`() async throws {
        try await EvidenceScenario.with { scenario in
            var bundle = try scenario.leavingOut(of: try scenario.bundle()) { $0.learnerNumber > 0 }
            bundle.heads.removeAll { $0.stream > 0 }
            let position = Position(rawValue: 10)
            var scopes = [EvidenceScope(), EvidenceScope(), EvidenceScope(), EvidenceScope()]
            (scopes[1].institution, scopes[2].qualification, scopes[3].ruleSet) = (position, position, position)
            for scope in scopes {
                bundle.header.scope = scope
                let error = try await refusal(bundle)
                #expect(error?.step == .claims && error?.line == 1)
            }
        }
        try await EvidenceScenario.with(["catalogue.ndjson"]) { scenario in
            var bundle = try scenario.bundle { $0.earlier = [] }
            #expect(try bundle.verify(EvidenceScenario.trust).learners.isEmpty)
            try await SecondVerifier.expectAgreement(on: [bundle.bytes], EvidenceScenario.trust)
            bundle.header.scope.qualification = Position(rawValue: 10)
            #expect(try await refusal(bundle)?.step == .claims)
        }
    }

    // MARK: Who signed

    @Test func `a foreign checkpoint, a missing cosignature, and a log that does not continue`() async throws {
        try await EvidenceScenario.with { scenario in
            let bundle = try scenario.bundle()
            var trust = EvidenceScenario.trust
            var other = bundle
            other.checkpoints[1] = try EvidenceScenario.sign(scenario.ledger, by: EvidenceScenario.stranger)
            let foreign = try await refusal(other)
            #expect(foreign?.step == .checkpoints && foreign?.line == 3)
            other.checkpoints[1] = try EvidenceScenario.sign(scenario.ledger, by: EvidenceScenario.log)
            #expect(try await refusal(other)?.what.contains("0 of 1") == true)
            trust.log = EvidenceScenario.stranger.key
            #expect(try await refusal(bundle, trust)?.step == .checkpoints)

            // Two histories of one log: what the auditor noted of the other one.
            try await EvidenceScenario.with(["school.ndjson"]) { second in
                trust = EvidenceScenario.trust
                trust.earlier = [("noted", scenario.earlier)]
                let noted = try bundle.verify(trust).noted
                #expect(noted.map(\.size) == [48])
                for note in [second.earlier, second.note] {
                    trust.earlier = [("noted", note)]
                    let error = try await refusal(bundle, trust)
                    #expect(error?.step == .tree && error?.what.contains("noted") == true)
                }
                // A root in the place of another, under a genuine signature.
                other = bundle
                other.checkpoints[0] = second.earlier
                #expect(try await refusal(other)?.step == .tree)
            }
        }
    }

    @Test func `a key that was handed over is followed`() async throws {
        try await EvidenceScenario.with { scenario in
            let rotation = try KeyRotation(from: EvidenceScenario.log, to: EvidenceScenario.stranger)
            let id = EventID(high: 0x2222_2222_3333_4444, low: 0x8111_2222_0000_0001)
            var command = Command(id: id, kind: .keyRotated, effective: EvidenceScenario.day)
            command.actor = try scenario.ledger.read { $0.registry.entries(in: .actor)[0].position }
            command.details.document = .keyRotation(
                KeyRotationText(
                    from: "\(rotation.from)",
                    to: "\(rotation.to)",
                    fromSignature: rotation.fromSignature,
                    toSignature: rotation.toSignature
                )
            )
            let stated = command
            _ = try await scenario.ledger.log.append { (turn) throws(AccrueError) in .keep(try turn.append(stated)) }
            try await EvidenceScenario.recordHeads(scenario.ledger)
            let trust = EvidenceTrust(log: EvidenceScenario.log.key)
            var request = EvidenceRequest(on: EvidenceScenario.day)
            request.earlier = [scenario.earlier, scenario.note]
            request.scope.learner = try scenario.learner("ana")
            for extent in [EvidenceRequest.Extent.audit, .learner] {
                request.extent = extent
                let note = try EvidenceScenario.sign(scenario.ledger, by: EvidenceScenario.stranger)
                let bundle = try scenario.ledger.evidence(request, in: note)
                #expect(try bundle.verify(trust).earlier.count == 2)
                // The old key signs no longer.
                let old = try EvidenceScenario.sign(scenario.ledger, by: EvidenceScenario.log)
                let stale = try scenario.ledger.evidence(request, in: old)
                #expect(try await refusal(stale, trust)?.step == .checkpoints)
            }
        }
    }

    // MARK: The file

    @Test func `any line lost, doubled or swapped is refused, and any flipped bit`() async throws {
        try await EvidenceScenario.with { scenario in
            let ana = try scenario.learner("ana")
            let bundle = try scenario.bundle {
                $0.scope.learner = ana
                $0.extent = .learner
            }
            let lines = bundle.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            func isRefused(_ lines: some Sequence<ArraySlice<UInt8>>) -> Bool {
                let bytes = Array(lines.map { $0 + [UInt8(ascii: "\n")] }.joined())
                do throws(EvidenceRefusal) {
                    _ = try EvidenceBundle(bytes: bytes).verify(EvidenceScenario.trust)
                    return false
                } catch {
                    return error.line != nil || error.step == .heads || bytes.isEmpty
                }
            }
            #expect(!isRefused(lines))
            for index in lines.indices {
                var other = Array(lines)
                other.remove(at: index)
                #expect(isRefused(other), "without line \(index + 1)")
                other = Array(lines)
                other.insert(lines[index], at: index)
                #expect(isRefused(other), "line \(index + 1) twice")
                guard index > 0 else { continue }
                other = Array(lines)
                other.swapAt(index, index - 1)
                #expect(isRefused(other), "line \(index + 1) before the other")
            }
            var random = SampleNumbers(state: 5)
            for index in lines.indices {
                for _ in 0..<3 {
                    let byte = random.next(lines[index].count)
                    var other = Array(lines)
                    var line = Array(lines[index])
                    line[byte] ^= 1 << UInt8(random.next(8))
                    other[index] = line[...]
                    #expect(isRefused(other), "line \(index + 1), byte \(byte)")
                }
            }
            #expect(isRefused([]))
            #expect(throws: EvidenceRefusal.self) { try EvidenceBundle(bytes: bundle.bytes.dropLast()) }
            #expect(throws: EvidenceRefusal.self) { try EvidenceBundle(bytes: bundle.bytes + [10]) }
        }
    }
}

extension [UInt8] {
    fileprivate var lineCount: Int { count { $0 == UInt8(ascii: "\n") } }
}
