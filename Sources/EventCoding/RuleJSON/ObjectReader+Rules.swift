internal import Credit
internal import Rules

// Values that only rule documents have.

extension ObjectReader {
    /// Points or a part of the whole.
    mutating func quantity(_ key: String) -> Quantity? {
        parsed(string(key), key) { (text) throws(AccrueError) in try Quantity(text) }
    }

    /// Two capital letters, as in ISO 3166-1.
    mutating func country(_ key: String) -> String? {
        guard let text = string(key) else { return nil }
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            faults.add(.countryInvalid, text, at: name(key))
            return nil
        }
        return text
    }
}

extension JSONValue {
    /// An array of strings; nothing where it is empty.
    static func list(_ texts: [String]) -> JSONValue? {
        texts.isEmpty ? nil : .array(texts.map { .string($0) })
    }
}
