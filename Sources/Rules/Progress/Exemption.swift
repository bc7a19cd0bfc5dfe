public import Credit

/// What one learner is exempted from, by an event with a legal basis of its own.
public struct Exemption: Hashable, Sendable {
    /// A clause of a qualification version, or of a rule set.
    public enum Clause: Hashable, Sendable {
        /// What the group or slot of an id asks for: its least points and count, and that it must be there.
        case group(String)
        /// That the unit of a code is required.
        case unit(String)
        /// A rule; of its units all, or that of a code.
        case rule(RuleName, unit: String?)
    }

    /// The event that granted it.
    public let position: Position
    /// The clause.
    public let clause: Clause
    /// The law on which it rests.
    public let legalBasis: String
    /// The institution that granted it.
    public let institution: Position?
    /// Who recorded it.
    public let actor: Position?
}

extension Exemption.Clause: CustomStringConvertible {
    /// The unit that it is about, by code; nil where it is about more.
    public var unit: String? {
        switch self {
        case .group: nil
        case .unit(let code): code
        case .rule(_, let unit): unit
        }
    }

    /// In words: `what group izbirni asks for`.
    public var description: String {
        switch self {
        case .group(let id): "what group \(id) asks for"
        case .unit(let code): "that unit \(code) is required"
        case .rule(let name, nil): "rule \(name.set)/\(name.rule)"
        case .rule(let name, let unit?): "rule \(name.set)/\(name.rule), for unit \(unit)"
        }
    }
}

extension LearnerCase {
    /// What the learner is exempted from in an enrolment on the day, in the order of the log. An exception is from a clause
    /// of one version: after a move to another it exempts from nothing. O(*n*) for *n* events.
    public func exemptions(in enrolment: Enrolment?) -> [Exemption] {
        guard let enrolment, let version = registry.qualification(at: enrolment.qualification) else { return [] }
        return standing.events.compactMap { event in
            guard event.kind == .exceptionGranted, event.enrolment == enrolment.position,
                event.qualification == enrolment.qualification, standing.stands(event.position),
                let clause = Exemption.Clause(event.command, in: version)
            else { return nil }
            return Exemption(
                position: event.position,
                clause: clause,
                legalBasis: event.details.legalBasis ?? "",
                institution: event.institution,
                actor: event.actor
            )
        }
    }
}

extension Exemption.Clause {
    fileprivate init?(_ command: Command, in version: PublishedQualification) {
        let unit = command.unit.flatMap { version.unit($0)?.code }
        if let group = command.group {
            guard let id = version.group(group) else { return nil }
            self = .group(id)
        } else if case .exemptedRule(let exempted) = command.details.document {
            self = .rule(RuleName(set: exempted.set, rule: exempted.rule), unit: unit)
        } else {
            guard let unit else { return nil }
            self = .unit(unit)
        }
    }
}

extension FormationRule {
    /// The rule without what it asks for in some clauses.
    func exempting(_ clauses: some Sequence<Exemption.Clause>) -> FormationRule {
        let clauses = Set(clauses)
        func exempted(_ group: FormationGroup) -> FormationGroup {
            var group = group
            if clauses.contains(.group(group.id)) { (group.points.least, group.count.least) = (nil, nil) }
            group.children = group.children.map { child in
                var child = child
                switch child.content {
                case .unit(let code):
                    if clauses.contains(.unit(code)) { child.isRequired = false }
                case .group(let inner):
                    if clauses.contains(.group(inner.id)) { child.isRequired = false }
                    child.content = .group(exempted(inner))
                case .open(var slot):
                    if clauses.contains(.group(slot.id)) {
                        child.isRequired = false
                        (slot.points.least, slot.count.least) = (nil, nil)
                        child.content = .open(slot)
                    }
                }
                return child
            }
            return group
        }
        return FormationRule(root: exempted(root))
    }
}
