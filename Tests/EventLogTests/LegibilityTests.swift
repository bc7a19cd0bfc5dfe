import AccrueTestKit
import Credit
import Testing

@testable import EventLog

@Suite struct LegibilityTests {
    @Test func `a command that no reader would take is refused, and the log goes on without it`() async throws {
        try await TemporaryLog.with { log in
            let error = await #expect(throws: AccrueError(.identifierInvalid)) {
                try await log.append { (turn) throws(AccrueError) in
                    var command = Command.learner(1)
                    command.details.identifier = "with space"
                    _ = try turn.append(command)
                    return .keep(true)
                }
            }
            #expect(error?.field == "identifier")
            try await log.append(learners: 1...2)
            let report = log.check()
            #expect(report.findings == [] && report.learners == 2)
        }
    }
}
