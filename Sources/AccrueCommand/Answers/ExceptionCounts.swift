internal import Accrue
internal import Credit
internal import EventCoding

/// How many events of each kind an auditor would ask about, the weightiest first.
struct ExceptionCounts {
    /// More events of one kind are only counted where they are noted.
    private static let mostTold = 3

    let counts: [(kind: AuditException.Kind, count: Int)]

    init(_ counts: [AuditException.Kind: Int]) {
        self.counts = AuditException.Kind.allCases.compactMap { kind in counts[kind].map { (kind, $0) } }
    }

    init(_ exceptions: [AuditException]) {
        self.init(exceptions.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 })
    }

    /// The counts with what each kind means.
    var table: Table {
        var table = Table([.text("Exception"), .number("Events"), .text("What", shrinks: true)])
        for (kind, count) in counts { table.append([kind.rawValue, "\(count)", kind.meaning]) }
        return table
    }

    /// Says on standard error what was accepted and will be asked about.
    ///
    /// - Parameters:
    ///   - exceptions: All of them, a few of each kind told with their events; nil where learners were not looked at.
    ///   - isWritten: False where nothing was written, and it only would be.
    func note(_ exceptions: [AuditException]?, isWritten: Bool, on console: Console = .standard) {
        guard !counts.isEmpty else { return }
        let more = exceptions == nil ? ", which also looks at each learner" : ""
        let accepted = isWritten ? "Accepted, and listed" : "Would be accepted, and listed"
        console.note("\(accepted) by accrue audit exceptions\(more):")
        let width = counts.reduce(0) { max($0, $1.kind.rawValue.count) }
        for (kind, count) in counts {
            let word = kind.rawValue + String(repeating: " ", count: width - kind.rawValue.count)
            let told = (exceptions ?? []).filter { $0.kind == kind }
            if told.isEmpty || told.count > Self.mostTold {
                console.note("  \(word)  \(count.counted("event"))")
            } else {
                for exception in told { console.note("  \(word)  \(exception.place)") }
            }
        }
    }

    var document: JSONValue {
        .array(
            counts.map { .present(["count": .integer($0.count), "kind": .string($0.kind.rawValue)]) }
        )
    }
}

extension AuditException {
    /// `fani, position 250: elektrikar@2024`; no learner where it is about all.
    fileprivate var place: String {
        let place = (learner.map { "\($0.identifier.printable), " } ?? "") + "position \(position)"
        return detail.isEmpty ? place : "\(place): \(detail.printable)"
    }

    var document: JSONValue {
        .present([
            "detail": .string(detail), "kind": .string(kind.rawValue),
            "learner": learner.map { .string($0.identifier) },
            "position": .integer(position.rawValue),
        ])
    }
}

extension AuditException.Kind {
    /// What it means, in words.
    fileprivate var meaning: String {
        switch self {
        case .authorityMissing: "the institution was never given the function"
        case .awardedUnsatisfied: "awarded, and the rules do not agree"
        case .changedAfterAward: "what the award rests on changed since"
        case .correctedToFail: "the pass on which it rests was corrected to a fail"
        case .rulesInPast: "rules came or went on a day that was past"
        case .selfValidated: "decided by who assessed it"
        case .pointsDiffer: "other points than the catalogue has"
        case .sharedEvidence: "the same evidence as for somebody else"
        case .rightTwice: "two rights in one qualification"
        case .authorityOutdated: "the authority does not cover that day, as is known now"
        case .noEvidence: "no document, and no evidence is named"
        case .byException: "outside what rules foresee"
        case .undecidedAgain: "what it rests on changed since; not decided again"
        case .refusedDespiteAgreement: "passed under an agreement, and refused"
        case .unrecognisedInTime: "passed under an agreement, and not recognised in time"
        case .recognisedTwice: "a unit recognised again"
        case .recognisedInParts: "a unit and a part of it, both recognised"
        case .pointsDisagree: "the parts do not add up to the whole"
        case .quarantined: "imported without counting"
        case .merged: "two identities joined"
        case .clockRaised: "recorded while the clock stood behind the event before"
        case .backdated: "recorded long after its day"
        }
    }
}
