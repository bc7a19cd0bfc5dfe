internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog

/// An enrolment in words, with what counts towards it.
struct EnrolmentAccount {
    /// The qualification's title and version.
    let title: String
    /// The home institution's name.
    let home: String
    /// Where it stands: `running`, `awarded`.
    let state: String
    /// What counts: `16 of 240 KT`.
    let points: String
    /// The same as JSON.
    let document: JSONValue

    init(
        _ enrolment: Enrolment,
        _ balance: Balance,
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) {
        let version = wording.view.registry.qualification(at: enrolment.qualification)
        let scheme = version.flatMap { wording.view.registry.position(of: $0.scheme, in: .scheme) }
        let counting = balance.recognised(towards: enrolment.position, in: scheme)
        title = version.map { "\($0.title) (\($0.version))" } ?? ""
        home = try wording.institution(enrolment.home)
        let (word, since) = (enrolment.state.word, enrolment.state.event)
        let shaken = since.flatMap { balance.shakenAwards[$0] }
        state = shaken == nil ? word : "\(word), to be decided again"
        let whole = version?.points.map { " of \($0)" } ?? ""
        points = "\(counting)\(whole) \(version?.scheme ?? "")"
        document = .present([
            "by": try since.map { (by) throws(AccrueError) in .string(try wording.name(by)) },
            "decideAgainSince": try shaken.map { (change) throws(AccrueError) in .string(try wording.name(change)) },
            "enrolment": .string(try wording.name(enrolment.position)),
            "from": .string("\(enrolment.from)"),
            "home": .string(try wording.name(enrolment.home)),
            "qualification": .string(try wording.name(enrolment.qualification)),
            "recognised": .string("\(counting)"),
            "required": .text(version?.points),
            "scheme": .text(version?.scheme),
            "state": .string(word),
        ])
    }
}
