import Credit
import Testing

/// What the log says of itself.
@Suite struct DecisionLogTests {
    @Test func `the ends of streams are stated as they are, or not at all`() throws {
        var scenario = try Scenario()
        try scenario.recordHeads(on: "2025-01-01")
        let truth = scenario.heads
        for stated in [HeadsText(streams: truth.streams + 1, root: truth.root), HeadsText(streams: 1, root: "")] {
            scenario.refuses(.headsDiffer, at: "document") { step throws(AccrueError) in
                var command = step.command(.headsRecorded, on: "2025-01-01")
                command.actor = nil
                command.details.document = .heads(stated)
                return try step.submit(command)
            }
        }
        let registry = scenario.registry
        var command = scenario.command(.headsRecorded, on: "2025-01-01")
        command.actor = nil
        command.details.document = .heads(truth)
        // Nobody who does not know them can confirm them.
        #expect(throws: AccrueError(.headsDiffer)) { try decide(command, in: DecisionState(registry: registry)) }
        try scenario.submit(command)
    }

    @Test func `the key that signs hands over, and no other`() throws {
        var scenario = try Scenario()
        #expect(scenario.registry.keyRotations.isEmpty)
        scenario.refuses(.documentContradictory, at: "document.to") { step throws(AccrueError) in
            try step.rotate(from: "log+1", to: "log+1", on: "2025-01-01")
        }
        try scenario.rotate(from: "log+1", to: "log+2", on: "2025-01-01")
        scenario.refuses(.keyNotInForce, at: "document.from") { step throws(AccrueError) in
            try step.rotate(from: "log+1", to: "log+3", on: "2025-01-02")
        }
        scenario.refuses(.keyNotInForce, at: "document.to") { step throws(AccrueError) in
            try step.rotate(from: "log+2", to: "log+1", on: "2025-01-02")
        }
        try scenario.rotate(from: "log+2", to: "log+3", on: "2025-01-02")
        #expect(scenario.registry.keyRotations.map(\.to) == ["log+2", "log+3"])
    }
}

extension Scenario {
    /// The log states where its streams end.
    mutating func recordHeads(on day: CivilDate) throws(AccrueError) {
        let heads = heads
        try submit(.headsRecorded, on: day) {
            $0.actor = nil
            $0.details.document = .heads(heads)
        }
    }

    /// A key hands over to the next.
    @discardableResult
    mutating func rotate(from: String, to: String, on day: CivilDate) throws(AccrueError) -> Position {
        try submit(.keyRotated, on: day) {
            $0.details.document = .keyRotation(
                KeyRotationText(from: from, to: to, fromSignature: "a", toSignature: "b")
            )
        }
    }
}
