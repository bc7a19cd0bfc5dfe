public import Credit

/// Finds what references point at.
public protocol ReferenceResolver {
    /// The event that a text refers to, or nil where it refers to none.
    func position(of text: String, in space: ReferenceSpace) throws(AccrueError) -> Position?
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
        func position(_ text: String, _ field: EventField, _ place: String) -> Position? {
            do throws(AccrueError) {
                if let position = try resolver.position(of: text, in: field.space ?? .event) { return position }
                faults.add(.referenceUnknown, text, at: place)
            } catch {
                faults.add(error, at: place)
            }
            return nil
        }
        for (field, text) in references {
            command[reference: field] = position(text, field, field.rawValue)
        }
        for (index, text) in sources.enumerated() {
            if let source = position(text, .sources, "sources[\(index)]") { command.details.sources.append(source) }
        }
        for (index, text) in moved.enumerated() {
            if let moved = position(text, .moved, "moved[\(index)]") { command.details.moved.append(moved) }
        }
        do throws(AccrueError) {
            command.unit = try unit(in: command.qualification, resolver, faults)
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

    private func grade(
        on position: Position?,
        _ resolver: some ReferenceResolver,
        _ faults: Faults
    ) throws(AccrueError) -> UInt16? {
        guard let grade else { return nil }
        guard let position, case .scale(let scale) = try resolver.document(at: position),
            let index = scale.grades.firstIndex(where: { $0.code == grade })
        else {
            // A scale that leads nowhere is a fault of its own.
            if position != nil || !references.contains(where: { $0.field == .scale }) {
                faults.add(.scaleMissing, grade, at: "grade")
            }
            return nil
        }
        return UInt16(index + 1)
    }
}
