public import Credit

extension Registry {
    /// The registry that a log holds, as it was known when `last` was its last event. O(*n*) in the registry's events.
    public init(reading log: some LogReading, through last: Position? = nil) throws(AccrueError) {
        self.init()
        let last = last ?? log.position
        for event in try log.events(ofLearner: 0) where event.position <= last { evolve(event) }
    }
}
