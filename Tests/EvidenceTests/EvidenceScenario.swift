import Accrue
import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Evidence
import Foundation
import Testing
import Transparency

/// A log with the bundled story, that says where its streams end, is signed and witnessed; and bundles of it.
struct EvidenceScenario {
    /// The log's key, that of a witness, and keys of somebody else.
    static let log = signer("school.example/log", .log, 1)
    static let witness = signer("partner.example/witness", .cosignature, 2)
    static let stranger = signer("school.example/log", .log, 3)
    /// The day of all that is claimed, 2026-11-27.
    static let day = CivilDate(rawValue: 20_784)

    /// What an auditor knows.
    static var trust: EvidenceTrust {
        EvidenceTrust(log: log.key, witnesses: WitnessPolicy(atLeast: 1, of: [witness.key]))
    }

    let ledger: Ledger<LMDBEventLog>
    /// A checkpoint over the first file, and the one over all.
    let earlier: SignedNote
    let note: SignedNote

    private static func signer(_ name: String, _ kind: NoteKey.Kind, _ seed: UInt8) -> NoteSigner {
        guard let signer = NoteSigner(name: name, kind: kind, seed: [UInt8](repeating: seed, count: 32)) else {
            fatalError("\(name) is no name of a key")
        }
        return signer
    }

    /// Gives `body` the scenario of these fixtures, and of lines behind them.
    static func with(
        _ files: [String] = ["catalogue.ndjson", "story.ndjson"],
        then lines: [String] = [],
        _ body: (EvidenceScenario) async throws -> Void
    ) async throws {
        try await withLedger { ledger in
            try await append(files[0], to: ledger)
            let earlier = try sign(ledger, by: log)
            for file in files.dropFirst() { try await append(file, to: ledger) }
            for line in lines {
                let report = try await ledger.append(EventLines(Array(line.utf8)))
                #expect(report.faults.map(\.error.description) == [])
            }
            try await recordHeads(ledger)
            var note = try sign(ledger, by: log)
            try note.cosign(witness, at: 1_764_201_600)
            try await body(EvidenceScenario(ledger: ledger, earlier: earlier, note: note))
        }
    }

    static func append(_ file: String, to ledger: Ledger<LMDBEventLog>) async throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")
        let bytes = [UInt8](try Data(contentsOf: fixtures.appending(path: file).standardized))
        let report = try await ledger.append(EventLines(bytes))
        #expect(report.faults.isEmpty)
    }

    /// Signs the last state.
    static func sign(_ ledger: Ledger<LMDBEventLog>, by signer: NoteSigner) throws -> SignedNote {
        let size = try ledger.log.read { $0.position }
        let root = try ledger.log.root(through: size, extending: nil)
        var note = try SignedNote(Checkpoint(origin: signer.key.name, size: UInt64(size.rawValue), root: root))
        try note.sign(signer)
        return note
    }

    /// States where the streams end, as the log does before it is signed.
    static func recordHeads(_ ledger: Ledger<LMDBEventLog>) async throws {
        var tree = HeadsTree()
        let (last, actor) = try ledger.read { (view) throws(AccrueError) in
            (view.known, view.registry.entries(in: .actor)[0].position)
        }
        var ends: [(UInt32, UInt32, UInt32)] = []
        try ledger.log.read { (snapshot) throws(AccrueError) in
            try snapshot.forEachEvent(from: Position(rawValue: 1), through: last) { event in
                ends.append((event.learnerNumber, event.learnerVersion, event.position.rawValue))
            }
        }
        for (stream, version, position) in ends {
            try tree.take(stream: stream, version: version, position: position)
        }
        let text = HeadsText(streams: tree.count, root: "\(tree.root())")
        let id = EventID(high: 0x1111_2222_3333_4444, low: 0x8111_2222_0000_0000 | UInt64(last.rawValue))
        var command = Command(id: id, kind: .headsRecorded, effective: day)
        command.actor = actor
        command.details.document = .heads(text)
        let stated = command
        _ = try await ledger.log.append { (turn) throws(AccrueError) in .keep(try turn.append(stated)) }
    }

    /// A bundle of what is asked for.
    func bundle(
        _ change: (inout EvidenceRequest) throws -> Void = { _ in }
    ) throws -> EvidenceBundle {
        var request = EvidenceRequest(on: Self.day)
        request.earlier = [earlier]
        try change(&request)
        return try ledger.evidence(request, in: note)
    }

    /// Leaves events out, and makes all again that can be made without the log's key.
    func leavingOut(of bundle: EvidenceBundle, _ isLeftOut: (Event) -> Bool) throws -> EvidenceBundle {
        var fewer = bundle
        fewer.events = try bundle.events.filter { try !isLeftOut($0.record.event()) }
        fewer.checkpoints = [note]
        let tree = try ledger.log.tree(through: Position(rawValue: bundle.header.size))
        let proof = try MultiProof(of: fewer.events.map { UInt64($0.position.rawValue) - 1 }, in: tree.size)
        fewer.hashes = try tree.hashes(of: proof)
        try fewer.claim(withFacts: !bundle.facts.isEmpty)
        return fewer
    }

    /// The number of a learner.
    func learner(_ name: String) throws -> UInt32 {
        try ledger.read { (view) throws(AccrueError) in try view.learner(name).number }
    }
}
