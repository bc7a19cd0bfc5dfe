public import Credit

extension Event {
    /// The event of a record, every byte of it verified.
    ///
    /// - Parameters:
    ///   - bytes: The record.
    ///   - isIntact: True where another checksum over it was verified just now.
    /// - Throws: ``ErrorCode/formatNewer`` for a record, or a kind or part, of a later version;
    ///   ``ErrorCode/recordDamaged`` for anything that no version writes. The position is named where it can be read.
    public init(record bytes: RawSpan, isIntact: Bool = false) throws(AccrueError) {
        let view: RecordView
        do throws(RecordError) {
            view = try RecordView(bytes, isIntact: isIntact)
        } catch {
            throw AccrueError(error, in: bytes)
        }
        try self.init(verified: view)
    }

    @inline(__always)
    private init(verified view: RecordView) throws(AccrueError) {
        let fields = FixedPart(view.bytes)
        func damaged(_ what: String) -> AccrueError {
            AccrueError(.recordDamaged, "position \(fields.position), \(what)")
        }
        @inline(__always)
        func value<Value: RawRepresentable>(
            _ name: String,
            _ number: Value.RawValue
        ) throws(AccrueError) -> Value? where Value.RawValue: FixedWidthInteger {
            if number == 0 { return nil }
            guard let value = Value(rawValue: number) else { throw damaged("\(name) \(number)") }
            return value
        }
        guard let kind = EventKind(rawValue: fields.kindNumber) else {
            throw AccrueError(.formatNewer, "position \(fields.position), kind \(fields.kindNumber)")
        }
        let bytes = fields.bytes
        guard bytes.littleEndian(at: RecordLayout.positionOffset, as: UInt64.self) <= UInt64(UInt32.max) else {
            throw damaged("position too large")
        }
        guard fields.flags.isSubset(of: .all) else { throw damaged("flags \(fields.flags.rawValue)") }
        // Made first and filled in where it is, as to move a whole event costs as much as to read it.
        self.init(
            Command(id: fields.id, kind: kind, effective: fields.effective),
            position: fields.position,
            recordedAt: fields.recordedAt,
            learnerNumber: fields.learnerNumber,
            learnerVersion: fields.learnerVersion,
            flags: fields.flags
        )
        let decided: Int32 = bytes.littleEndian(at: RecordLayout.decidedOffset)
        if decided != EventRecord.noDate { command.decided = CivilDate(rawValue: decided) }
        command.points = fields.points
        command.function = try value("function", bytes.littleEndian(at: RecordLayout.functionOffset))
        command.result = try value("result", bytes.littleEndian(at: RecordLayout.resultOffset))
        command.procedure = try value("procedure", bytes.littleEndian(at: RecordLayout.procedureOffset))
        command.reason = try value("reason", bytes.littleEndian(at: RecordLayout.reasonOffset))
        command.attempt = bytes.positive(at: RecordLayout.attemptOffset)
        command.unit = bytes.positive(at: RecordLayout.unitOffset)
        command.grade = bytes.positive(at: RecordLayout.gradeOffset)
        command.group = bytes.positive(at: RecordLayout.groupOffset)
        var largest: UInt32 = 0
        // One by one, in the order of `EventField.references`: a loop over them costs more than all else here.
        command.learner = bytes.reference(0, &largest)
        command.actor = bytes.reference(1, &largest)
        command.institution = bytes.reference(2, &largest)
        command.qualification = bytes.reference(3, &largest)
        command.scale = bytes.reference(4, &largest)
        command.scheme = bytes.reference(5, &largest)
        command.enrolment = bytes.reference(6, &largest)
        command.answers = bytes.reference(7, &largest)
        command.replaces = bytes.reference(8, &largest)
        command.agreement = bytes.reference(9, &largest)
        command.decision = bytes.reference(10, &largest)
        guard largest < .max else { throw damaged("a reference to where no event is") }
        if view.partCount > 0 {
            command.details = try EventDetails(parts: view, of: kind, position: fields.position)
        }
    }
}

extension EventDetails {
    fileprivate init(parts view: RecordView, of kind: EventKind, position: Position) throws(AccrueError) {
        self.init()
        var last: UInt16 = 0
        for index in 0..<view.partCount {
            let type = view.partEntry(at: index).type
            guard type > last else { throw AccrueError(.recordDamaged, "position \(position), parts out of order") }
            last = type
            let part: RawSpan
            do throws(RecordError) {
                part = try view.part(at: index)
            } catch {
                throw AccrueError(error, in: view.bytes)
            }
            switch EventRecord.PartType(rawValue: type) {
            case .details: try read(part, of: kind, position: position)
            case .sources: sources = try part.positions(position)
            case .moved: moved = try part.positions(position)
            case nil: throw AccrueError(.formatNewer, "position \(position), part \(type)")
            }
        }
    }

    private mutating func read(_ part: RawSpan, of kind: EventKind, position: Position) throws(AccrueError) {
        if let identifier = part.onlyIdentifier {
            self.identifier = identifier
            return
        }
        let faults = Faults()
        if let value = try? JSONReader.value(from: part, maximumSize: part.byteCount), let object = value.object {
            self.read(object, of: kind, faults)
            // No details are written as no part, so that an event has one record only.
            if faults.errors.isEmpty, !object.members.isEmpty,
                let written = try? CanonicalJSON.bytes(of: .object(json)),
                part.withUnsafeBytes({ $0.elementsEqual(written) })
            {
                return
            }
        }
        let what = faults.errors.first.map { "\($0)" } ?? "not canonical"
        throw AccrueError(.recordDamaged, "position \(position), details: \(what)")
    }
}

extension RawSpan {
    /// The number at `offset`, or nil for zero.
    fileprivate func positive<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number? {
        let number: Number = littleEndian(at: offset)
        return number == 0 ? nil : number
    }

    /// The reference of this number, or nil.
    @inline(__always)
    fileprivate func reference(_ number: Int, _ largest: inout UInt32) -> Position? {
        let position: UInt32 = littleEndian(at: RecordLayout.referencesOffset + 4 * number)
        largest = max(largest, position)
        return position == 0 ? nil : Position(rawValue: position)
    }

    /// The identifier of details that hold a plain one and nothing else, as those of most learners do: its text needs no
    /// escapes and is canonical as it stands. Nil for all else, which is read as any JSON.
    fileprivate var onlyIdentifier: String? {
        let (start, end) = ("{\"identifier\":\"" as StaticString, "\"}" as StaticString)
        let length = byteCount - start.utf8CodeUnitCount - end.utf8CodeUnitCount
        guard (1...ObjectReader.longestIdentifier).contains(length) else { return nil }
        return withUnsafeBytes { bytes in
            let text = bytes[start.utf8CodeUnitCount..<start.utf8CodeUnitCount + length]
            guard start.withUTF8Buffer({ bytes.starts(with: $0) }),
                end.withUTF8Buffer({ bytes.suffix($0.count).elementsEqual($0) }),
                text.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// The positions of a part.
    fileprivate func positions(_ position: Position) throws(AccrueError) -> [Position] {
        guard byteCount > 0, byteCount.isMultiple(of: 4) else {
            throw AccrueError(.recordDamaged, "position \(position), a list of \(byteCount) bytes")
        }
        var positions: [Position] = []
        positions.reserveCapacity(byteCount / 4)
        for offset in stride(from: 0, to: byteCount, by: 4) {
            guard let listed: UInt32 = positive(at: offset) else {
                throw AccrueError(.recordDamaged, "position \(position), a list that refers to nothing")
            }
            positions.append(Position(rawValue: listed))
        }
        return positions
    }
}

extension AccrueError {
    /// The error of a record that cannot be read, with its position where that is legible.
    package init(_ error: RecordError, in bytes: RawSpan) {
        let position: UInt64? =
            bytes.byteCount >= RecordLayout.fixedPartSize ? bytes.littleEndian(at: RecordLayout.positionOffset) : nil
        let place = position.map { "position \($0), " } ?? ""
        switch error {
        // What says that it is where no log has a record was written by no version.
        case .newerFormat(let version) where position.map((1..<UInt64(UInt32.max)).contains) ?? true:
            self.init(.formatNewer, "\(place)format \(version)")
        default: self.init(.recordDamaged, "\(place)\(error)")
        }
    }
}
