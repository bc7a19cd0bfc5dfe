public import Credit

// What folds over fixed parts ask beside the fields of every event; 0 stands for none.

extension FixedPart {
    /// The number of the result; 0 where there is none.
    @inlinable
    public var resultNumber: UInt8 { bytes.littleEndian(at: 65) }

    /// The institution that acts.
    @inlinable
    public var institution: Position { Position(rawValue: bytes.littleEndian(at: 92)) }

    /// The qualification version.
    @inlinable
    public var qualification: Position { Position(rawValue: bytes.littleEndian(at: 96)) }

    /// The enrolment towards which it happens.
    @inlinable
    public var enrolment: Position { Position(rawValue: bytes.littleEndian(at: 108)) }

    /// The length of fixed part and table.
    @inlinable
    public var entrySize: Int { bytes.byteCount + Int(bytes.littleEndian(at: 80, as: UInt32.self)) }

    /// The event that it answers.
    @inlinable
    public var answers: Position { Position(rawValue: bytes.littleEndian(at: 112)) }
}

extension FixedPart {
    /// Whether a balance or a verdict follows from the details of the event, too: then they are never withheld.
    var needsDetails: Bool {
        if learnerNumber == 0 { return true }
        return switch EventKind(rawValue: kindNumber) {
        // Without its document an exception would be from another clause, and an agreement would plan nothing.
        case .agreementSigned, .agreementAmended, .exceptionGranted: true
        // Of a part, rules read the outcomes.
        case .recognitionDecided: result == .partial
        default: false
        }
    }
}

extension RecordView {
    /// The types of the parts that the table of an entry, fixed part and table, lists.
    public static func partTypes(ofEntry entry: RawSpan) -> [UInt16] {
        stride(from: RecordLayout.fixedPartSize, to: entry.byteCount, by: RecordLayout.tableEntrySize).map {
            entry.littleEndian(at: $0)
        }
    }
}
