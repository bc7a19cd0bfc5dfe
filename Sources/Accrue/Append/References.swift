internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// Resolves what lines refer to, and names it again on the way out.
struct References<Log: LogReading>: ReferenceResolver, ReferenceNamer {
    let log: Log
    let registry: Registry

    func position(of name: ReferenceName, in space: ReferenceSpace) throws(AccrueError) -> Position? {
        switch name {
        case .id(let id):
            // No event has this id, and yet one may have introduced it as its identifier.
            if let position = try log.position(ofEvent: id) { return position }
            return try log.position(of: id.description, in: space)
        case .text(let text):
            if space != .event, let position = registry.position(of: text, in: space) { return position }
            return try log.position(named: text, in: space)
        }
    }

    func name(of position: Position, in space: ReferenceSpace) throws(AccrueError) -> String {
        if registry.kind(at: position)?.space == space, let identifier = registry.identifier(at: position) {
            return identifier
        }
        let event = try log.event(at: position)
        if event.kind.space == space, let identifier = event.details.identifier,
            space != .event || EventID(identifier) == nil
        {
            return identifier
        }
        return "\(event.id)"
    }

    func document(at position: Position) throws(AccrueError) -> Document? {
        if let document = registry.document(at: position) { return document }
        return try log.event(at: position).details.document
    }
}
