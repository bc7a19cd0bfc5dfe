import Accrue
import Credit
import EventCoding
import Foundation
import Interchange
import Rules
import Testing

/// Fixtures with bytes changed at random: each is read or refused, and what is read is written and read again as it is.
///
/// `ACCRUE_MUTATIONS` says how many; a few thousand if it does not.
@Suite struct MutatedRuleTests {
    private static let pieces = [
        "- ", ": ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "|\n", ">", "? ", "\"", "'", "#", "\n", "  ", "\t",
        "%YAML 1.1",
        "---\n", "...\n", "<<: ", "~", "0", "1_0", "é", "\u{1F600}", "\u{0}", "\u{85}", "\u{FEFF}", ",", "@", "`",
    ]

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `no change of a document ends the process`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let documents = try RuleFixtureTests.names().map {
            [UInt8](try Data(contentsOf: RuleFixtureTests.folder.appending(path: $0)))
        }
        let rounds = ProcessInfo.processInfo.environment["ACCRUE_MUTATIONS"].flatMap(Int.init) ?? 500
        var read = 0
        for _ in 0..<rounds {
            var bytes = documents.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(place + Int.random(in: 1...8, using: &random), bytes.count))
                case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &random) ?? "").utf8, at: place)
                default:
                    let end = min(place + Int.random(in: 1...60, using: &random), bytes.count)
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            guard let file = try? RuleFile(name: "m.yaml", bytes: bytes) else { continue }
            read += 1
            for finding in RuleLint.findings(in: [file.document]) { _ = file.marked.line(of: finding.path) }
            let canonical = try CanonicalJSON.bytes(of: file.document.json)
            #expect(try RuleFile(name: "m.json", bytes: canonical).document == file.document)
        }
        #expect(read > rounds / 50)
    }
}
