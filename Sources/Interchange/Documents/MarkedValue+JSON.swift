internal import Credit
internal import EventCoding

extension MarkedValue {
    /// Reads a file of JSON.
    ///
    /// - Throws: Why it is none, and where.
    public init(json bytes: [UInt8]) throws(FileFault) {
        do throws(JSONSyntaxError) {
            let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: Self.largestFile)
            self.init(value, isUntyped: false, lines: JSONLines.tree(of: value, in: bytes))
        } catch {
            if case .duplicateKey = error.kind, let fault = KeyTwice.fault(json: bytes) { throw fault }
            let before = bytes.prefix(error.offset)
            throw FileFault(1 + before.count { $0 == UInt8(ascii: "\n") }, AccrueError(syntax: error))
        }
    }
}

/// Walks once more through a text of JSON that was read, and notes on which line each part begins.
private struct JSONLines {
    private let bytes: [UInt8]
    private var (index, line) = (0, 1)

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func tree(of value: JSONValue, in bytes: [UInt8]) -> LineTree {
        var lines = JSONLines(bytes)
        var tree = lines.tree(of: value)
        tree.line = 1
        return tree
    }

    /// What the reader has read nests no deeper than it allows.
    private mutating func tree(of value: JSONValue) -> LineTree {
        skip()
        var tree = LineTree(line: line)
        switch value {
        case .object(let object):
            index += 1
            skip()
            // An object is where its first member is.
            if !object.members.isEmpty { tree.line = line }
            for member in object.members {
                skip()
                let place = line
                skipText()
                var inner = self.tree(of: member.value)
                inner.line = place
                tree.members[member.key] = inner
            }
            skip()
            index += 1
        case .array(let elements):
            index += 1
            for element in elements { tree.elements.append(self.tree(of: element)) }
            skip()
            index += 1
        case .string: skipText()
        default: while index < bytes.count, !",]} \t\r\n".utf8.contains(bytes[index]) { index += 1 }
        }
        return tree
    }

    /// Goes on to the next value, key or end.
    private mutating func skip() {
        while index < bytes.count, ",: \t\r\n".utf8.contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    private mutating func skipText() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
    }
}

extension AccrueError {
    fileprivate init(syntax error: JSONSyntaxError) {
        switch error.kind {
        case .duplicateKey(let key, _): self.init(.keyTwice, String(key.unicodeScalars.prefix(100)))
        case .tooDeep: self.init(.tooDeep)
        case .tooLarge: self.init(.documentTooLarge)
        default: self.init(.jsonMalformed, error.message)
        }
    }
}
