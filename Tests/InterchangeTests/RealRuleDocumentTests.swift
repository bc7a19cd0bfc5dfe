import AccrueTestKit
import Credit
import EventCoding
import Interchange
import Rules
import Testing

/// Qualifications of the Finnish register as rule documents, where the shared data is there.
@Suite(.enabled(if: ConvertedData.isThere, "needs ../shared/data, beside the project")) struct RealRuleDocumentTests {
    @Test func `they are as their schema has them, and lint finds misprints at most`() throws {
        let documents = try ConvertedData.finnishDocuments()
        // 19 modes of 15 snapshots, of which two say the same as others, and three ask for points of units without a size.
        #expect(documents.count == 14)
        for (name, bytes) in documents {
            let file = try RuleFile(name: name, bytes: bytes)
            #expect(try SchemaCheck(root: RuleSchema.qualification).faults(of: file.marked.value) == [], "\(name)")
            let findings = RuleLint.findings(in: [file.document])
            #expect(findings.filter { $0.severity == .error } == [], "\(name)")
            #expect(findings.allSatisfy { $0.code == .sumDiffers }, "\(name)")
            guard case .standard(let standard) = file.document else { continue }
            #expect(name == "\(standard.qualification.identifier).json")
        }
    }

    @Test func `the largest has 81 groups and 209 references, and the choice of a speciality`() throws {
        var largest = (groups: 0, references: 0, choices: 0)
        for (name, bytes) in try ConvertedData.finnishDocuments() {
            guard case .standard(let standard) = try RuleFile(name: name, bytes: bytes).document else { continue }
            var found = (groups: 0, references: 0, choices: 0)
            Self.count(standard.formation.root, &found)
            if found.groups > largest.groups { largest = found }
        }
        #expect(largest == (81, 209, 1))
    }

    /// Counts groups and open slots, units where they are listed, and what only the conversion adds.
    private static func count(
        _ group: FormationGroup,
        _ found: inout (groups: Int, references: Int, choices: Int)
    ) {
        if group.id.hasSuffix("speciality") || group.id.hasSuffix("alternative") {
            found.choices += 1
            #expect(group.count == Bounds(least: 1, most: 1))
        } else {
            found.groups += 1
        }
        for child in group.children {
            switch child.content {
            case .unit: found.references += 1
            // What may fill an open slot beside units of other qualifications.
            case .open(let slot): found.groups += slot.id.hasSuffix(".other") ? 0 : 1
            case .group(let inner) where inner.id.hasSuffix(".voluntary"): break
            case .group(let inner):
                #expect(child.isRequired || group.id.hasSuffix("speciality") || !inner.id.hasSuffix("speciality"))
                count(inner, &found)
            }
        }
    }
}
