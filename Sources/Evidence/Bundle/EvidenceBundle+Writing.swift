internal import Credit
internal import EventCoding
internal import Transparency

extension EvidenceBundle {
    /// The bundle as a file. The same bundle has the same bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ line: [UInt8]) {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        add(headerLine.canonicalBytes)
        for line in facts { add(line) }
        for note in checkpoints {
            add(JSONValue.object(["line": "checkpoint", "note": .string("\(note)")]).canonicalBytes)
        }
        for event in events { add(event.json.canonicalBytes) }
        add(JSONValue.object(["hashes": .hashes(hashes), "line": "tree"]).canonicalBytes)
        for head in heads { add(head.json.canonicalBytes) }
        for line in balances { add(line) }
        for line in verdicts { add(line) }
        return bytes
    }

    private var headerLine: JSONValue {
        let counts = BundleSection.counted.map {
            JSONObject.Member(key: $0.rawValue, value: .integer($0.count(in: self)))
        }
        return .object([
            "counts": .object(JSONObject(counts)), "format": .string(EvidenceHeader.format),
            "heads": header.heads.map { .integer($0.rawValue) } ?? .null, "known": .integer(header.known.rawValue),
            "line": "bundle", "on": .string("\(header.on)"), "origin": .string(header.origin),
            "registry": header.hasWholeRegistry ? "whole" : "closed", "scope": header.scope.json,
            "size": .integer(header.size),
        ])
    }
}

extension EvidenceScope {
    fileprivate var json: JSONValue {
        .present([
            "from": from.map { .string("\($0)") }, "institution": institution.map { .integer($0.rawValue) },
            "learner": learner.map { .integer($0) }, "qualification": qualification.map { .integer($0.rawValue) },
            "ruleSet": ruleSet.map { .integer($0.rawValue) }, "until": until.map { .string("\($0)") },
        ])
    }
}

extension EvidenceBundle.EventLine {
    fileprivate var json: JSONValue {
        let parts: [JSONValue] = record.parts.map { $0.map { .string(Base64.text(of: $0)) } ?? .null }
        return .object([
            "entry": .string(Base64.text(of: record.entry)), "line": "event", "parts": .array(parts),
            "position": .integer(position.rawValue),
        ])
    }
}

extension HeadProof {
    fileprivate var json: JSONValue {
        .object([
            "line": "head", "position": .integer(head.position), "proof": .hashes(hashes), "stream": .integer(stream),
            "version": .integer(head.version),
        ])
    }
}

extension JSONValue {
    fileprivate static func hashes(_ hashes: [Digest]) -> JSONValue {
        .array(hashes.map { .string(Base64.text(of: $0.bytes)) })
    }

    /// The canonical text; a bundle's lines hold only whole numbers that have one.
    var canonicalBytes: [UInt8] { (try? CanonicalJSON.bytes(of: self)) ?? [] }
}
