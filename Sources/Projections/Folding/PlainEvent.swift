internal import Credit
internal import EventCoding

/// What a plain fold keeps of an event; 0 stands for none.
struct PlainEvent {
    /// What a kind means to a plain fold.
    enum Step: UInt8 {
        case recognition, validation, received, sent, documented, assessment
        case enrolment
        /// It says nothing of credits.
        case nothing
        /// It takes the whole fold to say what it means.
        case notPlain

        init(_ kind: UInt8) {
            self =
                switch EventKind(rawValue: kind) {
                case .recognitionDecided: .recognition
                case .validationDecided: .validation
                case .transferReceived: .received
                case .transferSent: .sent
                case .creditDocumented: .documented
                case .assessmentRecorded, .assessmentSuperseded: .assessment
                case .enrolled, .interrupted, .resumed, .left, .qualificationAwarded: .enrolment
                case .learnerIntroduced: .nothing
                default: .notPlain
                }
        }

        /// The steps by the number of the kind, as this is asked of every event.
        static let ofKinds: [Step] = (0...255).map { Step(UInt8($0)) }
    }

    let step: Step
    let kind: UInt8
    let result: UInt8
    let unit: UInt16
    let position: UInt32
    let answers: UInt32
    let enrolment: UInt32
    let institution: UInt32
    let qualification: UInt32
    let scheme: UInt32
    let effective: Int32
    let points: Int64
    /// Whether it rests on more than what it answers.
    var hasSources = false
    /// Whether the credit stands on the trail of a line.
    var isTaken = false
    /// The attempts to which an assessment belongs, by number.
    var attempts: Int32 = -1
    /// The line that it decides, by number.
    var line: Int32 = -1
    /// The event of the same step before it.
    var before: Int32 = -1

    @inline(__always)
    init(_ fields: FixedPart, _ step: Step) {
        self.step = step
        kind = fields.kindNumber
        result = fields.resultNumber
        unit = fields.unit
        position = fields.position.rawValue
        answers = fields.answers.rawValue
        enrolment = fields.enrolment.rawValue
        institution = fields.institution.rawValue
        qualification = fields.qualification.rawValue
        scheme = fields.scheme.rawValue
        effective = fields.effective.rawValue
        points = fields.points?.rawValue ?? PlainFold.noPoints
    }
}
