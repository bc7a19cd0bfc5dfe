/// The words by which the cases of an enumeration are written: their names with hyphens, as in `non-formal`.
public struct Words<Value: CaseIterable & Hashable & Sendable>: Sendable {
    private let words: [Value: String]
    private let values: [String: Value]

    /// The words of all cases.
    public init() {
        var words: [Value: String] = [:]
        for value in Value.allCases {
            words[value] = "\(value)".reduce(into: "") { word, character in
                word += (character.isUppercase ? "-" : "") + character.lowercased()
            }
        }
        self.words = words
        values = Dictionary(uniqueKeysWithValues: words.map { ($0.value, $0.key) })
    }

    /// All words, in the order of the alphabet.
    public var all: [String] { values.keys.sorted() }

    /// The word of a value.
    public func word(of value: Value) -> String { words[value] ?? "" }

    /// The value of a word, or nil.
    public func value(of word: String) -> Value? { values[word] }

    /// Reads a word.
    ///
    /// - Throws: ``ErrorCode/valueUnknown``, with the word that is near, or all.
    public func read(_ text: String) throws(AccrueError) -> Value {
        guard let value = value(of: text) else { throw AccrueError(.valueUnknown, text + hint(for: text)) }
        return value
    }

    /// What to say behind a text that is none of the words: the one that is near, or else all.
    public func hint(for text: String) -> String {
        let suggestion = NearestName.suggestion(for: text, among: all)
        return suggestion.isEmpty ? ", not one of \(all.joined(separator: ", "))" : suggestion
    }
}

extension CompetentFunction {
    /// The words for functions.
    public static let words = Words<CompetentFunction>()
}

extension DecisionResult {
    /// The words for results.
    public static let words = Words<DecisionResult>()
}

extension Procedure {
    /// The words for procedures.
    public static let words = Words<Procedure>()
}

extension ReasonCode {
    /// The words for reasons.
    public static let words = Words<ReasonCode>()
}
