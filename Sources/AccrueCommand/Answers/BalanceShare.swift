internal import Accrue
internal import Credit
internal import EventLog

/// What of a balance is towards one enrolment, or towards none.
struct BalanceShare {
    /// The qualification version; the enrolment's own name where there are several in that version.
    let name: String
    /// The enrolment; nil for what is towards none.
    let enrolment: Position?
    private let lines: [CreditLine]

    /// The shares of a balance, in the order of the enrolments; none where there are not several enrolments.
    static func shares(of balance: Balance, _ wording: Wording<some LogReading>) throws(AccrueError) -> [BalanceShare] {
        guard balance.enrolments.count > 1 else { return [] }
        var named: [(name: String, enrolment: Position?)] = []
        for enrolment in balance.enrolments {
            let isAlone = balance.enrolments.count { $0.qualification == enrolment.qualification } == 1
            let name = try wording.event(isAlone ? enrolment.qualification : enrolment.position)
            named.append((name, enrolment.position))
        }
        // An enrolment may be lost, and what was decided for it is still shown.
        for line in balance.lines where !named.contains(where: { $0.enrolment == line.enrolment }) {
            named.append((try line.enrolment.map(wording.event) ?? "no enrolment", line.enrolment))
        }
        return named.map { name, enrolment in
            BalanceShare(name: name, enrolment: enrolment, lines: balance.lines.filter { $0.enrolment == enrolment })
        }
    }

    /// The sums in a scheme; nil where there is no credit of it.
    func sums(of scheme: Position) -> [Bucket: Points]? {
        let lines = lines.filter { $0.scheme == scheme }
        guard !lines.isEmpty else { return nil }
        return lines.reduce(into: [:]) { $0[$1.bucket, default: .zero] += $1.points ?? .zero }
    }
}
