import Accrue
import Credit
import EventLog

/// Appends lines of JSON, and says what a learner has on a day.
func record(_ lines: [UInt8], andShow learner: String, on day: CivilDate) async throws {
    let ledger = Ledger(try LMDBEventLog(path: "store"))
    let report = try await ledger.append(EventLines(lines))
    for fault in report.faults { print(fault.line, fault.error) }
    let balance = try ledger.read { (view) throws(AccrueError) in
        try view.balance(of: view.learner(learner), on: day)
    }
    for line in balance.lines { print(line.bucket, line.points as Any, line.trail) }
}
