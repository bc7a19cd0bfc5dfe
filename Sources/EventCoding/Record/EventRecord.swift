public import Credit

/// Events as records.
public enum EventRecord {
    /// The types of parts; a record has each at most once, in this order.
    enum PartType: UInt16 {
        /// A canonical JSON object of what has no place in the fixed part.
        case details = 1
        /// Positions, 4 bytes each: further sources.
        case sources = 2
        /// Positions, 4 bytes each: events that a split moves.
        case moved = 3
    }

    /// What stands for no date.
    static let noDate = Int32.min
    /// What stands for no points.
    static let noPoints = Int64.min

    /// How many random bytes the record of a command needs: 16 for each of its parts, and none where it has none.
    public static func saltSize(of command: Command) -> Int {
        guard command.hasDetails else { return 0 }
        let details = command.details
        let partCount = (details.hasWords ? 1 : 0) + (details.sources.isEmpty ? 0 : 1) + (details.moved.isEmpty ? 0 : 1)
        return partCount * RecordLayout.saltSize
    }

    /// The record of an event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - salts: As many random bytes as ``saltSize(of:)`` says.
    public static func bytes(of event: Event, salts: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        append(event, salts: salts.span.bytes, to: &record)
        return record
    }

    /// Appends the record of an event to those of others.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - salts: As many random bytes as ``saltSize(of:)`` says.
    ///   - records: Records behind each other.
    public static func append(_ event: Event, salts: RawSpan, to records: inout [UInt8]) {
        let start = records.count
        records.append(contentsOf: repeatElement(0, count: RecordLayout.fixedPartSize))
        records.withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[start...]), with: event) }
        let parts = event.hasDetails ? parts(of: event.details) : []
        RecordLayout.complete(&records, from: start, parts: parts, salts: salts)
    }

    /// Fills in all fields but those that complete a record.
    private static func fill(_ fixedPart: UnsafeMutableRawBufferPointer, with event: Event) {
        let command = event.command
        func store(_ number: some FixedWidthInteger & BitwiseCopyable, _ offset: Int) {
            fixedPart.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
        }
        func store(_ position: Position?, reference index: Int) {
            if let position { store(position.rawValue, RecordLayout.referencesOffset + 4 * index) }
        }
        store(command.kind.rawValue, RecordLayout.kindOffset)
        store(event.flags.rawValue, RecordLayout.flagsOffset)
        store(UInt64(event.position.rawValue), RecordLayout.positionOffset)
        store(command.id.high.byteSwapped, RecordLayout.eventIDOffset)
        store(command.id.low.byteSwapped, RecordLayout.eventIDOffset + 8)
        store(event.recordedAt.rawValue, RecordLayout.recordedAtOffset)
        store(command.effective.rawValue, RecordLayout.effectiveOffset)
        store(command.decided?.rawValue ?? noDate, RecordLayout.decidedOffset)
        store(event.learnerVersion, RecordLayout.learnerVersionOffset)
        store(event.learnerNumber, RecordLayout.learnerNumberOffset)
        store(command.points?.rawValue ?? noPoints, RecordLayout.pointsOffset)
        store(command.function?.rawValue ?? 0, RecordLayout.functionOffset)
        store(command.result?.rawValue ?? 0, RecordLayout.resultOffset)
        store(command.procedure?.rawValue ?? 0, RecordLayout.procedureOffset)
        store(command.attempt ?? 0, RecordLayout.attemptOffset)
        store(command.unit ?? 0, RecordLayout.unitOffset)
        store(command.grade ?? 0, RecordLayout.gradeOffset)
        store(command.group ?? 0, RecordLayout.groupOffset)
        store(command.reason?.rawValue ?? 0, RecordLayout.reasonOffset)
        for (index, field) in EventField.references.enumerated() { store(command[reference: field], reference: index) }
    }

    private static func parts(of details: EventDetails) -> [RecordLayout.Part] {
        var parts: [RecordLayout.Part] = []
        if details.hasWords {
            // Canonical numbers are all that a document writes.
            let content = (try? CanonicalJSON.bytes(of: .object(details.json))) ?? []
            parts.append(RecordLayout.Part(type: PartType.details.rawValue, content: content))
        }
        for (type, positions) in [(PartType.sources, details.sources), (.moved, details.moved)] where !positions.isEmpty
        {
            var content: [UInt8] = []
            content.reserveCapacity(4 * positions.count)
            for position in positions {
                for shift in stride(from: UInt32(0), to: 32, by: 8) {
                    content.append(UInt8(truncatingIfNeeded: position.rawValue >> shift))
                }
            }
            parts.append(RecordLayout.Part(type: type.rawValue, content: content))
        }
        return parts
    }
}

extension EventDetails {
    /// Whether there is more than lists of positions.
    fileprivate var hasWords: Bool {
        identifier != nil || text != nil || legalBasis != nil || evidence != nil || !outcomes.isEmpty || document != nil
    }
}
