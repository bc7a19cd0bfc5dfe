extension LearnerHistory {
    /// The history of a learner, with those of all identities that were ever joined with it.
    ///
    /// Each join is told in both identities' streams, so that either leads to the other. Memory O(*n*) in its events.
    ///
    /// - Parameters:
    ///   - number: The number of the learner's stream.
    ///   - events: The events of a stream, in the order of the log.
    ///   - stream: The stream of the event at a position; nil where there is no such event.
    public init<Failure: Error>(
        joinedWith number: UInt32,
        events: (UInt32) throws(Failure) -> [Event],
        stream: (Position) throws(Failure) -> UInt32?
    ) throws(Failure) {
        var streams: [UInt32: [Event]] = [:]
        var open = [number]
        while let next = open.popLast() {
            guard streams[next] == nil else { continue }
            let own = try events(next)
            streams[next] = own
            for index in own.indices where own[index].kind == .learnerMerged {
                if let answers = own[index].answers, let other = try stream(answers) { open.append(other) }
            }
        }
        self.init(
            streams.count == 1 ? streams[number] ?? [] : streams.values.joined().sorted { $0.position < $1.position }
        )
    }
}
