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
            throw FileFault(error)
        } catch {
            throw FileFault(1, AccrueError(.yamlMalformed, "\(error)"))
        }
        guard let node else { throw FileFault(1, AccrueError(.yamlMalformed, "the file is empty")) }
        var tree = YAMLTree()
        defer { withExtendedLifetime(parser) {} }
        self.init(try tree.value(of: node, at: "", depth: 0), isUntyped: true, lines: tree.lines)
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

/// A tree of Yams on its way to one of JSON.
private struct YAMLTree {
    private(set) var lines: [String: Int] = [:]

    mutating func value(of node: Node, at path: String, depth: Int) throws(FileFault) -> JSONValue {
        let line = node.mark?.line ?? 1
        guard depth <= JSONReader.maximumDepth else { throw FileFault(line, AccrueError(.tooDeep)) }
        guard node.anchor == nil else { throw FileFault(line, feature("an anchor or alias", path)) }
        if lines[path] == nil { lines[path] = line }
        switch node {
        case .scalar(let scalar):
            try require(scalar.tag, ["", "tag:yaml.org,2002:str"], line, path)
            return scalar.string.isEmpty && scalar.style == .plain ? .null : .string(scalar.string)
        case .sequence(let sequence):
            try require(sequence.tag, ["", "tag:yaml.org,2002:seq"], line, path)
            var elements: [JSONValue] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try value(of: element, at: "\(path)[\(index)]", depth: depth + 1))
            }
            return .array(elements)
        case .mapping(let mapping):
            try require(mapping.tag, ["", "tag:yaml.org,2002:map"], line, path)
            return .object(try object(of: mapping, at: path, depth: depth))
        case .alias: throw FileFault(line, feature("an alias", path))
        }
    }

    /// Yams has refused keys that stand twice.
    private mutating func object(of mapping: Node.Mapping, at path: String, depth: Int) throws(FileFault) -> JSONObject
    {
        var members: [JSONObject.Member] = []
        for (key, element) in mapping {
            let line = key.mark?.line ?? 1
            guard key.anchor == nil, case .scalar(let scalar) = key else {
                throw FileFault(line, feature("a key that is no text", path))
            }
            try require(scalar.tag, ["", "tag:yaml.org,2002:str"], line, path)
            let name = path.isEmpty ? scalar.string : "\(path).\(scalar.string)"
            lines[name] = line
            members.append(.init(key: scalar.string, value: try value(of: element, at: name, depth: depth + 1)))
        }
        return JSONObject(members)
    }

    private func require(_ tag: Tag, _ known: [String], _ line: Int, _ path: String) throws(FileFault) {
        guard !known.contains(tag.description) else { return }
        throw FileFault(line, feature("the tag \(tag)", path))
    }

    private func feature(_ what: String, _ path: String) -> AccrueError {
        AccrueError(.yamlFeature, what, field: path.isEmpty ? nil : path)
    }
}

extension FileFault {
    fileprivate init(_ error: YamlError) {
        switch error {
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(context.mark.line, AccrueError(.keyTwice, keys.joined(separator: ", ")))
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            let isDepth = problem.contains("nesting level")
            self.init(mark.line, isDepth ? AccrueError(.tooDeep) : AccrueError(.yamlMalformed, problem))
        case .composer(_, let problem, let mark, _):
            self.init(mark.line, AccrueError(.yamlFeature, problem))
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.utf8.prefix(offset ?? 0)
            self.init(1 + before.count { $0 == UInt8(ascii: "\n") }, AccrueError(.yamlMalformed, problem))
        default: self.init(1, AccrueError(.yamlMalformed, "\(error)"))
        }
    }
}
