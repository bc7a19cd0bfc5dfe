import AccrueTestKit
import EventLog
import Testing

@Suite("The contract of event logs, on LMDB")
struct ConformanceTests {
    @Test("What is appended is found again, in the tail and in sealed runs", arguments: [1 << 18, 64, 7, 1])
    func appendsAndFinds(sealInterval: Int) async throws {
        let runs = try await TemporaryLog.with(sealInterval: sealInterval) { log in
            try await EventLogConformance(log).appendsAndFinds(learners: 60, eventsEach: 5)
            #expect(log.check().findings == [])
        }
        #expect((runs > 0) == (sealInterval < 300))
    }

    @Test("A turn may end batches")
    func endsBatches() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).endsBatches() }
    }

    @Test("An id is one event for ever", arguments: [1 << 18, 1])
    func isIdempotent(sealInterval: Int) async throws {
        try await TemporaryLog.with(sealInterval: sealInterval) { try await EventLogConformance($0).isIdempotent() }
    }

    @Test("A turn that fails leaves no trace and harms no neighbour", arguments: [1 << 18, 3])
    func rollsBack(sealInterval: Int) async throws {
        try await TemporaryLog.with(sealInterval: sealInterval) { try await EventLogConformance($0).rollsBack() }
    }

    @Test("Wrong expectations, wrong references and states that never were are refused")
    func refuses() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).refuses() }
    }

    @Test("A closed log stays closed")
    func closes() async throws {
        try await TemporaryLog.with { try await EventLogConformance($0).closes() }
    }
}
