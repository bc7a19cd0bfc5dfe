internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// `accrue rules show`: all that one document lays down.
struct RulesShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that a qualification version or a rule set lays down.",
        discussion: """
            Of a qualification version how units form it, and what units are; of a rule set each rule with its legal \
            basis, the cases that it is for, and its exceptions. With --json the member `document` is the document as it \
            was published, which a file ending in .json may hold.
            """
    )

    @Argument(help: ArgumentHelp("A published version, or a file.", valueName: "id@version|file"), completion: .file())
    var name: String

    @OptionGroup var known: KnownOption
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = NamedRuleSets.isPublished(name) ? try published() : Self.answer(try RuleDocument.read(name))
        try answer.write(json: global.json)
    }

    private static func answer(_ document: RuleDocument) -> Answer {
        var answer = Answer(.object(["document": document.json]))
        switch document {
        case .standard(let standard):
            let account = StandardAccount(standard.qualification, standard)
            answer.say(account.heading, .strong)
            account.say([], in: &answer)
        case .ruleSet(let set):
            let account = RuleSetAccount(set, document.json)
            answer.say(account.heading, .strong)
            account.say([], in: &answer)
        }
        return answer
    }

    private func published() throws(AccrueError) -> Answer {
        try global.read(known: known.knownAt) { (view) throws(AccrueError) in
            switch try PublishedRules(name, in: view.registry) {
            case .qualification(let version, let position): try answer(version, at: position, view)
            case .ruleSet(let set, let terms): try answer(set, terms, view)
            }
        }
    }

    private func answer(
        _ version: Qualification,
        at position: Position,
        _ view: LedgerView<LMDBSnapshot>
    ) throws(AccrueError) -> Answer {
        let standard = Standard(published: version)
        let document = standard.map { RuleDocument.standard($0).json } ?? Document.qualification(version).json
        let account = StandardAccount(version, standard)
        let from = view.registry.effective(at: position)
        var answer = try begun(document, account.heading, at: position, from: from, view)
        var terms = [(label: "Published", says: "position \(position)")]
        if let from { terms.append(("In force from", "\(from)")) }
        account.say(terms, in: &answer)
        return answer
    }

    private func answer(
        _ set: RuleSet,
        _ terms: RuleSetTerms,
        _ view: LedgerView<LMDBSnapshot>
    ) throws(AccrueError) -> Answer {
        let document = RuleDocument.ruleSet(set).json
        let account = RuleSetAccount(set, document)
        var answer = try begun(
            document,
            account.heading,
            at: terms.position,
            periods: terms.periodDocuments,
            view
        )
        let published = [
            (label: "Published", says: "position \(terms.position)"),
            (label: "In force", says: terms.periodText.isEmpty ? "never so far" : terms.periodText),
        ]
        account.say(published, in: &answer)
        return answer
    }

    private func begun(
        _ document: JSONValue,
        _ heading: String,
        at position: Position,
        from: CivilDate? = nil,
        periods: JSONValue? = nil,
        _ view: LedgerView<LMDBSnapshot>
    ) throws(AccrueError) -> Answer {
        var answer = Answer(
            .present([
                "document": document, "from": .text(from), "knownAt": .integer(view.known.rawValue), "periods": periods,
                "position": .integer(position.rawValue),
            ])
        )
        answer.say(heading, .strong)
        answer.say("As known at \(try Wording(view).state())")
        return answer
    }
}
