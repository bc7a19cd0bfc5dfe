internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules
internal import Transparency

/// Judges commands, by the registry and the histories of the learners lately seen, and appends them.
///
/// It belongs to the turns of a ledger, one at a time, and holds nothing that the log does not. What a turn changes is
/// undone if the turn is not kept.
struct CommandJudge: Sendable {
    /// So many histories are held before all are let go.
    private static let heldHistories = 1 << 16
    /// So many numbers are held before all are let go.
    private static let heldNumbers = 1 << 20

    /// What the next command is judged against; its histories are only put in for that.
    private var state = DecisionState(registry: Registry())
    private var histories: [UInt32: LearnerHistory] = [:]
    /// The numbers of learners by their introductions.
    private var numbers: [Position: UInt32] = [:]
    /// The state of the log that this is the fold of.
    private var position: Position?
    private var epoch: UInt64 = 0
    /// Where streams end at a position, once that was asked for.
    private var heads: (tree: HeadsTree, position: Position)?
    /// The rules in force on the day of the last award.
    private var rules: (rules: ProgressRules, on: CivilDate)?
    /// The registry before the turn, and whose histories the turn touched.
    private var undo: (registry: Registry, touched: Set<UInt32>)?

    var registry: Registry { state.registry }

    /// Begins a turn: follows the log where it moved on without this.
    mutating func begin(_ turn: some AppendTurn) throws(AccrueError) {
        if position != turn.position || epoch != turn.epoch {
            state.registry = try Registry(reading: turn)
            histories = [:]
            numbers = [:]
            rules = nil
            position = turn.position
            if epoch != turn.epoch { heads = nil }
            epoch = turn.epoch
        }
        if numbers.count > Self.heldNumbers { numbers = [:] }
        undo = (registry, [])
    }

    /// Ends a turn whose last event would be `position`; what it changed stays only if it is kept.
    mutating func end(at position: Position, kept: Bool) {
        defer { undo = nil }
        if kept {
            self.position = position
        } else if let undo {
            state.registry = undo.registry
            for number in undo.touched { histories[number] = nil }
            numbers = [:]
            rules = nil
            heads = nil
        }
    }

    /// Judges a command and appends it, or answers that it is there already.
    @specialized(where Turn == LMDBTurn)
    mutating func append<Turn: AppendTurn>(_ command: Command, to turn: inout Turn) throws(AccrueError) -> Appended {
        if try turn.position(ofEvent: command.id) != nil { return try turn.append(command) }
        let number = try number(ofLearner: command.learner, in: turn)
        if command.kind.joinsIdentities {
            return try appendJoining(command, number, to: &turn)
        }
        do {
            // A history is let go of before it changes, so that it need not be copied for that.
            defer { (state.history, state.heads) = (nil, nil) }
            if let number { state.history = try hold(number, in: turn) }
            if command.kind == .headsRecorded { state.heads = try heads(in: turn) }
            try decide(command, in: state)
        }
        if command.kind.isRegistry {
            try requireSoundRules(of: command)
            if case .keyRotation(let text) = command.details.document {
                _ = try proving("document") { () throws(TransparencyError) in try KeyRotation(text) }
            }
        }
        if command.kind == .qualificationAwarded, let number, let history = histories[number] {
            try requireSatisfied(command, history, number, in: turn)
        }
        try requireHappened(command, by: turn.recordedAt)
        let appended = try turn.append(command)
        if command.kind.isRegistry {
            state.registry.evolve(appended.event)
            rules = nil
        }
        if let number {
            histories[number]?.evolve(appended.event)
            // Identities that were joined are each held with the events of all; the others are read again when needed.
            for other in histories[number]?.numbers ?? [] where other != number { forget(other) }
        }
        return appended
    }

    /// Requires that an assessment and the day of a decision are no later than the day of recording, wherever on earth that
    /// is; what holds only from a later day on is in order.
    private func requireHappened(_ command: Command, by recordedAt: Instant) throws(AccrueError) {
        let latest = CivilDate(rawValue: recordedAt.date.rawValue + 1)
        if command.kind.isAssessment, command.effective > latest {
            throw AccrueError(.notHappenedYet, "\(command.effective)", field: "effective")
        }
        if let decided = command.decided, decided > latest {
            throw AccrueError(.notHappenedYet, "\(decided)", field: EventField.decided.rawValue)
        }
        // Only to correct a wrong rule may yesterday's answers change, and then it says why, and by what right.
        if command.changesRules(before: recordedAt), !command.isByException {
            throw AccrueError(.inForceInPast, "\(command.effective)", field: "effective")
        }
    }

    /// Requires of a document what lint asks of it before it is drafted or published, of rules that are published that they
    /// name units that there are, and of rules that come into force that they do not contradict those that are on that day,
    /// or will be.
    private func requireSoundRules(of command: Command) throws(AccrueError) {
        switch (command.kind, command.details.document) {
        case (_, .qualification(let qualification)):
            guard let standard = Standard(published: qualification) else { return }
            try requireSound([.standard(standard)], at: "document.")
        case (_, .ruleSet(let text)):
            guard let set = RuleSet(text) else { return }
            try requireSound([.ruleSet(set)], at: "document.")
        case (.ruleSetPublished, _):
            guard let draft = command.answers, case .ruleSet(let text) = registry.document(at: draft),
                let set = RuleSet(text)
            else { return }
            try requireSound([.ruleSet(set)], beside: registry.publishedQualifications, at: "answers.")
        case (.ruleSetActivated, _):
            guard let terms = registry.ruleSets.first(where: { $0.position == command.answers }),
                let set = RuleSet(terms.text)
            else { return }
            let others = registry.ruleSets.filter { $0.text.id == set.id && $0.isInForce(from: command.effective) }
            try requireSound(([set] + others.compactMap { RuleSet($0.text) }).map { .ruleSet($0) }, at: "answers.")
        default: return
        }
    }

    /// Requires of an award that is none by exception that the rules in force on its day are satisfied, as they are for who
    /// has the award: so they are judged by its day where they ask for it.
    private mutating func requireSatisfied(
        _ command: Command,
        _ history: LearnerHistory,
        _ number: UInt32,
        in turn: some AppendTurn
    ) throws(AccrueError) {
        guard !command.isByException, let learner = command.learner,
            registry.qualification(at: command.qualification)?.formation != nil
        else { return }
        let award = Event(
            command,
            position: Position(rawValue: turn.position.rawValue + 1),
            recordedAt: turn.recordedAt,
            learnerNumber: number,
            learnerVersion: 0
        )
        var awarded = history
        awarded.evolve(award)
        let learnerCase = LearnerCase(
            of: learner,
            in: awarded,
            registry: registry,
            on: command.effective,
            known: award.position
        )
        let enrolment = learnerCase.balance.enrolments.first { $0.position == command.enrolment }
        if rules?.on != command.effective {
            rules = (ProgressRules(inForceIn: registry, on: command.effective), command.effective)
        }
        guard let enrolment, var applied = rules?.rules else { return }
        let progress = try learnerCase.progress(of: enrolment, under: &applied)
        rules?.rules = applied
        guard let progress, progress.isAwardedUnsatisfied else { return }
        let counted = progress.formation.groups.first?.counted ?? .zero
        let average = progress.lacksAverage ? ", and there is no average grade, which is mandatory" : ""
        let subject =
            "\(progress.qualification.identifier), \(progress.formation.verdict.rawValue), \(counted) points count\(average)"
        throw AccrueError(.awardIncomplete, subject, field: EventField.enrolment.rawValue)
    }

    private func requireSound(
        _ documents: [RuleDocument],
        beside published: [Qualification]? = nil,
        at path: String
    ) throws(AccrueError) {
        let fault = RuleLint.findings(in: documents, published: published).first { $0.severity == .error }
        if let fault { throw AccrueError(fault.code, fault.subject, field: "\(path)\(fault.path)") }
    }

    /// Judges and appends an event that joins or parts identities. They are rare, and their histories are read again.
    private mutating func appendJoining(
        _ command: Command,
        _ number: UInt32?,
        to turn: inout some AppendTurn
    ) throws(AccrueError) -> Appended {
        var state = state
        state.history = try number.map { (number) throws(AccrueError) in try turn.history(ofLearner: number) }
        if let answers = command.answers, answers > .none, answers <= turn.position {
            let answered = try turn.event(at: answers)
            if answered.learnerNumber > 0 { state.other = try turn.history(ofLearner: answered.learnerNumber) }
            // The first half joined the histories already; only its own side tells.
            if answered.kind == command.kind { state.history = state.other }
        }
        try decide(command, in: state)
        for joined in [state.history, state.other] {
            for number in joined?.numbers ?? [] { forget(number) }
        }
        return try turn.append(command)
    }

    /// The learner's number, or nil where the reference leads to none.
    private mutating func number(
        ofLearner learner: Position?,
        in turn: some LogReading
    ) throws(AccrueError) -> UInt32? {
        guard let learner, learner > .none, learner <= turn.position else { return nil }
        if let number = numbers[learner] { return number }
        let introduction = try turn.event(at: learner)
        guard introduction.kind == .learnerIntroduced else { return nil }
        numbers[learner] = introduction.learnerNumber
        return introduction.learnerNumber
    }

    private mutating func hold(_ number: UInt32, in turn: some LogReading) throws(AccrueError) -> LearnerHistory {
        undo?.touched.insert(number)
        if let held = histories[number] { return held }
        let history = try turn.history(ofLearner: number)
        if histories.count >= Self.heldHistories { histories = [:] }
        histories[number] = history
        return history
    }

    private mutating func forget(_ number: UInt32) {
        histories[number] = nil
    }
}

// MARK: - Where streams end

extension CommandJudge {
    /// Takes over where streams end at a state that is durable, if nothing later is known.
    mutating func start(from tree: HeadsTree, through position: Position) {
        if let heads, heads.position >= position { return }
        heads = (tree, position)
    }

    /// Where streams end before the next event.
    mutating func heads(in turn: some AppendTurn) throws(AccrueError) -> HeadsText {
        var (tree, last) = heads ?? (HeadsTree(), .none)
        heads = nil
        if last > turn.position { (tree, last) = (HeadsTree(), .none) }
        try turn.forEachEvent(
            from: Position(rawValue: last.rawValue + 1),
            through: turn.position
        ) { (event) throws(AccrueError) in
            do throws(TransparencyError) {
                try tree.take(
                    stream: event.learnerNumber,
                    version: event.learnerVersion,
                    position: event.position.rawValue
                )
            } catch {
                throw AccrueError(.recordDamaged, "position \(event.position), \(error)")
            }
        }
        let text = HeadsText(&tree)
        heads = (tree, turn.position)
        return text
    }

    /// The ends that were stated last, and the state of which they are.
    var statedHeads: (tree: HeadsTree, position: Position)? { heads }
}
