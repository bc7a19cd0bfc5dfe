public import Credit
internal import EventCoding
internal import EventLog
public import Rules

extension LedgerView {
    /// How far a learner is towards a qualification on a day.
    ///
    /// - Parameters:
    ///   - learner: The learner.
    ///   - name: The version, `id@version`, or the id of a qualification in which the learner is enrolled, of several
    ///     enrolments in it the newest that runs, or the identifier of an enrolment; nil where the learner has one
    ///     enrolment only, or one that runs.
    ///   - date: The day.
    ///   - rules: The rule sets under which the question is asked; nil means those in force on that day, as known. None
    ///     asks the formation rule alone.
    ///   - supposed: What is supposed on that day, too.
    /// - Throws: ``Credit/ErrorCode/notFound`` for a qualification or an enrolment that is not there, or a version without
    ///   formation rule; ``Credit/ErrorCode/unitUnknown`` for a supposed unit that the version does not have.
    public func progress(
        of learner: Learner,
        towards name: String?,
        on date: CivilDate,
        under rules: [RuleSet]? = nil,
        supposing supposed: Suppositions = Suppositions()
    ) throws(AccrueError) -> Progress {
        var applied = ProgressRules(rules ?? rulesInForce(on: date))
        return try learnerCase(of: learner, on: date).progress(towards: name, under: &applied, supposing: supposed)
    }

    /// The rule sets in force on a day, as known, in the order in which they were published.
    public func rulesInForce(on date: CivilDate) -> [RuleSet] {
        ProgressRules(inForceIn: registry, on: date).sets
    }

    /// A learner's case on a day: the balance, and what progress is judged from.
    public func learnerCase(of learner: Learner, on date: CivilDate) throws(AccrueError) -> LearnerCase {
        LearnerCase(
            of: learner.position,
            in: try history(of: learner),
            registry: registry,
            on: date,
            known: known
        )
    }
}
