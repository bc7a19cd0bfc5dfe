import Accrue
import AccrueTestKit
import Credit
import Evidence
import Foundation
import Testing
import Transparency

/// The verifier in Python, on bundles that hold and on bundles that somebody changed anywhere.
@Suite(.enabled(if: SecondVerifier.isThere)) struct SecondVerifierTests {
    @Test(
        arguments: [
            ["catalogue.ndjson", "story.ndjson"], ["school.ndjson"], ["school.ndjson", "school-exception.ndjson"],
        ]
    )
    func `both verifiers accept what holds`(files: [String]) async throws {
        try await EvidenceScenario.with(files) { scenario in
            var trust = EvidenceScenario.trust
            trust.earlier = [("noted", scenario.earlier)]
            let learner = try scenario.learner(files[0] == "school.ndjson" ? "tine" : "eva")
            for (day, texts) in [("2024-06-30", true), ("2026-11-27", false)] {
                var bundles = [try scenario.bundle { ($0.on, $0.withTexts) = (try CivilDate(day), texts) }]
                for extent in [EvidenceRequest.Extent.audit, .learner] {
                    bundles.append(
                        try scenario.bundle {
                            $0.scope.learner = learner
                            $0.extent = extent
                            $0.on = try CivilDate(day)
                        }
                    )
                }
                for bundle in bundles { #expect(throws: Never.self) { try bundle.verify(trust) } }
                try await SecondVerifier.expectAgreement(on: bundles.map(\.bytes), trust)
            }
        }
    }

    @Test func `both verifiers say the same of lines lost, doubled, swapped and altered`() async throws {
        try await EvidenceScenario.with { scenario in
            let hana = try scenario.learner("hana")
            for extent in [EvidenceRequest.Extent.audit, .learner] {
                let bundle = try scenario.bundle {
                    $0.scope.learner = hana
                    $0.extent = extent
                }
                let changed = Self.changed(bundle.bytes, count: 150, seed: extent == .audit ? 3 : 4)
                try await SecondVerifier.expectAgreement(on: changed + [[]], EvidenceScenario.trust)
            }
        }
    }

    /// A file with one change: mostly a digit, which leaves JSON as it was and reaches every step of verification.
    private static func changed(_ bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
        var random = SampleNumbers(state: seed)
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        // Few lines are no events, and most of what can be wrong is in them.
        let others = lines.indices.filter { !lines[$0].starts(with: Array("{\"entry".utf8)) }
        return (0..<count).map { number in
            var other = lines
            let index = number.isMultiple(of: 2) ? others[random.next(others.count)] : random.next(lines.count)
            switch random.next(8) {
            case 0: other.remove(at: index)
            case 1: other.insert(lines[index], at: index)
            case 2: other.swapAt(index, random.next(lines.count))
            case 3: other[index][random.next(lines[index].count)] ^= 1 << UInt8(random.next(8))
            default:
                let digits = lines[index].indices.filter { (0x31...0x39).contains(lines[index][$0]) }
                guard let place = digits.isEmpty ? nil : digits[random.next(digits.count)] else { break }
                other[index][place] = 0x31 + UInt8(random.next(9))
            }
            return Array(other.map { $0 + [UInt8(ascii: "\n")] }.joined())
        }
    }
}

extension SecondVerifier {
    /// Expects of each file what the first verifier says: the status, and the line and position of what is wrong.
    static func expectAgreement(on files: [[UInt8]], _ trust: EvidenceTrust) async throws {
        let folder = try TemporaryFolder()
        var questions = ""
        for (number, bytes) in files.enumerated() {
            try Data(bytes).write(to: URL(filePath: folder["\(number)"]))
            questions += "verify bundle \(folder["\(number)"]) --log \(trust.log)"
            questions += trust.witnesses.witnesses.map { " --witness \($0)" }.joined()
            questions += " --at-least \(trust.witnesses.atLeast)"
            for (name, note) in trust.earlier {
                try "\(note)".write(toFile: folder[name], atomically: true, encoding: .utf8)
                questions += " --earlier \(folder[name])"
            }
            questions += "\n"
        }
        guard let answers = try await answers(to: questions) else { return }
        #expect(answers.count == files.count)
        for (bytes, answer) in zip(files, answers) {
            do throws(EvidenceRefusal) {
                _ = try EvidenceBundle(bytes: bytes).verify(trust)
                #expect(answer.hasPrefix("0\n") && answer.contains("Not proved"), "\(answer)")
            } catch {
                // Rules are judged by one of the two alone, and the other one says so.
                if error.step == .claims, error.what.hasPrefix("the verdict"), answer.hasPrefix("0\n") {
                    #expect(answer.contains("verdict: rules are judged by accrue-verify, and not here"))
                    continue
                }
                #expect(answer.hasPrefix(error.step == .claims ? "1\n" : "7\n"), "\(error): \(answer)")
                // Of several lines that are out of place, either may be named.
                if error.step == .lines { continue }
                if let line = error.line { #expect(answer.contains("line \(line)"), "\(error): \(answer)") }
                if let position = error.position {
                    #expect(answer.contains("position \(position)"), "\(error): \(answer)")
                }
            }
        }
    }
}
