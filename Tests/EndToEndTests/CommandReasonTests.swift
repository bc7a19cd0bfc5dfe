import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// Which enrolment is judged, and the reasons for which credits do not count.
struct CommandReasonTests: CommandSuite {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        #expect(try await accrue("append", AccrueProcess.fixture("school.ndjson")).status == 0)
    }

    /// Appends an event about tine at the school.
    private func append(_ number: Int, _ kind: String, on day: String, _ rest: String) async throws {
        let line = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c0\(number)","kind":"\(kind)","effective":"\(day)",\
            "learner":"tine","institution":"lipnica",\(rest)}
            """
        let run = try await accrue("append", "-", input: line)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func leave(_ enrolment: String, _ number: Int, on day: String) async throws {
        try await append(number, "left", on: day, #""actor":"a-secretary","enrolment":"\#(enrolment)""#)
    }

    @Test func `of two enrolments in a version the running one is judged, and each can be named`() async throws {
        try await leave("tine-enrolled", 1, on: "2025-06-01")
        let again = #""identifier":"tine-again","actor":"a-secretary","qualification":"pek@2020""#
        try await append(2, "enrolled", on: "2025-09-01", again)
        func counted(_ arguments: String...) async throws -> String? {
            let run = try await RunningAccrue(["progress", "tine", "--json"] + arguments, store: folder["store"])
                .ended()
            return try run.document.object?["counted"]?.string
        }
        #expect(try await counted() == "0")
        #expect(try await counted("pek") == "0")
        #expect(try await counted("pek@2020") == "0")
        #expect(try await counted("tine-again") == "0")
        #expect(try await counted("tine-enrolled") == "9.5")
        let hindered = try await accrue("why-not", "tine")
        #expect(
            hindered.output.contains("recognised towards another enrolment (tine-enrolled, left)"),
            "\(hindered.output)"
        )
        let progress = try await accrue("progress", "tine")
        #expect(progress.output.contains(/recognised towards another/), "\(progress.output)")
        try await leave("tine-again", 3, on: "2025-10-01")
        for command in ["progress", "why-not"] {
            let run = try await accrue(command, "tine")
            #expect(run.status == 5)
            #expect(
                run.errors.contains("name one of tine-enrolled (pek@2020, left), tine-again (pek@2020, left)"),
                "\(run.errors)"
            )
        }
    }

    @Test func `a credit that has expired is told with its last day`() async throws {
        let published = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5c00","kind":"qualification-published","effective":"2024-09-01",\
            "identifier":"kratek@1","document":{"id":"kratek","version":"1","title":"Kratek","country":"SI",\
            "scheme":"KT","points":"2","eqfLevel":4,"units":[{"code":"E1","title":"Elektro","points":"2",\
            "validMonths":3,"outcomes":[]}],"formation":{"group":"kratek","title":"Kratek","points":"2",\
            "children":[{"unit":"E1","required":true}]}}}
            """
        let run = try await accrue("append", "-", input: published)
        #expect(run.status == 0, "\(run.errors)")
        let enrolment = #""identifier":"tine-short","actor":"a-secretary","qualification":"kratek@1""#
        try await append(1, "enrolled", on: "2024-09-01", enrolment)
        let recognition = """
            "actor":"a-board","enrolment":"tine-short","qualification":"kratek@1","unit":"E1","procedure":"informal",\
            "result":"positive","decided":"2025-02-12","scheme":"KT","points":"2","evidence":"a summer"
            """
        try await append(2, "recognition-decided", on: "2025-02-12", recognition)
        for command in ["progress", "why-not"] {
            let run = try await accrue(command, "tine", "kratek", "--on", "2026-01-01")
            #expect(run.output.contains(/E1 .+expired after 2025-05-12/), "\(run.output)")
            let unlike = try await accrue(command, "tine", "kratek", "--suppose", "e1")
            #expect(unlike.errors.contains("e1 (did you mean E1?)"), "\(unlike.errors)")
        }
    }

    @Test func `a credit whose grade was corrected to a fail names what was corrected, and by what`() async throws {
        let correction = """
            "identifier":"tine-kr-corrected","actor":"a-baker","enrolment":"tine-enrolled","qualification":"pek@2020",\
            "unit":"KR","attempt":2,"result":"negative","scale":"ocene","grade":"1","replaces":"tine-kr-resit",\
            "reason":"clerical-error"
            """
        try await append(1, "assessment-corrected", on: "2025-03-01", correction)
        for command in ["balance", "why", "why-not"] {
            let run = try await accrue(command, "tine")
            let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains("tine-kr-resit was corrected to negative"), "\(command): \(run.output)")
            #expect(text.contains("tine-kr-corrected"), "\(command): \(run.output)")
        }
    }

    @Test func `a credit that rests on what was removed names that, and by what`() async throws {
        let removal = """
            "identifier":"tine-kr-revoked","actor":"a-board","answers":"tine-kr-validated","result":"from-start",\
            "reason":"evidence-missing","legalBasis":"ZPSI-1","decided":"2025-03-01"
            """
        try await append(1, "revoked", on: "2025-03-01", removal)
        let run = try await accrue("why", "tine", "KR")
        #expect(
            run.output.contains("rests on tine-kr-validated, which was revoked by tine-kr-revoked"),
            "\(run.output)"
        )
    }

    @Test func `spaces around commas are no part of a unit, and a learner who is meant is suggested`() async throws {
        let run = try await accrue("progress", "tine", "--suppose", " MA , PE = informal")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("MA, PE=informal supposed"), "\(run.output)")
        for name in ["Tine", "tinee"] {
            let unknown = try await accrue("balance", name)
            #expect(unknown.status == 5 && unknown.errors.contains("did you mean tine?"), "\(unknown.errors)")
        }
    }

    @Test func `a store whose data file is gone is damaged, and no place for a new one`() async throws {
        try FileManager.default.removeItem(atPath: folder["store/log/data.mdb"])
        for command in [["balance", "tine"], ["append", "-"], ["check"], ["log", "stat"]] {
            let run = try await RunningAccrue(command, store: folder["store"]).ended()
            #expect(run.status == 7 && (run.errors + run.output).contains("E-INT-002"), "\(command): \(run.errors)")
        }
    }
}
