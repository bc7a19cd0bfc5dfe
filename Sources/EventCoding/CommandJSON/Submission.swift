public import Credit

/// What a line says: an event whose references are still words.
public struct Submission: Sendable {
    /// A line has at most so many bytes.
    public static let longestLine = 4 << 20

    /// The event id.
    public var id: EventID { command.id }

    /// The command as far as it needs no other event.
    private(set) var command: Command
    var references: [NamedReference] = []
    private(set) var sources: [ReferenceName] = []
    private(set) var moved: [ReferenceName] = []
    private(set) var unit: String?
    private(set) var grade: String?
    private(set) var group: String?

    /// What the log adds to an exported line; read and left aside.
    static let remarks = ["position", "recordedAt", "learnerVersion"]

    /// Reads a line.
    ///
    /// - Throws: Every fault of the line, each with the field in which it is.
    public init(line: RawSpan) throws(SubmissionErrors) {
        let faults = Faults()
        let object = try Self.object(line)
        var reader = ObjectReader(object, notesKeys: false, faults)
        for remark in Self.remarks { _ = reader.value(remark, required: false) }
        let id = Self.id(&reader, faults)
        let kind = Self.kind(&reader, faults)
        let effective = reader.date("effective")
        guard let kind else { throw SubmissionErrors(faults.errors) }
        let none = EventID(high: 0, low: 0)
        command = Command(id: id ?? none, kind: kind, effective: effective ?? .earliest)
        references.reserveCapacity(EventField.references.count)
        var details = EventDetails()
        let fields = kind.fields
        for field in fields.required { read(field, &reader, &details, required: true, faults) }
        for field in fields.optional where reader.hasMore { read(field, &reader, &details, required: false, faults) }
        command.details = details
        reader.finish(among: ["id", "kind", "effective"] + fields.all.map(\.rawValue))
        guard faults.errors.isEmpty else { throw SubmissionErrors(faults.errors) }
    }

    /// The event id and the identifier that a line would introduce, also where the line has faults; none where they
    /// cannot be read.
    public static func names(line: RawSpan) -> [String] {
        guard let object = try? object(line) else { return [] }
        let id = object["id"]?.string.flatMap { EventID($0) }
        return [id?.description, object["identifier"]?.string].compactMap(\.self)
    }

    /// The event id of a line that merges or splits identities, and that of the event which it answers, also where the line
    /// has faults; nil for any other line.
    public static func joining(line: RawSpan) -> (id: EventID, answers: EventID)? {
        // To look for the names takes a tenth of what reading takes; only an escape could hide them.
        guard line.contains(UInt8(ascii: "\\")) || joiningNames.contains(where: { line.contains($0) }),
            let object = try? object(line),
            object["kind"]?.string.flatMap({ EventKind(name: $0) })?.joinsIdentities == true,
            let id = object["id"]?.string.flatMap({ EventID($0) }),
            let answers = object["answers"]?.string.flatMap({ EventID($0) })
        else { return nil }
        return (id, answers)
    }

    private static let joiningNames = EventKind.allCases.filter(\.joinsIdentities).map { Array($0.name.utf8) }

    private static func object(_ line: RawSpan) throws(SubmissionErrors) -> JSONObject {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader.value(from: line, maximumSize: longestLine)
        } catch {
            if case .tooLarge = error.kind {
                throw SubmissionErrors([AccrueError(.lineTooLong, "\(line.byteCount) bytes")])
            }
            throw SubmissionErrors([AccrueError(.jsonMalformed, Faults.short("\(error)"))])
        }
        guard let object = value.object else {
            throw SubmissionErrors([AccrueError(.typeWrong, "\(value.typeName) where an object belongs")])
        }
        return object
    }

    private static func id(_ reader: inout ObjectReader, _ faults: Faults) -> EventID? {
        guard let text = reader.string("id") else { return nil }
        let id = EventID(text)
        if id == nil { faults.add(.eventIDInvalid, text, at: "id") }
        return id
    }

    private static func kind(_ reader: inout ObjectReader, _ faults: Faults) -> EventKind? {
        guard let text = reader.string("kind") else { return nil }
        if let kind = EventKind(name: text) { return kind }
        let suggestion = NearestName.suggestion(for: text, among: EventKind.allCases.map(\.name))
        faults.add(.kindUnknown, "\(Faults.short(text))\(suggestion)", at: "kind")
        return nil
    }

    private mutating func read(
        _ field: EventField,
        _ reader: inout ObjectReader,
        _ details: inout EventDetails,
        required: Bool,
        _ faults: Faults
    ) {
        let key = field.rawValue
        switch field {
        case .decided: command.decided = reader.date(key, required: required)
        case .function: command.function = reader.word(key, CompetentFunction.words, required: required)
        case .procedure: command.procedure = reader.word(key, Procedure.words, required: required)
        case .result: command.result = reader.word(key, DecisionResult.words, required: required)
        case .reason: command.reason = reader.word(key, ReasonCode.words, required: required)
        case .attempt: command.attempt = reader.integer(key, in: 1...UInt16.max, required: required)
        case .points: command.points = reader.points(key, required: required)
        case .unit: unit = reader.identifier(key, required: required)
        case .grade: grade = reader.text(key, required: required)
        case .group: group = reader.identifier(key, required: required)
        case .sources: sources = reader.identifiers(key, required: required).map { ReferenceName($0, in: .event) }
        case .moved: moved = reader.identifiers(key, required: required).map { ReferenceName($0, in: .event) }
        default:
            guard let space = field.space else {
                details.read(field, from: &reader, of: command.kind, required: required, faults)
                return
            }
            guard let text = reader.identifier(key, required: required) else { return }
            references.append(NamedReference(field: field, name: ReferenceName(text, in: space)))
        }
    }
}

/// A single reference as a line has it.
struct NamedReference: Sendable {
    let field: EventField
    var name: ReferenceName
}

/// Everything that is wrong with one line.
public struct SubmissionErrors: Error, Hashable, Sendable {
    /// One or more errors, in the order in which they were found.
    public let errors: [AccrueError]

    /// These errors.
    public init(_ errors: [AccrueError]) {
        self.errors = errors
    }
}
