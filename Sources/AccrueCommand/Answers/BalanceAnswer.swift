internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// A balance to be read: the sums of each scheme, the enrolments, the credits.
struct BalanceAnswer {
    let balance: Balance
    let accounts: [CreditAccount]
    private let enrolments: [EnrolmentAccount]
    private let schemes: [(name: String, sums: SchemeBalance)]
    /// Whose sums are told apart: of each enrolment, and of what is for none; empty where all is of one.
    let shares: [BalanceShare]
    private let learner: Learner
    private let state: String
    /// Into whom the learner was merged.
    private let survivor: String?

    init<Log: LogReading>(
        of learner: Learner,
        _ balance: Balance,
        _ wording: Wording<Log>
    ) throws(AccrueError) {
        self.learner = learner
        self.balance = balance
        state = try wording.state()
        survivor = try wording.survivor(of: learner)
        var enrolments: [EnrolmentAccount] = []
        for enrolment in balance.enrolments { enrolments.append(try EnrolmentAccount(enrolment, balance, wording)) }
        self.enrolments = enrolments
        var schemes: [(String, SchemeBalance)] = []
        for sums in balance.schemes { schemes.append((try wording.name(sums.scheme), sums)) }
        self.schemes = schemes
        var accounts: [CreditAccount] = []
        for bucket in Bucket.inReadingOrder {
            for line in balance.lines where line.bucket == bucket {
                accounts.append(try CreditAccount(line, on: balance.on, wording))
            }
        }
        self.accounts = accounts
        shares = try BalanceShare.shares(of: balance, wording)
    }

    /// The balance as JSON, around these lines.
    func document(lines: [JSONValue], exemptions: [Exemption]? = nil) -> JSONValue {
        let sums = schemes.map { name, sums in sums.document(named: name) }
        return .present([
            "enrolments": .array(enrolments.map(\.document)),
            "exemptions": exemptions.map { .array($0.map { ExemptionAccount($0).document }) },
            "knownAt": .integer(balance.known.rawValue),
            "learner": .string(learner.identifier),
            "lines": .array(lines),
            "mergedInto": .text(survivor),
            "on": .string("\(balance.on)"),
            "schemes": .array(sums),
        ])
    }

    /// Says whose balance it is, of which day and state.
    func sayHeading(_ verb: String, in answer: inout Answer) {
        answer.say("\(verb) \(learner.identifier) on \(balance.on), as known at \(state)", .strong)
        answer.skip()
        for enrolment in enrolments {
            answer.say("\(enrolment.title) at \(enrolment.home): \(enrolment.state), \(enrolment.points) recognised")
        }
        if let survivor {
            answer.say("Merged into \(survivor), who has all of it; ask for \(survivor).")
        } else if enrolments.isEmpty {
            answer.say("Not enrolled on that day.")
        }
        answer.skip()
    }

    /// Shows the sums: a row for each bucket, a column for each scheme, and before it one for each enrolment if there are
    /// several.
    func showSums(in answer: inout Answer) {
        guard !schemes.isEmpty else { return answer.say("No credit yet.") }
        var columns: [(title: String, sums: [Bucket: Points])] = []
        for (name, sums) in schemes {
            columns += shares.compactMap { share in
                share.sums(of: sums.scheme).map { ("\(share.name) \(name)", $0) }
            }
            columns.append((shares.isEmpty ? name : "all \(name)", sums.buckets))
        }
        var table = Table([.text("")] + columns.map { .number($0.title) })
        for bucket in Bucket.inReadingOrder where schemes.contains(where: { $0.sums.buckets[bucket] != nil }) {
            table.append([bucket.title] + columns.map { $0.sums[bucket].map { "\($0)" } ?? "" }, bucket.emphasis)
        }
        table.appendRule()
        table.append(["all credit lines"] + columns.map { "\($0.sums.values.reduce(.zero, +))" })
        answer.show(table)
        guard !shares.isEmpty else { return }
        answer.skip()
        answer.say("Towards each enrolment only its own credit counts; the sums of all are no progress towards any.")
    }

    /// Shows the credits, a row for each.
    func showLines(in answer: inout Answer) {
        guard !accounts.isEmpty else { return }
        var table = Table(
            [.text("Unit"), .text("Title", shrinks: true), .number("Points"), .text("Standing", shrinks: true)]
                + (shares.isEmpty ? [] : [.text("Towards")])
        )
        for account in accounts {
            let share = shares.first { $0.enrolment == account.line.enrolment }.map { [$0.name] } ?? []
            table.append(
                [account.code, account.title, account.points, account.shortStanding] + share,
                account.line.bucket.emphasis
            )
        }
        answer.skip()
        answer.show(table)
    }
}

extension SchemeBalance {
    /// The sums of a scheme of this name as JSON.
    func document(named name: String) -> JSONValue {
        let buckets = Bucket.allCases.compactMap { bucket in
            self.buckets[bucket].map { JSONObject.Member(key: bucket.rawValue, value: .string("\($0)")) }
        }
        return .object(["buckets": .object(JSONObject(buckets)), "scheme": .string(name)])
    }
}
