import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Testing

/// The façade over a real store: lines go in, answers come out.
@Suite struct LedgerTests {
    private static let school = """
        {"id":"00000000-0000-4000-8000-000000000001","kind":"scheme-introduced","effective":"2024-01-01","identifier":"kt","document":{"name":"Kreditne točke"}}
        {"id":"00000000-0000-4000-8000-000000000002","kind":"actor-introduced","effective":"2024-01-01","identifier":"mojca","document":{"role":"registrar"}}
        {"id":"00000000-0000-4000-8000-000000000003","kind":"institution-introduced","effective":"2024-01-01","identifier":"celje","document":{"name":"Srednja šola Celje","country":"SI"}}
        {"id":"00000000-0000-4000-8000-000000000004","kind":"qualification-published","effective":"2024-01-01","identifier":"nega@1","document":{"id":"nega","version":"1","title":"Nega","country":"SI","scheme":"kt","points":"10","units":[{"code":"M1","title":"Osnove","points":"7.5","outcomes":[]},{"code":"M2","title":"Praksa","points":"2.5","outcomes":[]}]}}
        {"id":"00000000-0000-4000-8000-000000000005","kind":"authority-granted","effective":"2024-01-01","actor":"mojca","institution":"celje","function":"recognise","document":{"qualifications":[]}}
        """
    private static let ana = """
        {"id":"00000000-0000-4000-8000-000000000011","kind":"learner-introduced","effective":"2024-09-01","identifier":"ana","actor":"mojca"}
        {"id":"00000000-0000-4000-8000-000000000012","kind":"enrolled","effective":"2024-09-01","identifier":"vpis-1","learner":"ana","actor":"mojca","institution":"celje","qualification":"nega@1"}
        {"id":"00000000-0000-4000-8000-000000000013","kind":"recognition-decided","effective":"2025-02-01","decided":"2025-02-01","learner":"ana","actor":"mojca","institution":"celje","enrolment":"vpis-1","qualification":"nega@1","unit":"M1","procedure":"informal","result":"positive","scheme":"kt","points":"7.5","evidence":"references of an employer"}
        """

    @Test func `lines become events, and the balance is that of the decisions`() async throws {
        try await withLedger { ledger in
            let report = try await ledger.append(EventLines(Array((Self.school + "\n" + Self.ana).utf8)))
            #expect(report.faults.map(\.error.description) == [])
            #expect(report.appended == 8)
            #expect(report.last == Position(rawValue: 8))
            let balance = try balance(of: "ana", on: "2025-03-01", in: ledger)
            #expect(balance.lines.map(\.bucket) == [.recognised])
            #expect(balance.lines.first?.points == (try Points("7.5")))
            #expect(try self.balance(of: "ana", on: "2025-01-31", in: ledger).lines.isEmpty)
        }
    }

    @Test func `the same lines again exist already, with other content they are refused`() async throws {
        try await withLedger { ledger in
            let lines = Array((Self.school + "\n" + Self.ana).utf8)
            _ = try await ledger.append(EventLines(lines))
            let again = try await ledger.append(EventLines(lines))
            #expect(again.appended == 0)
            #expect(again.existed == 8)
            let altered = Self.ana.replacing("2025-02-01", with: "2025-02-02")
            let refused = try await ledger.append(EventLines(Array(altered.utf8)))
            #expect(refused.faults.map(\.error.code) == [.contentDiffers])
            #expect(refused.faults.first?.line == 3)
            #expect(try ledger.read { (view) throws(AccrueError) in view.known } == Position(rawValue: 8))
        }
    }

    @Test func `an id that an earlier line of the import has is told with that line`() async throws {
        try await withLedger { ledger in
            let altered = Self.ana.split(separator: "\n")[2].replacing("2025-02-01", with: "2025-02-02")
            let lines = "\n" + Self.school + "\n" + Self.ana + "\n" + altered
            let report = try await ledger.append(EventLines(Array(lines.utf8)))
            #expect(report.faults.map(\.error.code) == [.contentDiffers])
            #expect(report.faults.first?.error.subject == "00000000-0000-4000-8000-000000000013, of line 9")
        }
    }

    @Test func `the registry knows every identifier of the log, however it is spelled`() async throws {
        try await withLedger { ledger in
            let pieces = [
                "s", "š", "S", "\u{30C}", "a", "å", "\u{212B}", "\u{30A}", "q", "\u{323}", "ạ", "ồ", "\u{1100}\u{1161}",
                "가",
            ]
            var names: Set<[UInt8]> = []
            for first in pieces {
                for second in pieces {
                    for third in [""] + pieces { names.insert(Array((first + second + third).utf8)) }
                }
            }
            let lines = names.sorted { $0.lexicographicallyPrecedes($1) }.enumerated().map { number, name in
                let id = EventID(high: 0x4000, low: 0x8000_0000_0000_0000 | UInt64(number))
                let name = String(decoding: name, as: UTF8.self)
                return
                    #"{"id":"\#(id)","kind":"institution-introduced","effective":"2024-01-01","identifier":"\#(name)","document":{"name":"x","country":"SI"}}"#
            }
            var options = AppendOptions()
            options.acceptsValid = true
            let report = try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8)), options)
            #expect(Set(report.faults.map(\.error.code)) == [.identifierNotComposed])
            try ledger.read { (view) throws(AccrueError) in
                let entries = view.registry.entries(in: .institution)
                #expect(entries.count == report.appended && entries.count > 1_000)
                for (identifier, position) in entries {
                    let event = try view.log.event(at: position)
                    #expect(event.details.identifier.map { Array($0.utf8) } == Array(identifier.utf8))
                    #expect(try view.log.position(of: identifier, in: .institution) == position)
                }
            }
        }
    }

    @Test func `what has not happened yet is not recorded, and what will hold is`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(EventLines(Array(Self.school.utf8)))
            let decided = Self.ana.replacing(#""decided":"2025-02-01""#, with: #""decided":"2190-02-01""#)
            let report = try await ledger.append(EventLines(Array(decided.utf8)))
            #expect(report.faults.map(\.error.code) == [.notHappenedYet])
            #expect(report.faults.first?.error.field == "decided")
            let effective = Self.ana.replacing(#""effective":"2025-02-01""#, with: #""effective":"2190-02-01""#)
            #expect(try await ledger.append(EventLines(Array(effective.utf8))).faults.isEmpty)
        }
    }

    @Test func `a position within a batch is told with the states around it`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(EventLines(Array(Self.school.utf8)))
            _ = try await ledger.append(EventLines(Array(Self.ana.utf8)))
            do throws(AccrueError) {
                try ledger.read(known: .position(Position(rawValue: 7))) { (_) throws(AccrueError) in }
                Issue.record("a state")
            } catch {
                #expect(error.code == .noSuchState)
                #expect(error.subject == "position 7, within the batch that ends at 8; before it 5")
            }
        }
    }

    @Test func `one refused line keeps all out, and every fault is reported with its line`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(EventLines(Array(Self.school.utf8)))
            let bad = Self.ana.replacing("\"7.5\"", with: "\"8\"") + "\n\n{]\n"
            let report = try await ledger.append(EventLines(Array(bad.utf8)))
            #expect(report.faults.map(\.error.code) == [.pointsDiffer, .jsonMalformed])
            #expect(report.faults.map(\.line) == [3, 5])
            #expect(!report.isWritten)
            #expect(try ledger.read { (view) throws(AccrueError) in view.known } == Position(rawValue: 5))
            var options = AppendOptions()
            options.acceptsValid = true
            let accepted = try await ledger.append(EventLines(Array(bad.utf8)), options)
            #expect(accepted.appended == 2)
            #expect(accepted.refused == 2)
        }
    }

    @Test func `a reference to a later or to a refused line says so`() async throws {
        try await withLedger { ledger in
            let lines = Self.ana.split(separator: "\n")
            let forward = [Self.school, String(lines[1]), String(lines[0])].joined(separator: "\n")
            let report = try await ledger.append(EventLines(Array(forward.utf8)))
            #expect(report.faults.map(\.error.code) == [.referenceForward])
            #expect(report.faults.first?.error.subject.contains("line 7") == true)
            let broken = Self.school + "\n" + Self.ana.replacing("nega@1\"}", with: "nega@7\"}")
            let refused = try await ledger.append(EventLines(Array(broken.utf8)))
            #expect(refused.faults.map(\.error.code) == [.referenceUnknown, .referenceUnknown])
            #expect(refused.faults.last?.error.subject.contains("line 7") == true)
            // Also where the other line cannot be read.
            let unread = Self.ana.replacing("\"identifier\":\"vpis-1\",", with: "\"identifier\":\"vpis-1\",\"note\":1,")
            let unreadLines = EventLines(Array((Self.school + "\n" + unread).utf8))
            let subjects = try await ledger.append(unreadLines).faults.map(\.error.subject)
            #expect(subjects.last == "vpis-1, of line 7, which is refused")
        }
    }

    @Test func `an event id names a learner until a learner has it for an identifier`() async throws {
        try await withLedger { ledger in
            let id = "00000000-0000-4000-8000-000000000011"
            let ana = Self.ana.split(separator: "\n").map(String.init)
            let enrolled = ana[1].replacing("\"ana\"", with: "\"\(id)\"")
            let again = enrolled.replacing("000000000012", with: "000000000014").replacing("vpis-1", with: "vpis-2")
            let other = ana[0].replacing(id, with: "00000000-0000-4000-8000-000000000015")
                .replacing("\"ana\"", with: "\"\(id)\"")
            let lines = [Self.school, ana[0], enrolled, other, again]
            let report = try await ledger.append(EventLines(Array(lines.joined(separator: "\n").utf8)))
            #expect(report.faults.map(\.error.description) == [])
            let learners = try ledger.read { (view) throws(AccrueError) in
                try [7, 9].map { (position) throws(AccrueError) in
                    try view.log.event(at: Position(rawValue: position)).learner?.rawValue
                }
            }
            #expect(learners == [6, 8])
        }
    }

    @Test func `a dry run judges everything and writes nothing`() async throws {
        try await withLedger { ledger in
            var options = AppendOptions()
            options.dryRun = true
            let report = try await ledger.append(EventLines(Array((Self.school + "\n" + Self.ana).utf8)), options)
            #expect(report.appended == 8)
            #expect(!report.isWritten)
            #expect(try ledger.read { (view) throws(AccrueError) in view.known } == .none)
        }
    }

    @Test func `expectations that fail change nothing`() async throws {
        try await withLedger { ledger in
            _ = try await ledger.append(EventLines(Array((Self.school + "\n" + Self.ana).utf8)))
            var options = AppendOptions()
            options.expectedPosition = Position(rawValue: 7)
            await #expect(throws: AccrueError(.positionConflict)) {
                try await ledger.append(EventLines(Array(Self.ana.utf8)), options)
            }
            options.expectedPosition = Position(rawValue: 8)
            options.expectedVersions = ["ana": 2]
            await #expect(throws: AccrueError(.versionConflict)) {
                try await ledger.append(EventLines(Array(Self.ana.utf8)), options)
            }
            options.expectedVersions = ["ana": 3]
            #expect(try await ledger.append(EventLines(Array(Self.ana.utf8)), options).existed == 3)
        }
    }

    private func balance(of name: String, on day: String, in ledger: Ledger<LMDBEventLog>) throws -> Balance {
        let date = try CivilDate(day)
        return try ledger.read { (view) throws(AccrueError) in
            try view.balance(of: view.learner(name), on: date)
        }
    }
}
