/// The one registry of what can go wrong, shared by the library, the command line and the documentation.
///
/// A code never changes its meaning. The middle part says where it belongs: `VAL` values, `JSN` JSON,
/// `YML` YAML, `RUL` rules, `REF` references, `REG` registry, `AGR` agreements, `ASM` assessment, `TRF` documents and
/// transfer, `DEC` validation and recognition, `AWD` award and removal, `IDN` identities, `LOG` the log,
/// `PRJ` projections, `INT` integrity.
public enum ErrorCode: String, CaseIterable, Sendable {
    // Values
    /// Points are not written as a decimal number.
    case pointsNotDecimal = "E-VAL-001"
    /// Points have more than four decimals.
    case pointsTooPrecise = "E-VAL-002"
    /// Points exceed what one event may carry.
    case pointsOutOfRange = "E-VAL-003"
    /// No such day, or written otherwise than `YYYY-MM-DD`.
    case dateInvalid = "E-VAL-004"
    /// An event id is not a UUID.
    case eventIDInvalid = "E-VAL-005"
    /// An identifier is empty, too long, or has spaces or control characters.
    case identifierInvalid = "E-VAL-006"
    /// A text is longer than allowed.
    case textTooLong = "E-VAL-007"
    /// A number is outside its range.
    case numberOutOfRange = "E-VAL-008"
    /// A word is not one of those that the field knows.
    case valueUnknown = "E-VAL-009"
    /// An instant is not RFC 3339 in UTC.
    case instantInvalid = "E-VAL-010"
    /// A part of a whole is not written as a fraction or percentage, or is not from 0 to 1.
    case ratioInvalid = "E-VAL-011"
    /// A country is not two capital letters of ISO 3166-1.
    case countryInvalid = "E-VAL-012"
    /// A number is written so that programs read it differently.
    case numberAmbiguous = "E-VAL-013"
    /// An identifier is not in Unicode normal form C.
    case identifierNotComposed = "E-VAL-014"

    // JSON
    /// The text is not JSON (RFC 8259).
    case jsonMalformed = "E-JSN-001"
    /// No kind of event has this name.
    case kindUnknown = "E-JSN-002"
    /// The kind has no such field.
    case fieldUnknown = "E-JSN-003"
    /// A required field is missing.
    case fieldMissing = "E-JSN-004"
    /// A value has the wrong JSON type.
    case typeWrong = "E-JSN-005"
    /// A line is longer than allowed.
    case lineTooLong = "E-JSN-006"
    /// A key stands twice in one object of a document.
    case keyTwice = "E-JSN-007"
    /// A document is nested too deep.
    case tooDeep = "E-JSN-008"
    /// A file is larger than a document may be.
    case documentTooLarge = "E-JSN-009"

    // YAML
    /// The text is not YAML.
    case yamlMalformed = "E-YML-001"
    /// The text uses what documents do without: anchors, aliases, tags, keys that are no text, several documents.
    case yamlFeature = "E-YML-002"

    // Rules
    /// A total differs from the sum of its rows.
    case sumDiffers = "E-RUL-001"
    /// A group can never be satisfied.
    case groupUnreachable = "E-RUL-002"
    /// The bounds of a group exclude each other.
    case groupContradictory = "E-RUL-003"
    /// A required group is satisfied by nothing at all.
    case groupEmpty = "E-RUL-004"
    /// No unit of the qualification has this code.
    case unitUnknown = "E-RUL-005"
    /// Two versions of one rule hold for the same date.
    case validityOverlaps = "E-RUL-006"
    /// Units stand for each other in a circle.
    case equivalenceCycle = "E-RUL-007"
    /// A validity or transition ends before it begins.
    case validityContradictory = "E-RUL-008"
    /// A rule, or two rules together, can never hold.
    case ruleContradictory = "E-RUL-009"
    /// Two things have one name.
    case nameTwice = "E-RUL-010"
    /// A unit of the qualification stands in no group.
    case unitUnplaced = "E-RUL-011"
    /// A rule must lay down exactly one thing.
    case policyCount = "E-RUL-012"
    /// A search took more steps than it may, so that nobody knows whether a rule is satisfied, or where units stand best.
    case searchUnfinished = "E-RUL-013"
    /// A rule set has no rules.
    case ruleSetEmpty = "E-RUL-014"
    /// No version of a qualification is published or among the documents.
    case qualificationUnknown = "E-RUL-015"
    /// The learner does not hold the unit.
    case unitNotHeld = "E-RUL-016"

    // References
    /// Nothing known has this identifier, event id or position.
    case referenceUnknown = "E-REF-001"
    /// The reference points at something later.
    case referenceForward = "E-REF-002"
    /// The reference points at an event of another kind.
    case referenceWrongKind = "E-REF-003"
    /// The reference points at an event of another learner.
    case referenceOtherLearner = "E-REF-004"
    /// The reference points at an event of another enrolment or another unit.
    case referenceOtherEnrolment = "E-REF-005"

    // Registry
    /// The identifier belongs to something else already.
    case identifierTaken = "E-REG-001"
    /// A document contradicts itself.
    case documentContradictory = "E-REG-002"
    /// The institution was never given the function for this scope.
    case notCompetent = "E-REG-003"
    /// The institution had the authority, but not on that day.
    case authorityNotInForce = "E-REG-004"
    /// The memorandum does not hold on that day.
    case memorandumNotInForce = "E-REG-005"
    /// The institution is no party to the memorandum or agreement.
    case notParty = "E-REG-006"
    /// It ended already.
    case alreadyEnded = "E-REG-007"
    /// A learner's identifier looks like a national number.
    case nationalNumber = "E-REG-008"
    /// Who drafted a document cannot publish it.
    case publishedByAuthor = "E-REG-009"
    /// The version is in force already.
    case alreadyInForce = "E-REG-010"
    /// Rules would come or go on a day that is past.
    case inForceInPast = "E-REG-011"
    /// A qualification version that was drafted here would be published with words of its own.
    case publishedPastDraft = "E-REG-012"

    // Enrolment and agreement
    /// The learner has a running enrolment in the same qualification.
    case enrolledTwice = "E-ENR-001"
    /// The enrolment is interrupted, left or fulfilled.
    case enrolmentNotRunning = "E-ENR-002"
    /// The qualification version takes no learners on that day.
    case qualificationClosed = "E-ENR-003"
    /// One of the three signatures is missing or later than the event.
    case signatureMissing = "E-AGR-001"
    /// The version is not the next one of this agreement.
    case agreementVersion = "E-AGR-002"
    /// The agreement is withdrawn, replaced or outside its period.
    case agreementNotInForce = "E-AGR-003"
    /// The unit is not planned in the agreement.
    case outsideAgreement = "E-AGR-004"

    // Assessment
    /// The unit has no such outcome.
    case outcomeUnknown = "E-ASM-001"
    /// A grade is given without its scale, or is not on it, or the scale was not known then.
    case scaleMissing = "E-ASM-002"
    /// The grade passes and the result is negative, or the other way round.
    case gradeContradictsResult = "E-ASM-003"
    /// The same attempt is recorded already.
    case assessedTwice = "E-ASM-004"
    /// The event to be replaced was replaced already.
    case replacedByOther = "E-ASM-005"
    /// The day lies before the event that it follows.
    case dateOrder = "E-ASM-006"
    /// The attempt number does not follow.
    case attemptOrder = "E-ASM-007"
    /// Only who made an assessment corrects it, and only for the same unit.
    case notReplaceable = "E-ASM-008"
    /// What is said to have happened lies after the day on which it would be recorded.
    case notHappenedYet = "E-ASM-009"

    // Documents and transfer
    /// The assessment is not positive for all outcomes that are claimed.
    case notPositive = "E-TRF-001"
    /// Only the institution that assessed may document or send.
    case documentedByOther = "E-TRF-002"
    /// The credit is documented already.
    case documentedTwice = "E-TRF-003"
    /// The credit was sent or received already.
    case transferredTwice = "E-TRF-004"
    /// A transfer without agreement and without application.
    case noBasis = "E-TRF-005"
    /// It rests on something that was revoked, withdrawn, annulled or replaced.
    case removed = "E-TRF-006"

    // Validation and recognition
    /// Who assessed may not validate.
    case assessorValidates = "E-DEC-001"
    /// Only the home institution decides.
    case notHome = "E-DEC-002"
    /// There is no positive validation to recognise.
    case notValidated = "E-DEC-003"
    /// The credit serves another decision of the same enrolment already.
    case creditUsed = "E-DEC-004"
    /// The points are not those of the home unit.
    case pointsDiffer = "E-DEC-005"
    /// The scheme is not that of the qualification version.
    case schemeForeign = "E-DEC-006"
    /// A decision that needs a reason has none.
    case reasonMissing = "E-DEC-007"
    /// Events of one decision differ in institution, date or enrolment.
    case decisionDiffers = "E-DEC-008"
    /// The unit is not of the qualification version of the enrolment.
    case otherQualification = "E-DEC-009"
    /// The result does not fit the kind of event or what it rests on.
    case resultImpossible = "E-DEC-010"

    // Award, appeal, removal, identities
    /// The enrolment has its award already.
    case awardedTwice = "E-AWD-001"
    /// It was removed already.
    case alreadyRemoved = "E-AWD-002"
    /// Only who granted may revoke or withdraw.
    case notGrantor = "E-AWD-003"
    /// The appeal is decided already, or was never lodged, or is too late.
    case appealState = "E-AWD-004"
    /// The credits behind an award do not reach the standard: its formation rule and the rules in force, or its points.
    case awardIncomplete = "E-AWD-005"
    /// The identities cannot be merged.
    case mergeImpossible = "E-IDN-001"
    /// The identities cannot be split.
    case splitImpossible = "E-IDN-002"
    /// The learner was merged into another.
    case mergedAway = "E-IDN-003"

    // The log
    /// The event id is known with other content.
    case contentDiffers = "E-LOG-001"
    /// The learner has another version than expected.
    case versionConflict = "E-LOG-002"
    /// The log ends elsewhere than expected.
    case positionConflict = "E-LOG-003"
    /// A batch has too many events or bytes.
    case batchTooLarge = "E-LOG-004"
    /// The log has used all positions.
    case logFull = "E-LOG-005"
    /// Another process writes to the store.
    case logLocked = "E-LOG-006"
    /// The log was closed, or another writer took over.
    case logClosed = "E-LOG-007"
    /// Nothing has this identifier.
    case notFound = "E-LOG-008"
    /// There is a store already.
    case storeExists = "E-LOG-009"
    /// There is no store.
    case storeMissing = "E-LOG-010"
    /// A newer version of Accrue wrote this.
    case formatNewer = "E-LOG-011"
    /// The operating system forbids it.
    case notPermitted = "E-LOG-012"
    /// The disk is full.
    case diskFull = "E-LOG-013"
    /// It is unknown whether the last batch was written.
    case commitUncertain = "E-LOG-014"
    /// The clock is far from the last event.
    case clockFar = "E-LOG-015"
    /// No committed state ended there.
    case noSuchState = "E-LOG-016"
    /// Only an empty folder can be restored into.
    case storeNotEmpty = "E-LOG-017"
    /// The operating system reports an error of input or output.
    case inputOutput = "E-LOG-018"
    /// The store lies on a network file system.
    case networkFileSystem = "E-LOG-019"
    /// There is a file of this name already.
    case fileExists = "E-LOG-020"
    /// A writer came too far while the log was read where no reader can be noted.
    case readOvertaken = "E-LOG-021"

    // Projections
    /// There is no such slot.
    case slotMissing = "E-PRJ-001"
    /// The slot is not built to its end.
    case slotUnfinished = "E-PRJ-002"
    /// The slot is the fold of another log, or of a state that this log no longer has.
    case slotOfOtherLog = "E-PRJ-003"
    /// The slot was made by another version of Accrue, whose rows differ.
    case slotOutdated = "E-PRJ-004"
    /// Slots differ, and nothing explains it.
    case slotsDiffer = "E-PRJ-005"
    /// The slot serves, and cannot be dropped.
    case slotServes = "E-PRJ-006"
    /// Another process works on the slot.
    case slotBusy = "E-PRJ-007"
    /// No slot serves.
    case noSlotServes = "E-PRJ-008"
    /// What the slot holds is not what was written.
    case slotDamaged = "E-PRJ-009"

    // Proofs
    /// A proof, checkpoint or signature does not hold.
    case proofInvalid = "E-PRF-001"
    /// A key file is none, or others may read it.
    case keyUnusable = "E-PRF-002"
    /// The log is not a continuation of what was signed.
    case checkpointDiverges = "E-PRF-003"
    /// The proof begins at another state than the witness saw last.
    case witnessElsewhere = "E-PRF-004"
    /// What is stated of the ends of streams is not so.
    case headsDiffer = "E-PRF-005"
    /// The key is not the one that signs for the log now.
    case keyNotInForce = "E-PRF-006"
    /// The passphrase of a key is missing or wrong.
    case passphraseWrong = "E-PRF-007"

    // Integrity
    /// A record is not as it was written.
    case recordDamaged = "E-INT-001"
    /// The store's file is damaged or cut short.
    case storeDamaged = "E-INT-002"
    /// An index does not equal what the log gives.
    case indexDiffers = "E-INT-003"
    /// A backup is not as it was written.
    case backupDamaged = "E-INT-004"
    /// The log lacks events that it had.
    case positionsMissing = "E-INT-005"
}
