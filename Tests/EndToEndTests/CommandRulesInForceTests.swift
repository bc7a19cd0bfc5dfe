import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// Rules from the draft to the day on which they are in force no longer, as an operator brings them there.
struct CommandRulesInForceTests: CommandSuite {
    let folder: TemporaryFolder
    private static let before = AccrueProcess.fixture("school-rules.2024.yaml")
    private static let after = AccrueProcess.fixture("school-rules.2025.yaml")

    init() async throws {
        folder = try TemporaryFolder()
        #expect(try await accrue("init").status == 0)
        #expect(try await accrue("append", AccrueProcess.fixture("school.ndjson")).status == 0)
    }

    private func publish(_ file: String, on day: String) async throws {
        #expect(
            try await accrue("rules", "draft", file, "--actor", "a-secretary", "--effective", "2024-01-01").status == 0
        )
        #expect(try await accrue("rules", "publish", file, "--actor", "a-board", "--effective", day).status == 0)
    }

    @Test func `nothing is published without its draft, nor by its author`() async throws {
        let undrafted = try await accrue(
            "rules",
            "publish",
            Self.before,
            "--actor",
            "a-board",
            "--effective",
            "2024-08-01"
        )
        #expect(undrafted.status == 5 && undrafted.errors.contains("accrue rules draft"))
        #expect(undrafted.errors.contains("school-rules.2024.yaml:1: E-LOG-008 draft"))
        #expect(
            try await accrue("rules", "draft", Self.before, "--actor", "a-board", "--effective", "2024-01-01").status
                == 0
        )
        let author = try await accrue(
            "rules",
            "publish",
            Self.before,
            "--actor",
            "a-board",
            "--effective",
            "2024-08-01"
        )
        #expect(author.status == 3 && author.errors.contains("E-REG-009"))
    }

    @Test func `a publication that is killed is there whole or not at all`() async throws {
        #expect(
            try await accrue("rules", "draft", Self.before, "--actor", "a-secretary", "--effective", "2024-01-01")
                .status
                == 0
        )
        let publish = ["rules", "publish", Self.before, "--actor", "a-board", "--effective", "2024-08-01"]
        var (kills, isPublished) = (0, false)
        for delay in stride(from: 5, through: 2_000, by: 12) where !isPublished {
            let run = try RunningAccrue(publish, store: folder["store"])
            // Not a sleep of the task, which may come late while other tests keep the pool busy.
            usleep(UInt32(delay) * 1_000)
            run.kill()
            if try await run.ended().isKilled { kills += 1 }
            let list = try await accrue("rules", "list", "--json")
            #expect(list.status == 0, "\(list.errors)")
            isPublished = try list.document.object?["ruleSets"]?.array?.isEmpty == false
        }
        #expect(kills > 0)
        for _ in 1...2 {
            let again = try await RunningAccrue(publish, store: folder["store"]).ended()
            #expect(again.status == 0 && again.output.contains("already") == isPublished, "\(again.output)")
            isPublished = true
        }
        let list = try await accrue("rules", "list", "--json")
        #expect(try list.document.object?["ruleSets"]?.array?.count == 1)
        #expect(try await accrue("check").status == 0)
    }

    @Test func `a qualification that was drafted is published by another, and not with other words`() async throws {
        let text = try String(
            contentsOfFile: AccrueProcess.fixture("rules/r08-new-block.gastronom-2020.yaml"),
            encoding: .utf8
        )
        let (drafted, other) = (folder["drafted.yaml"], folder["other.yaml"])
        try text.write(toFile: drafted, atomically: true, encoding: .utf8)
        try text.replacing("Peka,", with: "Peka!,").write(toFile: other, atomically: true, encoding: .utf8)
        #expect(
            try await accrue("rules", "draft", drafted, "--actor", "a-secretary", "--effective", "2024-01-01").status
                == 0
        )
        func publish(_ file: String, _ actor: String, _ more: String...) async throws -> AccrueProcess {
            let arguments = ["rules", "publish", file, "--actor", actor, "--effective", "2024-08-01"] + more
            return try await RunningAccrue(arguments, store: folder["store"], input: nil).ended()
        }
        let author = try await publish(drafted, "a-secretary")
        #expect(author.status == 3 && author.errors.contains("E-REG-009"), "\(author.errors)")
        let changed = try await publish(other, "a-secretary", "--designed-elsewhere")
        #expect(changed.status == 3 && changed.errors.contains("E-REG-012"), "\(changed.errors)")
        #expect(changed.errors.contains("gastronom@2020, drafted at position 19"))
        #expect(try await publish(drafted, "a-board").status == 0)
    }

    @Test func `units that rules name must be published, and are told with their line`() async throws {
        let text = try String(contentsOfFile: Self.before, encoding: .utf8)
        let file = folder["rules.yaml"]
        let rule = "  - id: practice\n    dateBasis: query\n    expiry: {months: 3, from: recognition, units: [PRR]}\n"
        try (text + rule).write(toFile: file, atomically: true, encoding: .utf8)
        let draft = try await accrue("rules", "draft", file, "--actor", "a-secretary", "--effective", "2024-01-01")
        #expect(draft.status == 0, "\(draft.errors)")
        let run = try await accrue("rules", "publish", file, "--actor", "a-board", "--effective", "2024-08-01")
        #expect(run.status == 3)
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count + 2
        #expect(run.errors.contains("rules.yaml:\(line): "), "\(run.errors)")
        #expect(run.errors.contains("E-RUL-005") && run.errors.contains("PRR (did you mean PR?)"))
    }

    /// Brings rules into force on a day that is past.
    private func activateFromSeptember(_ more: [String] = []) async throws -> AccrueProcess {
        try await accrue(
            ["rules", "activate", "lipnica@2025", "--actor", "a-board", "--effective", "2025-09-01"] + more
        )
    }

    /// Why and by what right that may be.
    private static let right = ["--reason", "exception", "--legal-basis", "Sklep sveta"]

    @Test func `what is in force judges, from its day to its end, and by what was known`() async throws {
        try await publish(Self.after, on: "2024-08-01")
        let known = try await accrue("log", "stat", "--json").document.object?["position"]?.integer() ?? 0
        let past = try await activateFromSeptember()
        #expect(past.status == 3 && past.errors.contains("E-REG-011"))
        // A word is no right to do so.
        let unfounded = try await activateFromSeptember(["--reason", "exception"])
        #expect(unfounded.status == 3 && unfounded.errors.contains("E-REG-011"), "\(unfounded.errors)")
        for existed in [false, true] {
            let run = try await activateFromSeptember(Self.right + ["--json"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.document.object?["existed"]?.bool == existed)
        }
        func counted(_ arguments: String...) async throws -> String? {
            let run = try await RunningAccrue(
                ["progress", "tine", "--json"] + arguments,
                store: folder["store"],
                input: nil
            ).ended()
            #expect(run.status == 1, "\(run.errors)")
            return try run.document.object?["counted"]?.string
        }
        #expect(try await counted("--on", "2025-08-31") == "9.5")
        #expect(try await counted("--on", "2025-09-01") == "7.5")
        #expect(try await counted("--on", "2025-09-01", "--known-at", "\(known)") == "9.5")
        #expect(try await counted("--on", "2025-09-01", "--rules", "none") == "9.5")
        let end = try await accrue(
            "rules",
            "deactivate",
            "lipnica@2025",
            "--actor",
            "a-board",
            "--effective",
            "2090-01-01"
        )
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await counted("--on", "2089-12-31") == "7.5")
        #expect(try await counted("--on", "2090-01-01") == "9.5")
        let list = try await accrue("rules", "list", "--on", "2026-01-01")
        #expect(list.output.contains("in force"))
        #expect(list.output.contains("from 2025-09-01, before 2090-01-01"))
        // An auditor is told of the day that was past, and not of the one to come.
        let audit = try await accrue("audit", "exceptions", "--kind", "rules-in-past", "--json")
        let asked = (try audit.document.object?["exceptions"]?.array ?? []).compactMap(\.object)
        #expect(
            asked.count == 1 && asked[0]["detail"] == "Sklep sveta" && asked[0]["learner"] == nil,
            "\(audit.output)"
        )
        #expect(try await accrue("audit", "exceptions", "--kind", "rules-in-past").output.contains("Sklep sveta"))
    }

    @Test func `what was cancelled before it held can be brought into force on the same day after all`() async throws {
        try await publish(Self.after, on: "2024-08-01")
        func say(_ command: String) async throws -> AccrueProcess {
            try await accrue("rules", command, "lipnica@2025", "--actor", "a-board", "--effective", "2090-01-01")
        }
        for _ in 0...2 {
            for command in ["activate", "deactivate"] {
                for isNew in [true, false] {
                    let run = try await say(command)
                    #expect(run.status == 0 && run.output.contains("already") != isNew, "\(run.output)\(run.errors)")
                }
                let list = try await accrue("rules", "list", "--on", "2090-01-01", "--json")
                let set = try list.document.object?["ruleSets"]?.array?.first?.object
                #expect(set?["inForce"]?.bool == (command == "activate"))
            }
        }
    }

    @Test func `a version is not activated against one that comes into force later`() async throws {
        let text = try String(contentsOfFile: Self.after, encoding: .utf8)
        let other = folder["other.yaml"]
        try text.replacing("2025\"", with: "2026\"").write(toFile: other, atomically: true, encoding: .utf8)
        try await publish(Self.after, on: "2024-08-01")
        try await publish(other, on: "2024-08-01")
        func activate(_ version: String, on day: String) async throws -> AccrueProcess {
            try await accrue("rules", "activate", "lipnica@\(version)", "--actor", "a-board", "--effective", day)
        }
        #expect(try await activate("2025", on: "2090-01-01").status == 0)
        let against = try await activate("2026", on: "2089-01-01")
        #expect(against.status == 3 && against.errors.contains("E-RUL-006"), "\(against.errors)")
        #expect(
            try await accrue(
                "rules",
                "deactivate",
                "lipnica@2025",
                "--actor",
                "a-board",
                "--effective",
                "2090-01-01"
            ).status == 0
        )
        #expect(try await activate("2026", on: "2089-01-01").status == 0)
    }

    @Test func `impact compares what is in force with what would be`() async throws {
        try await publish(Self.before, on: "2024-08-01")
        try await publish(Self.after, on: "2024-08-01")
        let added = try await accrue("rules", "impact", "lipnica@2025", "--on", "2026-01-01")
        #expect(added.output.contains("fewer points     9.5    7.5"))
        #expect(try await activateFromSeptember(Self.right).status == 0)
        let same = try await accrue("rules", "impact", "lipnica@2025", "--on", "2026-01-01", "--json")
        #expect(try same.document.object?["unchanged"]?.integer() == 1)
        let gone = try await accrue("rules", "impact", "--without", "lipnica@2025", "--on", "2026-01-01")
        #expect(gone.output.contains("more points     7.5    9.5"))
        let unknown = try await accrue("rules", "impact", "lipnica@2026")
        #expect(unknown.status == 5 && unknown.errors.contains("did you mean lipnica@202"))
        #expect(try await accrue("rules", "impact").status == 2)
    }
}
