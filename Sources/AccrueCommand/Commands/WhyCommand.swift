internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// `accrue why`: where every point comes from.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Where every point of a learner comes from, event by event.",
        discussion: "The lines of what counts add up to the balance; nothing that carries credit is left out."
    )

    @Argument(help: "The learner's pseudonym.")
    var learner: String

    @Argument(help: "Only this unit, by code.")
    var unit: String?

    @OptionGroup var query: QueryOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let answer = try global.read(known: query.knownAt) { (view) throws(AccrueError) in
            let wording = Wording(view)
            let learner = try view.learner(learner)
            let balance = try BalanceAnswer(of: learner, view.balance(of: learner, on: query.date), wording)
            let accounts = balance.accounts.filter { account in
                unit == nil || account.code == unit || account.line.hostUnits.contains { $0.code == unit }
            }
            if let unit, accounts.isEmpty {
                throw AccrueError(.notFound, "\(unit), of which \(learner.identifier) has no credit", field: "unit")
            }
            var lines: [JSONValue] = []
            for account in accounts { lines.append(try document(account, wording)) }
            let exemptions = try exemptions(of: learner, in: view)
            var answer = Answer(balance.document(lines: lines, exemptions: exemptions))
            balance.sayHeading("Why: the credit of", in: &answer)
            for account in accounts { try show(account, wording, in: &answer) }
            if unit == nil { try showSums(balance, wording, in: &answer) }
            if !exemptions.isEmpty {
                answer.skip()
                answer.show(try ExemptionAccount.table(of: exemptions, wording))
            }
            return answer
        }
        try answer.write(json: global.json)
    }

    /// What the learner is exempted from, which may let a clause of progress hold; of one unit what is about it alone.
    private func exemptions(
        of learner: Learner,
        in view: LedgerView<LMDBSnapshot>
    ) throws(AccrueError) -> [Exemption] {
        let learnerCase = try view.learnerCase(of: learner, on: query.date)
        return learnerCase.balance.enrolments.flatMap { learnerCase.exemptions(in: $0) }
            .filter { unit == nil || $0.clause.unit == unit }
    }

    private func show(
        _ account: CreditAccount,
        _ wording: Wording<some LogReading>,
        in answer: inout Answer
    ) throws(AccrueError) {
        let name = [account.code, account.title].filter { !$0.isEmpty }.joined(separator: " ")
        answer.say("\(name.isEmpty ? "No unit" : name): \(account.points), \(account.standing)", .strong)
        for remark in account.remarks { answer.say("  \(remark)") }
        var table = Table([
            .number("At"), .text("Date"), .text("Event"), .text("Unit"), .text("Outcome"),
            .text("Institution", shrinks: true), .text("Document", shrinks: true),
        ])
        for position in account.line.trail {
            let event = try wording.view.log.event(at: position)
            table.append([
                "\(position)", wording.day(event), wording.kind(event), wording.unit(event)?.code ?? "",
                try wording.outcome(event), try wording.name(event.institution),
                event.details.identifier ?? "",
            ])
        }
        answer.show(table)
        answer.skip()
    }

    /// `recognised: 4 + 6 + 6 = 16 KT`, for each enrolment if there are several.
    private func showSums(
        _ balance: BalanceAnswer,
        _ wording: Wording<some LogReading>,
        in answer: inout Answer
    ) throws(AccrueError) {
        for sums in balance.balance.schemes {
            let scheme = try wording.name(sums.scheme)
            for bucket in Bucket.inReadingOrder where sums.buckets[bucket] != nil {
                let lines = balance.accounts.map(\.line).filter { $0.bucket == bucket && $0.scheme == sums.scheme }
                guard !balance.shares.isEmpty else {
                    answer.say("\(bucket.title): \(Self.sum(of: lines)) \(scheme)", bucket.emphasis)
                    continue
                }
                for share in balance.shares {
                    let lines = lines.filter { $0.enrolment == share.enrolment }
                    if lines.isEmpty { continue }
                    answer.say("\(bucket.title), \(share.name): \(Self.sum(of: lines)) \(scheme)", bucket.emphasis)
                }
            }
        }
    }

    /// `4 + 6 + 6 = 16`, or only the sum where there is nothing to add up.
    private static func sum(of lines: [CreditLine]) -> String {
        let addends = lines.compactMap(\.points)
        let sum = "\(addends.reduce(.zero, +))"
        return addends.count > 1 ? addends.map { "\($0)" }.joined(separator: " + ") + " = \(sum)" : sum
    }

    private func document(
        _ account: CreditAccount,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> JSONValue {
        var events: [JSONValue] = []
        for position in account.line.trail {
            events.append(try wording.document(wording.view.log.event(at: position)))
        }
        let members = try account.document(wording).object?.members ?? []
        return .object(JSONObject(members + [JSONObject.Member(key: "events", value: .array(events))]))
    }
}
