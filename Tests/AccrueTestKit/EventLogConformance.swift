public import Credit
public import EventLog
import Testing

/// What every event log must do, whatever it stores in. Each function is one part of the contract, on an empty log.
public struct EventLogConformance<Log: EventLog>: Sendable {
    private let log: Log

    /// The contract, for an empty log.
    public init(_ log: Log) {
        self.log = log
    }

    /// Positions, learner numbers, versions and batch ends are dense; all is found again by every way, foreseen or not.
    public func appendsAndFinds(learners: Int, eventsEach: Int) async throws {
        var expected: [Event] = []
        for number in 1...learners {
            let batch = try await log.append { (turn) throws(AccrueError) in
                let learner = try turn.append(.learner(number)).event
                if number.isMultiple(of: 2) {
                    // Also what is there already, and what never comes.
                    turn.foresee((0...number).map { (Command.learner($0).id, nil) })
                    turn.foresee(
                        (1...eventsEach).map { (Command.note(number, $0, of: learner.position).id, learner.position) }
                    )
                }
                for index in 1..<eventsEach { _ = try turn.append(.note(number, index, of: learner.position)) }
                return .keep(learner)
            }
            #expect(batch.learnerNumber == UInt32(number))
            for version in 1...eventsEach {
                let command: Command =
                    version == 1 ? .learner(number) : .note(number, version - 1, of: batch.position)
                let position = UInt32((number - 1) * eventsEach + version)
                expected.append(
                    Event(
                        command,
                        position: Position(rawValue: position),
                        recordedAt: batch.recordedAt,
                        learnerNumber: UInt32(number),
                        learnerVersion: UInt32(version),
                        flags: version == eventsEach ? .lastInBatch : []
                    )
                )
            }
        }
        try log.read { (snapshot) throws(AccrueError) in
            #expect(snapshot.position.rawValue == UInt32(expected.count))
            #expect(snapshot.learnerCount == UInt32(learners))
            var found: [Event] = []
            try snapshot.forEachEvent(from: Position(rawValue: 1), through: snapshot.position) { found.append($0) }
            #expect(found == expected)
            for event in expected {
                #expect(try snapshot.position(ofEvent: event.id) == event.position)
            }
            for number in 1...learners {
                let own = expected.filter { $0.learnerNumber == UInt32(number) }
                #expect(try snapshot.events(ofLearner: UInt32(number)) == own)
                #expect(try snapshot.position(of: "learner-\(number)", in: .learner) == own.first?.position)
            }
            #expect(try snapshot.position(of: "learner-1", in: .actor) == nil)
            #expect(try snapshot.position(ofEvent: EventID(high: 9, low: 9)) == nil)
            #expect(throws: AccrueError(.notFound)) {
                try snapshot.event(at: Position(rawValue: UInt32(expected.count) + 1))
            }
        }
    }

    /// A turn may end batches itself; each is a state of its own, and empty ones are none.
    public func endsBatches() async throws {
        try await log.append { (turn) throws(AccrueError) in
            for number in 1...6 {
                if number.isMultiple(of: 2) {
                    turn.endBatch()
                    turn.endBatch()
                }
                _ = try turn.append(.learner(number))
            }
            turn.endBatch()
            return .keep(())
        }
        try log.read { (snapshot) throws(AccrueError) in
            var ends: [UInt32] = []
            try snapshot.forEachEvent(from: Position(rawValue: 1), through: snapshot.position) { (event) in
                if event.flags.contains(.lastInBatch) { ends.append(event.position.rawValue) }
            }
            #expect(ends == [1, 3, 5, 6])
        }
    }

    /// The same id and content give the same event for ever; other content is refused with the field that differs.
    public func isIdempotent() async throws {
        let first = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(1))) }
        let again = try await log.append { (turn) throws(AccrueError) in
            turn.foresee([(Command.learner(1).id, first.event.position)])
            return .keep(try turn.append(.learner(1)))
        }
        #expect(!first.existed && again.existed)
        #expect(again.event.position == first.event.position)
        var other = Command.learner(1)
        other.details.text = "other"
        let (changed, taken) = (other, Command.learner(1, id: 77))
        let error = await #expect(throws: AccrueError(.contentDiffers)) {
            try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(changed)) }
        }
        #expect(error?.field == "text")
        await #expect(throws: AccrueError(.identifierTaken)) {
            try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(taken)) }
        }
        #expect(try log.read { $0.position } == Position(rawValue: 1))
    }

    /// A turn that throws or is discarded leaves no trace, not even in what its neighbours are given.
    public func rollsBack() async throws {
        _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(1))) }
        let log = log
        await withTaskGroup(of: Void.self) { group in
            for number in 2...41 {
                group.addTask {
                    _ = try? await log.append { (turn) throws(AccrueError) -> TurnOutcome<Bool> in
                        _ = try turn.append(.learner(number))
                        if number % 4 == 0 { throw AccrueError(.notFound) }
                        return number % 4 == 1 ? .discard(true) : .keep(true)
                    }
                }
            }
        }
        try log.read { (snapshot) throws(AccrueError) in
            #expect(snapshot.learnerCount == 21)
            #expect(snapshot.position == Position(rawValue: 21))
            for number in 2...41 {
                let position = try snapshot.position(of: "learner-\(number)", in: .learner)
                #expect((position != nil) == (number % 4 > 1), "learner \(number)")
            }
            for number in 1...21 {
                #expect(try snapshot.events(ofLearner: UInt32(number)).map(\.learnerVersion) == [1])
            }
        }
        // What was rolled back may be appended afterwards.
        let late = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(4))) }
        #expect(!late.existed && late.event.learnerNumber == 22)
    }

    /// Expectations of position and version, references to what is no learner, and states that never were.
    public func refuses() async throws {
        _ = try await log.append { (turn) throws(AccrueError) in
            let learner = try turn.append(.learner(1)).event
            return .keep(try turn.append(.note(1, 1, of: learner.position)).event)
        }
        await #expect(throws: AccrueError(.positionConflict)) {
            try await log.append { (turn) throws(AccrueError) in .keep(try turn.expect(position: .none)) }
        }
        await #expect(throws: AccrueError(.versionConflict)) {
            try await log.append { (turn) throws(AccrueError) in .keep(try turn.expect(version: 1, ofLearner: 1)) }
        }
        await #expect(throws: AccrueError(.referenceWrongKind)) {
            try await log.append { (turn) throws(AccrueError) in
                .keep(try turn.append(.note(1, 2, of: Position(rawValue: 2))))
            }
        }
        await #expect(throws: AccrueError(.referenceUnknown)) {
            try await log.append { (turn) throws(AccrueError) in
                .keep(try turn.append(.note(1, 2, of: Position(rawValue: 3))))
            }
        }
        let now = log.now
        try log.read { (snapshot) throws(AccrueError) in
            let last = try snapshot.event(at: Position(rawValue: 2))
            #expect(try snapshot.state(at: last.position) == last.position)
            #expect(try snapshot.state(at: last.recordedAt, now: now) == last.position)
            let before = Instant(rawValue: last.recordedAt.rawValue - 1)
            #expect(try snapshot.state(at: before, now: now) == .none)
            #expect(throws: AccrueError(.noSuchState)) { try snapshot.state(at: Position(rawValue: 1)) }
            #expect(throws: AccrueError(.noSuchState)) { try snapshot.state(at: Position(rawValue: 3)) }
            #expect(throws: AccrueError(.noSuchState)) {
                try snapshot.state(at: Instant(rawValue: now.rawValue + 1), now: now)
            }
        }
    }

    /// After closing, nothing is appended.
    public func closes() async throws {
        _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(1))) }
        try log.close()
        try log.close()
        await #expect(throws: AccrueError(.logClosed)) {
            try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(1))) }
        }
        #expect(throws: AccrueError(.logClosed)) {
            try log.read { (snapshot) throws(AccrueError) in
                try snapshot.event(at: Position(rawValue: 1))
            }
        }
    }
}

extension Command {
    /// The introduction of learner `number`, whose pseudonym is `learner-<number>`.
    public static func learner(_ number: Int, id: UInt64? = nil) -> Command {
        var command = Command(
            id: EventID(high: 1, low: id ?? UInt64(number)),
            kind: .learnerIntroduced,
            effective: CivilDate(rawValue: 20_000)
        )
        command.details.identifier = "learner-\(number)"
        return command
    }

    /// The `index`-th further event of learner `number`, introduced at `learner`; every third one has a text.
    public static func note(_ number: Int, _ index: Int, of learner: Position) -> Command {
        var command = Command(
            id: EventID(high: 2 + UInt64(index), low: UInt64(number)),
            kind: .left,
            effective: CivilDate(rawValue: 20_000 + Int32(index))
        )
        command.learner = learner
        if index.isMultiple(of: 3) { command.details.text = "note \(index)" }
        return command
    }
}
