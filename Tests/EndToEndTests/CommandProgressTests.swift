import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// Progress, and what rules change about it, as a school and an operator ask.
struct CommandProgressTests: CommandSuite {
    let folder: TemporaryFolder
    private var store: String { folder["store"] }
    private static let before = AccrueProcess.fixture("school-rules.2024.yaml")
    private static let after = AccrueProcess.fixture("school-rules.2025.yaml")

    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        let append = try await accrue(
            "append",
            AccrueProcess.fixture("school.ndjson")
        )
        #expect(append.status == 0, "\(append.errors)")
    }

    @Test func `what is missing and the shortest way are on one screen`() async throws {
        let run = try await accrue("progress", "tine", "--on", "2026-01-01")
        #expect(run.status == 1)
        #expect(run.output.contains("Not satisfied yet: 9.5 of 20 points."))
        #expect(run.output.contains("Shortest way to complete: 2 units, 10.5 points: MA Matematika, PE Pecivo"))
        #expect(run.output.split(separator: "\n", omittingEmptySubsequences: false).count < 24)
        let supposed = try await accrue("progress", "tine", "pek", "--suppose", "MA,PE")
        #expect(supposed.status == 0)
        #expect(supposed.output.contains("Hypothetical: MA, PE supposed to be recognised."))
        let unknown = try await accrue("progress", "tine", "--suppose", "XX")
        #expect(unknown.status == 3 && unknown.errors.contains("E-RUL-005"))
    }

    @Test func `what hinders, and why a credit does not count, are on one screen`() async throws {
        let run = try await accrue("why-not", "tine", "pek", "--rules", Self.after, "--on", "2026-01-01")
        #expect(run.status == 1)
        #expect(run.output.contains("What hinders tine towards Pek (pek@2020)"))
        #expect(run.output.contains("splosni    Splošni del"))
        // The share keeps the practice out, and both the limit and the credit say so.
        #expect(run.output.contains("0 of at most 1 points count, so that there is no place for PR."))
        #expect(run.output.contains("at most 1 points count: lipnica/informal 2025"))
        let effects = try await accrue("progress", "tine", "--rules", Self.after, "--on", "2026-01-01")
        #expect(effects.output.contains(/PR +among those .+ 18\n/), "\(effects.output)")
        #expect(run.output.split(separator: "\n", omittingEmptySubsequences: false).count < 24)
        let json = try await accrue("why-not", "tine", "--rules", Self.after, "--on", "2026-01-01", "--json")
        let progress = try await accrue("progress", "tine", "--rules", Self.after, "--on", "2026-01-01", "--json")
        #expect(json.output == progress.output && json.output.contains("hindrance"))
        let nothing = try await accrue("why-not", "tine", "--suppose", "MA,PE")
        #expect(nothing.status == 0 && nothing.output.contains("Every credit counts."))
    }

    @Test func `of specialities only the one that is nearest lacks something, and the others are named`() async throws {
        func speciality(_ number: Int, _ title: String, _ units: String...) -> String {
            let children = units.map { #"{"unit":"\#($0)","required":true}"# }.joined(separator: ",")
            return """
                {"group":"s\(number)","title":"\(title)","children":[\
                {"group":"s\(number).core","required":true,"count":\(units.count),"children":[\(children)]}]}
                """
        }
        let units = ["A", "B", "C", "D", "E"].map { #"{"code":"\#($0)","title":"Unit \#($0)","outcomes":[]}"# }
        let line = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1e01","kind":"qualification-published","effective":"2020-09-01",\
            "identifier":"mesar@2020","document":{"id":"mesar","version":"2020","title":"Mesar","country":"SI","scheme":"KT",\
            "units":[\(units.joined(separator: ","))],"formation":{"group":"whole","children":[{"group":"choice",\
            "required":true,"count":1,"children":[\
            \(speciality(1, "Meso", "A", "B")),\(speciality(2, "Ribe", "C", "D"))]},\
            {"group":"free","required":true,"count":1,"children":[{"unit":"E"},{"open":"others"}]}]}}}
            """
        let learner = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1e02","kind":"learner-introduced","effective":"2025-09-01",\
            "identifier":"nina","actor":"a-secretary"}
            """
        let append = try await accrue("append", "-", input: line + "\n" + learner)
        #expect(append.status == 0, "\(append.errors)")
        let run = try await accrue("progress", "nina", "mesar@2020", "--suppose", "C")
        #expect(run.output.contains(/s2\.core .+ D\n/), "\(run.output)")
        #expect(!run.output.contains("s1.core") && run.output.contains("choice, instead of s2: s1 Meso\n"))
        let hindrances = try await accrue("why-not", "nina", "mesar@2020", "--suppose", "C")
        #expect(
            !hindrances.output.contains("s1.core") && hindrances.output.contains("choice, instead of s2: s1 Meso\n")
        )
        // Nothing is chosen yet.
        let open = try await accrue("progress", "nina", "mesar@2020", "--json")
        let groups = (try #require(try open.document.object)["groups"]?.array ?? []).compactMap(\.object)
        #expect(
            groups.filter { $0["asked"]?.bool == true }.compactMap { $0["group"]?.string } == [
                "whole", "choice", "free",
            ]
        )
        let text = try await accrue("progress", "nina", "mesar@2020")
        #expect(text.output.contains("choice, one of: s1 Meso, s2 Ribe\n"), "\(text.output)")
        // A slot beside a unit is no other way, and a unit of another qualification says of which.
        #expect(!text.output.contains("free, one of") && text.output.contains(": A Unit A, B Unit B, E Unit E\n"))
    }

    @Test func `what is only supposed is not called recognised`() async throws {
        let run = try await accrue("progress", "tine", "--suppose", "MA,PE,SL")
        #expect(run.output.contains("Supposed, and without a place here: SL"))
        #expect(!run.output.contains("Recognised, and without a place"))
    }

    @Test func `a reason why a credit does not count is one that people read`() async throws {
        let again = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1d03","kind":"recognition-decided","effective":"2025-06-01",\
            "actor":"a-board","learner":"tine","institution":"lipnica","enrolment":"tine-enrolled",\
            "qualification":"pek@2020","unit":"PR","procedure":"informal","result":"positive","decided":"2025-06-01",\
            "scheme":"KT","points":"2","evidence":"a second summer"}
            """
        #expect(try await accrue("append", "-", input: again).status == 0)
        for command in ["progress", "why-not"] {
            let run = try await accrue(command, "tine", "--suppose", "PE,SL,PR")
            #expect(run.output.contains("the unit counts already, by tine-pr-recognised"), "\(run.output)")
            #expect(run.output.contains("PR is held already"))
        }
        let hindered = try await accrue("why-not", "tine", "--suppose", "PE,SL")
        #expect(hindered.output.contains("only 1 of the parts of izbirni may count"), "\(hindered.output)")
    }

    @Test func `impact says where rules are for a qualification that nobody published`() async throws {
        let text = try String(contentsOfFile: Self.after, encoding: .utf8)
            .replacing("qualifications: [pek]", with: "qualifications: [pekk]")
        try text.write(toFile: folder["pekk.yaml"], atomically: false, encoding: .utf8)
        let impact = try await accrue("rules", "impact", folder["pekk.yaml"])
        #expect(impact.status == 0)
        #expect(impact.output.contains("Nobody published a qualification pekk (did you mean pek?)"), "\(impact.output)")
        #expect(try await !accrue("rules", "impact", Self.after).output.contains("Nobody published"))
    }

    @Test func `an exception is shown with its legal basis wherever it lets something hold`() async throws {
        let append = try await accrue("append", AccrueProcess.fixture("school-exception.ndjson"))
        #expect(append.status == 0, "\(append.errors)")
        for command in ["progress", "why-not", "why"] {
            let run = try await accrue(command, "tine")
            #expect(run.output.contains("what group splosni asks for  ZPSI-1, 24. člen"), "\(command)")
            let answer = try await accrue(command, "tine", "--json").document.object
            #expect(answer?["exemptions"]?.array?.count == 1, "\(command)")
        }
        let progress = try await accrue("progress", "tine")
        #expect(progress.output.contains(/splosni +Splošni del +exempted/), "\(progress.output)")
        let audit = try await accrue("audit", "exceptions")
        #expect(audit.output.contains("by-exception"))
        let impact = try await accrue("rules", "impact", Self.after, "--against", "none")
        #expect(impact.output.contains("would stand otherwise without exceptions"))
        #expect(impact.output.contains(/7\.5 +7\.5 +what is missing +what group splosni/), "\(impact.output)")
        // What would be without is told of all together.
        let another = try String(contentsOfFile: AccrueProcess.fixture("school-exception.ndjson"), encoding: .utf8)
            .replacing("b2c03", with: "b2c04").replacing("tine-exempted", with: "tine-exempted-again")
            .replacing("\"group\":\"splosni\"", with: "\"unit\":\"KR\"")
        #expect(try await accrue("append", "-", input: another).status == 0)
        let both = try await accrue("rules", "impact", Self.after, "--against", "none")
        #expect(both.output.contains(/\n +that unit KR is required/), "\(both.output)")
    }

    @Test func `rules act on a learner, each effect with its clause`() async throws {
        let run = try await accrue("progress", "tine", "--rules", Self.after, "--json")
        let answer = try #require(try run.document.object)
        #expect(answer["counted"]?.string == "7.5")
        let effects = try #require(answer["rules"]?.object?["effects"]?.array)
        #expect(effects.count == 1)
        #expect(effects.first?.object?["unit"]?.string == "PR")
        #expect(
            effects.first?.object?["clause"]?.string?.hasPrefix("lipnica/informal 2025, Pravilnik šole 2025") == true
        )
    }

    @Test func `an operator sees what a version changes, and for whom, before it holds`() async throws {
        let diff = try await accrue("rules", "diff", Self.before, Self.after)
        #expect(diff.status == 1)
        #expect(diff.output.contains("rules[informal].share.atMost"))
        #expect(try await accrue("rules", "diff", Self.before, Self.before).status == 0)
        let arguments = ["rules", "impact", Self.before, Self.after, "--against", Self.before]
        let impact = try await accrue(arguments + ["--json"])
        #expect(impact.status == 0)
        let changes = try #require(try impact.document.object?["changes"]?.array)
        #expect(changes.count == 1)
        #expect(changes.first?.object?["before"]?.string == "9.5")
        #expect(changes.first?.object?["after"]?.string == "7.5")
        #expect(changes.first?.object?["clauses"]?.array?.count == 1)
        let table = try await accrue(arguments + ["--csv"])
        #expect(table.output.contains("\r\ntine,pek@2020,fewer points,9.5,7.5,no,"))
        // Who is not meant is not judged.
        let none = try await accrue(arguments + ["--year", "1999", "--json"])
        #expect(try none.document.object?["changes"]?.array?.isEmpty == true)
        #expect(try none.document.object?["unchanged"]?.integer() == 0)
    }

    @Test func `who gains completion and who loses it is told before a version is in force`() async throws {
        #expect(try await accrue("append", AccrueProcess.fixture("school-class.ndjson")).status == 0)
        for arguments in [
            ["draft", Self.before, "--actor", "a-secretary", "--effective", "2024-08-01"],
            ["publish", Self.before, "--actor", "a-board", "--effective", "2024-08-15"],
            [
                "activate", "lipnica@2024", "--actor", "a-board", "--effective", "2024-09-01", "--reason", "exception",
                "--legal-basis", "Sklep sveta",
            ],
        ] {
            let run = try await accrue(["rules"] + arguments)
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try await accrue("progress", "ula").status == 0)
        #expect(try await accrue("progress", "vid").status == 1)
        let impact = try await accrue("rules", "impact", Self.after, "--json")
        #expect(impact.status == 1)
        let answer = try #require(try impact.document.object)
        #expect(answer["gaining"]?.integer() == 1 && answer["losing"]?.integer() == 1)
        let changes = (answer["changes"]?.array ?? []).compactMap(\.object)
        #expect(changes.map { $0["learner"]?.string } == ["tine", "ula", "vid"])
        #expect(changes.map { $0["change"]?.string } == ["fewer-points", "loses-completion", "gains-completion"])
        let clauses = changes.map { $0["clauses"]?.array?.first?.string?.prefix(21) }
        #expect(clauses == ["lipnica/informal 2025", "lipnica/informal 2025", "lipnica/informal 2024"])
        let text = try await accrue("rules", "impact", Self.after)
        #expect(text.status == 1)
        #expect(text.output.contains(/ula +pek@2020 +loses completion +20 +18 +PR praksa → none/), "\(text.output)")
        #expect(text.output.contains(/vid +pek@2020 +gains completion +17 +20 +MA none → splosni/), "\(text.output)")
        let move = try #require(changes.last?["moves"]?.array?.first?.object)
        #expect(move["unit"] == "MA" && move["before"] == nil)
        #expect(move["after"]?.object?["group"] == "splosni" && move["after"]?.object?["position"]?.integer() == 36)
    }

    @Test func `words that nobody knows are told alike, with all that there are`() async throws {
        let reasons = "clerical-error, court-decision, evidence-missing, exception, "
        let activate = ["--actor", "a-board", "--effective", "2024-09-01", "--reason", "nonsense"]
        let reason = try await accrue(["rules", "activate", "lipnica@2024"] + activate)
        #expect(reason.status == 2)
        #expect(reason.errors.contains("E-VAL-009") && reason.errors.contains(reasons), "\(reason.errors)")
        #expect(reason.errors.contains("unknown-scheme, unknown-unit"))
        let suppose = try await accrue("progress", "tine", "--suppose", "MA=nonsense")
        #expect(suppose.status == 2)
        #expect(suppose.errors.contains("E-VAL-009"))
        #expect(suppose.errors.contains("nonsense, not one of agreement, application, informal, local, non-formal"))
        #expect(
            try await accrue("progress", "tine", "--suppose", "MA=infromal").errors.contains("did you mean informal?")
        )
        let line = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1d09","kind":"withdrawn","effective":"2025-06-01","actor":"a-board",\
            "learner":"tine","answers":"tine-pr-recognised","reason":"nonsense"}
            """
        let append = try await accrue("append", "-", input: line)
        #expect(append.status == 3)
        #expect(append.errors.contains(reasons) && append.errors.contains("unknown-scheme, unknown-unit"))
    }

    @Test func `a group that is supposed for a unit needs the unit, and one that there is`() async throws {
        let held = try await accrue("progress", "tine", "--reclass", "MA=splosni")
        #expect(held.status == 3)
        #expect(held.errors.contains("E-RUL-016") && held.errors.contains("does not hold this unit"), "\(held.errors)")
        let unit = try await accrue("progress", "tine", "--reclass", "KRR=strokovni")
        #expect(unit.status == 3)
        #expect(unit.errors.contains("E-RUL-005") && unit.errors.contains("KRR (did you mean KR?)"), "\(unit.errors)")
        #expect(try await accrue("progress", "tine", "--suppose", "MA", "--reclass", "MA=splosni").status == 1)
    }

    @Test func `a credit that a rule excludes is told with its reason, and once that it does not count`() async throws {
        let rules =
            try String(contentsOfFile: Self.before, encoding: .utf8) + """
                  - id: practice
                    dateBasis: query
                    expiry: {months: 3, from: recognition, units: [PR]}

                """
        try rules.write(toFile: folder["rules.yaml"], atomically: false, encoding: .utf8)
        let arguments = ["tine", "--rules", folder["rules.yaml"], "--on", "2026-01-01"]
        let hindered = try await accrue(["why-not"] + arguments)
        #expect(
            hindered.output.contains(/PR +Praksa +2 +expired after 2025-05-12, by lipnica\/practice 2024,/),
            "\(hindered.output)"
        )
        let progress = try await accrue(["progress"] + arguments)
        #expect(progress.output.contains(/PR +does not count: expired after 2025-05-12 +lipnica/), "\(progress.output)")
    }

    @Test func `one event and the catalogue are shown by the names that events bear`() async throws {
        let event = try await accrue("event", "tine-kr-resit", "--json")
        #expect(try event.document.object?["attempt"]?.integer() == 2)
        #expect(try await accrue("event", "15", "--json").output == event.output)
        #expect(try await accrue("event", "nothing").status == 5)
        let catalogue = try await accrue("catalogue", "--json")
        let entries = try #require(try catalogue.document.object?["entries"]?.array)
        #expect(
            entries.compactMap { $0.object?["what"]?.string } == [
                "scheme", "scale", "actor", "actor", "actor", "institution", "qualification",
            ]
        )
        #expect(try await accrue("catalogue", "actor").output.contains("a-baker"))
        #expect(try await accrue("catalogue", "actors").status == 2)
        let unit = try await accrue("why", "tine", "SL")
        #expect(unit.status == 5 && unit.errors.contains("SL, of which tine has no credit"))
    }

    @Test func `a command that is not there is told, with the one that is near`() async throws {
        let run = try await accrue("balnce", "tine")
        #expect(run.status == 2)
        #expect(run.errors == "accrue: no such command: balnce (did you mean balance?)\n")
        #expect(try await accrue("help", "nothing").status == 2)
        let below = try await accrue("projection", "swich", "--store", "nowhere")
        #expect(below.status == 2)
        #expect(below.errors == "accrue projection: no such command: swich (did you mean switch?)\n")
        #expect(try await accrue("help", "log", "stats").errors.contains("accrue log: no such command: stats"))
        #expect(try await accrue("help", "log", "stat").status == 0)
        #expect(try await accrue("help", "balance").status == 0)
    }

    @Test func `a qualification is published once, and what lint refuses is not`() async throws {
        let standard = AccrueProcess.fixture("rules/r08-new-block.gastronom-2020.yaml")
        let text = try String(contentsOfFile: standard, encoding: .utf8)
        try text.write(toFile: folder["g.yaml"], atomically: false, encoding: .utf8)
        let alone = ["rules", "publish", folder["g.yaml"], "--actor", "a-secretary", "--effective", "2026-01-01"]
        let undrafted = try await accrue(alone)
        #expect(undrafted.status == 5 && undrafted.errors.contains("accrue rules draft"))
        let publish = alone + ["--designed-elsewhere"]
        let first = try await accrue(publish + ["--json"])
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.document.object?["existed"]?.bool == false)
        let again = try await accrue(publish + ["--json"])
        #expect(try again.document.object?["existed"]?.bool == true)
        let broken = text.replacing("- {unit: G6, required: true}", with: "- {unit: G7, required: true}")
        try broken.write(toFile: folder["g.yaml"], atomically: false, encoding: .utf8)
        let refused = try await accrue(publish)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("E-RUL-005"))
        #expect(try await accrue("check").status == 0)
    }
}
