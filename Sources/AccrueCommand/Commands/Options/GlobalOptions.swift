internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventLog
import Foundation

/// How every command answers.
struct JSONOption: ParsableArguments {
    @Flag(help: "Answer with one JSON document.")
    var json = false
}

/// Options of every command that works on a store.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: .customLong("store"),
        help: ArgumentHelp("The store's folder (default: $ACCRUE_STORE, or accrue-store).", valueName: "path"),
        completion: .directory
    )
    private var givenStore: String?

    @OptionGroup private var output: JSONOption

    /// Whether to answer with one JSON document.
    var json: Bool { output.json }

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
        return try Ledger(log).read(known: known) { (view) throws(AccrueError) in
            if case .instant(let instant) = known, try !view.log.isSettled(at: instant) {
                Console.standard.note(
                    "accrue: events recorded by \(instant) may still come in; to ask the same again: --known-at \(view.known)"
                )
            }
            return try body(view)
        }
    }
}

/// Options of every command that answers with a list.
struct ListOptions: ParsableArguments {
    @Flag(help: "Answer with comma-separated values.")
    var csv = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if csv, global.json { throw ValidationError("Choose --csv or --json.") }
    }
}
