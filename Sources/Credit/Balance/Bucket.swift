/// Where a credit stands between plan and recognition, or beside it.
public enum Bucket: String, CaseIterable, Sendable {
    /// Agreed upon, not assessed yet.
    case planned
    /// Positively assessed, which counts for nothing yet (domain trap 1).
    case assessed
    /// Documented by the institution that assessed.
    case documented
    /// Sent, or received and not decided yet.
    case inTransfer = "in-transfer"
    /// Confirmed to correspond by the home institution.
    case validated
    /// Recognised: the points count.
    case recognised
    /// Recognised beyond the total of the qualification: held, not counted (domain trap 14).
    case surplus
    /// Does not count; ``CreditLine/exclusion`` says why.
    case excluded
    /// An appeal is open, or upheld and not followed by a new decision yet.
    case contested
    /// Recognised for a limited time that is over.
    case expired
}

/// Why a credit does not count.
public enum Exclusion: Hashable, Sendable {
    /// No attempt was positive.
    case notPositive
    /// Only some of the outcomes: no points, as there is no pro rata (domain trap 13).
    case partial
    /// The home institution refused it.
    case refused
    /// Recognised under a condition that is not met yet.
    case conditional
    /// Revoked, withdrawn or annulled by this event.
    case removed(by: Position)
    /// It rests on this event, which is lost.
    case restsOnLost(Position)
    /// The unit counts already, by this recognition (domain trap 11).
    case countsAlready(by: Position)
    /// It is part of a unit that counts, by this recognition (domain trap 7).
    case partOfCounted(by: Position)
    /// Kept from an import without counting (domain trap 26).
    case quarantined

    /// The reason without the event that is the cause, by the number under which it is stored.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case notPositive = 1
        case partial, refused, conditional, removed, restsOnLost, countsAlready, partOfCounted, quarantined

        private static let words = Words<Kind>()

        /// The reason in one word, as in JSON.
        public var word: String { Self.words.word(of: self) }
    }

    /// The reason without the event that is the cause.
    public var kind: Kind {
        switch self {
        case .notPositive: .notPositive
        case .partial: .partial
        case .refused: .refused
        case .conditional: .conditional
        case .removed: .removed
        case .restsOnLost: .restsOnLost
        case .countsAlready: .countsAlready
        case .partOfCounted: .partOfCounted
        case .quarantined: .quarantined
        }
    }

    /// The reason in one word, as in JSON.
    public var word: String { kind.word }

    /// The event to which the reason points, if any.
    public var cause: Position? {
        switch self {
        case .removed(let by), .restsOnLost(let by), .countsAlready(let by), .partOfCounted(let by): by
        default: nil
        }
    }
}

/// A remark on a credit, which changes no points.
public enum CreditNote: Hashable, Sendable {
    /// What a decision rests on has changed since: it should be decided again (domain trap 19).
    case decideAgain(since: Position)
    /// Refused although it was passed under a learning agreement (domain trap 24).
    case refusedDespiteAgreement
    /// Recognised on application, outside an agreement (domain trap 23).
    case outsideAgreement
    /// A later attempt failed; the pass stays (domain trap 8).
    case passStays(despite: Position)
    /// The points of the parts do not add up to those of the whole (domain trap 7).
    case levelsDisagree(parts: Points)
    /// Expired by its date, but frozen by this award (domain trap 22).
    case frozen(by: Position)
    /// Converted into this amount of another scheme; the amount is no further credit.
    case converted(Points, scheme: Position, by: Position)

    /// The remark in one word, as in JSON.
    public var word: String {
        switch self {
        case .decideAgain: "decide-again"
        case .refusedDespiteAgreement: "refused-despite-agreement"
        case .outsideAgreement: "outside-agreement"
        case .passStays: "pass-stays"
        case .levelsDisagree: "levels-disagree"
        case .frozen: "frozen"
        case .converted: "converted"
        }
    }
}
