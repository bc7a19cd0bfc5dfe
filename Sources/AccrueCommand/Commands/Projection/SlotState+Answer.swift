internal import Credit
internal import EventCoding
internal import Projections

extension SlotState {
    /// The state as JSON.
    ///
    /// - Parameter following: The state that is being made of all rows anew.
    func document(number: Int, following: SlotState? = nil) -> JSONValue {
        .present([
            "following": following?.document(number: number),
            "knownAt": .integer(position.rawValue),
            "learners": .integer(learners),
            "number": .integer(number),
            "on": .string(definition.on.description),
            "ready": .bool(isReady),
            "rows": .integer(built),
            "rules": .array(definition.rules.words.map { .string($0) }),
            "version": .integer(definition.version),
        ])
    }
}

extension ProjectionDefinition.RuleChoice {
    /// The rules, as a sentence has them.
    var phrase: String {
        switch self {
        case .inForce: "under the rules in force"
        case .formationAlone: "by formation rules alone"
        case .published(let names): "under \(names.joined(separator: ", "))"
        }
    }
}
