/// What a piece of text is to the reader; its value is the parameter of the terminal's SGR sequence (ECMA-48).
enum Emphasis: String {
    case strong = "1"
    case dim = "2"
    case bad = "31"
    case good = "32"
    case caution = "33"
}

/// Whether emphasis is shown. A style is asked for text and gives it back, marked or as it was.
struct Style: Sendable {
    /// Marks nothing, as in files, pipes and tests.
    static let plain = Style(isPlain: true)

    let isPlain: Bool

    /// The style for an output: emphasis only on a terminal that understands it, and not against the reader's wish
    /// (`NO_COLOR`, https://no-color.org).
    static func fitting(terminal: Bool, environment: [String: String]) -> Style {
        let unwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return Style(isPlain: !terminal || unwanted || environment["TERM"] == "dumb")
    }

    /// The text, marked with the emphasis.
    func callAsFunction(_ text: String, _ emphasis: Emphasis) -> String {
        isPlain || text.isEmpty ? text : "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m"
    }
}
