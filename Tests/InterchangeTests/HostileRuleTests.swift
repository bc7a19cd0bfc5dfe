import Credit
import EventCoding
import Interchange
import Rules
import Testing

/// Rule documents that would be read for something else than was meant, or would exhaust who reads them.
@Suite struct HostileRuleTests {
    static let good = """
        kind: rule-set
        id: r
        version: 1
        title: Rules
        country: SI
        legalBasis: § 1
        validFrom: 2020-09-01
        dateBasis: enrolment
        rules:
          - id: attempts
            attempts:
              counts: best
              maximum: 3
        """

    static func faults(_ text: String, name: String = "r.yaml") -> [FileFault] {
        do throws(FileFaults) {
            _ = try RuleFile(name: name, bytes: Array(text.utf8))
            return []
        } catch {
            return error.faults
        }
    }

    @Test func `the document that the others are made from is good`() {
        #expect(Self.faults(Self.good).isEmpty)
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var from: String
        var to: String
        var code: ErrorCode
        var line: Int
        var path: String?

        init(_ from: String, _ to: String, _ code: ErrorCode, _ line: Int, _ path: String? = nil) {
            (self.from, self.to, self.code, self.line, self.path) = (from, to, code, line, path)
        }

        var testDescription: String { to }
    }

    @Test(arguments: [
        Change("title: Rules", "title: Rules\ntitle: Others", .keyTwice, 5, "title"),
        Change("title: Rules", "title: Rules\n\"title\": Others", .keyTwice, 5, "title"),
        Change("country: SI", "country: no", .countryInvalid, 5, "country"),
        Change("country: SI", "county: SI", .fieldUnknown, 5, "county"),
        Change("country: SI", "country:", .typeWrong, 5, "country"),
        Change("maximum: 3", "maximum: 1_000", .numberAmbiguous, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "maximum: 0711", .numberAmbiguous, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "maximum: 0x1F", .numberAmbiguous, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "maximum: 1:30", .numberAmbiguous, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "maximum: 3.0", .numberOutOfRange, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "maximum: three", .typeWrong, 13, "rules[0].attempts.maximum"),
        Change("maximum: 3", "sameUnit: yes", .valueUnknown, 13, "rules[0].attempts.sameUnit"),
        Change("counts: best", "counts: bets", .valueUnknown, 12, "rules[0].attempts.counts"),
        Change("legalBasis: § 1\n", "", .fieldMissing, 9, "rules[0].legalBasis"),
        Change("validFrom: 2020-09-01", "validFrom: 1.9.2020", .dateInvalid, 7, "validFrom"),
        Change("validFrom: 2020-09-01", "validFrom: 2025-02-30", .dateInvalid, 7, "validFrom"),
        Change("    attempts:", "    allocation: best\n    attempts:", .policyCount, 10, "rules[0]"),
        Change("    attempts:", "    atempts:", .policyCount, 10, "rules[0]"),
        Change("kind: rule-set", "kind: rulset", .valueUnknown, 1, "kind"),
        Change("kind: rule-set", "kind: &a rule-set", .yamlFeature, 1),
        Change("title: Rules", "title: !!float 7.5", .yamlFeature, 4),
        Change("title: Rules", "title: *nothing", .yamlFeature, 4),
        Change("title: Rules", "[a, b]: Rules", .yamlFeature, 4),
        Change("maximum: 3", "maximum: 3\n---\nkind: rule-set", .yamlFeature, 14),
        Change("maximum: 3", "maximum: [3", .yamlMalformed, 14),
        Change("title: Rules", "title: \u{0}", .yamlMalformed, 4),
    ])
    func `each trap has its code, line and path`(change: Change) throws {
        #expect(Self.good.contains(change.from))
        let faults = Self.faults(Self.good.replacing(change.from, with: change.to))
        let fault = try #require(faults.first { $0.error.code == change.code }, "\(faults)")
        #expect(fault.line == change.line, "\(faults)")
        if let path = change.path { #expect(fault.error.field == path) }
    }

    @Test(arguments: [
        ("validFrom: 2020-09-01", "validFrom: 2025-02-30"), ("dateBasis: enrolment", "dateBasis: enrolement"),
        ("version: 1", "version: \"1 2\""), ("version: 1\n", ""),
    ])
    func `what the set states wrongly is no fault of its rules`(good: String, bad: String) {
        #expect(Self.faults(Self.good.replacing(good, with: bad)).count == 1)
    }

    @Test(arguments: [
        ("r.yaml", good.replacing("title: Rules", with: "title: Rules\ntitle: x"), "title", "4, 1, 5, 1"),
        (
            "r.yaml", good.replacing("best\n", with: "best\n      \"counts\": last\n"), "rules[0].attempts.counts",
            "12, 7, 13, 7"
        ),
        ("r.yaml", "č: {š: [1, {ž: 1, 'ž': 2}]}", "č.š[1].ž", "1, 13, 1, 19"),
        ("r.yaml", "a: 1\nb: {c: 1}\na: 2\na: 3\nb: 1\n", "a", "1, 1, 3, 1"),
        ("r.yaml", "- {a: {b: 1, b: 2}, a: 2}\n", "[0].a", "1, 4, 1, 21"),
        ("r.json", "{\"a\": [{\"š\": 1,\n \"\\u0161\": 2}]}", "a[0].š", "1, 9, 2, 2"),
        ("r.json", "{\"a\": {\"b\": 1, \"b\": 2}, \"a\": 3}", "a", "1, 2, 1, 25"),
        ("r.json", "{" + (0..<99).map { "\"k\($0)\":0," }.joined() + "\"k9\":0}", "k9", "1, 65, 1, 784"),
    ])
    func `a key that stands twice is told with its path and both places`(
        name: String,
        text: String,
        path: String,
        places: String
    ) throws {
        let faults = Self.faults(text, name: name)
        let fault = try #require(faults.first)
        #expect(faults.count == 1 && fault.error.code == .keyTwice)
        #expect(fault.error.field == path)
        let numbers = places.split(separator: ", ")
        #expect(
            fault.error.subject
                == "line \(numbers[0]), column \(numbers[1]), and line \(numbers[2]), column \(numbers[3])"
        )
        #expect("\(fault.line)" == numbers[2])
    }

    @Test func `more keys that stand twice than are looked for are told by one of them`() throws {
        let text = (0..<20).flatMap { ["k\($0): 1", "k\($0): 2"] }.joined(separator: "\n")
        let fault = try #require(Self.faults(text).first)
        #expect(fault.error.code == .keyTwice && !fault.error.subject.isEmpty)
    }

    @Test(arguments: [
        ("points: \"4,5\"", "4,5 (did you mean 4.5?)"), ("points: 4,5", "5 (did you mean points: 4.5?)"),
        ("points: \"1.000,5\"", "1.000,5"),
    ])
    func `a comma in points brings the point`(points: String, subject: String) throws {
        let text = """
            kind: qualification
            id: q
            version: 1
            title: Q
            country: SI
            scheme: KT
            units:
              - {code: A, title: A, \(points)}
            formation: {group: g, count: 1, children: [{unit: A}]}
            """
        #expect(Self.faults(text).map(\.error.subject) == [subject])
    }

    @Test func `a misspelt name brings the nearest one`() throws {
        let fault = try #require(Self.faults(Self.good.replacing("country: SI", with: "county: SI")).last)
        #expect(fault.error.subject.contains("country"))
    }

    @Test func `no, leading zeros and decimals are what they are written as`() throws {
        let text = Self.good.replacing("title: Rules", with: "title: no").replacing("id: r\n", with: "id: 0711\n")
            .replacing(
                "    attempts:\n      counts: best\n      maximum: 3",
                with: "    residency: {from: home, atLeast: 9.2857}"
            )
        #expect(try Self.ruleSet(text).title == "no")
        #expect(try Self.ruleSet(text).id == "0711")
        let residency = Residency(from: .home, atLeast: .points(try Points("9.2857")))
        #expect(try Self.ruleSet(text).rules.map(\.policy) == [.residency(residency)])
    }

    private static func ruleSet(_ text: String) throws -> RuleSet {
        guard case .ruleSet(let set) = try RuleFile(name: "r.yaml", bytes: Array(text.utf8)).document else {
            throw AccrueError(.typeWrong)
        }
        return set
    }

    @Test func `codes of units keep their zeros wherever they stand`() throws {
        let expiry = "    expiry: {months: 12, from: assessment, units: [0711, 1e3, no]}"
        let set = try Self.ruleSet(
            Self.good.replacing("    attempts:\n      counts: best\n      maximum: 3", with: expiry)
        )
        let units = ["0711", "1e3", "no"]
        #expect(set.rules.map(\.policy) == [.expiry(Expiry(months: 12, from: .assessment, units: units))])
        let text = """
            {kind: qualification, id: q, version: 2024, title: Q, country: SI, scheme: KT, units: [
            {code: 0711, title: A, points: 5}, {code: 711, title: B, points: 6}], formation: {group: 010, children: [
            {unit: 0711, required: true}, {unit: 711}]}}
            """
        guard case .standard(let standard) = try RuleFile(name: "q.yaml", bytes: Array(text.utf8)).document else {
            throw AccrueError(.typeWrong)
        }
        #expect(
            standard.qualification.units.map(\.code) == ["0711", "711"] && standard.qualification.version == "2024"
        )
        #expect(standard.formation.root.id == "010")
        #expect(standard.formation.root.children.map(\.content) == [.unit("0711"), .unit("711")])
        #expect(RuleLint.findings(in: [.standard(standard)]).isEmpty)
    }

    @Test(arguments: ["1_000", "7,5", "1e3", ".inf", "7.00001", "+7", "0x7", "04", "-00.5"])
    func `points are exact decimals or refused`(points: String) {
        let text = Self.good.replacing(
            "    attempts:\n      counts: best\n      maximum: 3",
            with: "    residency: {from: home, atLeast: \"\(points)\"}"
        )
        let codes = Self.faults(text).map(\.error.code)
        let hasZeros = points.hasSuffix("04") || points.hasSuffix("00.5")
        #expect(
            codes == [points == "7.00001" ? .pointsTooPrecise : hasZeros ? .numberAmbiguous : .pointsNotDecimal]
        )
    }

    static let deep = 10_000

    @Test(arguments: [
        ("[", "]"), ("- ", ""), ("{a: ", "}"), ("? ", ""), ("- - ? ", ""), ("[{a: ", "}]"),
    ])
    func `a tree 10,000 deep is refused in YAML`(open: String, close: String) {
        let repeated = String(repeating: open, count: Self.deep) + "1" + String(repeating: close, count: Self.deep)
        #expect(Self.faults(repeated).map(\.error.code) == [.tooDeep])
        #expect(Self.faults(String(repeating: open, count: Self.deep)).map(\.error.code) == [.tooDeep])
    }

    @Test func `a tree 10,000 deep is refused in JSON, and one of 65 levels in YAML`() {
        let open = String(repeating: "{\"a\":", count: Self.deep) + "1" + String(repeating: "}", count: Self.deep)
        #expect(Self.faults(open, name: "r.json").map(\.error.code) == [.tooDeep])
        let steps = (0..<70).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(Self.faults(steps).map(\.error.code) == [.tooDeep])
    }

    @Test func `aliases that would double with each line end before they are followed`() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        #expect(Self.faults(text + "? *a40\n: x\n").map(\.error.code) == [.yamlFeature])
        #expect(Self.faults("a: &a [x]\nb: *a\n").map(\.error.code) == [.yamlFeature])
    }

    @Test func `a key that stands twice is told in JSON, too`() {
        let faults = Self.faults("{\n\"kind\": \"rule-set\",\n\"kind\": \"rule-set\"}", name: "r.json")
        #expect(faults.map(\.error.code) == [.keyTwice])
        #expect(faults.map(\.line) == [3])
    }

    @Test func `a file of more than a megabyte is refused unread`() {
        let text = String(repeating: "#\n", count: 600_000)
        #expect(Self.faults(text).map(\.error.code) == [.documentTooLarge])
        #expect(Self.faults(text, name: "r.json").map(\.error.code) == [.documentTooLarge])
    }

    @Test(arguments: [
        ("", ErrorCode.yamlMalformed), ("# nothing\n", .yamlMalformed), ("---\n", .typeWrong),
        ("just text", .typeWrong),
        ("[1, 2]", .typeWrong), ("\u{FEFF}kind: rule-set", .fieldMissing),
    ])
    func `what is no object is told`(text: String, code: ErrorCode) {
        #expect(Set(Self.faults(text).map(\.error.code)) == [code])
    }

    @Test func `an element of a list is told with its own line, in JSON as in YAML`() {
        let text = #"""
            {"kind": "rule-set", "id": "r", "version": "1", "title": "R", "country": "SI",
            "qualifications": ["a",
              "b\"]", [
              "c"],
              "d d"
            ], "rules": [{
              "id": "x"}, {"id": "y"}]}
            """#
        let faults = Self.faults(text, name: "r.json").filter { $0.error.field?.hasSuffix("]") == true }
        #expect(
            faults.map { "\($0.line) \($0.error.field ?? "")" }.sorted() == [
                "3 qualifications[2]", "5 qualifications[3]", "7 rules[0]", "7 rules[1]",
            ]
        )
    }

    /// A megabyte that would take hours where each part is compared with each.
    @Test(.timeLimit(.minutes(2)), arguments: ["parents", "rules", "equivalences", "keys", "circles"])
    func `a megabyte made to be slow is looked at in time`(shape: String) throws {
        let rules = try #require(Self.good.split(separator: "rules:").first)
        let numbers = 0..<8_000
        let text: String
        switch shape {
        case "parents":
            let units = numbers.map { "  - {code: u\($0), title: t, parent: u\($0 + 1), points: 1}\n" }.joined()
            text = """
                kind: qualification
                id: q
                version: 1
                title: Q
                country: SI
                scheme: kt
                units:
                \(units)formation:
                  group: g
                  children: [{unit: u1}]
                """
        case "rules":
            text =
                rules + "rules:\n"
                + numbers.map { "  - {id: r\($0), attempts: {counts: \($0 % 2 == 0 ? "best" : "last")}}\n" }.joined()
        case "equivalences":
            let many = numbers.map { "x\($0)" }.joined(separator: ", ")
            let others = numbers.map { "y\($0)" }.joined(separator: ", ")
            text = rules + "rules:\n  - id: e\n    equivalences:\n      - {from: [\(many)], to: [\(others)]}\n"
        case "circles":
            text =
                rules + "rules:\n  - id: e\n    equivalences:\n"
                + numbers.map { "      - {from: [x\($0)], to: [x\($0 + 1), x0]}\n" }.joined()
        default:
            let elements = String(repeating: "1, ", count: 100_000)
            text = rules + String(repeating: "k", count: 100_000) + ": [\(elements)]\n"
        }
        #expect(text.utf8.count < MarkedValue.largestFile)
        do throws(FileFaults) {
            _ = RuleLint.findings(in: [try RuleFile(name: "r.yaml", bytes: Array(text.utf8)).document])
            #expect(shape != "keys")
        } catch {
            #expect(shape == "keys")
            #expect(
                error.faults.allSatisfy { $0.error.subject.utf8.count < 500 && ($0.error.field ?? "").utf8.count < 500 }
            )
        }
    }
}
