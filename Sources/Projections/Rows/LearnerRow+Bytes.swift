internal import Credit

// A row as it is kept: numbers of 7 bits a byte, the lowest first (LEB128), those with a sign folded (zigzag). Positions of a
// line are differences to the line before. One row has one form.

extension LearnerRow {
    /// The row as it is kept.
    var bytes: [UInt8] {
        let most = RowWriter.mostBytes(credits: credits.count, enrolments: enrolments.count)
        return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            var writer = RowWriter(buffer, credits: credits.count)
            for credit in credits { writer.put(credit) }
            writer.put(enrolments)
            count = writer.count
        }
    }

    /// Reads a row; nil where the bytes are none.
    init?(_ bytes: [UInt8]) {
        var reader = RowReader(bytes)
        do throws(RowReader.NoRow) {
            var last = Credit(first: ())
            for _ in 0..<(try reader.count()) {
                last.decision = try reader.position(after: last.decision)
                last.enrolment = try reader.position(after: last.enrolment)
                last.qualification = try reader.position(after: last.qualification)
                last.scheme = try reader.position(after: last.scheme)
                guard let unit = UInt16(exactly: try reader.number()) else { throw RowReader.NoRow() }
                last.unit = unit
                let place = try reader.byte()
                guard let bucket = Bucket(number: place & 15) else { throw RowReader.NoRow() }
                last.bucket = bucket
                last.exclusion = try reader.word(place >> 4)
                last.points = try reader.points()
                credits.append(last)
            }
            for _ in 0..<(try reader.count()) {
                let position = try reader.position(after: .none)
                let home = try reader.position(after: .none)
                let qualification = try reader.position(after: .none)
                guard let from = Int32(exactly: try reader.signed()),
                    let state = Enrolment.State.Kind(rawValue: try reader.byte()), let recognised = try reader.points()
                else { throw RowReader.NoRow() }
                var enrolled = Enrolled(
                    position: position,
                    home: home,
                    qualification: qualification,
                    from: CivilDate(rawValue: from),
                    state: state,
                    recognised: recognised
                )
                if let verdict: Advance.Verdict = try reader.word(try reader.byte()) {
                    var advance = Advance(verdict: verdict, judgedBy: try reader.position(after: .none))
                    guard let counted = try reader.points(), let surplus = try reader.points(),
                        let missing = try reader.points()
                    else { throw RowReader.NoRow() }
                    (advance.counted, advance.surplus, advance.missing) = (counted, surplus, missing)
                    advance.year = try reader.byte()
                    enrolled.progress = advance
                }
                enrolments.append(enrolled)
            }
        } catch {
            return nil
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension LearnerRow.Credit {
    /// What stands before the first line.
    init(first: Void) {
        (decision, enrolment, qualification, unit, scheme) = (.none, .none, .none, 0, .none)
        bucket = .planned
    }
}

extension Bucket {
    /// The number under which rows keep it.
    var number: UInt8 {
        switch self {
        case .planned: 0
        case .assessed: 1
        case .documented: 2
        case .inTransfer: 3
        case .validated: 4
        case .recognised: 5
        case .surplus: 6
        case .excluded: 7
        case .contested: 8
        case .expired: 9
        }
    }

    fileprivate init?(number: UInt8) {
        guard Int(number) < Bucket.allCases.count else { return nil }
        self = Bucket.allCases[Int(number)]
    }
}

private struct RowReader {
    struct NoRow: Error {}

    private let bytes: [UInt8]
    private var next = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { next == bytes.count }

    mutating func byte() throws(NoRow) -> UInt8 {
        guard next < bytes.count else { throw NoRow() }
        defer { next += 1 }
        return bytes[next]
    }

    mutating func number() throws(NoRow) -> UInt64 {
        var (number, shift) = (UInt64(0), UInt64(0))
        while true {
            let byte = try byte()
            guard shift < 63 || byte < 2 else { throw NoRow() }
            number |= UInt64(byte & 127) << shift
            if byte < 128 { return number }
            shift += 7
        }
    }

    mutating func count() throws(NoRow) -> Int {
        let count = try number()
        guard count <= UInt64(bytes.count) else { throw NoRow() }
        return Int(count)
    }

    mutating func signed() throws(NoRow) -> Int64 {
        let number = try number()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func position(after last: Position) throws(NoRow) -> Position {
        let (sum, isTooLarge) = Int64(last.rawValue).addingReportingOverflow(try signed())
        guard !isTooLarge, let number = UInt32(exactly: sum) else { throw NoRow() }
        return Position(rawValue: number)
    }

    mutating func points() throws(NoRow) -> Points? {
        let number = try signed()
        return number == .min ? nil : Points(rawValue: number)
    }

    func word<Word: RawRepresentable<UInt8>>(_ number: UInt8) throws(NoRow) -> Word? {
        if number == 0 { return nil }
        guard let word = Word(rawValue: number) else { throw NoRow() }
        return word
    }
}
