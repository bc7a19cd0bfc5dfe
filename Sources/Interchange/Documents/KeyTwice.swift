internal import Credit
internal import EventCoding
internal import Yams

/// A tree of a document, as far as its keys go.
protocol KeyedTree {
    /// A place as its reader tells it.
    associatedtype Mark

    /// The members of an object, also those of one key.
    var members: [(key: String, mark: Mark?, value: Self)] { get }
    /// The elements of a list.
    var elements: [Self] { get }
}

/// A key that stands twice in one object: of what, and where both are.
///
/// A reader stops at such a key and knows one of the places, or no path. With that one marked it reads on, and its tree shows
/// the rest.
struct KeyTwice {
    /// What a reader makes of a text.
    enum Reading<Tree: KeyedTree> {
        case tree(Tree, offset: (Tree.Mark) -> Int)
        /// A key stands twice, and at this offset.
        case twice(Int)
        case other
    }

    /// More keys are not marked; each costs one more reading.
    private static let most = 8
    /// A letter that no key has: the first for private use, in UTF-8.
    private static let mark: [UInt8] = [0xEE, 0x80, 0x80]

    /// The fault with its path and both places; nil where they are not found.
    static func fault<Tree>(in text: [UInt8], _ read: ([UInt8]) -> Reading<Tree>) -> FileFault? {
        var text = text
        for count in 1...most {
            switch read(text) {
            case .tree(let tree, let offset):
                guard let (path, first, second) = find(in: tree) else { return nil }
                let places = [first, second].map { place(at: offset($0), in: text) }
                let words = places.map { "line \($0.line), column \($0.column)" }.joined(separator: ", and ")
                return FileFault(places[1].line, AccrueError(.keyTwice, words, field: path))
            case .twice(let offset):
                let isQuoted = offset < text.count && "\"'".utf8.contains(text[offset])
                let marks = repeatElement(mark, count: count).joined()
                text.insert(contentsOf: marks, at: min(text.count, isQuoted ? offset + 1 : offset))
            case .other: return nil
            }
        }
        return nil
    }

    /// The first key that stands twice but for its marks. Paths are made of what is found alone, as they may be long.
    private static func find<Tree: KeyedTree>(in tree: Tree) -> (path: String, first: Tree.Mark, second: Tree.Mark)? {
        var places: [String: Tree.Mark] = [:]
        let members = tree.members.map { member in
            let key = String(member.key.unicodeScalars.filter { $0 != "\u{E000}" }.prefix(100).map(Character.init))
            return (key: key, mark: member.mark, value: member.value)
        }
        for member in members {
            guard let mark = member.mark else { continue }
            if let first = places.updateValue(mark, forKey: member.key) { return (member.key, first, mark) }
        }
        for member in members {
            guard let found = find(in: member.value) else { continue }
            let path = found.path.hasPrefix("[") ? member.key + found.path : "\(member.key).\(found.path)"
            return (path, found.first, found.second)
        }
        for (index, element) in tree.elements.enumerated() {
            guard let found = find(in: element) else { continue }
            return ("[\(index)]\(found.path.hasPrefix("[") ? "" : ".")\(found.path)", found.first, found.second)
        }
        return nil
    }

    /// Line and column, both from 1, of an offset in a text; marks are no part of it.
    private static func place(at offset: Int, in text: [UInt8]) -> (line: Int, column: Int) {
        var place = (line: 1, column: 1)
        var index = 0
        while index < min(offset, text.count) {
            if text[index...].starts(with: mark) {
                index += mark.count
                continue
            }
            if text[index] == UInt8(ascii: "\n") {
                place = (place.line + 1, 1)
            } else if text[index] & 0xC0 != 0x80 {
                place.column += 1
            }
            index += 1
        }
        return place
    }
}

// MARK: JSON

extension JSONValue: KeyedTree {
    var members: [(key: String, mark: Int?, value: JSONValue)] {
        (object?.members ?? []).map { ($0.key, $0.keyOffset, $0.value) }
    }

    var elements: [JSONValue] { array ?? [] }
}

extension KeyTwice {
    /// The fault of a text of JSON.
    static func fault(json bytes: [UInt8]) -> FileFault? {
        fault(in: bytes) { bytes in
            do throws(JSONSyntaxError) {
                let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
                return .tree(value, offset: { $0 })
            } catch {
                return if case .duplicateKey = error.kind { .twice(error.offset) } else { .other }
            }
        }
    }
}

// MARK: YAML

extension Node: KeyedTree {
    var members: [(key: String, mark: Mark?, value: Node)] {
        (mapping.map(Array.init) ?? []).map { ($0.key.scalar?.string ?? "", $0.key.mark, $0.value) }
    }

    var elements: [Node] { sequence.map(Array.init) ?? [] }
}

extension KeyTwice {
    /// The fault of a text of YAML.
    static func fault(yaml bytes: [UInt8]) -> FileFault? {
        fault(in: bytes) { bytes in
            func offset(_ mark: Mark) -> Int { Self.offset(ofLine: mark.line, column: mark.column, in: bytes) }
            do {
                let parser = try Parser(yaml: String(decoding: bytes, as: UTF8.self), resolver: .basic, encoding: .utf8)
                return try parser.singleRoot().map { .tree($0, offset: offset) } ?? .other
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                return .twice(offset(context.mark))
            } catch {
                return .other
            }
        }
    }

    /// Where a column of a line begins; columns are of letters, as libyaml counts them.
    private static func offset(ofLine line: Int, column: Int, in text: [UInt8]) -> Int {
        var (place, index) = ((line: 1, column: 1), 0)
        while index < text.count, place != (line, column) {
            place = text[index] == UInt8(ascii: "\n") ? (place.line + 1, 1) : (place.line, place.column + 1)
            index += 1
            while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
        }
        return index
    }
}
