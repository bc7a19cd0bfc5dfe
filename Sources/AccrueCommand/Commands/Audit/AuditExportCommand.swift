internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventLog
internal import Evidence
internal import Transparency

/// `accrue audit export`.
struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write an evidence bundle: what learners have, to be verified by anybody, without this store.",
        discussion: """
            Learners are those for whom all options hold; without any, all learners. The bundle has their events and those \
            of every identity that was joined with them, the whole registry, what proves that none is left out, and what is \
            claimed: balances and verdicts of the day. Verify it with accrue-verify bundle, or with tools/verify.py bundle.
            """
    )

    @Argument(help: "The new file to write; - is standard output.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The learner with this pseudonym.", valueName: "learner"))
    var learner: String?

    @Option(help: ArgumentHelp("Learners on whose credit this institution acted.", valueName: "institution"))
    var institution: String?

    @Option(help: ArgumentHelp("Learners who were enrolled in this version.", valueName: "id@version"))
    var qualification: String?

    @Option(
        help: ArgumentHelp(
            "Learners who were enrolled in what this version of a rule set is for.",
            valueName: "id@version"
        )
    )
    var ruleSet: String?

    @Option(
        help: ArgumentHelp("Learners to whose credit something happened from this day on.", valueName: "date"),
        transform: { try CivilDate($0) }
    )
    var from: CivilDate?

    @Option(
        help: ArgumentHelp("Learners to whose credit something happened up to this day.", valueName: "date"),
        transform: { try CivilDate($0) }
    )
    var until: CivilDate?

    @Flag(
        help: """
            Show texts and pseudonyms in the events of learners, too; without it digests stand for those by which nothing is \
            claimed.
            """
    )
    var withTexts = false

    @OptionGroup var day: DayOption

    @OptionGroup var which: CheckpointOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let from, let until, from > until { throw ValidationError("--from is after --until.") }
    }

    func run() throws {
        try EvidenceFile.requireNew(file)
        let ledger = try Ledger(LMDBEventLog(path: global.store, writes: false))
        let checkpoints = Checkpoints(ofStore: global.store)
        let note = try which.note(in: checkpoints)
        var request = EvidenceRequest(on: day.date)
        request.scope = try ledger.read { (view) throws(AccrueError) in try scope(view) }
        request.withTexts = withTexts
        request.earlier = try checkpoints.notes()
        let bundle = try ledger.evidence(request, in: note)
        try EvidenceFile.write(bundle, to: file, json: global.json)
    }

    private func scope(_ view: LedgerView<LMDBSnapshot>) throws(AccrueError) -> EvidenceScope {
        var scope = EvidenceScope()
        if let learner { scope.learner = try view.learner(learner).number }
        if let institution { scope.institution = try view.entry(institution, in: .institution).position }
        if let qualification { scope.qualification = try view.entry(qualification, in: .qualification).position }
        if let ruleSet { scope.ruleSet = try view.registry.ruleSet(published: ruleSet).position }
        (scope.from, scope.until) = (from, until)
        return scope
    }
}
