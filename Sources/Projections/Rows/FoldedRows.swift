internal import Credit

/// Rows of some learners as they are stored, behind each other in memory, and what they add to the summaries of cohorts.
struct FoldedRows: Sendable {
    private(set) var learners: [UInt32] = []
    /// What the enrolments of all rows come to.
    private(set) var cohorts: [CohortSummary.Key: CohortSummary] = [:]
    /// All identities that were ever joined with another one here: their rows change with its events.
    private(set) var joined: Set<UInt32> = []
    private var bytes: [UInt8] = []
    /// Where each row ends.
    private var ends: [Int] = []
    /// Where a row is written before its length is known.
    private var room: [UInt8] = []

    var count: Int { learners.count }
    var byteCount: Int { bytes.count }

    /// The row at an index from 0 on.
    subscript(index: Int) -> ArraySlice<UInt8> { sealed(index).dropLast(SealedBytes.overhead) }

    /// The row at an index with its checksum, as it is stored.
    func sealed(_ index: Int) -> ArraySlice<UInt8> { bytes[(index > 0 ? ends[index - 1] : 0)..<ends[index]] }

    /// Appends the row of a learner.
    ///
    /// - Parameters:
    ///   - credits: How many credits it has.
    ///   - writeCredits: Writes these.
    mutating func append(
        _ learner: UInt32,
        credits: Int,
        _ enrolments: [LearnerRow.Enrolled],
        _ writeCredits: (inout RowWriter) -> Void
    ) {
        let most = RowWriter.mostBytes(credits: credits, enrolments: enrolments.count)
        if room.count < most { room = Array(repeating: 0, count: 2 * most) }
        room.withUnsafeMutableBufferPointer { room in
            var writer = RowWriter(room, credits: credits)
            writeCredits(&writer)
            writer.put(enrolments)
            let row = UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: room[..<writer.count]))
            bytes.append(contentsOf: row)
            let checksum = SealedBytes(ofLearner: learner).checksum(of: row.bytes)
            for index in checksum.indices { bytes.append(checksum[index]) }
        }
        learners.append(learner)
        ends.append(bytes.count)
        for enrolment in enrolments {
            cohorts[CohortSummary.Key(enrolment), default: CohortSummary()].add(enrolment, sign: 1)
        }
    }

    /// Appends the row of a learner, who was ever joined with these identities.
    mutating func append(_ learner: UInt32, _ row: LearnerRow, joined identities: [UInt32]) {
        append(learner, credits: row.credits.count, row.enrolments) { writer in
            for credit in row.credits { writer.put(credit) }
        }
        if identities.count > 1 { joined.formUnion(identities) }
    }

    /// Appends the rows of further learners.
    mutating func append(_ other: FoldedRows) {
        learners += other.learners
        ends += other.ends.lazy.map { [start = bytes.count] in start + $0 }
        bytes += other.bytes
        cohorts.add(other.cohorts)
        joined.formUnion(other.joined)
    }
}

extension [CohortSummary.Key: CohortSummary] {
    /// How many enrolments rules could not judge.
    var unjudged: Int64 { values.reduce(0) { $0 &+ $1.unjudged } }

    /// Adds the figures of others.
    mutating func add(_ others: Self) {
        merge(others) { one, other in
            var sum = one
            sum.add(other)
            return sum
        }
    }
}
