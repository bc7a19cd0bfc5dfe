internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding

/// `accrue balance`: what a learner has.
struct BalanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "What a learner has, and where each credit stands.",
        discussion: "Only what is recognised counts. Points of different schemes are never added up."
    )

    @Argument(help: "The learner's pseudonym.")
    var learner: String

    @OptionGroup var query: QueryOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let learner = try view.learner(learner)
            let balance = try BalanceAnswer(of: learner, view.balance(of: learner, on: query.date), wording)
            var lines: [JSONValue] = []
            for account in balance.accounts { lines.append(try account.document(wording)) }
            var answer = Answer(balance.document(lines: lines))
            balance.sayHeading("Balance of", in: &answer)
            balance.showSums(in: &answer)
            balance.showLines(in: &answer)
            return answer
        }
        try answer.write(json: global.json)
    }
}
