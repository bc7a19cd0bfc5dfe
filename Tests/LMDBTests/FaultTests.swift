import AccrueTestKit
import Foundation
import Testing

@testable import LMDB

@Suite struct FaultTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Opens, writes two transactions, reads and copies; notes what was acknowledged.
    private func work(_ plan: FaultPlan, _ acknowledged: inout [UInt64]) throws(LMDBError) {
        let environment = try folder.open { $0.faults = plan }
        let database = try environment.database(named: nil)
        for start: UInt64 in [1, 101] {
            try environment.append(start...(start + 9), to: database)
            acknowledged += Array(start...(start + 9))
        }
        _ = try environment.keys(of: database)
        _ = try environment.value(UInt64(5), in: database)
        try environment.write { (transaction) throws(LMDBError) in
            try transaction.delete(UInt64(999), in: database)
            _ = try transaction.entryCount(of: database)
        }
        try environment.grow(to: 64 << 20)
        try environment.copy(toFile: folder.path + "/copy-" + UUID().uuidString)
        try environment.sync()
        try environment.close()
    }

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `a failure of any call, with any code it can give, leaves a store with all that was acknowledged`(
        moment: FaultPlan.Moment
    ) throws {
        let plan = FaultPlan()
        var acknowledged: [UInt64] = []
        try work(plan, &acknowledged)
        let calls = plan.calls
        #expect(calls.count > 60)
        for (number, call) in zip(1..., calls) {
            for code in call.codes + [.inputOutput, .noSpace] {
                // Who makes a call again that was made finds what it has made.
                if moment == .after, Self.passing.contains(code) { continue }
                try FileManager.default.removeItem(atPath: folder.path)
                try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
                let plan = FaultPlan()
                plan.fail(number: number, with: code, moment: moment)
                acknowledged = []
                let name = "call \(number), \(call.rawValue), \(code)"
                if Self.passing.contains(code) {
                    try work(plan, &acknowledged)
                } else {
                    let error = #expect(throws: LMDBError.self, "\(name)") { try work(plan, &acknowledged) }
                    #expect(error?.code == code, "\(name): \(plan.fired)")
                    #expect(plan.fired.first?.rawValue == error?.operation, "\(name)")
                }
                let again = try folder.open()
                let found = try again.keys(of: try again.database())
                #expect(found.starts(with: acknowledged), "\(name): \(plan.fired)")
                #expect([0, 10, 20].contains(found.count), "\(name): half a transaction")
                try again.close()
            }
        }
    }

    /// No failures: the call is made again, or the map is taken anew as another process has made it.
    private static let passing: Set<LMDBError.Code> = [LMDBError.Code(rawValue: EINTR), .mapResized]

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `after a commit of unknown outcome nothing more is written`(moment: FaultPlan.Moment) throws {
        let plan = FaultPlan()
        let environment = try folder.open { $0.faults = plan }
        let database = try environment.database()
        try environment.append([1], to: database)
        plan.fail(.transactionCommit, with: .inputOutput, moment: moment)
        #expect(throws: LMDBError(.inputOutput, operation: "", path: "")) {
            try environment.append([2], to: database)
        }
        for _ in 0..<2 {
            #expect(throws: LMDBError(.outcomeUnknown, operation: "", path: "")) {
                try environment.append([3], to: database)
            }
        }
        #expect(try environment.keys(of: database).first == 1)
        try environment.close()
        let again = try folder.open()
        let expected: [UInt64] = moment == .before ? [1] : [1, 2]
        #expect(try again.keys(of: try again.database()) == expected)
    }

    @Test(arguments: [FaultPlan.Moment.before, .after])
    func `after the map could not be moved nothing touches it`(moment: FaultPlan.Moment) throws {
        let plan = FaultPlan()
        let environment = try folder.open { $0.faults = plan }
        let database = try environment.database()
        try environment.append([1], to: database)
        plan.fail(.environmentGrow, with: .outOfMemory, moment: moment)
        #expect(throws: LMDBError(.outOfMemory, operation: "", path: "")) { try environment.grow(to: 1 << 30) }
        let closed = LMDBError(.closed, operation: "", path: "")
        #expect(throws: closed) { try environment.append([2], to: database) }
        #expect(throws: closed) { try environment.keys(of: database) }
        #expect(throws: closed) { try environment.grow(to: 1 << 30) }
        try environment.close()
        let again = try folder.open()
        #expect(try again.keys(of: try again.database()) == [1])
    }

    @Test(arguments: [LMDBError.Code.mapFull, .noSpace])
    func `after a full map or device the next write goes on`(code: LMDBError.Code) throws {
        let plan = FaultPlan()
        let environment = try folder.open { $0.faults = plan }
        let database = try environment.database()
        plan.fail(.transactionCommit, with: code)
        #expect(throws: LMDBError(code, operation: "", path: "")) { try environment.append([1], to: database) }
        try environment.append([2], to: database)
        #expect(try environment.keys(of: database) == [2])
    }

    @Test func `a failed call dooms its transaction even when the body hides it`() throws {
        let plan = FaultPlan()
        let environment = try folder.open { $0.faults = plan }
        let database = try environment.database()
        #expect(throws: LMDBError(.inputOutput, operation: "", path: "")) {
            try environment.write { (transaction) throws(LMDBError) in
                try transaction.put([1], [1], in: database)
                plan.fail(.put, with: .inputOutput)
                do throws(LMDBError) { try transaction.put([2], [2], in: database) } catch {}
            }
        }
        try environment.append([7], to: database)
        #expect(try environment.keys(of: database) == [7])
    }

    @Test func `the file system is asked before anything else, and its refusal is final`() throws {
        let plan = FaultPlan()
        plan.fail(.fileSystemStatus, with: .accessDenied)
        #expect(throws: LMDBError(.accessDenied, operation: "", path: "")) { _ = try folder.open { $0.faults = plan } }
        #expect(plan.calls == [.fileSystemStatus])
    }
}
