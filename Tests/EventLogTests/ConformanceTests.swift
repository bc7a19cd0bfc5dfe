import AccrueTestKit
import EventLog
import Testing

@Suite struct ConformanceTests {
    @Test(arguments: [1 << 18, 64, 7, 1])
    func `what is appended is found again, in the tail and in sealed runs`(sealInterval: Int) async throws {
        let runs = try await TemporaryLog.with(sealInterval: sealInterval) { log in
            try await EventLogConformance(log).appendsAndFinds(learners: 60, eventsEach: 5)
            #expect(log.check().findings == [])
        }
        #expect((runs > 0) == (sealInterval < 300))
    }

    @Test func `a turn may end batches`() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).endsBatches() }
    }

    @Test(arguments: [1 << 18, 1])
    func `an id is one event for ever`(sealInterval: Int) async throws {
        try await TemporaryLog.with(sealInterval: sealInterval) { try await EventLogConformance($0).isIdempotent() }
    }

    @Test(arguments: [1 << 18, 3])
    func `a turn that fails leaves no trace and harms no neighbour`(sealInterval: Int) async throws {
        try await TemporaryLog.with(sealInterval: sealInterval) { try await EventLogConformance($0).rollsBack() }
    }

    @Test func `wrong expectations, wrong references and states that never were are refused`() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).refuses() }
    }

    @Test func `a closed log stays closed`() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).closes() }
    }
}
