public import Credit

/// Names what references point at.
public protocol ReferenceNamer {
    /// The identifier that an event introduced into this name space, or else its event id.
    func name(of position: Position, in space: ReferenceSpace) throws(AccrueError) -> String
    /// The document that an event introduced; nil where it introduced none.
    func document(at position: Position) throws(AccrueError) -> Document?
}

/// Events as lines of canonical JSON (RFC 8785).
public enum CommandJSON {
    /// The line of an event, without a line feed, with `position`, `recordedAt` and `learnerVersion` beside what was
    /// submitted.
    ///
    /// Read again and resolved in the same log, it gives the same command.
    ///
    /// - Throws: What the namer throws.
    public static func line(of event: Event, naming namer: some ReferenceNamer) throws(AccrueError) -> [UInt8] {
        let remarks = [
            JSONObject.Member(key: "position", value: .integer(event.position.rawValue)),
            JSONObject.Member(key: "recordedAt", value: .string("\(event.recordedAt)")),
            JSONObject.Member(key: "learnerVersion", value: .integer(event.learnerVersion)),
        ]
        return try line(of: event.command, remarks: remarks, naming: namer)
    }

    /// The line of a command that no log has recorded yet.
    ///
    /// - Throws: What the namer throws.
    public static func line(of command: Command, naming namer: some ReferenceNamer) throws(AccrueError) -> [UInt8] {
        try line(of: command, remarks: [], naming: namer)
    }

    private static func line(
        of command: Command,
        remarks: [JSONObject.Member],
        naming namer: some ReferenceNamer
    ) throws(AccrueError) -> [UInt8] {
        var members = command.details.json.members + remarks
        func add(_ key: String, _ value: JSONValue) {
            members.append(JSONObject.Member(key: key, value: value))
        }
        add("id", .string("\(command.id)"))
        add("kind", .string(command.kind.name))
        add("effective", .string("\(command.effective)"))
        for field in EventField.references {
            guard let position = command[reference: field] else { continue }
            add(field.rawValue, .string(try namer.name(of: position, in: field.space ?? .event)))
        }
        for (field, positions) in [(EventField.sources, command.details.sources), (.moved, command.details.moved)]
        where !positions.isEmpty {
            var names: [JSONValue] = []
            for position in positions { names.append(.string(try namer.name(of: position, in: .event))) }
            add(field.rawValue, .array(names))
        }
        if let decided = command.decided { add("decided", .string("\(decided)")) }
        if let function = command.function { add("function", .string(CompetentFunction.words.word(of: function))) }
        if let procedure = command.procedure { add("procedure", .string(Procedure.words.word(of: procedure))) }
        if let result = command.result { add("result", .string(DecisionResult.words.word(of: result))) }
        if let reason = command.reason { add("reason", .string(ReasonCode.words.word(of: reason))) }
        if let attempt = command.attempt { add("attempt", .integer(attempt)) }
        if let points = command.points { add("points", .string("\(points)")) }
        if let unit = try unit(of: command, namer) { add("unit", .string(unit)) }
        if let grade = try grade(of: command, namer) { add("grade", .string(grade)) }
        if let group = try group(of: command, namer) { add("group", .string(group)) }
        // Only whole numbers below 2³² are written, which are canonical.
        return (try? CanonicalJSON.bytes(of: .object(JSONObject(members)))) ?? []
    }

    private static func unit(of command: Command, _ namer: some ReferenceNamer) throws(AccrueError) -> String? {
        guard let number = command.unit, let position = command.qualification,
            case .qualification(let qualification) = try namer.document(at: position)
        else { return nil }
        return qualification.unit(number)?.code
    }

    private static func group(of command: Command, _ namer: some ReferenceNamer) throws(AccrueError) -> String? {
        guard let number = command.group, let position = command.qualification,
            case .qualification(let qualification) = try namer.document(at: position)
        else { return nil }
        return qualification.group(number)
    }

    private static func grade(of command: Command, _ namer: some ReferenceNamer) throws(AccrueError) -> String? {
        guard let number = command.grade, let position = command.scale,
            case .scale(let scale) = try namer.document(at: position)
        else { return nil }
        return scale.grade(number)?.code
    }
}
