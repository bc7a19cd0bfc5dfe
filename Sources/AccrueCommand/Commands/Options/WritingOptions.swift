internal import ArgumentParser
internal import EventLog

/// How a store is opened to append to it.
struct WritingOptions: ParsableArguments {
    @Flag(help: "Append although the clock is far from the last event: where that one's clock was wrong, not this one.")
    var acceptClock = false

    /// Opens the log of a store.
    func open(_ store: String) throws -> LMDBEventLog {
        var options = StoreOptions()
        options.acceptsClock = acceptClock
        return try LMDBEventLog(path: store, options: options)
    }
}
