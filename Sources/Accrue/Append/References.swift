internal import Credit
internal import EventCoding
internal import EventLog

/// Names what events refer to, on the way out.
struct References<Log: LogReading>: ReferenceNamer {
    let log: Log
    let registry: Registry

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
