import AccrueTestKit
import Credit
import Glibc
import LMDB
import Testing

@testable import EventLog

/// Every call of a store fails once, each at its time and with each code that it can give.
@Suite struct EveryFailureTests {
    /// So many of the calls of a kind on files are made to fail, evenly spread; `tools/torture` plays the calls of the system,
    /// those below LMDB too, all of them.
    private static let samples = 2
    /// So many of the calls of a kind to LMDB: all of those that there are, but those that only read.
    private static let most = 12
    /// What changes something, so that it matters whether it was done before it was said to have failed.
    private static let changing: Set<Call> = [
        .environmentOpen, .environmentCopy, .transactionCommit, .put, .fileOpen, .fileSync, .fileWrite, .fileCopy,
        .fileTruncate, .fileLock, .fileRename, .fileRemove, .folderMake, .folderRemove,
    ]

    /// Calls that may fail without a word, and why. All others are told, at once or as what failed behind the log.
    private static let passedOver: [Call: String] = [
        .fileRemove: "what is left over is not used, and is removed another time",
        .folderRemove: "the same",
        .fileTruncate:
            "what stands in the writer's lock says who appends, for whoever looks; the lock itself is the system's",
        .fileSystemStatus: "how much room is left is not known then",
    ]
    /// The same of calls that read, in some steps.
    private static let passedOverIn: [(calls: Set<Call>, steps: Set<String>)] = [
        // What is kept of heads: what it lacks is read from the log.
        ([.fileOpen, .fileRead, .fileStatus, .get], ["stating", "reading"]),
        // What is left of processes that died is looked for by each writer, and removed another time.
        ([.folderRead], ["appending", "stating", "backing up", "opening"]),
    ]

    /// Codes that are no failure of a call: it is made again, or answered.
    private static func isPassing(_ code: LMDBError.Code, of call: Call) -> Bool {
        switch (call, code) {
        case (_, LMDBError.Code(rawValue: EINTR)): true
        // The map is taken as another process has made it, and grows.
        case (_, .mapResized), (.put, .mapFull): true
        // Who closes a log after a panic is told nothing more: who appended was, and the head is behind as after a crash.
        case (.transactionRenew, .panic): true
        // That there is none; and a system that does not say what a file system is.
        case (.fileAccess, .noSuchFile), (.fileSystemStatus, LMDBError.Code(rawValue: ENOSYS)): true
        default: false
        }
    }

    /// What may be said of a call that failed with a code: that an event or an index is damaged, only where LMDB says so.
    private static func codes(of code: LMDBError.Code) -> Set<ErrorCode> {
        let meaning: Set<ErrorCode> =
            switch code {
            case .noSpace, .quotaExceeded, .mapFull: [.diskFull]
            case .accessDenied, .notPermitted, .readOnlyFileSystem: [.notPermitted]
            case .noSuchFile: [.storeMissing, .notFound]
            case .corrupted, .pageNotFound, .invalid, .versionMismatch: [.storeDamaged, .backupDamaged]
            default: [.inputOutput]
            }
        // After a commit nobody knows what was kept; and what is said to have failed may be there when it is tried again.
        return meaning.union([.commitUncertain, .logClosed, .storeExists, .fileExists])
    }

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `whatever call fails, it is told, nothing acknowledged is lost, and nothing derived is wrong`(
        moment: FaultPlan.Moment
    ) async throws {
        let counts = try await counts(.long)
        #expect(counts.count > 30)
        for (call, count) in counts where moment == .before || Self.changing.contains(call) {
            let samples = call.rawValue.hasPrefix("mdb_") ? 1 : Self.samples
            for (index, number) in stride(from: count, through: 1, by: -max(1, count / samples)).enumerated() {
                let code = call.codes[(index + (moment == .after ? samples : 0)) % call.codes.count]
                try await fail(call, number, code, moment, .long)
            }
        }
    }

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `each call to LMDB fails each time that it is made, with each code that it can give`(
        moment: FaultPlan.Moment
    ) async throws {
        for (call, count) in try await counts(.short)
        where call.rawValue.hasPrefix("mdb_") && (moment == .before || Self.changing.contains(call)) {
            for number in stride(from: count, through: 1, by: -max(1, (count + Self.most - 1) / Self.most)) {
                for code in call.codes { try await fail(call, number, code, moment, .short) }
            }
        }
    }

    /// Whether the call that failed wrote into the lock of the writer, which is emptied just before.
    private static func isOfLock(_ plan: FaultPlan, _ call: Call, _ number: Int) -> Bool {
        let calls = plan.calls
        let places = calls.indices.filter { calls[$0] == call }
        guard call == .fileWrite, number <= places.count, let place = places.dropFirst(number - 1).first else {
            return false
        }
        return place > 0 && calls[place - 1] == .fileTruncate
    }

    /// How often each call is made where none fails.
    private func counts(_ length: FaultyHistory.Length) async throws -> [Call: Int] {
        let quiet = FaultPlan()
        var history = try FaultyHistory(quiet, length)
        try await history.run()
        #expect(history.errors == [])
        return Dictionary(quiet.calls.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func fail(
        _ call: Call,
        _ number: Int,
        _ code: LMDBError.Code,
        _ moment: FaultPlan.Moment,
        _ length: FaultyHistory.Length
    ) async throws {
        let plan = FaultPlan()
        plan.fail(call, number: number, with: code, moment: moment)
        var history = try FaultyHistory(plan, length)
        do {
            try await history.run()
        } catch {
            Issue.record("\(call.rawValue) \(number) failed with \(code): \(error)")
        }
        let codes = Self.codes(of: code)
        for error in history.errors {
            #expect(codes.contains(error.code), "\(call.rawValue) \(number) failed with \(code): \(error)")
        }
        guard !Self.isPassing(code, of: call), Self.passedOver[call] == nil, !Self.isOfLock(plan, call, number)
        else { return }
        if let step = history.unnoticed,
            Self.passedOverIn.contains(where: { $0.calls.contains(call) && $0.steps.contains(step) })
        {
            return
        }
        #expect(
            history.unnoticed == nil,
            "\(call.rawValue) \(number) failed with \(code) \(moment), and nothing was said: \(history.unnoticed ?? "")"
        )
    }
}
