public import Credit

/// How a line refers to an event.
public enum ReferenceName: Hashable, Sendable, CustomStringConvertible {
    /// By its event id, as ``Credit/EventID/description`` writes it.
    case id(EventID)
    /// By the identifier that it introduced, or by an event id in other letters.
    case text(String)
    /// By a number in the place of such a text, from who read the line and numbers texts that come again and again.
    case number(Int)

    /// The name as a line of a field that refers into `space` has it. Learners, institutions and the like are sought by
    /// identifier first, so that theirs stays a text.
    init(_ text: String, in space: ReferenceSpace) {
        if space == .event, let id = EventID(text), !Self.hasCapitals(text) {
            self = .id(id)
        } else {
            self = .text(text)
        }
    }

    private static func hasCapitals(_ text: String) -> Bool {
        text.withBytes { $0.reduce(false) { $0 || $1 >= UInt8(ascii: "A") && $1 <= UInt8(ascii: "Z") } }
    }

    /// The name as written, or its number.
    public var description: String {
        switch self {
        case .id(let id): id.description
        case .text(let text): text
        case .number(let number): "\(number)"
        }
    }
}

/// Finds what references point at.
public protocol ReferenceResolver {
    /// What a name refers to, or nil where it refers to nothing.
    func position(of name: ReferenceName, in space: ReferenceSpace) throws(AccrueError) -> Position?
    /// A name as it was written, for an error.
    func text(of name: ReferenceName) -> String
    /// The document that an event introduced, which numbers units and grades; nil where it introduced none.
    func document(at position: Position) throws(AccrueError) -> Document?
}

extension ReferenceResolver {
    /// The name itself, where nobody numbers names.
    public func text(of name: ReferenceName) -> String { name.description }
}

extension Submission {
    /// Puts numbers in the place of the identifiers that it refers to, of learners, institutions and the like.
    public mutating func numberNames(_ number: (_ identifier: String, _ space: ReferenceSpace) -> Int) {
        for index in references.indices {
            guard let space = references[index].field.space, space != .event,
                case .text(let identifier) = references[index].name
            else { continue }
            references[index].name = .number(number(identifier, space))
        }
    }

    /// The command, with references as positions, and units and grades as numbers.
    ///
    /// - Throws: Every reference that leads nowhere, and every unit or grade that its document lacks.
    public func command(resolving resolver: some ReferenceResolver) throws(SubmissionErrors) -> Command {
        var command = command
        let faults = Faults()
        func position(_ name: ReferenceName, _ field: EventField, _ index: Int? = nil) -> Position? {
            func place() -> String { field.rawValue + (index.map { "[\($0)]" } ?? "") }
            do throws(AccrueError) {
                if let position = try resolver.position(of: name, in: field.space ?? .event) { return position }
                faults.add(.referenceUnknown, resolver.text(of: name), at: place())
            } catch {
                faults.add(error, at: place())
            }
            return nil
        }
        for reference in references {
            command[reference: reference.field] = position(reference.name, reference.field)
        }
        if !sources.isEmpty || !moved.isEmpty {
            var details = command.details
            for (index, name) in sources.enumerated() {
                if let source = position(name, .sources, index) { details.sources.append(source) }
            }
            for (index, name) in moved.enumerated() {
                if let moved = position(name, .moved, index) { details.moved.append(moved) }
            }
            command.details = details
        }
        do throws(AccrueError) {
            command.unit = try unit(in: command.qualification, resolver, faults)
            command.group = try group(in: command.qualification, resolver, faults)
            command.grade = try grade(on: command.scale, resolver, faults)
        } catch {
            faults.add(error, at: error.field ?? "")
        }
        guard faults.errors.isEmpty else { throw SubmissionErrors(faults.errors) }
        return command
    }

    private func unit(
        in position: Position?,
        _ resolver: some ReferenceResolver,
        _ faults: Faults
    ) throws(AccrueError) -> UInt16? {
        guard let unit, let position else { return nil }
        guard case .qualification(let qualification) = try resolver.document(at: position) else { return nil }
        if let number = qualification.number(ofUnit: unit) { return number }
        let suggestion = NearestName.suggestion(for: unit, among: qualification.units.map(\.code))
        faults.add(.valueUnknown, "\(unit), no unit of \(qualification.identifier)\(suggestion)", at: "unit")
        return nil
    }

    private func group(
        in position: Position?,
        _ resolver: some ReferenceResolver,
        _ faults: Faults
    ) throws(AccrueError) -> UInt16? {
        guard let group, let position,
            case .qualification(let qualification) = try resolver.document(at: position)
        else { return nil }
        if let index = qualification.groups.firstIndex(of: group) { return UInt16(exactly: index + 1) }
        let suggestion = NearestName.suggestion(for: group, among: qualification.groups)
        faults.add(.valueUnknown, "\(group), no group of \(qualification.identifier)\(suggestion)", at: "group")
        return nil
    }

    private func grade(
        on position: Position?,
        _ resolver: some ReferenceResolver,
        _ faults: Faults
    ) throws(AccrueError) -> UInt16? {
        guard let grade else { return nil }
        guard let position, case .scale(let scale) = try resolver.document(at: position) else {
            // A scale that leads nowhere is a fault of its own.
            if position != nil || !references.contains(where: { $0.field == .scale }) {
                faults.add(.scaleMissing, "\(grade), without a scale", at: "grade")
            }
            return nil
        }
        guard let index = scale.grades.firstIndex(where: { $0.code == grade }) else {
            let grades = scale.grades.map(\.code).joined(separator: ", ")
            faults.add(.scaleMissing, "\(grade), not one of \(grades)", at: "grade")
            return nil
        }
        return UInt16(index + 1)
    }
}
