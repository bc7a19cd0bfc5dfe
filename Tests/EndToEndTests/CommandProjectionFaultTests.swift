import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// `accrue projection` where slots are damaged, wrong, or of another version of Accrue.
struct CommandProjectionFaultTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: store)
        try await AccrueProcess.tellStory(to: store)
    }

    private func projection(_ arguments: String...) async throws -> AccrueProcess {
        try await RunningAccrue(["projection"] + arguments, store: store).ended()
    }

    private func rebuild(on day: String = "2026-09-01") async throws -> AccrueProcess {
        let run = try await projection("rebuild", "--on", day)
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    private func serving() async throws -> Int? {
        try await projection("status", "--json").document.object?["current"]?.integer()
    }

    private func slot(_ number: Int) -> StoredSlot { StoredSlot(number, of: store) }

    /// A key under which two slots hold different bytes.
    private func difference(of first: Int, _ second: Int, in database: String) throws -> [UInt8] {
        try #require(
            try slot(first).keys(in: database).first { key in
                let other = try slot(second).bytes(under: key, in: database)
                return try !other.isEmpty && slot(first).bytes(under: key, in: database) != other
            }
        )
    }

    @Test func `a slot of an earlier version of Accrue that serves is replaced by the commands that are named`()
        async throws
    {
        _ = try await rebuild()
        let key = Array("state".utf8)
        let state = String(decoding: try slot(1).bytes(under: key, in: "meta"), as: UTF8.self)
        let older = state.replacing(/"version":\d+/, with: #""version":2"#)
        #expect(older != state)
        try slot(1).put(Array(older.utf8), under: key, in: "meta")
        let status = try await projection("status")
        #expect(status.status == 0 && status.output.contains("outdated, serves"), "\(status.output)")
        for command in [["summary"], ["update"], ["check"]] {
            let run = try await RunningAccrue(["projection"] + command, store: store).ended()
            #expect(run.status == 4 && run.errors.contains("E-PRJ-004"), "\(command): \(run.errors)")
        }
        let doctor = try await AccrueProcess.run("doctor", store: store)
        #expect(doctor.output.contains("then accrue projection switch, and accrue projection drop 1"))

        let built = try await rebuild()
        #expect(built.output.contains("\nSwitch to it: accrue projection switch 2"), "\(built.output)")
        let compare = try await projection("compare")
        #expect(compare.status == 4 && compare.errors.contains("E-PRJ-004"))
        #expect(try await projection("drop", "1").errors.contains("E-PRJ-006"))
        // Not compared is not unproved: every row is folded again.
        _ = try await rebuild(on: "2025-01-01")
        let place = try difference(of: 2, 3, in: "rows")
        let whole = try slot(2).bytes(under: place, in: "rows")
        try slot(2).put(slot(3).bytes(under: place, in: "rows"), under: place, in: "rows")
        let refused = try await projection("switch", "2")
        #expect(refused.status == 7 && refused.errors.contains("E-PRJ-005"), "\(refused.errors)")
        #expect(try await serving() == 1)
        try slot(2).put(whole, under: place, in: "rows")
        // What came meanwhile is taken in.
        #expect(try await AccrueProcess.introduce("nov", by: "a-registrar", to: store).status == 0)
        let switched = try await projection("switch", "2")
        #expect(switched.status == 0, "\(switched.errors)")
        #expect(
            switched.output == """
                Slot 2 serves now.
                Slot 1 could not be compared: slot 1, rows of version 2
                Remove slot 1: accrue projection drop 1

                """,
            "\(switched.output)"
        )
        let summary = try await projection("summary")
        #expect(summary.status == 0 && !summary.output.contains("ahead"), "\(summary.output)")
        #expect(try await projection("rollback").errors.contains("E-PRJ-004"))
        #expect(try await projection("drop", "1").status == 0)
        #expect(try await projection("check").status == 0)
        #expect(try await serving() == 2)
    }

    @Test func `a damaged slot that serves is told by compare, and replaced`() async throws {
        for _ in 1...2 { _ = try await rebuild() }
        let row = StoredSlot.key(ofLearner: 2)
        try slot(1).flip(under: row, in: "rows")
        let compare = try await projection("compare")
        #expect(compare.status == 1 && compare.errors.isEmpty, "\(compare.errors)")
        #expect(compare.output.contains("slot 1: damaged, not what was written"), "\(compare.output)")
        #expect(compare.output.hasSuffix(", 1 not explained.\n"))
        let json = try await projection("compare", "1", "2", "--json").document.object
        #expect(json?["explained"]?.bool == false && json?["miscounted"]?.array?.isEmpty == true)
        #expect(json?["differences"]?.array?.map { $0.object?["explained"]?.bool } == [false])
        let check = try await projection("check", "1", "--json")
        #expect(try check.status == 1 && check.document.object?["unequal"]?.array?.count == 1)
        // The damaged one is refused where the whole one serves.
        let switched = try await projection("switch", "2")
        #expect(switched.status == 0, "\(switched.errors)")
        #expect(switched.output.contains("Slot 1 has 1 row that the log does not give."), "\(switched.output)")
        let back = try await projection("switch", "1")
        #expect(back.status == 7 && back.errors.contains("E-PRJ-005"), "\(back.errors)")
        #expect(try await projection("rollback").status == 0)

        // A summary, beside the row.
        let cohort = try #require(try slot(1).keys(in: "summaries").first)
        try slot(1).flip(under: row, in: "rows")
        try slot(1).flip(under: cohort, in: "summaries")
        let miscounted = try await projection("compare")
        #expect(miscounted.status == 1 && miscounted.output.contains("Summaries of slot 1 are not"))
        let summaries = try await projection("check")
        #expect(summaries.status == 1 && summaries.output.contains("The summaries of 1 cohort are not"))
        let summary = try await projection("summary")
        #expect(summary.status == 7 && summary.errors.contains("E-PRJ-009"), "\(summary.errors)")
        let counted = try await projection("switch", "2")
        #expect(counted.status == 0 && counted.output.contains("The summaries of slot 1 are not"), "\(counted.errors)")
        #expect(try await projection("rollback").status == 0)

        // All that it says of itself.
        try slot(1).flip(under: Array("state".utf8), in: "meta")
        let status = try await projection("status")
        #expect(status.status == 0 && status.output.contains("damaged, serves"), "\(status.output)")
        let listed = try await projection("status", "--json").document.object?["slots"]?.array?.first?.object
        #expect(listed?["damaged"]?.string?.contains("slot 1") == true)
        let unread = try await projection("compare")
        #expect(unread.status == 7 && unread.errors.contains("E-PRJ-009"), "\(unread.errors)")
        #expect(try await rebuild(on: "2026-10-01").output.contains("Slot 3 holds"))
        let last = try await projection("switch", "3", "--json")
        let fault = try last.document.object?["fault"]?.string
        #expect(last.status == 0 && fault?.contains("Slot 1 could not be compared") == true, "\(last.errors)")
        #expect(try await projection("drop", "1").status == 0)
        #expect(try await serving() == 3)
    }

    @Test func `a slot that is not what the log gives is told by compare and refused by switch`() async throws {
        for day in ["2026-09-01", "2025-01-01", "2026-09-01"] { _ = try await rebuild(on: day) }
        let row = try difference(of: 2, 3, in: "rows")
        let whole = try slot(3).bytes(under: row, in: "rows")
        // Another day's row is as whole as its own.
        try slot(3).put(slot(2).bytes(under: row, in: "rows"), under: row, in: "rows")
        let compare = try await projection("compare", "1", "3")
        #expect(compare.status == 1, "\(compare.errors)")
        #expect(compare.output.contains("slot 3: not what the log gives") && !compare.output.contains("slot 1:"))
        #expect(compare.output.hasSuffix(" differs, 1 not explained.\n"), "\(compare.output)")
        let json = try await projection("compare", "1", "3", "--json")
        #expect(try json.status == 1 && json.document.object?["explained"]?.bool == false)
        let refused = try await projection("switch", "3")
        #expect(refused.status == 7 && refused.errors.contains("E-PRJ-005"), "\(refused.errors)")
        #expect(refused.errors.contains("slot 3, 1 learner, first number \(row.reduce(0) { $0 << 8 | Int($1) })"))
        #expect(try await serving() == 1)

        try slot(3).put(whole, under: row, in: "rows")
        let cohort = try difference(of: 2, 3, in: "summaries")
        let sum = try slot(3).bytes(under: cohort, in: "summaries")
        try slot(3).put(slot(2).bytes(under: cohort, in: "summaries"), under: cohort, in: "summaries")
        let miscounted = try await projection("compare", "1", "3", "--json")
        #expect(try miscounted.status == 1 && miscounted.document.object?["miscounted"]?.array == [.integer(3)])
        let summaries = try await projection("switch", "3")
        #expect(summaries.status == 7 && summaries.errors.contains("slot 3, whose summaries are not the sums"))
        #expect(try await serving() == 1)

        try slot(3).put(sum, under: cohort, in: "summaries")
        #expect(try await projection("switch", "3").output.hasSuffix("Back to slot 1: accrue projection rollback\n"))
        #expect(try await serving() == 3)
    }

    @Test func `what is wrong alike in both slots does not come to serve`() async throws {
        for day in ["2026-09-01", "2025-01-01", "2026-09-01"] { _ = try await rebuild(on: day) }
        // Rows and summaries of another day, whole each, and the sums of each other.
        for database in ["rows", "summaries"] {
            for key in try slot(2).keys(in: database) {
                let other = try slot(2).bytes(under: key, in: database)
                for number in [1, 3] { try slot(number).put(other, under: key, in: database) }
            }
        }
        let compare = try await projection("compare", "1", "3")
        #expect(compare.status == 0, "\(compare.output)")
        let refused = try await projection("switch", "3")
        #expect(refused.status == 7 && refused.errors.contains("E-PRJ-005"), "\(refused.errors)")
        #expect(try await serving() == 1)
    }

    @Test func `a rebuild goes on past what cannot be judged, and says how much that is`() async throws {
        let school = AccrueProcess.fixture("school.ndjson")
        let store = folder["school"]
        try await AccrueProcess.makeStore(at: store)
        #expect(try await AccrueProcess.run("append", school, store: store).status == 0)
        // A version that nobody published.
        let text = try String(contentsOfFile: AccrueProcess.fixture("school-rules.2024.yaml"), encoding: .utf8)
        let rules = text.replacing(
            /rules:\n(.|\n)*/,
            with: "rules:\n  - {id: s, dateBasis: enrolment, standard: pek@2099}\n"
        )
        try rules.write(toFile: folder["rules.yaml"], atomically: true, encoding: .utf8)
        for (step, actor) in [("draft", "a-secretary"), ("publish", "a-board")] {
            let run = try await RunningAccrue(
                ["rules", step, folder["rules.yaml"], "--actor", actor, "--effective", "2024-01-01"],
                store: store
            ).ended()
            #expect(run.status == 0, "\(run.errors)")
        }
        let day = ["projection", "rebuild", "--on", "2026-09-01", "--rules", "lipnica@2024"]
        let built = try await RunningAccrue(day, store: store).ended()
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.output.contains("1 enrolment could not be judged: accrue projection summary"), "\(built.output)")
        let summary = try await AccrueProcess.run("projection", "summary", "--json", store: store).document.object
        let cohort = try #require(summary?["cohorts"]?.array?.first?.object)
        #expect(cohort["verdicts"]?.object?["unjudged"]?.integer() == 1)
        let json = try await RunningAccrue(day + ["--json"], store: store).ended()
        #expect(try json.document.object?["unjudged"]?.integer() == 1)
        let compare = try await AccrueProcess.run("projection", "check", store: store)
        #expect(compare.status == 0, "\(compare.errors)")
    }
}
