public import Credit

/// A learner on a day, as known: how the events stand, what they come to, and how far that is towards qualifications.
///
/// A pure function of the learner's events and the registry: whoever has both comes to the same.
public struct LearnerCase: Sendable {
    /// Schemes, institutions, qualifications and the like, as known.
    public let registry: Registry
    /// How the learner's events stand.
    public let standing: Standing
    /// What the learner has.
    public let balance: Balance
    /// Into whom the learner was merged, by pseudonym; nil for who was not.
    public let mergedInto: String?

    /// The case of a learner. O(*n* log *n*) for *n* events.
    ///
    /// - Parameters:
    ///   - learner: The event that introduced the learner.
    ///   - history: With all identities that were ever joined with the learner.
    ///   - registry: As known.
    ///   - date: The day.
    ///   - known: The last event to be taken into account; later ones are left out.
    public init(
        of learner: Position,
        in history: LearnerHistory,
        registry: Registry,
        on date: CivilDate,
        known: Position
    ) {
        self.registry = registry
        let history = history.known(through: known)
        let survivor = history.mergedAway[learner].flatMap { history[$0]?.learner }
        mergedInto = survivor.flatMap { history[$0]?.details.identifier }
        standing = Standing(of: history.events(of: learner), on: date)
        balance = Balance(of: learner, standing, registry, on: date, known: known)
    }

    /// How far the learner is towards a qualification.
    ///
    /// - Parameters:
    ///   - name: The version, `id@version`, or the id of a qualification in which the learner is enrolled, of several
    ///     enrolments in it the newest that runs, or the identifier of an enrolment; nil where the learner has one
    ///     enrolment only, or one that runs.
    ///   - rules: By what is judged.
    ///   - supposed: What is supposed, too.
    /// - Throws: ``Credit/ErrorCode/notFound`` for a qualification or an enrolment that is not there, or a version without
    ///   formation rule; ``Credit/ErrorCode/unitUnknown`` for a supposed unit that the version does not have,
    ///   ``Credit/ErrorCode/unitNotHeld`` where a group is supposed for one that is not held.
    public func progress(
        towards name: String?,
        under rules: inout ProgressRules,
        supposing supposed: Suppositions = Suppositions()
    ) throws(AccrueError) -> Progress {
        let (version, enrolment) = try version(name)
        let exemptions = exemptions(in: enrolment)
        let question = ProgressQuestion(of: enrolment, towards: version, exempting: exemptions, supposing: supposed)
        var memory = HoldingsMemory()
        let judged = try judge(question, under: &rules, remembering: &memory)
        return Progress(judged, question, self, under: rules.sets, completion: completion(of: judged, question))
    }

    /// How far the learner is with an enrolment; nil where its version was published without formation rule. The shortest
    /// way to complete it is not sought, which would take longer than all the rest.
    ///
    /// - Parameters:
    ///   - enrolment: The enrolment.
    ///   - rules: By what is judged.
    /// - Throws: ``Credit/ErrorCode/notFound`` where rules judge by a version that is not there or has no formation rule.
    public func progress(
        of enrolment: Enrolment,
        under rules: inout ProgressRules
    ) throws(AccrueError) -> Progress? {
        var memory = HoldingsMemory()
        return try progress(of: enrolment, under: &rules, remembering: &memory)
    }

    /// The same, for who asks it of an enrolment under several rules.
    ///
    /// - Parameters:
    ///   - enrolment: The enrolment.
    ///   - rules: By what is judged.
    ///   - hasExceptions: Whether exceptions that were granted are taken into account.
    ///   - memory: What is held towards this enrolment, as it was found before.
    /// - Throws: ``Credit/ErrorCode/notFound`` where rules judge by a version that is not there or has no formation rule.
    public func progress(
        of enrolment: Enrolment,
        under rules: inout ProgressRules,
        withExceptions hasExceptions: Bool = true,
        remembering memory: inout HoldingsMemory
    ) throws(AccrueError) -> Progress? {
        guard let version = registry.qualification(at: enrolment.qualification),
            rules.solver(of: version, at: enrolment.qualification) != nil
        else { return nil }
        let exemptions = hasExceptions ? exemptions(in: enrolment) : []
        let question = ProgressQuestion(of: enrolment, towards: enrolment.qualification, exempting: exemptions)
        let judged = try judge(question, under: &rules, remembering: &memory)
        return Progress(judged, question, self, under: rules.sets, completion: .by([]))
    }

    /// The version that is meant, and the enrolment in it if there is one.
    private func version(_ name: String?) throws(AccrueError) -> (Position, Enrolment?) {
        if let mergedInto {
            let subject = "all that the learner has went to \(mergedInto) with a merge; ask for \(mergedInto)"
            throw AccrueError(.notFound, subject, field: "enrolment")
        }
        let enrolments = balance.enrolments
        guard let name else {
            let running = enrolments.filter { $0.state == .running }
            if let only = enrolments.count == 1 ? enrolments.first : running.count == 1 ? running.first : nil {
                return (only.qualification, only)
            }
            let choices = enrolments.map(choice).joined(separator: ", ")
            let subject = choices.isEmpty ? "the learner is enrolled in none on that day" : "name one of \(choices)"
            throw AccrueError(.notFound, subject, field: "qualification")
        }
        let inThis = enrolments.filter { enrolment in
            guard let version = registry.qualification(at: enrolment.qualification) else { return false }
            return version.identifier == name || version.id == name
        }
        let enrolled =
            inThis.last { $0.state == .running } ?? inThis.last ?? enrolments.first { self.name(of: $0) == name }
        if let enrolled { return (enrolled.qualification, enrolled) }
        return (try registry.entry(named: name, in: .qualification), nil)
    }

    /// An enrolment among which one may choose: `l4-enr (kuhar@2023, left)`.
    private func choice(_ enrolment: Enrolment) -> String {
        let version = registry.identifier(at: enrolment.qualification) ?? ""
        return "\(name(of: enrolment)) (\(version), \(enrolment.state.word))"
    }

    /// Its identifier, or the id of its event.
    private func name(of enrolment: Enrolment) -> String {
        guard let event = standing.event(at: enrolment.position) else { return "" }
        return event.details.identifier ?? "\(event.id)"
    }
}
