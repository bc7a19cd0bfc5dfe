internal import Credit
internal import EventCoding
internal import Transparency

extension Answer {
    /// A signed checkpoint, as it is kept and sent.
    init(checkpoint note: SignedNote) throws {
        let state = try Checkpoint(text: note.text)
        self.init(
            .present([
                "log": .string(state.origin), "note": .string("\(note)"), "root": .string("\(state.root)"),
                "signatures": .array(note.signatures.map { .string($0.name) }), "size": .integer(state.size),
            ])
        )
        show("\(note)")
    }

    /// Adds lines as they are.
    mutating func show(_ lines: String) {
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { say(String(line)) }
    }
}
