import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// What a school is told of what it appends, and of what its answers do not say alike.
struct CommandNoteTests: CommandSuite {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        #expect(try await accrue("append", AccrueProcess.fixture("school.ndjson")).status == 0)
    }

    private static func line(_ number: Int, _ kind: String, on day: String, _ rest: String) -> String {
        """
        {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5d\(number)","kind":"\(kind)","effective":"\(day)",\
        "learner":"tine",\(rest)}

        """
    }

    private static let inSchool = #""institution":"lipnica","enrolment":"tine-enrolled","qualification":"pek@2020""#

    // MARK: What is appended

    @Test func `what is accepted and will be asked about is told, and given as data`() async throws {
        let award = Self.line(
            10,
            "qualification-awarded",
            on: "2025-06-20",
            #""actor":"a-board",\#(Self.inSchool),"decided":"2025-06-20","reason":"exception","legalBasis":"§ 9""#
        )
        let tried = try await accrue("append", "-", "--dry-run", input: award)
        #expect(tried.errors.hasPrefix("Would be accepted, and listed by accrue audit exceptions"), "\(tried.errors)")
        #expect(tried.errors.contains(/by-exception +1 event\n/))
        let run = try await accrue("append", "-", input: award)
        #expect(run.status == 0)
        #expect(
            run.errors.hasPrefix(
                """
                Accepted, and listed by accrue audit exceptions:
                  awarded-unsatisfied  tine, position 19: pek@2020
                  by-exception         tine, position 19: § 9
                  backdated            tine, position 19:
                """
            ),
            "\(run.errors)"
        )
        let correction = Self.line(
            11,
            "assessment-corrected",
            on: "2025-01-10",
            #""actor":"a-baker",\#(Self.inSchool),"unit":"KR","attempt":2,"result":"positive","scale":"ocene","#
                + #""grade":"5","replaces":"tine-kr-resit""#
        )
        let corrected = try await accrue("append", "-", "--json", input: correction)
        #expect(corrected.status == 0 && corrected.errors.isEmpty, "\(corrected.errors)")
        let found = try #require(try corrected.document.object?["exceptions"]?.array).compactMap(\.object)
        // What was asked about before is not told again, what an earlier event has become is.
        let kinds = found.map { "\($0["kind"]?.string ?? "") \($0["position"]?.integer(Int.self) ?? 0)" }
        #expect(kinds == ["undecided-again 17", "changed-after-award 19", "backdated 20"])
        let listed = try await accrue("audit", "exceptions", "--json")
        let all = try #require(try listed.document.object?["exceptions"]?.array)
        #expect(found.allSatisfy { exception in all.contains { $0.line == JSONValue.object(exception).line } })
        let nothing = try await accrue("append", "-", "--json", input: award)
        #expect(try nothing.document.object?["counts"]?.array?.count == 0)
    }

    @Test func `of a long import only what events show alone is counted`() async throws {
        var lines = ""
        for number in 0..<60 {
            let (id, day) = (number + 100, 10 + number % 20)
            lines += """
                {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5\(id)","kind":"learner-introduced","effective":"2024-09-01",\
                "identifier":"l\(id)","actor":"a-secretary"}
                {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b6\(id)","kind":"import-quarantined","effective":"2024-09-\(day)",\
                "learner":"l\(id)","actor":"a-secretary","text":"852 points","reason":"unknown-scheme"}

                """
        }
        let run = try await accrue("append", "-", input: lines)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.errors == """
                Accepted, and listed by accrue audit exceptions, which also looks at each learner:
                  quarantined  60 events

                """
        )
    }

    // MARK: Decided again

    @Test func `a corrected grade is confirmed by deciding once more`() async throws {
        let school = Self.inSchool
        let correction = #""actor":"a-baker",\#(school),"unit":"KR","attempt":2,"result":"positive","scale":"ocene","#
        let validation = #""actor":"a-board",\#(school),"unit":"KR","answers":"corrected","result":"positive","#
        let recognition = #""actor":"a-board",\#(school),"unit":"KR","answers":"again","result":"positive","#
        let day = #""decided":"2025-03-01""#
        let corrected = Self.line(
            21,
            "assessment-corrected",
            on: "2025-01-10",
            correction + #""grade":"5","replaces":"tine-kr-resit","identifier":"corrected""#
        )
        #expect(try await accrue("append", "-", input: corrected).status == 0)
        let asked = try await accrue("why", "tine", "KR")
        #expect(
            asked.output.contains("to be decided again, because of corrected: decide on it once more, or revoke it"),
            "\(asked.output)"
        )
        let lines =
            Self.line(22, "validation-decided", on: "2025-03-01", validation + day + #","identifier":"again""#)
            + Self.line(
                23,
                "recognition-decided",
                on: "2025-03-01",
                recognition + day + #","scheme":"KT","points":"7.5","procedure":"local""#
            )
        let run = try await accrue("append", "-", input: lines)
        #expect(run.status == 0, "\(run.errors)")
        let cleared = try await accrue("why", "tine", "KR")
        #expect(!cleared.output.contains("to be decided again"), "\(cleared.output)")
        #expect(try await accrue("audit", "exceptions", "--kind", "undecided-again").status == 0)
        #expect(try await accrue("balance", "tine").output.contains(/recognised +9\.5\n/))
    }

    /// What tine's second attempt at bread, on which a recognition rests, should have said.
    private static func correction(_ number: Int, _ result: String, grade: String) -> String {
        line(
            number,
            "assessment-corrected",
            on: "2025-01-10",
            #""actor":"a-baker",\#(inSchool),"unit":"KR","attempt":2,"result":"\#(result)","scale":"ocene","#
                + #""grade":"\#(grade)","replaces":"tine-kr-resit""#
        )
    }

    @Test func `that a credit is to be decided again is said wherever the credit is told`() async throws {
        #expect(try await accrue("append", "-", input: Self.correction(60, "positive", grade: "5")).status == 0)
        let balance = try await accrue("balance", "tine")
        #expect(balance.output.contains(/KR +Kruh +7\.5 KT +recognised, to be decided again\n/), "\(balance.output)")
        for command in ["progress", "why-not"] {
            let run = try await accrue(command, "tine")
            #expect(
                run.output.contains("KR (position 17) is to be decided again, because of position 19.\n"),
                "\(run.output)"
            )
        }
        let id = "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5d60"
        for (command, list) in [("balance", "lines"), ("progress", "placements"), ("why-not", "placements")] {
            let told = try await accrue(command, "tine", "--json").document.object?[list]?.array ?? []
            let changes = told.map { $0.object?["decideAgainSince"]?.string ?? "–" }
            #expect(changes == [id, "–"], "\(command)")
        }
    }

    @Test func `a pass that is corrected to a fail after it was recognised is told to auditors`() async throws {
        let run = try await accrue("append", "-", input: Self.correction(61, "negative", grade: "1"))
        #expect(run.status == 0)
        #expect(run.errors.contains(/corrected-to-fail +tine, position 17: KR, by position 19\n/), "\(run.errors)")
        let listed = try await accrue("audit", "exceptions", "--kind", "corrected-to-fail")
        #expect(listed.status == 1)
        #expect(listed.output.contains(/corrected-to-fail +tine +17 +2025-01-20 +recognition decided/))
        let balance = try await accrue("balance", "tine")
        #expect(
            balance.output.contains("excluded: tine-kr-resit was corrected to negative by position 19"),
            "\(balance.output)"
        )
        let revoked = Self.line(
            62,
            "revoked",
            on: "2025-03-01",
            #""actor":"a-board","institution":"lipnica","answers":"tine-kr-recognised","decided":"2025-03-01","#
                + #""result":"from-start","reason":"other","text":"failed","legalBasis":"§ 9""#
        )
        #expect(try await accrue("append", "-", input: revoked).status == 0)
        #expect(try await accrue("audit", "exceptions", "--kind", "corrected-to-fail").status == 0)
    }

    @Test func `what a credit on its way lacks next is said`() async throws {
        let lines = Self.line(
            63,
            "assessment-recorded",
            on: "2025-03-01",
            #""actor":"a-baker",\#(Self.inSchool),"unit":"MA","attempt":1,"result":"positive","scale":"ocene","#
                + #""grade":"4""#
        )
        #expect(try await accrue("append", "-", input: lines).status == 0)
        let progress = try await accrue("progress", "tine")
        #expect(progress.output.contains(/MA +Matematika +3 +assessed +not validated yet +19\n/), "\(progress.output)")
        let hindrances = try await accrue("why-not", "tine")
        #expect(hindrances.output.contains(/MA +Matematika +3 +assessed, not validated yet +19\n/))
    }

    // MARK: Points and days

    @Test func `after a move progress says where the balance has other points`() async throws {
        let text = try String(contentsOfFile: AccrueProcess.fixture("school.ndjson"), encoding: .utf8)
        let published = try #require(text.split(separator: "\n").first { $0.contains("qualification-published") })
            .replacing("317274a8-336f-55dd-9d24-a0d5a02d6ea2", with: "7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b5d30")
            .replacing("pek@2020", with: "pek@2025").replacing("\"version\":\"2020\"", with: "\"version\":\"2025\"")
            .replacing("\"title\":\"Kruh\",\"points\":\"7.5\"", with: "\"title\":\"Kruh\",\"points\":\"9\"")
        let moved = Self.line(
            31,
            "moved",
            on: "2025-09-01",
            #""actor":"a-secretary",\#(Self.inSchool.replacing("pek@2020", with: "pek@2025"))"#
        )
        let run = try await accrue("append", "-", input: published + "\n" + moved)
        #expect(run.status == 0, "\(run.errors)")
        let progress = try await accrue("progress", "tine")
        #expect(progress.output.contains(/KR +Kruh +position 17 +9 +7\.5 in the balance\n/), "\(progress.output)")
        #expect(
            progress.output.contains(
                "The balance keeps the points of the decision, by pek@2020; here a unit has those of pek@2025."
            )
        )
        #expect(try await accrue("balance", "tine").output.contains(/KR +Kruh +7\.5 KT/))
        let placements = try await accrue("progress", "tine", "--json").document.object?["placements"]?.array ?? []
        let points = placements.map { $0.object?["balancePoints"]?.string ?? "-" }
        #expect(points == ["7.5", "-"])
        let other = try await accrue("progress", "tine", "--on", "2025-08-31")
        #expect(!other.output.contains("in the balance"))
        #expect(try await accrue("projection", "rebuild").status == 0)
        let summary = try await accrue("projection", "summary")
        let told = /9\.5 +11\n\nRecognised is by decisions, counted by the version that judges/
        #expect(summary.output.contains(told), "\(summary.output)")
    }

    @Test func `the day of a decision is shown where it is another than that from which it holds`() async throws {
        #expect(try await accrue("append", AccrueProcess.fixture("school-exception.ndjson")).status == 0)
        let recognition = Self.line(
            40,
            "recognition-decided",
            on: "2025-04-01",
            #""actor":"a-board",\#(Self.inSchool),"unit":"MA","procedure":"informal","result":"positive","#
                + #""decided":"2025-03-15","scheme":"KT","points":"3","evidence":"books kept""#
        )
        #expect(try await accrue("append", "-", input: recognition).status == 0)
        for command in ["why", "history"] {
            let run = try await accrue(command, "tine")
            #expect(run.output.contains("2025-04-01, decided 2025-03-15 "), "\(run.output)")
            #expect(!run.output.contains("decided 2025-01-20"))
        }
    }

    @Test func `the sums of two enrolments are told apart`() async throws {
        let school = #""actor":"a-board","institution":"lipnica","#
        let lines =
            Self.line(
                50,
                "left",
                on: "2025-06-01",
                #""actor":"a-secretary","institution":"lipnica","enrolment":"tine-enrolled""#
            )
            + Self.line(
                51,
                "enrolled",
                on: "2025-09-01",
                school + #""identifier":"tine-again","qualification":"pek@2020""#
            )
            + Self.line(
                52,
                "recognition-decided",
                on: "2025-10-01",
                school + #""enrolment":"tine-again","qualification":"pek@2020","unit":"MA","procedure":"informal","#
                    + #""result":"positive","decided":"2025-10-01","scheme":"KT","points":"3","evidence":"books kept""#
            )
        let run = try await accrue("append", "-", input: lines)
        #expect(run.status == 0, "\(run.errors)")
        let balance = try await accrue("balance", "tine")
        #expect(balance.output.contains(/tine-enrolled KT +tine-again KT +all KT\n/), "\(balance.output)")
        #expect(balance.output.contains(/recognised +9\.5 +3 +12\.5\n/))
        #expect(balance.output.contains(/MA +Matematika +3 KT +recognised +tine-again\n/))
        let why = try await accrue("why", "tine")
        #expect(why.output.contains("recognised, tine-enrolled: 7.5 + 2 = 9.5 KT\nrecognised, tine-again: 3 KT\n"))
    }
}
