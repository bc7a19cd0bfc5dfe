public import Credit

/// What progress is judged by: rule sets, and the formation rules of versions, each laid out once for many learners.
public struct ProgressRules: Sendable {
    /// The rule sets.
    public let sets: [RuleSet]

    private let standard: @Sendable (Qualification) -> Standard?
    private var solvers: [Position: FormationSolver?] = [:]
    private var judges: [String: RuleJudge] = [:]

    /// Judges by rule sets, or by formation rules alone where there are none.
    ///
    /// - Parameters:
    ///   - sets: The rule sets.
    ///   - standard: Reads the formation rule with which a version was published; nil where it has none.
    public init(_ sets: [RuleSet], standard: @escaping @Sendable (Qualification) -> Standard?) {
        self.sets = sets
        self.standard = standard
    }

    /// The solver of a version; nil where it was published without a rule.
    public mutating func solver(of qualification: PublishedQualification, at position: Position) -> FormationSolver? {
        if let known = solvers[position] { return known }
        let solver = standard(qualification.document).map { FormationSolver($0.formation, remembers: true) }
        solvers[position] = .some(solver)
        return solver
    }

    /// The solver of a version for who is exempted from some of its clauses; nil where it was published without a rule.
    mutating func solver(
        of qualification: PublishedQualification,
        at position: Position,
        exempting exemptions: [Exemption]
    ) -> FormationSolver? {
        let isAsWritten = exemptions.allSatisfy {
            if case .rule = $0.clause { true } else { false }
        }
        if isAsWritten { return solver(of: qualification, at: position) }
        return standard(qualification.document).map {
            FormationSolver($0.formation.exempting(exemptions.map(\.clause)))
        }
    }

    /// Whether any rule is for the qualification of an id; if not, its formation rule judges alone.
    public func haveRules(for qualification: String) -> Bool {
        !sets.isEmpty && !RuleHistory(sets, for: qualification).versions.isEmpty
    }

    /// The judge by the rules for the qualification of an id; nil where there are no rule sets.
    mutating func judge(for qualification: String?) -> RuleJudge? {
        if sets.isEmpty { return nil }
        guard let qualification else { return RuleJudge(RuleHistory(sets)) }
        if let known = judges[qualification] { return known }
        let judge = RuleJudge(RuleHistory(sets, for: qualification))
        judges[qualification] = judge
        return judge
    }
}
