import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Testing
import Transparency

/// The log states where its streams end, and signs that.
@Suite struct StatedHeadsTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")

    private static func lines(_ file: String) throws -> EventLines {
        EventLines(Array(try Data(contentsOf: fixtures.appending(path: file))))
    }

    private static func signer(_ number: UInt8 = 1, _ name: String = "school.example/log") throws -> NoteSigner {
        try #require(NoteSigner(name: name, kind: .log, seed: [UInt8](repeating: number, count: 32)))
    }

    /// A ledger with the catalogue, and where its checkpoints are kept.
    private func withCatalogue(_ body: (Ledger<LMDBEventLog>, Checkpoints) async throws -> Void) async throws {
        try await withLedger { ledger in
            #expect(try await ledger.append(Self.lines("catalogue.ndjson")).isWritten)
            try await body(ledger, Checkpoints(ofStore: ledger.log.path))
        }
    }

    private func sign(
        _ ledger: Ledger<LMDBEventLog>,
        _ checkpoints: Checkpoints,
        by signer: NoteSigner? = nil
    ) async throws -> Checkpoint {
        let note = try await ledger.sign(try signer ?? Self.signer(), in: checkpoints)
        try checkpoints.keep(note)
        return try Checkpoint(text: note.text)
    }

    /// The last event of each stream before a position, as the log has them.
    private static func ends(_ ledger: Ledger<LMDBEventLog>, before position: UInt32) throws -> [StreamHead] {
        try ledger.read { (view) throws(AccrueError) in
            var heads = [StreamHead.none]
            try view.log.forEachEvent(
                from: Position(rawValue: 1),
                through: Position(rawValue: position - 1)
            ) { (event) throws(AccrueError) in
                if Int(event.learnerNumber) == heads.count { heads.append(.none) }
                heads[Int(event.learnerNumber)] = StreamHead(
                    version: event.learnerVersion,
                    position: event.position.rawValue
                )
            }
            return heads
        }
    }

    @Test func `what is signed ends with the statement, and every stream is proved to end where it does`() async throws
    {
        try await withCatalogue { ledger, checkpoints in
            let first = try await sign(ledger, checkpoints)
            #expect(first.size == 49)
            // Nothing happened since, and nothing is stated again.
            #expect(try await sign(ledger, checkpoints) == first)
            #expect(try await ledger.append(Self.lines("story.ndjson")).isWritten)
            let second = try await sign(ledger, checkpoints)
            #expect(second.size == 245)
            for size in [UInt32(first.size), UInt32(second.size)] {
                var stated = try ledger.heads(statedAt: Position(rawValue: size))
                let ends = try Self.ends(ledger, before: size)
                #expect(stated.heads == ends && stated.streams == UInt32(ends.count))
                for stream in 0..<stated.streams {
                    let proof = try stated.proof(of: stream)
                    #expect(proof.head == ends[Int(stream)])
                    try proof.verify(streams: stated.streams, root: stated.root)
                }
                #expect(throws: AccrueError(.notFound)) { try stated.proof(of: stated.streams) }
            }
            #expect(throws: AccrueError(.notFound)) { try ledger.heads(statedAt: Position(rawValue: 48)) }
            #expect(ledger.log.check().findings == [])
        }
    }

    @Test func `nothing is stated of a log that is not the one that was signed, or by another key`() async throws {
        try await withCatalogue { ledger, checkpoints in
            _ = try await sign(ledger, checkpoints)
            #expect(try await ledger.append(Self.lines("story.ndjson")).isWritten)
            let other = try NoteSigner(Self.signer(1, "other.example").secret)
            await #expect(throws: AccrueError(.proofInvalid)) { try await ledger.sign(other, in: checkpoints) }
            // A checkpoint over other events of as many.
            var note = try SignedNote(
                Checkpoint(origin: "school.example/log", size: 49, root: .sha256(of: [UInt8(1)].span.bytes))
            )
            try note.sign(Self.signer())
            try checkpoints.keep(note)
            await #expect(throws: AccrueError(.checkpointDiverges)) {
                try await ledger.sign(Self.signer(), in: checkpoints)
            }
            #expect(try ledger.read { (view) throws(AccrueError) in view.known.rawValue } == 244)
        }
    }

    @Test func `a line that states what is not so is refused, and an export with statements is taken whole`()
        async throws
    {
        var exported: [UInt8] = []
        try await withCatalogue { ledger, checkpoints in
            _ = try await sign(ledger, checkpoints)
            #expect(try await ledger.append(Self.lines("story.ndjson")).isWritten)
            _ = try await sign(ledger, checkpoints)
            let root = String(repeating: "ab", count: 32)
            let line = """
                {"id":"00000000-0000-4000-8000-0000000000aa","kind":"heads-recorded","effective":"2026-01-01",\
                "document":{"root":"\(root)","streams":15}}
                """
            let report = try await ledger.append(EventLines(Array(line.utf8)))
            #expect(report.faults.map(\.error.code) == [.headsDiffer])
            #expect(!report.isWritten)
            exported = try ledger.read { (view) throws(AccrueError) in
                var lines: [UInt8] = []
                try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) {
                    (event) throws(AccrueError) in lines += try view.line(of: event) + [UInt8(ascii: "\n")]
                }
                return lines
            }
        }
        let lines = EventLines(exported)
        try await withLedger { ledger in
            let report = try await ledger.append(lines)
            #expect(report.faults.map { "\($0.line) \($0.error)" } == [])
            #expect(report.appended == 245)
            #expect(ledger.log.check().findings == [])
            // In a log that has another history they are not so.
            let again = try await ledger.append(EventLines(Array(exported.prefix(0))))
            #expect(again.appended == 0)
        }
        try await withLedger { ledger in
            let shorter = exported.split(separator: UInt8(ascii: "\n")).dropFirst(0).filter {
                !String(decoding: $0, as: UTF8.self).contains("\"kaja\"")
            }
            var options = AppendOptions()
            options.acceptsValid = true
            let report = try await ledger.append(EventLines(Array(shorter.joined(separator: [10]))), options)
            #expect(report.faults.contains { $0.error.code == .headsDiffer })
        }
    }

    @Test func `the key hands over, and only the new one signs`() async throws {
        try await withCatalogue { ledger, checkpoints in
            let (one, two, three) = (try Self.signer(1), try Self.signer(2), try Self.signer(3))
            let first = try await sign(ledger, checkpoints, by: one)
            await #expect(throws: AccrueError(.keyNotInForce)) {
                try await ledger.rotate(three, to: two, by: nil, after: checkpoints)
            }
            let event = try await ledger.rotate(one, to: two, by: nil, after: checkpoints)
            #expect(event.kind == .keyRotated && event.learnerNumber == 0)
            await #expect(throws: AccrueError(.keyNotInForce)) { try await ledger.sign(one, in: checkpoints) }
            await #expect(throws: AccrueError(.keyNotInForce)) {
                try await ledger.rotate(one, to: three, by: nil, after: checkpoints)
            }
            let second = try await sign(ledger, checkpoints, by: two)
            #expect(second.size == first.size + 2)
            #expect(try ledger.key(following: one.key, known: .now) == two.key)
            #expect(try ledger.key(following: one.key, known: .position(Position(rawValue: 49))) == one.key)
            #expect(try ledger.key(following: three.key, known: .now) == three.key)
            #expect(ledger.log.check().findings == [])
        }
    }

    @Test func `a rotation that its keys have not signed is refused`() async throws {
        try await withCatalogue { ledger, _ in
            let rotation = try KeyRotation(from: Self.signer(1), to: Self.signer(2))
            let line = """
                {"id":"00000000-0000-4000-8000-0000000000ab","kind":"key-rotated","effective":"2026-01-01","document":{\
                "from":"\(rotation.from)","to":"\(rotation.to)","fromSignature":"\(rotation.toSignature)",\
                "toSignature":"\(rotation.toSignature)"}}
                """
            let report = try await ledger.append(EventLines(Array(line.utf8)))
            #expect(report.faults.map(\.error.code) == [.proofInvalid])
            #expect(!report.isWritten)
        }
    }
}
