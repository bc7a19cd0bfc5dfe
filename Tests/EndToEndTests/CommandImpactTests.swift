import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// What rules would do about qualifications that were awarded, for which enrolments, and how programs are told.
struct CommandImpactTests: CommandSuite {
    let folder: TemporaryFolder
    private static let before = AccrueProcess.fixture("school-rules.2024.yaml")
    private static let after = AccrueProcess.fixture("school-rules.2025.yaml")

    /// A school whose learner ula is awarded the qualification by rules that are satisfied.
    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        for file in ["school.ndjson", "school-class.ndjson"] {
            #expect(try await accrue("append", AccrueProcess.fixture(file)).status == 0)
        }
        let award = try await accrue(["append", "-"], input: Self.award("ula", 1))
        #expect(award.status == 0, "\(award.errors)")
    }

    private static func award(_ learner: String, _ number: Int, _ more: String = "") -> String {
        """
        {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7bc00\(number)","kind":"qualification-awarded","effective":"2025-06-30",\
        "actor":"a-board","learner":"\(learner)","institution":"lipnica","enrolment":"\(learner)-enrolled",\
        "qualification":"pek@2020","decided":"2025-06-30"\(more)}
        """
    }

    private static let compared = ["rules", "impact", after, "--against", before]

    @Test func `an award that the rule would no longer satisfy is told with what was issued`() async throws {
        let text = try await accrue(Self.compared)
        #expect(text.output.contains(/awarded, and no longer satisfied +1\n/), "\(text.output)")
        #expect(text.output.contains(/issued documents and decisions that would diverge +4\n/), "\(text.output)")
        let clause = "lipnica/informal 2025, Pravilnik šole 2025, 3. člen (ponazoritev)"
        let row = text.output.split(separator: "\n").first { $0.hasPrefix("ula ") }
        #expect(row?.contains("awarded unsatisfied") == true, "\(text.output)")
        #expect(row?.hasSuffix("24 43") == true, "\(text.output)")

        let json = try #require(try await accrue(Self.compared + ["--json"]).document.object)
        #expect(json["awardsContradicted"]?.integer() == 1 && json["documentCount"]?.integer() == 4)
        let change = try #require(json["changes"]?.array?[1].object)
        #expect(change["awarded"]?.bool == true && change["change"]?.string == "awarded-unsatisfied")
        #expect(change["documents"]?.array?.compactMap { $0.integer(Int.self) } == [24, 43])
        #expect(change["clauses"]?.array?.compactMap(\.string) == [clause])

        let table = try await accrue(Self.compared + ["--csv"])
        let lines = table.output.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "learner,qualification,change,before,after,awarded,clauses,documents,otherwise")
        #expect(lines[2] == #"ula,pek@2020,awarded unsatisfied,20,18,yes,"\#(clause)",24 43,PR praksa → none"#)
    }

    @Test(arguments: [
        (["--institution", "lipnica"], 3), (["--year", "2024"], 3), (["--year", "2023"], 0),
        (["--qualification", "pek"], 3), (["--qualification", "pek@2020"], 3),
        (["--institution", "lipnica", "--year", "2024", "--qualification", "pek"], 3),
    ])
    func `a cohort is of an institution, a year of enrolment and a qualification`(
        cohort: [String],
        count: Int
    ) async throws {
        let run = try await accrue(Self.compared + cohort + ["--json"])
        let json = try #require(try run.document.object)
        #expect((json["changes"]?.array?.count ?? 0) + (json["unchanged"]?.integer() ?? 0) == count)
    }

    @Test(arguments: [
        ("--institution", "lipnca", "lipnca (did you mean lipnica?)"),
        ("--qualification", "pek@2021", "pek@2021 (did you mean pek@2020?)"), ("--qualification", "pekk", "pekk"),
    ])
    func `what is not there is not found, and not told as if nobody lost anything`(
        option: String,
        name: String,
        told: String
    ) async throws {
        let run = try await accrue(Self.compared + [option, name])
        #expect(run.status == 5 && run.output.isEmpty && run.errors.contains(told), "\(run.errors)")
    }

    @Test func `a rule that comes into force after a lawful award leaves it, and says what it lacks`() async throws {
        for arguments in [
            ["draft", Self.after, "--actor", "a-secretary", "--effective", "2025-08-01"],
            ["publish", Self.after, "--actor", "a-board", "--effective", "2025-08-15"],
            [
                "activate", "lipnica@2025", "--actor", "a-board", "--effective", "2025-09-01", "--reason", "exception",
                "--legal-basis", "Sklep sveta",
            ],
        ] {
            let run = try await accrue(["rules"] + arguments)
            #expect(run.status == 0, "\(run.errors)")
        }
        let earlier = try await accrue("progress", "ula", "--on", "2025-08-31")
        #expect(earlier.status == 0 && earlier.output.contains("Awarded on 2025-06-30 (position 43)."))
        #expect(!earlier.output.contains("not satisfied by rule"))
        let later = try await accrue("progress", "ula", "--on", "2025-09-01")
        let words = "not satisfied by rule, because the whole lacks 2 points; praksa. The award stands."
        #expect(later.status == 1 && later.output.contains("Awarded by authority, \(words)"), "\(later.output)")
        let json = try #require(try await accrue("progress", "ula", "--on", "2025-09-01", "--json").document.object)
        #expect(json["awardedUnsatisfied"]?.bool == true && json["verdict"]?.string == "not-satisfied")
        let balance = try await accrue("balance", "ula", "--on", "2025-09-01")
        #expect(balance.output.contains("awarded"), "\(balance.output)")
        let audit = try await accrue("audit", "exceptions", "--on", "2025-09-01")
        #expect(audit.output.contains("awarded-unsatisfied"), "\(audit.output)")
    }

    @Test func `an award by authority is shown with its reason, its legal basis and what it lacks`() async throws {
        let more = #","reason":"other","legalBasis":"člen 12""#
        #expect(try await accrue(["append", "-"], input: Self.award("tine", 2, more)).status == 0)
        let run = try await accrue("progress", "tine", "--on", "2026-01-01")
        let words =
            "Awarded by authority (other; člen 12), not satisfied by rule, because the whole lacks 10.5 points; "
            + "strokovni, splosni. The award stands."
        #expect(run.output.contains(words), "\(run.output)")
    }

    @Test func `where a search is not finished, progress and impact say so, in text and for programs`() async throws {
        // More ways than may be looked at, none of which makes up for mathematics, which has expired.
        let way = "      - {from: [KR], to: [SL]}\n"
        let rules =
            try String(contentsOfFile: Self.before, encoding: .utf8)
            + "  - id: ways\n    dateBasis: query\n    equivalences:\n" + String(repeating: way, count: 257)
            + "  - id: old\n    dateBasis: query\n    expiry: {months: 1, from: recognition, units: [MA]}\n"
        try rules.write(toFile: folder["rules.yaml"], atomically: true, encoding: .utf8)
        let progress = ["progress", "vid", "--on", "2025-12-01", "--rules", folder["rules.yaml"]]
        let text = try await accrue(progress)
        #expect(text.status == 1 && text.output.contains("Undetermined (E-RUL-013)"), "\(text.output)")
        #expect(text.output.contains("Hypothetical: under lipnica@2024, whatever is in force."))
        let json = try #require(try await accrue(progress + ["--json"]).document.object)
        #expect(json["verdict"]?.string == "undetermined" && json["hypothetical"]?.bool == true)
        let impact = ["rules", "impact", folder["rules.yaml"], "--against", Self.before, "--on", "2025-12-01"]
        let table = try await accrue(impact)
        #expect(table.status == 1 && table.output.contains(/undetermined \(E-RUL-013\) +3\n/), "\(table.output)")
        let answer = try await accrue(impact + ["--json"]).document
        let changes = answer.object?["changes"]?.array ?? []
        #expect(changes.map { $0.object?["verdictAfter"]?.string } == ["undetermined", "undetermined", "undetermined"])
        #expect(changes.map { $0.object?["change"]?.string } == ["undetermined", "undetermined", "undetermined"])
    }

    @Test func `the clauses that differ are told to programs, too`() async throws {
        let table = try await accrue("rules", "diff", Self.before, Self.after, "--csv")
        #expect(table.status == 1)
        let lines = table.output.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "clause,before,after")
        #expect(lines.contains("rules[informal].share.atMost,1/10,1/20"), "\(table.output)")
        #expect(lines.contains("rules[attempts].attempts.maximum,,2"), "\(table.output)")
        let json = try await accrue("rules", "diff", Self.before, Self.after, "--json")
        let differences = try json.document.object?["differences"]?.array?.compactMap(\.object) ?? []
        let share = try #require(differences.first { $0["path"]?.string == "rules[informal].share.atMost" })
        #expect(share["before"]?.string == "1/10" && share["after"]?.string == "1/20")
        let maximum = try #require(differences.first { $0["path"]?.string == "rules[attempts].attempts.maximum" })
        #expect(maximum["before"] == nil && maximum["after"]?.string == "2")
    }
}
