internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventLog

/// Of which day a question is.
struct DayOption: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("The day of which is asked (default: today, UTC).", valueName: "date"),
        transform: { try CivilDate($0) }
    )
    private var given: CivilDate?

    /// The day.
    var date: CivilDate { given ?? StoreOptions.systemClock().date }
}

/// By what was known when a question is answered.
struct KnownOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Answer by what was known then: an instant such as 2026-03-01T09:30:00Z, or the position of an event.",
            valueName: "instant|position"
        ),
        transform: { try KnownAt(argument: $0) }
    )
    var knownAt: KnownAt = .now
}

/// Options of questions: of which day, and by what was known when.
struct QueryOptions: ParsableArguments {
    @OptionGroup private var day: DayOption
    @OptionGroup private var known: KnownOption

    /// The day.
    var date: CivilDate { day.date }

    /// What the log is taken to know.
    var knownAt: KnownAt { known.knownAt }
}

extension KnownAt {
    init(argument: String) throws(AccrueError) {
        if let position = UInt32(argument) {
            self = .position(Position(rawValue: position))
        } else if let instant = Instant(argument) {
            self = .instant(instant)
        } else {
            throw AccrueError(.instantInvalid, argument)
        }
    }
}
