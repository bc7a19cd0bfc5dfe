/// The one registry of what can go wrong, shared by the library, the command line and the documentation.
///
/// A code never changes its meaning. The middle part says where it belongs: `VAL` values, `JSN` JSON,
/// `REF` references, `REG` registry, `AGR` agreements, `ASM` assessment, `TRF` documents and transfer,
/// `DEC` validation and recognition, `AWD` award and removal, `IDN` identities, `LOG` the log, `INT` integrity.
public enum ErrorCode: String, CaseIterable, Sendable {
    // Values
    case pointsNotDecimal = "E-VAL-001"
    case pointsTooPrecise = "E-VAL-002"
    case pointsOutOfRange = "E-VAL-003"
    case dateInvalid = "E-VAL-004"
    case eventIDInvalid = "E-VAL-005"
    case identifierInvalid = "E-VAL-006"
    case textTooLong = "E-VAL-007"
    case numberOutOfRange = "E-VAL-008"
    case valueUnknown = "E-VAL-009"

    // JSON
    case jsonMalformed = "E-JSN-001"
    case kindUnknown = "E-JSN-002"
    case fieldUnknown = "E-JSN-003"
    case fieldMissing = "E-JSN-004"
    case typeWrong = "E-JSN-005"
    case lineTooLong = "E-JSN-006"

    // References
    case referenceUnknown = "E-REF-001"
    case referenceForward = "E-REF-002"
    case referenceWrongKind = "E-REF-003"
    case referenceOtherLearner = "E-REF-004"

    // Registry
    case identifierTaken = "E-REG-001"
    case documentContradictory = "E-REG-002"
    case notCompetent = "E-REG-003"
    case authorityNotInForce = "E-REG-004"
    case memorandumNotInForce = "E-REG-005"
    case notParty = "E-REG-006"
    case alreadyEnded = "E-REG-007"
    case nationalNumber = "E-REG-008"

    // Enrolment and agreement
    case enrolledTwice = "E-ENR-001"
    case enrolmentNotRunning = "E-ENR-002"
    case qualificationClosed = "E-ENR-003"
    case signatureMissing = "E-AGR-001"
    case agreementVersion = "E-AGR-002"
    case agreementNotInForce = "E-AGR-003"
    case outsideAgreement = "E-AGR-004"

    // Assessment
    case outcomeUnknown = "E-ASM-001"
    case scaleMissing = "E-ASM-002"
    case gradeContradictsResult = "E-ASM-003"
    case assessedTwice = "E-ASM-004"
    case replacedByOther = "E-ASM-005"
    case dateOrder = "E-ASM-006"
    case attemptOrder = "E-ASM-007"

    // Documents and transfer
    case notPositive = "E-TRF-001"
    case documentedByOther = "E-TRF-002"
    case documentedTwice = "E-TRF-003"
    case transferredTwice = "E-TRF-004"
    case noBasis = "E-TRF-005"
    case removed = "E-TRF-006"

    // Validation and recognition
    case assessorValidates = "E-DEC-001"
    case notHome = "E-DEC-002"
    case notValidated = "E-DEC-003"
    case creditUsed = "E-DEC-004"
    case pointsDiffer = "E-DEC-005"
    case schemeForeign = "E-DEC-006"
    case reasonMissing = "E-DEC-007"
    case decisionDiffers = "E-DEC-008"
    case otherQualification = "E-DEC-009"
    case resultImpossible = "E-DEC-010"

    // Award, appeal, removal, identities
    case awardedTwice = "E-AWD-001"
    case alreadyRemoved = "E-AWD-002"
    case notGrantor = "E-AWD-003"
    case appealState = "E-AWD-004"
    case mergeImpossible = "E-IDN-001"
    case splitImpossible = "E-IDN-002"

    // The log
    case contentDiffers = "E-LOG-001"
    case versionConflict = "E-LOG-002"
    case positionConflict = "E-LOG-003"
    case batchTooLarge = "E-LOG-004"
    case logFull = "E-LOG-005"
    case logLocked = "E-LOG-006"
    case logClosed = "E-LOG-007"
    case notFound = "E-LOG-008"
    case storeExists = "E-LOG-009"
    case storeMissing = "E-LOG-010"
    case formatNewer = "E-LOG-011"
    case notPermitted = "E-LOG-012"
    case diskFull = "E-LOG-013"
    case outcomeUnknown = "E-LOG-014"
    case clockFar = "E-LOG-015"
    case noSuchState = "E-LOG-016"
    case storeNotEmpty = "E-LOG-017"

    // Integrity
    case recordDamaged = "E-INT-001"
    case storeDamaged = "E-INT-002"
    case indexDiffers = "E-INT-003"
    case backupDamaged = "E-INT-004"
    case positionsMissing = "E-INT-005"
}
