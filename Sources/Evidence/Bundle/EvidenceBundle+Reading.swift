internal import Credit
internal import EventCoding
internal import Transparency

extension EvidenceBundle {
    /// Whether a file is meant for a bundle: its first line is an object, which that of no other proof is.
    public static func isBundle(_ bytes: [UInt8]) -> Bool { bytes.first == UInt8(ascii: "{") }

    /// Reads a file.
    ///
    /// The form is verified: every line is canonical, of the kind that is due, and in order.
    ///
    /// - Throws: ``EvidenceRefusal`` with the line.
    public init(bytes: [UInt8]) throws(EvidenceRefusal) {
        guard !bytes.isEmpty else { throw EvidenceRefusal(.lines, "the file is empty, and proves nothing") }
        var lines = BundleLines(bytes)
        let (header, counts) = try EvidenceHeader.read(lines.next("bundle"))
        self.init(header: header, checkpoints: [], events: [])
        for section in BundleSection.allCases {
            for _ in 0..<(counts[section] ?? 1) {
                var line = try lines.next(section.rawValue)
                try take(&line, of: section)
            }
        }
        try lines.finish()
    }

    private mutating func take(_ line: inout BundleLine, of section: BundleSection) throws(EvidenceRefusal) {
        switch section {
        // What they say is computed again and compared whole.
        case .fact: facts.append(line.bytes)
        case .balance: balances.append(line.bytes)
        case .verdict: verdicts.append(line.bytes)
        case .checkpoint:
            let text = try line.string("note")
            try line.finish()
            do throws(TransparencyError) {
                checkpoints.append(try SignedNote(text))
            } catch {
                throw EvidenceRefusal(.lines, line: line.number, "the note, \(error)")
            }
        case .event:
            let record = DisclosedRecord(entry: try line.bytes("entry"), parts: try line.parts("parts"))
            let event = EventLine(position: try line.position("position"), record: record)
            try line.finish()
            guard events.last.map({ $0.position < event.position }) ?? true else {
                throw EvidenceRefusal(.lines, line: line.number, position: event.position, "is out of order")
            }
            events.append(event)
        case .tree:
            hashes = try line.hashes("hashes")
            try line.finish()
        case .head:
            let head = StreamHead(version: try line.number("version"), position: try line.number("position"))
            let proof = HeadProof(stream: try line.number("stream"), head: head, hashes: try line.hashes("proof"))
            try line.finish()
            guard heads.last.map({ $0.stream < proof.stream }) ?? true else {
                throw EvidenceRefusal(.lines, line: line.number, "stream \(proof.stream) is out of order")
            }
            heads.append(proof)
        }
    }
}

extension EvidenceHeader {
    /// The header, and how many lines there are of each section.
    fileprivate static func read(
        _ line: BundleLine
    ) throws(EvidenceRefusal) -> (EvidenceHeader, [BundleSection: Int]) {
        var line = line
        guard try line.string("format") == format else { throw line.wrong("format") }
        let counts = try line.members("counts") { (members) throws(EvidenceRefusal) in
            var counts: [BundleSection: Int] = [:]
            for section in BundleSection.counted {
                let count: UInt32 = try members.number(section.rawValue)
                counts[section] = Int(count)
            }
            return counts
        }
        guard counts[.event] != 0 else {
            throw EvidenceRefusal(.lines, line: line.number, "there is no event, and nothing is proved")
        }
        guard counts[.checkpoint] != 0 else { throw line.wrong("counts.checkpoint") }
        let registry = try line.string("registry")
        guard registry == "whole" || registry == "closed" else { throw line.wrong("registry") }
        let header = EvidenceHeader(
            origin: try line.string("origin"),
            size: try line.number("size"),
            known: try line.position("known"),
            heads: try line.nullablePosition("heads"),
            hasWholeRegistry: registry == "whole",
            on: try line.date("on"),
            scope: try line.members("scope") { (members) throws(EvidenceRefusal) in try EvidenceScope(&members) }
        )
        try line.finish()
        return (header, counts)
    }
}

extension EvidenceScope {
    fileprivate init(_ members: inout BundleLine) throws(EvidenceRefusal) {
        self.init()
        learner = try members.optional("learner") { (line, key) throws(EvidenceRefusal) in try line.number(key) }
        institution = try members.optional("institution") { (line, key) throws(EvidenceRefusal) in
            try line.position(key)
        }
        qualification = try members.optional("qualification") { (line, key) throws(EvidenceRefusal) in
            try line.position(key)
        }
        ruleSet = try members.optional("ruleSet") { (line, key) throws(EvidenceRefusal) in try line.position(key) }
        from = try members.optional("from") { (line, key) throws(EvidenceRefusal) in try line.date(key) }
        until = try members.optional("until") { (line, key) throws(EvidenceRefusal) in try line.date(key) }
    }
}
