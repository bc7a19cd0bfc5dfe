import Credit
import EventCoding
import Foundation
import Interchange
import Rules
import Testing

/// The rule documents of the fixtures: each change is read from the version before and the one after, and the right
/// one is chosen on both sides of its date.
@Suite struct RuleFixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../fixtures/rules").standardized

    static func file(_ name: String) throws -> RuleFile {
        try RuleFile(name: name, bytes: [UInt8](Data(contentsOf: folder.appending(path: name))))
    }

    static func ruleSet(_ name: String) throws -> RuleSet {
        guard case .ruleSet(let set) = try file(name).document else { throw AccrueError(.notFound, name) }
        return set
    }

    static func names(in folder: URL = folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".") }.sorted()
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var name: String
        var rule: String
        var basis: DateBasis
        var lastOld: String
        var firstNew: String

        var testDescription: String { name }
    }

    @Test(arguments: [
        Change(
            name: "r02-structure",
            rule: "structure",
            basis: .enrolment,
            lastOld: "2018-07-31",
            firstNew: "2018-08-01"
        ),
        Change(
            name: "r03-borrowed-units",
            rule: "borrowed",
            basis: .assessment,
            lastOld: "2025-07-31",
            firstNew: "2025-08-01"
        ),
        Change(
            name: "r04-average-grade",
            rule: "average",
            basis: .award,
            lastOld: "2021-12-31",
            firstNew: "2022-01-01"
        ),
        Change(
            name: "r05-raised-grade",
            rule: "raising",
            basis: .enrolment,
            lastOld: "2023-06-30",
            firstNew: "2023-07-01"
        ),
        Change(
            name: "r08-new-block",
            rule: "programme",
            basis: .enrolment,
            lastOld: "2020-08-31",
            firstNew: "2020-09-01"
        ),
        Change(
            name: "r10-attempts",
            rule: "attempts",
            basis: .assessment,
            lastOld: "2024-08-31",
            firstNew: "2024-09-01"
        ),
        Change(
            name: "r12-progression",
            rule: "promotion",
            basis: .query,
            lastOld: "2023-08-31",
            firstNew: "2023-09-01"
        ),
        Change(
            name: "r15-shares",
            rule: "recognised",
            basis: .recognition,
            lastOld: "2022-08-31",
            firstNew: "2022-09-01"
        ),
        Change(
            name: "r16-first-aid",
            rule: "first-aid",
            basis: .assessment,
            lastOld: "2021-02-28",
            firstNew: "2021-03-01"
        ),
        Change(
            name: "r17-equivalence",
            rule: "replaced",
            basis: .recognition,
            lastOld: "2024-08-31",
            firstNew: "2024-09-01"
        ),
        Change(
            name: "r18-conversion",
            rule: "scqf",
            basis: .recognition,
            lastOld: "2015-07-31",
            firstNew: "2015-08-01"
        ),
        Change(
            name: "r19-grade-display",
            rule: "display",
            basis: .query,
            lastOld: "2019-07-31",
            firstNew: "2019-08-01"
        ),
        Change(name: "r20-weight", rule: "programme", basis: .enrolment, lastOld: "2024-08-31", firstNew: "2024-09-01"),
        Change(name: "residency", rule: "residency", basis: .award, lastOld: "2019-07-31", firstNew: "2019-08-01"),
    ])
    func `each side of a change has its version`(change: Change) throws {
        let before = try Self.ruleSet("\(change.name).before.yaml")
        let after = try Self.ruleSet("\(change.name).after.yaml")
        #expect(before.id == after.id)
        let history = RuleHistory([after, before])
        for (date, set) in [(change.lastOld, before), (change.firstNew, after)] {
            let choice = history.choice(
                of: RuleName(set: before.id, rule: change.rule),
                on: try Self.dates(change.basis, date, query: date)
            )
            #expect(choice.rule == set.rules.first { $0.id == change.rule })
            #expect(choice.rule?.dateBasis == change.basis)
            #expect(!choice.isAssumed)
        }
        // Before the first version there is none.
        let first = try #require(before.rules.first?.validFrom)
        let dayBefore = "\(CivilDate(rawValue: first.rawValue - 1))"
        let none = history.choice(
            of: RuleName(set: before.id, rule: change.rule),
            on: try Self.dates(change.basis, dayBefore, query: dayBefore)
        )
        #expect(none.rule == nil && none.reason == .noVersion)
        // Every rule says on what it rests, and the change is one of what it lays down.
        #expect((before.rules + after.rules).allSatisfy { !$0.legalBasis.isEmpty })
        #expect(before.rules.first?.policy != after.rules.first?.policy)
    }

    static func dates(_ basis: DateBasis, _ date: String, query: String) throws -> RuleDates {
        var dates = RuleDates(query: try CivilDate(query))
        let date = try CivilDate(date)
        switch basis {
        case .enrolment: dates.enrolment = date
        case .assessment: dates.assessment = date
        case .recognition: dates.recognition = date
        case .award: dates.award = date
        case .query: dates.query = date
        }
        return dates
    }

    @Test func `who enrolled under the old structure keeps it until the transition ends`() throws {
        let history = RuleHistory([
            try Self.ruleSet("r02-structure.before.yaml"), try Self.ruleSet("r02-structure.after.yaml"),
        ])
        for (query, standard) in [("2021-12-31", "sahko@2015"), ("2022-01-01", "sahko@2018")] {
            let choice = history.choice(
                of: RuleName(set: "structure", rule: "structure"),
                on: try Self.dates(.enrolment, "2016-08-01", query: query)
            )
            #expect(choice.rule?.policy == .standard(standard))
        }
    }

    @Test func `recognised units are exempt on their own legal basis`() throws {
        let rule = try #require(try Self.ruleSet("r03-borrowed-units.after.yaml").rules.first)
        let exception = try #require(rule.exceptions.first)
        #expect(exception.condition.procedures == [.agreement, .application, .nonFormal, .informal])
        #expect(exception.instead == nil)
        #expect(exception.legalBasis != rule.legalBasis)
    }

    @Test func `a share that is better for the learner stands beside the one that holds`() throws {
        let history = RuleHistory([
            try Self.ruleSet("r15-shares.before.yaml"), try Self.ruleSet("r15-shares.after.yaml"),
        ])
        let dates = try Self.dates(.recognition, "2022-08-31", query: "2023-01-01")
        #expect(
            history.choice(of: RuleName(set: "shares", rule: "recognised"), on: dates).ifFavourable.map(\.version) == [
                "2022"
            ]
        )
    }

    @Test(arguments: try names())
    func `what is written again is the same, byte for byte, and lint finds nothing`(name: String) throws {
        let file = try Self.file(name)
        let bytes = try CanonicalJSON.bytes(of: file.document.json)
        let again = try RuleFile(name: "again.json", bytes: bytes)
        #expect(again.document == file.document)
        #expect(try CanonicalJSON.bytes(of: again.document.json) == bytes)
        #expect(RuleLint.findings(in: [file.document]).isEmpty)
        // JSON is YAML, too, and says the same as such.
        #expect(try RuleFile(name: "again.yaml", bytes: bytes).document == file.document)
    }

    @Test func `the canonical text of a rule set stays what it is`() throws {
        let bytes = try CanonicalJSON.bytes(of: try Self.file("r10-attempts.before.yaml").document.json)
        let rule =
            #"{"attempts":{"counts":"best","improve":"always","improvements":1,"sameUnit":false},"dateBasis":"assessment","#
            + #""id":"attempts","legalBasis":"Pravilnik 2018, 12. člen (ponazoritev)","retroactivity":"none","#
            + #""validFrom":"2018-09-01","version":"2018"}"#
        let text =
            #"{"country":"SI","id":"attempts","kind":"rule-set","qualifications":["elektrikar"],"rules":["# + rule
            + #"],"title":"Which attempt counts","version":"2018"}"#
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
