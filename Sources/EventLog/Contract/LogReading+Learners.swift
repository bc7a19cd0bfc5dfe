public import Credit

extension LogReading {
    /// The history of a learner, with those of all identities that were ever joined with it. Memory O(*n*) in its events.
    public func history(ofLearner number: UInt32) throws(AccrueError) -> LearnerHistory {
        try LearnerHistory(
            joinedWith: number,
            events: { (stream) throws(AccrueError) in try events(ofLearner: stream) },
            stream: { (position) throws(AccrueError) in try event(at: position).learnerNumber }
        )
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
