internal import Credit
internal import EventCoding
internal import Yams

extension MarkedValue {
    /// Reads a file of YAML as a tree of texts: no scalar is guessed to be a number, a date or a truth value.
    ///
    /// What two readers could take for different things is refused: anchors, aliases, tags, keys that are no texts, a
    /// second document.
    ///
    /// - Throws: Why it is none, and where.
    public init(yaml bytes: [UInt8]) throws(FileFault) {
        guard bytes.count <= Self.largestFile else { throw FileFault(1, AccrueError(.documentTooLarge)) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileFault(1, AccrueError(.yamlMalformed, "these bytes are not UTF-8"))
        }
        if let line = Self.lineOfManyAliases(bytes) { throw FileFault(line, AccrueError(.yamlFeature, "aliases")) }
        let node: Node?
        // A node does not hold its anchor; the parser does.
        let parser: Parser
        do {
            // Yams recurses, but libyaml ends the nesting at 1,000 levels.
            parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            node = try parser.singleRoot()
        } catch let error as YamlError {
            if case .duplicatedKeysInMapping = error, let fault = KeyTwice.fault(yaml: bytes) { throw fault }
            throw FileFault(error)
        } catch {
            throw FileFault(1, AccrueError(.yamlMalformed, "\(error)"))
        }
        guard let node else { throw FileFault(1, AccrueError(.yamlMalformed, "the file is empty")) }
        defer { withExtendedLifetime(parser) {} }
        var lines = LineTree(line: 1)
        self.init(try Self.value(of: node, depth: 0, &lines), isUntyped: true, lines: lines)
    }

    /// Aliases are refused once the tree stands, but a key that is one is hashed on the way there, with all that it
    /// stands for, which doubles with each. A few cannot do harm. Text may look the same, but seldom so often.
    private static func lineOfManyAliases(_ bytes: [UInt8]) -> Int? {
        var (count, line) = (0, 1)
        var before = UInt8(ascii: " ")
        for (byte, after) in zip(bytes, bytes.dropFirst()) {
            if byte == UInt8(ascii: "*"), after > UInt8(ascii: " "), " \t\n\r[{,:?-".utf8.contains(before) {
                count += 1
                if count > 8 { return line }
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            before = byte
        }
        return nil
    }
}

// MARK: - From the tree of Yams to that of JSON

extension MarkedValue {
    private static func value(of node: Node, depth: Int, _ lines: inout LineTree) throws(FileFault) -> JSONValue {
        guard depth <= JSONReader.maximumDepth else { throw FileFault(lines.line, AccrueError(.tooDeep)) }
        guard node.anchor == nil else { throw refused("an anchor or alias", lines.line) }
        switch node {
        case .scalar(let scalar):
            try require(scalar.tag, ["", "tag:yaml.org,2002:str"], lines.line)
            return scalar.string.isEmpty && scalar.style == .plain ? .null : .string(scalar.string)
        case .sequence(let sequence):
            try require(sequence.tag, ["", "tag:yaml.org,2002:seq"], lines.line)
            var elements: [JSONValue] = []
            for element in sequence {
                var inner = LineTree(line: element.mark?.line ?? lines.line)
                elements.append(try value(of: element, depth: depth + 1, &inner))
                lines.elements.append(inner)
            }
            return .array(elements)
        case .mapping(let mapping):
            try require(mapping.tag, ["", "tag:yaml.org,2002:map"], lines.line)
            var members: [JSONObject.Member] = []
            // Yams has refused keys that stand twice.
            for (key, element) in mapping {
                var inner = LineTree(line: key.mark?.line ?? lines.line)
                guard key.anchor == nil, case .scalar(let name) = key else {
                    throw refused("a key that is no text", inner.line)
                }
                try require(name.tag, ["", "tag:yaml.org,2002:str"], inner.line)
                members.append(.init(key: name.string, value: try value(of: element, depth: depth + 1, &inner)))
                lines.members[name.string] = inner
            }
            return .object(JSONObject(members))
        case .alias: throw refused("an alias", lines.line)
        }
    }

    private static func require(_ tag: Tag, _ known: [String], _ line: Int) throws(FileFault) {
        guard !known.contains(tag.description) else { return }
        throw refused("the tag \(String(tag.description.unicodeScalars.prefix(100)))", line)
    }

    private static func refused(_ what: String, _ line: Int) -> FileFault {
        FileFault(line, AccrueError(.yamlFeature, what))
    }
}

extension FileFault {
    fileprivate init(_ error: YamlError) {
        switch error {
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(context.mark.line, AccrueError(.keyTwice, String((keys.first ?? "").unicodeScalars.prefix(100))))
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            let isDepth = problem.contains("nesting level")
            self.init(mark.line, isDepth ? AccrueError(.tooDeep) : AccrueError(.yamlMalformed, problem))
        case .composer(_, let problem, let mark, _):
            self.init(mark.line, AccrueError(.yamlFeature, problem))
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.utf8.prefix(offset ?? 0)
            self.init(1 + before.count { $0 == UInt8(ascii: "\n") }, AccrueError(.yamlMalformed, problem))
        default: self.init(1, AccrueError(.yamlMalformed))
        }
    }
}
