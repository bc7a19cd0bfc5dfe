import AccrueTestKit
import Credit
import LMDB
import Synchronization
import Testing

@testable import EventLog

/// Every call of the store fails once, each at its time: what was acknowledged is there, and the store is sound.
@Suite("Every call fails once")
struct EveryFailureTests {
    /// Each fault of the system that a call may meet.
    private static let codes: [LMDBError.Code] = [.inputOutput, .noSpace, .mapFull, .panic, .corrupted]

    @Test("Whatever call fails, nothing acknowledged is lost", arguments: [FaultPlan.Moment.before, .after])
    func everyCall(moment: FaultPlan.Moment) async throws {
        let quiet = FaultPlan()
        let learners = try await run(quiet)
        #expect(learners == Set(1...10))
        let count = quiet.calls.count
        try #require(count > 100)
        // Every one of the first, where opening is, and then some of each kind, with another code each time.
        for (index, number) in (Array(1...60) + stride(from: 61, through: count, by: 7)).enumerated() {
            let plan = FaultPlan()
            plan.fail(number: number, with: Self.codes[index % Self.codes.count], moment: moment)
            _ = try await run(plan)
        }
    }

    /// Appends to a new store while calls fail as planned, then opens it without a plan and looks at it.
    ///
    /// - Returns: The learners whose events were acknowledged.
    private func run(_ plan: FaultPlan) async throws -> Set<Int> {
        let store = try TemporaryLog(sealInterval: 8)
        defer { withExtendedLifetime(store) {} }
        var acknowledged: Set<Int> = []
        if let log = try? store.open({ $0.faults = plan }) {
            for number in 1...10 where (try? await log.append(learners: number...number)) != nil {
                acknowledged.insert(number)
                // Readers meet the fault too, and get an error or the truth.
                if let events = try? log.read({ (snapshot) throws(AccrueError) in
                    try snapshot.events(ofLearner: snapshot.learnerCount)
                }) {
                    #expect(events.count == 4, "\(plan.fired)")
                }
            }
            try? log.close()
        }
        let log = try store.open()
        #expect(log.check().findings == [], "\(plan.fired)")
        for number in acknowledged {
            let position = try log.read { (snapshot) throws(AccrueError) in
                try snapshot.position(of: "learner-\(number)", in: .learner)
            }
            #expect(position != nil, "learner \(number) is lost after \(plan.fired)")
        }
        try await log.append(learners: 1...12)
        #expect(try log.read { $0.position.rawValue } == 48, "\(plan.fired)")
        #expect(log.check().findings == [], "\(plan.fired)")
        try log.close()
        return acknowledged
    }
}
