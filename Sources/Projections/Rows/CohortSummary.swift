public import Credit
internal import EventCoding

/// What a projection knows of a cohort: the learners of one institution in one version of a qualification who were
/// enrolled in one year.
public struct CohortSummary: Hashable, Sendable {
    /// Which cohort.
    public struct Key: Hashable, Comparable, Sendable {
        /// The home institution.
        public let institution: String
        /// The qualification version.
        public let qualification: String
        /// The year of enrolment.
        public let year: String

        /// In the order of institution, qualification and year.
        public static func < (left: Key, right: Key) -> Bool {
            (left.institution, left.qualification, left.year) < (right.institution, right.qualification, right.year)
        }

        /// The key in the store. Identifiers hold no control characters.
        var bytes: [UInt8] { Array("\(institution)\u{1F}\(qualification)\u{1F}\(year)".utf8) }

        init?(bytes: [UInt8]) {
            let parts = String(decoding: bytes, as: UTF8.self).split(
                separator: "\u{1F}",
                omittingEmptySubsequences: false
            )
            guard parts.count == 3 else { return nil }
            self.init(institution: String(parts[0]), qualification: String(parts[1]), year: String(parts[2]))
        }

        init(institution: String, qualification: String, year: String) {
            self.institution = institution
            self.qualification = qualification
            self.year = year
        }
    }

    /// Enrolments by state: `running`, `interrupted`, `left`, `awarded`.
    public private(set) var states: [String: Int64] = [:]
    /// The points recognised towards them, in the scheme of the qualification.
    public private(set) var recognised = Points.zero

    /// How many enrolments.
    public var enrolments: Int64 { states.values.reduce(0, +) }

    /// Nobody.
    init() {}

    /// Adds another's figures, or with `sign` −1 takes them away.
    mutating func add(_ other: CohortSummary, sign: Int64) {
        for (state, count) in other.states {
            states[state, default: 0] += sign * count
            if states[state] == 0 { states[state] = nil }
        }
        recognised += Points(rawValue: sign * other.recognised.rawValue)
    }
}

extension CohortSummary {
    /// What a row adds to the summaries.
    static func contributions(of row: JSONValue) -> [Key: CohortSummary] {
        var contributions: [Key: CohortSummary] = [:]
        for enrolment in row.object?["enrolments"]?.array ?? [] {
            func text(_ key: String) -> String { enrolment.object?[key]?.string ?? "" }
            let key = Key(
                institution: text("home"),
                qualification: text("qualification"),
                year: String(text("from").prefix(4))
            )
            var summary = CohortSummary()
            summary.states[text("state")] = 1
            summary.recognised = (try? Points(text("recognised"))) ?? .zero
            contributions[key, default: CohortSummary()].add(summary, sign: 1)
        }
        return contributions
    }

    /// The summary as it is kept; points in ten-thousandths.
    var document: JSONValue {
        let states = states.sorted { $0.key < $1.key }
            .map { JSONObject.Member(key: $0.key, value: .integer($0.value)) }
        return .object([
            "recognised": .integer(recognised.rawValue),
            "states": .object(JSONObject(states)),
        ])
    }

    init(_ document: JSONValue) {
        recognised = Points(rawValue: document.object?["recognised"]?.integer() ?? 0)
        for member in document.object?["states"]?.object?.members ?? [] {
            states[member.key] = member.value.integer()
        }
    }
}
