public import Credit

/// What is supposed beside what is known, to ask what would be.
public struct Suppositions: Hashable, Sendable {
    /// A unit that is supposed to be recognised.
    public struct Recognition: Hashable, Sendable {
        /// The unit of the version, by code.
        public var unit: String
        /// The way by which it would be recognised; nil means at home, which counts in no share.
        public var procedure: Procedure?

        /// Supposes a recognition.
        public init(_ unit: String, by procedure: Procedure? = nil) {
            self.unit = unit
            self.procedure = procedure
        }
    }

    /// Recognitions.
    public var recognitions: [Recognition]
    /// Groups that are supposed to be declared, by the code of the unit that would fill them.
    public var groups: [String: String]

    /// Supposes nothing, if nothing is given.
    public init(recognitions: [Recognition] = [], groups: [String: String] = [:]) {
        self.recognitions = recognitions
        self.groups = groups
    }
}
