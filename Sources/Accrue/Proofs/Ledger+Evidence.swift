public import Credit
internal import EventCoding
internal import EventLog
public import Evidence
public import Transparency

extension Ledger {
    /// The evidence of what learners have, proved by a checkpoint; it speaks of the log up to the heads event that the
    /// checkpoint covers.
    ///
    /// O(*n*) in the learners of the log and in the events of the bundle; in those of the log where a later statement of heads
    /// was made.
    ///
    /// - Throws: ``Credit/ErrorCode/notFound`` where nobody is in the scope, or the checkpoint covers no heads event and
    ///   the scope is not the whole log; what ``proof(of:in:)`` throws.
    public func evidence(_ request: EvidenceRequest, in note: SignedNote) throws(AccrueError) -> EvidenceBundle {
        let tree = try tree(of: note)
        let state = try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        let earlier = try notes(before: state, request.earlier)
        let (selected, streams) = try log.read { (snapshot) throws(AccrueError) in
            try Self.bundle(request, of: snapshot, state)
        }
        var bundle = selected
        if let position = bundle.header.heads {
            var heads = try heads(statedAt: position)
            for stream in streams.sorted() { bundle.heads.append(try heads.proof(of: stream)) }
        }
        bundle.checkpoints = earlier + [note]
        let proof = try proving("evidence") { () throws(TransparencyError) in
            try MultiProof(
                of: bundle.events.map { UInt64($0.position.rawValue) - 1 },
                in: tree.size,
                cuts: try earlier.map { (note) throws(TransparencyError) in try Checkpoint(text: note.text).size }
            )
        }
        bundle.hashes = try tree.hashes(of: proof)
        try bundle.claim(withFacts: request.extent == .learner)
        return bundle
    }

    /// Checkpoints smaller than one, smallest first, each once.
    private func notes(before state: Checkpoint, _ notes: [SignedNote]) throws(AccrueError) -> [SignedNote] {
        var sized: [UInt64: SignedNote] = [:]
        for note in notes {
            let earlier = try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
            if earlier.size < state.size { sized[earlier.size] = note }
        }
        return sized.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The events of a bundle, and the streams whose ends it proves.
    private static func bundle(
        _ request: EvidenceRequest,
        of snapshot: Log.Snapshot,
        _ state: Checkpoint
    ) throws(AccrueError) -> (EvidenceBundle, Set<UInt32>) {
        let size = UInt32(clamping: state.size)
        let heads = try snapshot.events(ofLearner: 0).last {
            $0.kind == .headsRecorded && $0.position.rawValue <= size
        }
        let known = heads?.position ?? Position(rawValue: size)
        let isWhole = request.extent == .audit
        let selection = try EvidenceSelection(snapshot, known: known)
        let streams = try selection.learners(in: request.scope)
        if streams.isEmpty, request.scope != EvidenceScope() {
            throw AccrueError(.notFound, "no learner, as known at position \(known)", field: "scope")
        }
        let positions = try selection.positions(ofLearners: streams, wholeRegistry: isWhole)
        guard heads != nil || positions.count == Int(size) else {
            throw AccrueError(
                .notFound,
                "the checkpoint covers no statement of heads; sign another one",
                field: "checkpoint"
            )
        }
        let header = EvidenceHeader(
            origin: state.origin,
            size: size,
            known: known,
            heads: heads?.position,
            hasWholeRegistry: isWhole,
            on: request.on,
            scope: request.scope
        )
        var bundle = EvidenceBundle(header: header, checkpoints: [], events: [])
        for position in positions {
            let record = try snapshot.record(at: position)
            let shown = try request.shown(of: record)
            bundle.events.append(EvidenceBundle.EventLine(position: position, record: shown))
        }
        return (bundle, isWhole ? streams.union([0]) : streams)
    }
}

extension EvidenceRequest {
    /// What is shown of a record: texts and pseudonyms of learners only where they are asked for, or decide something.
    fileprivate func shown(of record: [UInt8]) throws(AccrueError) -> DisclosedRecord {
        let bytes = record.span.bytes
        let fields = FixedPart(bytes)
        let isOwnName = extent == .learner && fields.kindNumber == EventKind.learnerIntroduced.rawValue
        do throws(RecordError) {
            return try DisclosedRecord(bytes, withholdingDetails: !withTexts && !isOwnName)
        } catch {
            throw AccrueError(error, in: bytes)
        }
    }
}
