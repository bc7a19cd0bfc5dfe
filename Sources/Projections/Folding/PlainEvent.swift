internal import Credit
internal import EventCoding

/// What a plain fold keeps of an event; 0 stands for none.
struct PlainEvent {
    /// What a kind means to a plain fold. Of two on one trail the lower one decides.
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

    var step = Step.nothing
    /// Whether it starts no line, as it stands on the trail of an event that comes first.
    var isTaken = false
    /// Whether it rests on more than what it answers, or what it answers does.
    var hasSources = false
    /// The lowest step among those whose trail it is on.
    var reach = UInt8.max
    var unit: UInt16 = 0
    var position: UInt32 = 0
    var enrolment: UInt32 = 0
    var qualification: UInt32 = 0
    var scheme: UInt32 = 0
    var effective: Int32 = 0
    var points = PlainFold.noPoints
    /// The next event of its trail, by number.
    var next: Int32 = -1
    /// The attempts to which it belongs, or at which its trail ends, by number.
    var attempts: Int32 = -1
    /// Of the trail, itself included, the furthest back that is a transfer received and names an enrolment, by number.
    var received: Int32 = -1

    init() {}

    @inline(__always)
    init(_ fields: borrowing FixedPart, _ step: Step) {
        self.step = step
        unit = fields.unit
        position = fields.position.rawValue
        enrolment = fields.enrolment.rawValue
        qualification = fields.qualification.rawValue
        scheme = fields.scheme.rawValue
        effective = fields.effective.rawValue
        points = fields.points?.rawValue ?? PlainFold.noPoints
    }
}
