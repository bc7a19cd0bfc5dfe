internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventLog
import Foundation

/// Options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The store's folder (default: $ACCRUE_STORE, or accrue-store).", valueName: "path"),
        completion: .directory
    )
    private var givenStore: String?

    @Flag(help: "Answer with one JSON document.")
    var json = false

    /// Whether the command line names a store, for commands that need none.
    var namesStore: Bool { givenStore != nil }

    /// The folder of the store.
    var store: String {
        let environment = ProcessInfo.processInfo.environment["ACCRUE_STORE"].flatMap { $0.isEmpty ? nil : $0 }
        return givenStore ?? environment ?? "accrue-store"
    }

    /// Asks the store, which is opened for reading only: others may write meanwhile.
    func read<Value>(
        known: KnownAt = .now,
        _ body: (LedgerView<LMDBSnapshot>) throws(AccrueError) -> Value
    ) throws(AccrueError) -> Value {
        let log = try LMDBEventLog(path: store, writes: false)
        return try Ledger(log).read(known: known, body)
    }
}

/// Options of questions: of which day, and by what was known when.
struct QueryOptions: ParsableArguments {
    @Option(
        name: .customLong("on"),
        help: ArgumentHelp("The day of which is asked (default: today, UTC).", valueName: "date"),
        transform: { try CivilDate($0) }
    )
    private var givenDate: CivilDate?

    @Option(
        help: ArgumentHelp(
            "Answer by what was known then: an instant such as 2026-03-01T09:30:00Z, or the position of an event.",
            valueName: "instant|position"
        ),
        transform: { try KnownAt(argument: $0) }
    )
    var knownAt: KnownAt = .now

    /// The day.
    var date: CivilDate { givenDate ?? StoreOptions.systemClock().date }
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
