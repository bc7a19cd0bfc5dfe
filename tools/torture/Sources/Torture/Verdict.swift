import Credit
import EventLog

/// Looks whether a store that was mistreated is what it must be: sound, with every acknowledged batch, and fit to go on.
struct Verdict {
    let store: String
    let seed: UInt64

    /// - Parameters:
    ///   - acknowledged: The last batch that was acknowledged; every one before it was, too. 0 for none.
    ///   - begun: The last batch that may be there.
    /// - Throws: ``Finding``.
    /// - Returns: The last batch that is there.
    @discardableResult
    func require(acknowledged: Int, begun: Int, options: StoreOptions) async throws -> Int {
        do {
            let log = try LMDBEventLog(path: store, options: options)
            let found = try examine(log, acknowledged: acknowledged, begun: begun)
            // It goes on: with the batch that is next, and again with that, which is there then.
            for _ in 1...2 { try await Batch(found + 1, seed: seed).append(to: log) }
            try log.close()
            let again = try LMDBEventLog(path: store, writes: false, options: options)
            _ = try examine(again, acknowledged: found + 1, begun: found + 1)
            try again.close()
            return found + 1
        } catch let error as AccrueError {
            throw Finding("\(error)")
        }
    }

    /// Looks at it as one who only reads.
    func look(acknowledged: Int, begun: Int) throws {
        let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
        _ = try examine(log, acknowledged: acknowledged, begun: begun)
        try log.close()
    }

    private func examine(_ log: LMDBEventLog, acknowledged: Int, begun: Int) throws -> Int {
        let report = log.check()
        if let finding = report.findings.first { throw Finding("check: \(finding)") }
        let latest = Instant(rawValue: StoreOptions.systemClock().rawValue + JumpingClock.most)
        return try log.read { (snapshot) throws(AccrueError) in
            let found = Int(snapshot.learnerCount)
            guard found >= acknowledged else {
                throw AccrueError(.positionsMissing, "\(acknowledged) acknowledged, \(found) found")
            }
            guard found <= begun else { throw AccrueError(.recordDamaged, "\(begun) begun, \(found) found") }
            for number in stride(from: found, to: 0, by: -1) {
                let batch = Batch(number, seed: seed)
                let events = try snapshot.events(ofLearner: UInt32(number))
                guard let learner = events.first?.position else {
                    throw AccrueError(.positionsMissing, "batch \(number)")
                }
                guard events.allSatisfy({ $0.recordedAt <= latest }) else {
                    throw AccrueError(.clockFar, "batch \(number) has an instant that should have been refused")
                }
                guard events.map(\.command) == [batch.introduction] + batch.notes(of: learner),
                    try snapshot.position(of: batch.identifier, in: .learner) == learner,
                    try snapshot.position(ofEvent: batch.introduction.id) == learner
                else { throw AccrueError(.recordDamaged, "batch \(number) is not what was appended") }
            }
            return found
        }
    }
}

/// Something that must not be.
struct Finding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
