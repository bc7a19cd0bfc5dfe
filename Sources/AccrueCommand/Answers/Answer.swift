internal import EventCoding

/// What a command answers: a document for programs, and the same to be read by people.
struct Answer {
    /// A piece of the text.
    enum Part {
        /// Lines, without the last line feed.
        case text(String, Emphasis?)
        /// A table.
        case table(Table)
    }

    /// The answer as JSON.
    let document: JSONValue
    private var parts: [Part] = []

    init(_ document: JSONValue) {
        self.document = document
    }

    /// Adds a line.
    mutating func say(_ text: String, _ emphasis: Emphasis? = nil) {
        parts.append(.text(text.printable, emphasis))
    }

    /// Adds a line for each of some labels, with what they say below each other.
    mutating func list(_ lines: [(label: String, says: String)], indent: Int = 0) {
        let width = lines.reduce(0) { max($0, $1.label.displayWidth) } + 2
        for (label, says) in lines {
            let gap = String(repeating: " ", count: width - label.displayWidth)
            say(String(repeating: " ", count: indent) + label + gap + says)
        }
    }

    /// Adds an empty line.
    mutating func skip() {
        parts.append(.text("", nil))
    }

    /// Adds a table.
    mutating func show(_ table: Table) {
        parts.append(.table(table))
    }

    /// Writes the document, or else the text.
    func write(json: Bool, on console: Console = .standard) throws(OutputError) {
        if json { return try console.write(document.line) }
        for part in parts {
            switch part {
            case .text(let text, let emphasis):
                try console.write((emphasis.map { console.style(text, $0) } ?? text) + "\n")
            case .table(let table): try console.write(table)
            }
        }
    }
}

extension JSONValue {
    /// The canonical text, as a line. A number that has none, as of 2⁵³ and more, is a string (RFC 7493, section 2.2).
    var line: String {
        do {
            return String(decoding: try CanonicalJSON.bytes(of: self), as: UTF8.self) + "\n"
        } catch {
            return withTextForNumbers.line
        }
    }

    private var withTextForNumbers: JSONValue {
        switch self {
        case .number(let text): (try? CanonicalJSON.bytes(of: self)) == nil ? .string(text) : self
        case .array(let elements): .array(elements.map(\.withTextForNumbers))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { JSONObject.Member(key: $0.key, value: $0.value.withTextForNumbers) }
                )
            )
        case .null, .bool, .string: self
        }
    }
}
