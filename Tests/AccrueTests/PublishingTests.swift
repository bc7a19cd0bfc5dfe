import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Testing
import Transparency

/// What is published of a tree stays one log's, and one history's.
@Suite struct PublishingTests {
    /// A ledger with so many schemes, and the signature over it.
    private func withSigned(
        _ count: Int,
        named name: String = "school.example/log",
        _ body: (Ledger<LMDBEventLog>, SignedNote) async throws -> Void
    ) async throws {
        try await withLedger { ledger in
            try await Self.append(count, to: ledger)
            try await body(ledger, try Self.sign(ledger, name))
        }
    }

    private static func append(_ count: Int, to ledger: Ledger<LMDBEventLog>) async throws {
        let lines = (0..<count).map { _ in
            let id = UUID().uuidString.lowercased()
            return #"{"id":"\#(id)","kind":"scheme-introduced","effective":"2020-01-01","#
                + #""identifier":"\#(id)","document":{"name":"S"}}"# + "\n"
        }
        #expect(try await ledger.append(EventLines(Array(lines.joined().utf8))).faults.isEmpty)
    }

    private static func sign(_ ledger: Ledger<LMDBEventLog>, _ name: String) throws -> SignedNote {
        let size = try ledger.log.read { $0.position }
        let root = try ledger.log.root(through: size, extending: nil)
        var note = try SignedNote(Checkpoint(origin: name, size: UInt64(size.rawValue), root: root))
        let signer = try #require(NoteSigner(name: name, kind: .log, seed: [UInt8](repeating: 1, count: 32)))
        try note.sign(signer)
        return note
    }

    /// Every file below a folder, with its content.
    private func files(_ folder: String) throws -> [String: Data] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try paths.reduce(into: [:]) { files, path in
            let file = folder + "/" + path
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
                return
            }
            files[path] = try Data(contentsOf: URL(filePath: file))
        }
    }

    @Test func `another log, or another history, is not published over the first`() async throws {
        let folder = try TemporaryFolder()
        let web = folder["web"]
        try await withSigned(300) { ledger, note in
            #expect(try ledger.publish(note, to: web, withEntries: true).written == 5)
            #expect(try ledger.publish(note, to: web, withEntries: true).written == 3)
            let before = try files(web)
            for (count, name) in [(300, "school.example/log"), (200, "school.example/log"), (600, "other.example/log")]
            {
                try await withSigned(count, named: name) { other, note in
                    #expect(throws: AccrueError(.checkpointDiverges)) {
                        try other.publish(note, to: web, withEntries: false)
                    }
                }
            }
            #expect(try files(web) == before)
            // Tiles that no checkpoint covers are compared.
            try FileManager.default.removeItem(atPath: web + "/checkpoint")
            try await withSigned(300) { other, note in
                #expect(throws: AccrueError(.checkpointDiverges)) {
                    try other.publish(note, to: web, withEntries: false)
                }
            }
            #expect(try ledger.publish(note, to: web, withEntries: true).written == 3)
            try await Self.append(300, to: ledger)
            let next = try Self.sign(ledger, "school.example/log")
            #expect(try ledger.publish(next, to: web, withEntries: true).events == 600)
            // What was signed before is still of this log.
            #expect(try ledger.publish(note, to: web, withEntries: true).events == 300)
        }
    }
}
