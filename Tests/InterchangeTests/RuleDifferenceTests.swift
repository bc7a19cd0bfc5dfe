import Credit
import Interchange
import Rules
import Testing

/// What `rules diff` tells of two documents.
@Suite struct RuleDifferenceTests {
    private static let heading = """
        kind: rule-set
        id: s
        version: "1"
        title: S
        country: SI
        legalBasis: § 1
        dateBasis: recognition
        validFrom: 2020-01-01
        rules:

        """

    private static func differences(_ first: String, _ second: String) throws -> [String] {
        func document(_ rules: String) throws -> RuleDocument {
            try RuleFile(name: "s.yaml", bytes: Array((heading + rules).utf8)).document
        }
        let (one, other) = (try document(first), try document(second))
        // Whatever differs is told from both sides, and nothing where there is nothing.
        #expect(RuleDifference.between(one, one) == [])
        let back = RuleDifference.between(other, one)
        let there = RuleDifference.between(one, other)
        #expect(there.map { [$0.path, $0.after, $0.before] } == back.map { [$0.path, $0.before, $0.after] })
        return there.map { "\($0.path): \($0.before ?? "–") → \($0.after ?? "–")" }
    }

    @Test func `two outcomes of a unit are two clauses`() throws {
        func points(_ first: String) -> String {
            """
              - id: parts
                outcomePoints:
                  - {unit: U, outcome: a, points: \(first)}
                  - {unit: U, outcome: b, points: 3}
            """
        }
        #expect(
            try Self.differences(points("2"), points("4")) == ["rules[parts].outcomePoints[U a].points: 2 → 4"]
        )
    }

    @Test func `two versions of a rule in one set are two rules`() throws {
        func attempts(_ first: String) -> String {
            """
              - {id: attempts, version: "2022", attempts: {counts: \(first)}}
              - {id: attempts, version: "2024", validFrom: 2024-01-01, attempts: {counts: best}}
            """
        }
        #expect(
            try Self.differences(attempts("best"), attempts("last"))
                == ["rules[attempts@2022].attempts.counts: best → last"]
        )
        // One that comes beside another leaves that one as it is.
        let alone = #"  - {id: attempts, version: "2022", attempts: {counts: best}}"#
        let added = try Self.differences(alone, attempts("best"))
        #expect(!added.isEmpty && added.allSatisfy { $0.hasPrefix("rules[attempts@2024].") && $0.contains(": – → ") })
    }

    @Test func `units that stand for others are told apart by what they are of, in any order`() throws {
        func table(_ entries: String...) -> String {
            "  - id: old\n    equivalences:\n" + entries.map { "      - \($0)\n" }.joined()
        }
        let (one, other) = ("{from: [X, Y], to: [Z]}", "{from: [V], to: [W]}")
        #expect(try Self.differences(table(one, other), table(other, "{from: [Y, X], to: [Z]}")) == [])
        #expect(
            try Self.differences(table(one, other), table("{from: [V], to: [U]}", one)) == [
                "rules[old].equivalences[V].to[U]: – → U", "rules[old].equivalences[V].to[W]: W → –",
            ]
        )
        // Two of the same unit.
        let third = "{from: [V], to: [U]}"
        #expect(try Self.differences(table(other, third), table(third, other)) == [])
        #expect(try Self.differences(table(other, third), table(third)).allSatisfy { $0.contains("[V W].") })
    }

    @Test func `a list in which nothing is differs from another policy`() throws {
        let differences = try Self.differences("  - {id: x, equivalences: []}", "  - {id: x, progression: []}")
        #expect(differences == ["rules[x].equivalences: [] → –", "rules[x].progression: – → []"])
    }

    @Test func `the first exception acts, so that their order is told, and that of rules makes no difference`() throws {
        func rules(_ exceptions: [String], _ order: [String]) -> String {
            let rule = """
                  - id: attempts
                    attempts: {counts: last}
                    exceptions:

                """
            let texts = [
                "attempts": rule
                    + exceptions.map { "      - {id: \($0), legalBasis: § \($0), when: {units: [\($0)]}}\n" }.joined(),
                "share": "  - {id: share, share: {procedures: [informal], atMost: 4}}\n",
            ]
            return order.compactMap { texts[$0] }.joined()
        }
        let first = rules(["a", "b"], ["attempts", "share"])
        #expect(try Self.differences(first, rules(["a", "b"], ["share", "attempts"])) == [])
        #expect(
            try Self.differences(first, rules(["b", "a"], ["attempts", "share"]))
                == ["rules[attempts].exceptions: a, b → b, a"]
        )
    }
}
