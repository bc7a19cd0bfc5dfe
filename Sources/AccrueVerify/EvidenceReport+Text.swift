internal import Credit
internal import EventCoding
internal import Evidence
internal import Transparency

extension EvidenceReport {
    /// The report for people.
    var lines: [String] {
        var lines = ["\(header.origin) signed this over \(checkpoint.size) events."]
        for (key, time) in witnesses {
            lines.append("\(key.name) saw it on \(Instant(rawValue: Int64(clamping: time) * 1_000_000)).")
        }
        lines.append("\(events) of them are here, as they were signed.")
        lines.append(
            "Of \(Self.count(learners.count, "learner")), no event is left out up to position \(header.known)."
        )
        if !earlier.isEmpty {
            lines.append(
                "The log continues \(Self.count(earlier.count, "checkpoint")) of the bundle, the first over \(earlier[0]) events."
            )
        }
        for (name, size) in noted { lines.append("The log continues \(name), over \(size) events.") }
        let claims = "\(Self.count(balances, "balance")) and \(Self.count(verdicts, "verdict"))"
        lines.append("Computed again and as claimed: \(claims) of \(header.on).")
        lines += table
        lines.append("")
        lines.append("Not proved:")
        lines += notProved.map { "- \($0)" }
        return lines
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }

    /// What counts, in words.
    private var table: [String] {
        guard !facts.isEmpty else { return [] }
        var rows = [["Learner", "Points", "Unit", "Title", "Decided", "Institution", "Position"]]
        for fact in facts.compactMap(Self.object) {
            let learner = fact["learner"]?.integer(UInt32.self) ?? 0
            let points = [fact["points"]?.string, fact["scheme"]?.string].compactMap(\.self).joined(separator: " ")
            let decision = fact["decision"]?.integer(UInt32.self).map { "\($0)" }
            rows.append([
                pseudonyms[learner] ?? "number \(learner)", points, fact["code"]?.string ?? "",
                fact["title"]?.string ?? "", fact["date"]?.string ?? "", fact["institution"]?.string ?? "",
                decision ?? "",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return [""]
            + rows.map { row in
                let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                return cells.joined(separator: "  ").trimmingSuffix(" ")
            }
    }

    private static func object(_ line: [UInt8]) -> JSONObject? {
        (try? JSONReader.value(from: line.span.bytes, maximumSize: line.count))?.object
    }

    /// The report for programs.
    var document: String {
        let witnesses: [JSONValue] = witnesses.map {
            .object(["name": .string($0.key.name), "time": .integer($0.time)])
        }
        let noted: [JSONValue] = noted.map { .object(["name": .string($0.name), "size": .integer($0.size)]) }
        return JSONValue.object([
            "balances": .integer(balances), "earlier": .array(earlier.map { .integer($0) }),
            "events": .integer(events), "facts": .array(facts.compactMap { Self.object($0).map { .object($0) } }),
            "holds": .bool(true), "known": .integer(header.known.rawValue),
            "learners": .integer(learners.count), "log": .string(header.origin),
            "notProved": .array(notProved.map { .string($0) }), "noted": .array(noted), "on": .string("\(header.on)"),
            "size": .integer(checkpoint.size), "undetermined": .integer(undetermined), "verdicts": .integer(verdicts),
            "withheld": .integer(withheld), "witnesses": .array(witnesses),
        ]).text
    }
}

extension EvidenceRefusal {
    /// The refusal for programs.
    var document: String {
        JSONValue.object([
            "holds": .bool(false), "line": line.map { .integer($0) } ?? .null,
            "position": position.map { .integer($0.rawValue) } ?? .null, "step": .string(step.rawValue),
            "what": .string(what),
        ]).text
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: (try? CanonicalJSON.bytes(of: self)) ?? [], as: UTF8.self) }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        String(self[..<(lastIndex { $0 != character }.map { index(after: $0) } ?? startIndex)])
    }
}
