internal import Credit
internal import EventCoding
internal import EventLog

/// Resolves what lines refer to.
struct LineReferences<Log: LogReading>: ReferenceResolver {
    let log: Log
    let registry: Registry
    let names: KnownNames

    func position(of name: ReferenceName, in space: ReferenceSpace) throws(AccrueError) -> Position? {
        switch name {
        case .id(let id):
            // No event has this id, and yet one may have introduced it as its identifier.
            if let position = try log.position(ofEvent: id) { return position }
            return try log.position(of: id.description, in: space)
        case .text(let text): return try log.position(named: text, in: space)
        case .number(let number):
            if let known = names[number] { return known }
            let identifier = names.identifiers[number]
            if let found = try log.position(of: identifier, in: space) {
                names[number] = found
                return found
            }
            // An event's id may stand for it as long as nothing has introduced this as its identifier.
            return try log.position(named: identifier, in: space)
        }
    }

    func text(of name: ReferenceName) -> String {
        if case .number(let number) = name { names.identifiers[number] } else { name.description }
    }

    func document(at position: Position) throws(AccrueError) -> Document? {
        if let document = registry.document(at: position) { return document }
        return try log.event(at: position).details.document
    }
}

/// What numbered identifiers lead to, as far as it was found in a turn: an identifier belongs to one event for ever, and
/// within a turn nothing is taken back.
final class KnownNames {
    private(set) var identifiers: [String] = []
    private var positions: [Position] = []

    /// Takes in those that have the next numbers.
    func append(_ identifiers: [String]) {
        self.identifiers += identifiers
        positions += repeatElement(.none, count: identifiers.count)
    }

    /// What the identifier of this number leads to, or nil where that is not known yet.
    subscript(number: Int) -> Position? {
        get { positions[number] == .none ? nil : positions[number] }
        set { positions[number] = newValue ?? .none }
    }
}

/// Numbers identifiers in the order in which they are met, each by its name space. It holds no more text than the lines
/// that it was read from.
struct NameNumbers {
    /// By the number of the name space.
    private var numbers: [[String: Int]] = []
    private var count = 0
    /// Those that were numbered since they were last taken away from here.
    var new: [String] = []

    mutating func number(of identifier: String, in space: ReferenceSpace) -> Int {
        let space = Int(space.rawValue)
        while numbers.count <= space { numbers.append([:]) }
        if let number = numbers[space][identifier] { return number }
        numbers[space][identifier] = count
        new.append(identifier)
        count += 1
        return count - 1
    }
}
