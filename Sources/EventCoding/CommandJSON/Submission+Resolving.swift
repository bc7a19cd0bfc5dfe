public import Credit

/// How a line refers to an event.
public enum ReferenceName: Hashable, Sendable, CustomStringConvertible {
    /// By its event id, as ``Credit/EventID/description`` writes it.
    case id(EventID)
    /// By the identifier that it introduced, or by an event id in other letters.
    case text(String)

    /// The name as a line of a field that refers into `space` has it. Learners, institutions and the like are sought by
    /// identifier first, so that theirs stays a text.
    init(_ text: String, in space: ReferenceSpace) {
        let isLowerCase = text.withBytes { !$0.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") } }
        if space == .event, isLowerCase, let id = EventID(text) {
            self = .id(id)
        } else {
            self = .text(text)
        }
    }

    /// The name as written.
    public var description: String {
        switch self {
        case .id(let id): id.description
        case .text(let text): text
        }
    }
}

/// Finds what references point at.
public protocol ReferenceResolver {
    /// What a name refers to, or nil where it refers to nothing.
    func position(of name: ReferenceName, in space: ReferenceSpace) throws(AccrueError) -> Position?
    /// The document that an event introduced, which numbers units and grades; nil where it introduced none.
    func document(at position: Position) throws(AccrueError) -> Document?
}

extension Submission {
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
                faults.add(.referenceUnknown, name.description, at: place())
            } catch {
                faults.add(error, at: place())
            }
            return nil
        }
        for (field, name) in references {
            command[reference: field] = position(name, field)
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
