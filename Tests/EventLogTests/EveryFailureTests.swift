import AccrueTestKit
import Credit
import LMDB
import Testing

@testable import EventLog

/// Every call of a store fails once, each at its time and with each code that it can give.
@Suite struct EveryFailureTests {
    /// So many of the calls of a kind on files are made to fail, evenly spread, and one of each kind of LMDB.
    /// `tools/torture` plays all of them.
    private static let samples = 2
    /// What changes something, so that it matters whether it was done before it was said to have failed.
    private static let changing: Set<Call> = [
        .environmentOpen, .environmentCopy, .transactionCommit, .put, .fileOpen, .fileSync, .fileWrite, .fileCopy,
        .fileTruncate, .fileLock, .fileRename, .fileRemove, .folderMake, .folderRemove,
    ]

    /// What may be said of a call that failed: never that an event or an index is damaged.
    private static let codes: Set<ErrorCode> = [
        .inputOutput, .diskFull, .notPermitted, .notFound, .fileExists, .storeMissing, .storeExists, .storeDamaged,
        .commitUncertain,
        .logClosed,
        .backupDamaged,
    ]

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `whatever call fails, it is told, nothing acknowledged is lost, and nothing derived is wrong`(
        moment: FaultPlan.Moment
    ) async throws {
        let quiet = FaultPlan()
        var history = try FaultyHistory(quiet)
        try await history.run()
        #expect(history.errors == [])
        let counts = Dictionary(quiet.calls.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count > 30)
        for (call, count) in counts where moment == .before || Self.changing.contains(call) {
            let samples = call.rawValue.hasPrefix("mdb_") ? 1 : Self.samples
            for (index, number) in stride(from: count, through: 1, by: -max(1, count / samples)).enumerated() {
                let code = call.codes[(index + (moment == .after ? samples : 0)) % call.codes.count]
                try await fail(call, number, code, moment)
            }
        }
    }

    private func fail(_ call: Call, _ number: Int, _ code: LMDBError.Code, _ moment: FaultPlan.Moment) async throws {
        let plan = FaultPlan()
        plan.fail(call, number: number, with: code, moment: moment)
        var history = try FaultyHistory(plan)
        do {
            try await history.run()
        } catch {
            Issue.record("\(call.rawValue) \(number) failed with \(code): \(error)")
        }
        for error in history.errors {
            #expect(Self.codes.contains(error.code), "\(call.rawValue) \(number) failed with \(code): \(error)")
        }
    }
}
