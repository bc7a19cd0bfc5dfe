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
    ///   - name: The version, `id@version`, or the id of a qualification in which the learner is enrolled; nil where the
    ///     learner has one enrolment only.
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
        let (position, enrolment) = try version(name)
        var memory = HoldingsMemory()
        return try progress(
            towards: position,
            enrolment,
            name,
            under: &rules,
            supposing: supposed,
            isCompletionWanted: true,
            remembering: &memory
        )
    }

    /// How far the learner is with an enrolment; nil where its version was published without formation rule. The shortest
    /// way to complete it is not sought, which would take longer than all the rest.
    ///
    /// - Parameters:
    ///   - enrolment: The enrolment.
    ///   - rules: By what is judged.
    ///   - hasExceptions: Whether exceptions that were granted are taken into account.
    /// - Throws: ``Credit/ErrorCode/notFound`` where rules judge by a version that is not there or has no formation rule.
    public func progress(
        of enrolment: Enrolment,
        under rules: inout ProgressRules,
        withExceptions hasExceptions: Bool = true
    ) throws(AccrueError) -> Progress? {
        var memory = HoldingsMemory()
        return try progress(of: enrolment, under: &rules, withExceptions: hasExceptions, remembering: &memory)
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
        return try progress(
            towards: enrolment.qualification,
            enrolment,
            version.identifier,
            under: &rules,
            withExceptions: hasExceptions,
            remembering: &memory
        )
    }

    private func progress(
        towards meant: Position,
        _ enrolment: Enrolment?,
        _ name: String?,
        under rules: inout ProgressRules,
        supposing supposed: Suppositions = Suppositions(),
        isCompletionWanted: Bool = false,
        withExceptions hasExceptions: Bool = true,
        remembering memory: inout HoldingsMemory
    ) throws(AccrueError) -> Progress {
        let date = balance.on
        var position = meant
        let awarded = awardDay(of: enrolment)
        var standard: RuleClause?
        let judge = rules.judge(for: registry.qualification(at: position)?.id)
        if let (version, clause) = judge?.standard(enrolled: enrolment?.from, awarded: awarded, query: date) {
            let judged = try self.position(ofVersion: version)
            if judged != position { (position, standard) = (judged, clause) }
        }
        guard let qualification = registry.qualification(at: position) else {
            throw AccrueError(.notFound, name ?? "", field: "qualification")
        }
        let exemptions = hasExceptions ? exemptions(in: enrolment) : []
        guard let solver = rules.solver(of: qualification, at: position, exempting: exemptions) else {
            let subject =
                "\(qualification.identifier) was published without one, so that nobody can tell what is missing; "
                + "ask accrue why and accrue balance"
            throw AccrueError(.notFound, subject, field: "formation")
        }
        var holdings = try memory.holdings(by: position) { () throws(AccrueError) in
            var holdings = Holdings(registry, standing, enrolment, position, qualification)
            for line in balance.lines { try holdings.take(line) }
            return holdings
        }
        try holdings.suppose(supposed, on: date)
        var ruleCase = RuleCase(
            of: qualification.identifier,
            total: qualification.points ?? solver.total,
            units: Dictionary(qualification.units.map { ($0.code, $0.points) }) { first, _ in first },
            enrolled: enrolment?.from,
            awarded: awarded,
            query: date,
            credits: holdings.held
        )
        ruleCase.exemptions = exemptions.map(\.clause)
        let outcome = judge?.judge(ruleCase, by: solver)
        // Without a rule on parts of units they count nothing, and no unit counts but by its first credit.
        let held = outcome?.held ?? holdings.held.filter { !$0.isBehind }.map(\.unit).filter { !$0.isPart }
        func isJudged(_ credit: Position, _ code: String) -> Bool {
            held.contains { $0.credit == credit && $0.code == code }
                || outcome?.effects.contains { $0.credit == credit && $0.unit == code && $0.kind.excludes } ?? false
        }
        let formation = outcome?.formation ?? solver.solve(held)
        let completion =
            formation.verdict == .satisfied || !isCompletionWanted
            ? []
            : solver.completion(
                of: held,
                from: available(position, qualification, isEnrolled: enrolment != nil, solver),
                outcome?.limits ?? FormationLimits()
            )
        return Progress(
            qualification: qualification,
            enrolment: enrolment,
            formation: formation,
            credits: holdings.credits,
            others: balance.lines.filter { line in
                holdings.credits[line.decision] == nil
                    || line.bucket == .excluded && !isJudged(line.decision, line.unit?.code ?? "")
            },
            completion: completion,
            ruleSets: rules.sets.map(\.identifier),
            rules: outcome,
            standard: standard,
            exemptions: exemptions,
            supposed: supposed,
            heldAlready: supposed.recognitions.map(\.unit).filter { !isJudged(.none, $0) }
        )
    }

    /// The units that may be taken on the day: those of a version that still takes or keeps learners, and where the rule has
    /// open slots those of other qualifications in versions that do.
    private func available(
        _ position: Position,
        _ qualification: PublishedQualification,
        isEnrolled: Bool,
        _ solver: FormationSolver
    ) -> [HeldUnit] {
        func units(of version: PublishedQualification, as name: String?) -> [HeldUnit] {
            version.units.filter { $0.parent == nil }
                .map { HeldUnit(code: $0.code, credit: .none, points: $0.points, qualification: name) }
        }
        var available =
            isOpen(qualification, published: position, toEnrolled: isEnrolled) ? units(of: qualification, as: nil) : []
        guard solver.hasSlots, !available.isEmpty else { return available }
        for entry in registry.entries(in: .qualification) {
            guard let version = registry.qualification(at: entry.position), version.id != qualification.id,
                isOpen(version, published: entry.position, toEnrolled: false)
            else { continue }
            available += units(of: version, as: version.id)
        }
        return available
    }

    private func isOpen(_ version: PublishedQualification, published: Position, toEnrolled: Bool) -> Bool {
        let end = toEnrolled ? version.transitionEnd : version.validUntil
        return published <= balance.known && registry.effective(at: published).map { $0 <= balance.on } ?? false
            && end.map { balance.on <= $0 } ?? true
    }

    private func awardDay(of enrolment: Enrolment?) -> CivilDate? {
        guard case .awarded(let award) = enrolment?.state else { return nil }
        return standing.event(at: award)?.effective
    }

    /// The version that is meant, and the enrolment in it if there is one.
    private func version(_ name: String?) throws(AccrueError) -> (Position, Enrolment?) {
        if let mergedInto {
            let subject = "all that the learner has went to \(mergedInto) with a merge; ask for \(mergedInto)"
            throw AccrueError(.notFound, subject, field: "enrolment")
        }
        let enrolments = balance.enrolments
        guard let name else {
            if enrolments.count == 1 { return (enrolments[0].qualification, enrolments[0]) }
            let names = enrolments.compactMap { registry.identifier(at: $0.qualification) }.joined(separator: ", ")
            let subject = names.isEmpty ? "the learner is enrolled in none on that day" : "name one of \(names)"
            throw AccrueError(.notFound, subject, field: "qualification")
        }
        let enrolled = enrolments.last { enrolment in
            guard let version = registry.qualification(at: enrolment.qualification) else { return false }
            return version.identifier == name || version.id == name
        }
        if let enrolled { return (enrolled.qualification, enrolled) }
        return (try position(ofVersion: name), nil)
    }

    private func position(ofVersion name: String) throws(AccrueError) -> Position {
        guard let position = registry.position(of: name, in: .qualification), position <= balance.known else {
            let known = registry.entries(in: .qualification).map(\.identifier)
            throw AccrueError(
                .notFound,
                "\(name)\(NearestName.suggestion(for: name, among: known))",
                field: "\(ReferenceSpace.qualification)"
            )
        }
        return position
    }
}
