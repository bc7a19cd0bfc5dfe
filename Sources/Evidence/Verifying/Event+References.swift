package import Credit

extension Event {
    /// All that the event refers to by position.
    package var references: [Position] {
        var references = EventField.references.compactMap { command[reference: $0] }
        if command.hasDetails { references += command.details.sources + command.details.moved }
        return references
    }

    /// What the document of an event names and balances look up.
    package func namedEntries(_ registry: Registry) -> [(name: String, space: ReferenceSpace)] {
        if command.kind == .qualificationPublished {
            return registry.qualification(at: position).map { [($0.scheme, .scheme)] } ?? []
        }
        guard command.kind.isAgreementVersion, case .agreement(let agreement) = command.details.document else {
            return []
        }
        return [(agreement.memorandum, .memorandum), (agreement.host, .institution)]
            + agreement.units.map { ($0.hostQualification, .qualification) }
    }
}
