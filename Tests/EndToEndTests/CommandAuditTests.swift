import AccrueTestKit
import EventCoding
import Foundation
import Testing

@testable import AccrueCommand

/// What an auditor asks of the story.
struct CommandAuditTests: CommandSuite {
    let folder: TemporaryFolder
    /// The state before the story's last 93 events.
    private static let earlier = 150

    init() async throws {
        folder = try TemporaryFolder()
        let story = try String(contentsOfFile: AccrueProcess.fixture("story.ndjson"), encoding: .utf8)
        let lines = story.split(separator: "\n")
        #expect(try await accrue("init").status == 0)
        #expect(try await accrue("append", AccrueProcess.fixture("catalogue.ndjson")).status == 0)
        for part in [lines.prefix(Self.earlier - 48), lines.dropFirst(Self.earlier - 48)] {
            #expect(try await accrue("append", "-", input: part.joined(separator: "\n")).status == 0)
        }
    }

    private func documents(_ run: AccrueProcess, _ name: String) throws -> [JSONObject] {
        try #require(run.document.object?[name]?.array).compactMap(\.object)
    }

    @Test func `a replay shows each event with the balance as it was known then`() async throws {
        let run = try await accrue("audit", "replay", "cene", "--on", "2026-01-01", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let steps = try documents(run, "steps")
        func recognised(at position: Int) -> String? {
            let step = steps.first { $0["position"]?.integer() == position }
            return step?["schemes"]?.array?.first?.object?["buckets"]?.object?["recognised"]?.string
        }
        #expect(recognised(at: 91) == nil && recognised(at: 92) == "6" && recognised(at: 98) == "20")
        // Contested by the appeal, lost by the revocation.
        #expect(recognised(at: 99) == "12" && recognised(at: 102) == "12")
        // It is the balance that the same question gives; the last event of cene by then is 109.
        let asked = try await accrue("balance", "cene", "--on", "2026-01-01", "--known-at", "150", "--json")
        let scheme = try #require(asked.document.object?["schemes"]?.array?.first?.object)
        #expect(scheme["buckets"]?.object?["recognised"]?.string == recognised(at: 109))
        let table = try await accrue("audit", "replay", "cene", "--on", "2026-01-01", "--csv")
        #expect(table.output.hasPrefix("At,Recorded,Effective,Event,Unit,Scheme,planned,"))
        #expect(table.output.split(whereSeparator: \.isNewline).count == steps.count + 1)
    }

    @Test func `what came to be known later is told with its lag and what it changes`() async throws {
        let run = try await accrue("audit", "diff", "--since", "\(Self.earlier)", "--on", "2026-01-01", "--json")
        #expect(run.status == 1)
        let learners = try documents(run, "learners")
        let names = learners.compactMap { $0["learner"]?.string }
        #expect(names.contains("fani") && !names.contains("ana"))
        let events = learners.flatMap { $0["events"]?.array ?? [] }
        #expect(events.count == 93)
        #expect(events.allSatisfy { ($0.object?["lagDays"]?.integer(Int.self) ?? 0) > 0 })
        // What counts otherwise is told of the event that makes it so.
        let text = try await accrue("audit", "diff", "--since", "\(Self.earlier)", "--on", "2025-06-17").output
        let counted = text.split(separator: "\n").filter { $0.hasPrefix("fani ") && $0.contains(" KT") }
        #expect(counted.count > 3 && counted.allSatisfy { $0.contains(" recognition decided ") }, "\(text)")
        #expect(counted.last?.contains(#/ [0-9]+ KT +56 KT$/#) == true, "\(text)")
        let fani = try #require(learners.first { $0["learner"]?.string == "fani" })
        let steps = (fani["events"]?.array ?? []).compactMap(\.object).filter { $0["after"] != nil }
        #expect(steps.first?["before"]?.string == "12 KT" && steps.last?["after"]?.string == "60 KT")
        #expect(fani["after"]?.string == "60 KT")
        let nothing = try await accrue("audit", "diff", "--since", "243", "--on", "2026-01-01")
        #expect(nothing.status == 0 && nothing.output.contains("There is nothing."))
        let within = try await accrue("audit", "diff", "--since", "151")
        #expect(within.status == 5 && within.errors.contains("E-LOG-016"))
    }

    @Test func `what came to be known of no learner is told, too`() async throws {
        let run = try await accrue("audit", "diff", "--since", "0", "--known-at", "48", "--json")
        #expect(run.status == 0)
        let registry = try documents(run, "registry")
        #expect(try documents(run, "learners").isEmpty && registry.count == 48)
        #expect(registry.last?["position"]?.integer() == 48 && registry.first?["kind"]?.string == "scheme-introduced")
        let table = try await accrue("audit", "diff", "--since", "0", "--known-at", "48")
        #expect(
            table.output.contains(/authority granted +authority-sc-zalna-recognise · sc-zalna · recognise\n/),
            "\(table.output)"
        )
        #expect(table.output.contains(/qualification published +elektrikar@2024/), "\(table.output)")
    }

    @Test func `exceptions name their events, and the backdated ones follow from the limit`() async throws {
        let all = try documents(try await accrue("audit", "exceptions", "--on", "2026-01-01", "--json"), "exceptions")
        let run = try await accrue(
            "audit",
            "exceptions",
            "--on",
            "2026-01-01",
            "--recorded-within",
            "100000",
            "--json"
        )
        #expect(run.status == 1)
        let found = try documents(run, "exceptions")
        #expect(!found.contains { $0["kind"]?.string == "backdated" })
        #expect(all.count { $0["kind"]?.string == "backdated" } == all.count - found.count)
        func positions(_ kind: String) -> [Int?] {
            found.filter { $0["kind"]?.string == kind }.map { $0["position"]?.integer() }
        }
        #expect(positions("by-exception") == [186])
        #expect(positions("refused-despite-agreement") == [243])
        #expect(positions("quarantined") == [232])
        #expect(positions("merged").count == 4)
        // What weighs most stands first, and how many there are of each before all.
        let kinds = all.compactMap { $0["kind"]?.string }
        #expect(kinds.first == "no-evidence" && kinds.last == "backdated")
        let text = try await accrue("audit", "exceptions", "--on", "2026-01-01").output
        let counts = try #require(text.firstRange(of: try Regex("backdated +[0-9]+  recorded long after its day\n\n")))
        let list = try #require(text.firstRange(of: "Exception                  Learner"))
        #expect(counts.upperBound == list.lowerBound, "\(text)")
        let one = try await accrue("audit", "exceptions", "--on", "2026-01-01", "--kind", "quarantined", "--csv")
        #expect(one.output.split(whereSeparator: \.isNewline).count == 2)
        let none = try await accrue("audit", "exceptions", "--on", "2026-01-01", "--kind", "recognised-twice")
        #expect(none.status == 0)
        #expect(try await accrue("audit", "exceptions", "--kind", "backdate").status == 2)
    }

    @Test func `authority that ended backdated is told of what was decided meanwhile`() async throws {
        let known = try documents(try await accrue("audit", "exceptions", "--json"), "exceptions")
        #expect(!known.contains { $0["kind"]?.string == "authority-outdated" })
        let granted = try String(contentsOfFile: AccrueProcess.fixture("catalogue.ndjson"), encoding: .utf8)
            .split(separator: "\n").first { line in
                ["\"authority-granted\"", "\"sc-zalna\"", "\"recognise\""].allSatisfy(line.contains)
            }
        let line = try #require(granted)
        let id = try #require(line.firstRange(of: #""id":""#)).upperBound
        let end = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b1d77","kind":"authority-ended","effective":"2024-01-20",\
            "actor":"a-registrar","answers":"\(line[id...].prefix(36))"}
            """
        let append = try await accrue("append", "-", input: end)
        #expect(append.status == 0, "\(append.errors)")
        let found = try documents(
            try await accrue("audit", "exceptions", "--kind", "authority-outdated", "--json"),
            "exceptions"
        )
        #expect(found.contains { $0["position"]?.integer() == 53 && $0["learner"]?.string == "ana" })
    }

    @Test func `a sample is drawn alike by anybody who has the log`() async throws {
        let arguments = ["audit", "sample", "--seed", "žreb 7", "--size", "5", "--known-at", "243", "--json"]
        let run = try await RunningAccrue(arguments, store: folder["store"], input: nil).ended()
        let drawn = try documents(run, "sample").map { $0["position"]?.integer(Int.self) }
        let credit = try documents(
            try await RunningAccrue(
                ["audit", "sample", "--seed", "x", "--size", "1000", "--known-at", "243", "--json"],
                store: folder["store"],
                input: nil
            ).ended(),
            "sample"
        ).compactMap { $0["position"]?.integer(Int.self) }
        #expect(credit.count > 100)
        let expected = credit.map { position in
            let text = Array("žreb 7:\(position)".utf8)
            return (Digest.sha256(of: text.span.bytes).description, position)
        }.sorted { $0.0 < $1.0 }.prefix(5).map(\.1).sorted()
        #expect(drawn == expected)
        let strata = try await accrue(
            "audit",
            "sample",
            "--seed",
            "1",
            "--size",
            "1",
            "--stratify",
            "institution",
            "--json"
        )
        let institutions = try documents(strata, "sample").map { $0["institution"]?.string }
        #expect(Set(institutions).count == institutions.count && institutions.count > 2)
        #expect(try await accrue("audit", "sample", "--seed", "1", "--size", "0").status == 2)
    }
}
