import EventCoding
import Testing

@testable import Transparency

/// Every form that is refused, with the line at which it is.
@Suite struct NoteLineTests {
    private static let row = "— x AAAAAAA=\n"
    private static let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    @Test(arguments: [
        ("", 1), ("text", 1), ("text\n", 2), ("text\nmore\n", 3), ("text\n\n", 3), ("\n", 2),
        ("\n— x AAAAAAA=\n", 3), ("te\txt\n\n— x AAAAAAA=\n", 1), ("a\nb\u{0}\n\n— x AAAAAAA=\n", 2),
        ("a\r\n\n— x AAAAAAA=\n", 1), ("a\n\r\n— x AAAAAAA=\n", 2), ("a\n\n— x AAAAAAA=\r\n", 3),
        ("a\n\n— x AAAAAAA=", 3), ("a\n\n— x AAAAAAA=\nrest\n", 4), ("a\n\n— x AAAAAAA=\n — y AAAAAAA=\n", 4),
        ("a\n\n— x AAAAAAA= \n", 3), ("a\n\n—  AAAAAAA=\n", 3), ("a\n\n-- x AAAAAAA=\n", 3), ("a\n\n—x AAAAAAA=\n", 3),
        ("a\n\n—\u{A0}x AAAAAAA=\n", 3), ("a\n\n— x\u{2003}y AAAAAAA=\n", 3), ("a\n\n— x+ AAAAAAA=\n", 3),
        ("a\n\n— x AAAAAA==\n", 3), ("a\n\n— x AAAAAAB=\n", 3), ("a\n\n— x AAAAAAA\n", 3), ("a\n\n— x AAAA-AA=\n", 3),
        ("a\n\nb\n", 3),
    ]) func `a note is refused with its line`(text: String, line: Int) {
        let error = refusal { _ = try SignedNote(text) }
        #expect(error == TransparencyError(.malformed, line: line))
        let ofBytes = refusal { _ = try SignedNote(bytes: Array(text.utf8)) }
        #expect(ofBytes == error)
    }

    @Test func `a hundred signatures are read, and one more is not`() throws {
        let most = "text\n\n" + String(repeating: Self.row, count: SignedNote.mostSignatures)
        #expect(try SignedNote(most).signatures.count == SignedNote.mostSignatures)
        let error = refusal { _ = try SignedNote(most + Self.row) }
        #expect(error == TransparencyError(.malformed, line: 103))
    }

    @Test func `a note has at most so many bytes`() throws {
        let end = "\n\n" + Self.row
        let text = String(repeating: "a", count: SignedNote.longest - end.utf8.count)
        #expect("\(try SignedNote(text + end))".utf8.count == SignedNote.longest)
        #expect(refusal { _ = try SignedNote("a" + text + end) }?.reason == .tooLong)
        let bytes = Array("a\(text)\(end)".utf8)
        #expect(refusal { _ = try SignedNote(bytes: bytes) }?.reason == .tooLong)
    }

    @Test func `bytes that are not UTF-8 are refused, not repaired`() throws {
        let note = Array("text\n\n\(Self.row)".utf8)
        #expect(try SignedNote(bytes: note) == SignedNote("text\n\n\(Self.row)"))
        // A lone byte, one that is written too long, half of a pair, and one that is cut off.
        for wrong in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] as [[UInt8]] {
            let bytes = note[..<2] + wrong + note[2...]
            let error = refusal { _ = try SignedNote(bytes: Array(bytes)) }
            #expect(error == TransparencyError(.malformed, byte: 2))
            let ofProof = refusal { _ = try EntryProof(bytes: Array(bytes)) }
            #expect(ofProof == error)
        }
    }

    @Test func `the examples of the specifications are read as they are written`() throws {
        let witnessed = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa \
            Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            — witness.example.com/w1 \
            jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

            """
        let note = try SignedNote(witnessed)
        #expect("\(note)" == witnessed)
        #expect(note.signatures.map(\.bytes.count) == [68, 76])
        // 1679315147, the time that the specification prints.
        #expect(note.signatures[1].bytes[4..<12].elementsEqual([0, 0, 0, 0, 0x64, 0x18, 0x50, 0xCB]))
        let state = try Checkpoint(text: note.text)
        #expect(state.origin == "example.com/behind-the-sofa" && state.size == 20_852_163 && state.extensions.isEmpty)
        #expect(state.text == note.text)
        let poem = """
            Ognuno sta solo sul cuor della terra
            trafitto da un raggio di sole:

            ed è subito sera.

            — quasimodo.example/salvatore \
            NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=

            """
        let read = try SignedNote(poem)
        #expect("\(read)" == poem && read.text.hasSuffix("sole:\n\ned è subito sera.\n"))
    }

    // MARK: Checkpoints

    @Test(arguments: [
        ("", 1), ("\n", 1), ("log\n", 2), ("log\n243\n", 3), ("log\n243\n\(root)", 3), ("\n243\n\(root)\n", 1),
        ("log\n\n\(root)\n", 2), ("log\n0243\n\(root)\n", 2), ("log\n00\n\(root)\n", 2), ("log\n+1\n\(root)\n", 2),
        ("log\n-0\n\(root)\n", 2), ("log\n1 \n\(root)\n", 2), ("log\n0x1\n\(root)\n", 2), ("log\n1e3\n\(root)\n", 2),
        ("log\n\u{661}\n\(root)\n", 2), ("log\n18446744073709551616\n\(root)\n", 2), ("log\n1\nAAAA\n", 3),
        ("log\n1\n\(root)=\n", 3), ("log\n1\n \(root)\n", 3),
        ("log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", 3),
        ("log\n1\n\(root)\n\n", 4), ("log\n1\n\(root)\nx\n\ny\n", 5), ("log\n1\n\(root)\nx\r\n", 4),
        ("lo\u{1}g\n1\n\(root)\n", 1),
    ]) func `a checkpoint is refused with its line`(text: String, line: Int) {
        let error = refusal { _ = try Checkpoint(text: text) }
        #expect(error == TransparencyError(.malformed, line: line), "\(text)")
    }

    @Test func `the greatest size, and none, are read`() throws {
        for size in [0, 1, UInt64.max] {
            let state = Checkpoint(origin: "log", size: size, root: .emptyTree)
            #expect(try Checkpoint(text: SignedNote(state).text) == state)
        }
    }

    @Test(
        arguments: [
            ("", [], 1), ("log\n5", [], 1), ("log\n5\n\(root)", [], 1), ("log\r", [], 1), ("log", [""], 4),
            ("log", ["x", ""], 5), ("log", ["x\ny"], 4), ("log", ["x\n\n— y AAAAAAA="], 5), ("log", ["x", "y\t"], 5),
        ] as [(String, [String], Int)]
    )
    func `what would be read as something else is not written`(origin: String, extensions: [String], line: Int) {
        let state = Checkpoint(origin: origin, size: 7, root: .emptyTree, extensions: extensions)
        let error = refusal { _ = try SignedNote(state) }
        #expect(error?.reason == .malformed)
        #expect(error?.place == .line(line) || origin.contains("\n"), "\(error as Any)")
    }
}
