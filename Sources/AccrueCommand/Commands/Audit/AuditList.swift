internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding

/// How auditors' answers are written: as a table, as values, or as JSON.
struct AuditOptions: ParsableArguments {
    @OptionGroup var query: QueryOptions
    @OptionGroup private var output: ListOptions

    var global: GlobalOptions { output.global }

    /// Writes a list of things: its heading and summary, a table of it, and each as JSON.
    func write(_ list: AuditList) throws {
        if output.csv { return try Console.standard.write(list.table.commaSeparated) }
        var answer = Answer(list.document(on: query.date))
        answer.say(list.heading, .strong)
        answer.skip()
        if let counts = list.counts, !list.table.isEmpty {
            answer.show(counts.table)
            answer.skip()
        }
        if list.table.isEmpty { answer.say("There is nothing.") } else { answer.show(list.table) }
        for line in list.remarks { answer.say(line) }
        try answer.write(json: global.json)
    }
}

/// A list that answers an auditor.
struct AuditList {
    /// What the list is called in JSON.
    let name: String
    let heading: String
    let known: Position
    var table: Table
    var documents: [JSONValue] = []
    var remarks: [String] = []
    /// What belongs to no learner, each as JSON, where that is told, too.
    var registry: [JSONValue]?
    /// How many there are of each kind, told before the list.
    var counts: ExceptionCounts?

    fileprivate func document(on date: CivilDate) -> JSONValue {
        .present([
            name: .array(documents), "counts": counts?.document, "knownAt": .integer(known.rawValue),
            "on": .string("\(date)"), "registry": registry.map { .array($0) },
        ])
    }
}
