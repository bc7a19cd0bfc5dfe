internal import Credit
public import EventCoding
internal import Transparency

extension EvidenceReport {
    /// The report for people.
    public var lines: [String] {
        var lines = ["\(header.origin) signed this over \(checkpoint.size) events."]
        lines += witnesses.map { "\($0.key.name) saw it on \(Instant(secondsSince1970: $0.time))." }
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
        lines += facts.isEmpty ? countingTable : factTable
        // An award may stand where nothing counts any more.
        if header.scope.learner != nil { lines += awardLines }
        lines.append("")
        lines.append("Not proved:")
        lines += notProved.map { "- \($0)" }
        return lines
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }

    /// So many rows are told to people.
    private static let mostTold = 100

    /// What counts of each learner.
    private var countingTable: [String] {
        guard !counting.isEmpty else { return [] }
        let told = counting.prefix(Self.mostTold).map { counting in
            [
                name(of: counting.learner),
                ["\(counting.points)", counting.scheme].compactMap(\.self).joined(separator: " "),
            ]
        }
        let more = counting.count - told.count
        return Self.table([["Learner", "Counts"]] + told) + (more > 0 ? ["… and \(more) more rows: --json"] : [])
    }

    private func name(of learner: UInt32) -> String { pseudonyms[learner] ?? "number \(learner)" }

    /// What counts, in words.
    private var factTable: [String] {
        var rows = [["Learner", "Points", "Unit", "Title", "Decided", "Institution", "Position"]]
        for fact in facts.compactMap(Self.object) {
            let learner = fact["learner"]?.integer(UInt32.self) ?? 0
            let points = [fact["points"]?.string, fact["scheme"]?.string].compactMap(\.self).joined(separator: " ")
            let decision = fact["decision"]?.integer(UInt32.self).map { "\($0)" }
            rows.append([
                name(of: learner), points, fact["code"]?.string ?? "",
                fact["title"]?.string ?? "", fact["date"]?.string ?? "", fact["institution"]?.string ?? "",
                decision ?? "",
            ])
        }
        return Self.table(rows)
    }

    /// Rows below a heading, aligned, after an empty line.
    private static func table(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return [""]
            + rows.map { row in
                let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                return cells.joined(separator: "  ").trimmingSuffix(" ")
            }
    }

    /// What was awarded, in words.
    private var awardLines: [String] {
        let lines = awards.map { award in
            let learner = name(of: award.learner)
            let change = award.change.map { "; what it rests on changed since, by position \($0)" } ?? ""
            return "Awarded to \(learner): \(award.title) (\(award.qualification)), from \(award.date), by "
                + "\(award.institution), position \(award.position)\(change)."
        }
        return lines.isEmpty ? [] : [""] + lines
    }

    private static func object(_ line: [UInt8]) -> JSONObject? {
        (try? JSONReader.value(from: line.span.bytes, maximumSize: line.count))?.object
    }

    /// The report for programs.
    public var document: JSONValue {
        let noted: [JSONValue] = noted.map { .object(["name": .string($0.name), "size": .integer($0.size)]) }
        let awards: [JSONValue] = awards.map { award in
            .present([
                "change": .position(award.change), "effective": .string("\(award.date)"),
                "institution": .string(award.institution),
                "learner": .string(pseudonyms[award.learner] ?? "\(award.learner)"),
                "position": .position(award.position), "qualification": .string(award.qualification),
            ])
        }
        let counting: [JSONValue] = counting.map { counting in
            .present([
                "learner": .string(pseudonyms[counting.learner] ?? "\(counting.learner)"),
                "points": .string("\(counting.points)"), "scheme": counting.scheme.map { .string($0) },
            ])
        }
        return .object([
            "awards": .array(awards), "balances": .integer(balances), "counting": .array(counting),
            "earlier": .array(earlier.map { .integer($0) }),
            "events": .integer(events), "facts": .array(facts.compactMap { Self.object($0).map { .object($0) } }),
            "holds": .bool(true), "knownAt": .integer(header.known.rawValue),
            "learners": .integer(learners.count), "log": .string(header.origin),
            "notProved": .array(notProved.map { .string($0) }), "noted": .array(noted), "on": .string("\(header.on)"),
            "size": .integer(checkpoint.size), "undetermined": .integer(undetermined), "verdicts": .integer(verdicts),
            "withheld": .integer(withheld), "witnesses": .witnesses(witnesses),
        ])
    }
}

extension EvidenceRefusal {
    /// The refusal for programs.
    public var document: JSONValue {
        .present([
            "holds": .bool(false), "line": line.map { .integer($0) }, "message": .string(what),
            "position": .position(position), "step": .string(step.rawValue),
        ])
    }
}

extension JSONValue {
    /// Who saw a checkpoint, and when.
    static func witnesses(_ witnesses: [(key: NoteKey, time: UInt64)]) -> JSONValue {
        .array(
            witnesses.map {
                .object([
                    "name": .string($0.key.name), "time": .string("\(Instant(secondsSince1970: $0.time))"),
                ])
            }
        )
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        String(self[..<(lastIndex { $0 != character }.map { index(after: $0) } ?? startIndex)])
    }
}
