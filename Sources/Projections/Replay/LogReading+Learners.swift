public import Credit
public import EventLog

extension LogReading {
    /// The history of a learner, with those of all identities that were ever joined with it.
    ///
    /// Each join is told in both identities' streams, so that either leads to the other. Memory O(*n*) in its events.
    public func history(ofLearner number: UInt32) throws(AccrueError) -> LearnerHistory {
        var streams: [UInt32: [Event]] = [:]
        var open = [number]
        while let next = open.popLast() {
            guard streams[next] == nil else { continue }
            let stream = try events(ofLearner: next)
            streams[next] = stream
            for index in stream.indices where stream[index].command.kind == .learnerMerged {
                guard let answers = stream[index].command.answers else { continue }
                open.append(try self.event(at: answers).learnerNumber)
            }
        }
        if streams.count == 1 { return LearnerHistory(streams[number] ?? []) }
        return LearnerHistory(streams.values.joined().sorted { $0.position < $1.position })
    }

    /// What a reference in text points at: an identifier of its name space, or an event id.
    ///
    /// Learners, agreements and the like may be named by the id of their event, where no identifier is the same; among
    /// events the id comes first.
    public func position(named text: String, in space: ReferenceSpace) throws(AccrueError) -> Position? {
        if space != .event, let position = try position(of: text, in: space) { return position }
        if let id = EventID(text), let position = try position(ofEvent: id) { return position }
        return space == .event ? try position(of: text, in: space) : nil
    }
}
