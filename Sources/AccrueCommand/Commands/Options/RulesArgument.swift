internal import ArgumentParser
internal import Credit
internal import Projections

/// Under which rule sets is judged, as options name them: those of the day, the formation rule alone, or others.
enum RulesArgument {
    /// Those in force on the day of the question: nothing was named.
    case inForce
    /// None, which is written `none`.
    case formationAlone
    /// These.
    case named([String])

    init(_ names: [String]) throws {
        switch names {
        case []: self = .inForce
        case ["none"]: self = .formationAlone
        default:
            if names.contains("none") { throw ValidationError("none stands alone: name no rule set beside it.") }
            self = .named(names)
        }
    }

    /// The rule sets where they are named; nil for those in force.
    func sets() throws -> NamedRuleSets? {
        switch self {
        case .inForce: nil
        case .formationAlone: try NamedRuleSets([])
        case .named(let names): try NamedRuleSets(names)
        }
    }

    /// The choice of a slot, which takes published versions only.
    var ofSlot: ProjectionDefinition.RuleChoice {
        switch self {
        case .inForce: .inForce
        case .formationAlone: .formationAlone
        case .named(let names): .published(names)
        }
    }
}
