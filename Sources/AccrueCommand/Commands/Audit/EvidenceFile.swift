internal import Credit
internal import EventCoding
internal import EventLog
internal import Evidence

/// Bundles as files.
enum EvidenceFile {
    /// Requires a file that is not there yet: what was handed over to somebody is not replaced.
    static func requireNew(_ file: String) throws(AccrueError) {
        if file != "-", try Files().has(file) { throw AccrueError(.fileExists, file) }
    }

    /// Writes a bundle, and answers what is in it; on standard output, it is the answer.
    static func write(_ bundle: EvidenceBundle, to file: String, json: Bool) throws {
        let bytes = bundle.bytes
        if file == "-" { return try Console.standard.write(String(decoding: bytes, as: UTF8.self)) }
        try Files().replace(file, with: bytes)
        var answer = Answer(
            .object([
                "balances": .integer(bundle.balances.count), "bytes": .integer(bytes.count),
                "events": .integer(bundle.events.count), "file": .string(file),
                "knownAt": .integer(bundle.header.known.rawValue), "log": .string(bundle.header.origin),
                "size": .integer(bundle.header.size), "verdicts": .integer(bundle.verdicts.count),
            ])
        )
        answer.say("\(file): \(bundle.events.count.counted("event")) of \(bundle.header.size)", .strong)
        answer.say("Known up to position \(bundle.header.known), of \(bundle.header.on)")
        answer.say("\(bundle.balances.count.counted("balance")), \(bundle.verdicts.count.counted("verdict"))")
        answer.skip()
        answer.say("Verify: accrue-verify bundle \(file) --log KEY, with the key from elsewhere.")
        try answer.write(json: json)
    }
}
