internal import Credit
internal import EventCoding
internal import Rules

/// The formation rules of versions, each laid out once.
struct Solvers {
    private var solvers: [Position: FormationSolver?] = [:]

    /// That of a version; nil where it was published without a rule.
    mutating func solver(of qualification: PublishedQualification, at position: Position) -> FormationSolver? {
        if let known = solvers[position] { return known }
        let solver = Standard(published: qualification.document).map { FormationSolver($0.formation) }
        solvers[position] = .some(solver)
        return solver
    }
}
