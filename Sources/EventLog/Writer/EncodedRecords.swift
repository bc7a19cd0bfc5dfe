internal import Credit
internal import EventCoding

/// Records on their way into the log, behind each other.
struct EncodedRecords: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each ends.
    private(set) var ends: [Int] = []
    /// How many records there are at the end of each batch.
    private var batchEnds: [Int] = []

    /// Makes room for so many more, where they are more than there are: memory that is copied to grow is touched twice.
    mutating func reserve(_ count: Int) {
        guard count > ends.count else { return }
        ends.reserveCapacity(ends.count + count)
        let size = count * RecordLayout.fixedPartSize
        // A few have parts.
        bytes.reserveCapacity(bytes.count + size + size / 4)
    }

    mutating func append(_ event: Event, salts: RawSpan) {
        EventRecord.append(event, salts: salts, to: &bytes)
        ends.append(bytes.count)
    }

    /// Ends a batch, and tells its size.
    mutating func endBatch() -> (events: Int, bytes: Int) {
        let batch = (batchEnds.last ?? 0)..<ends.count
        batchEnds.append(ends.count)
        return (batch.count, byteCount(of: batch))
    }

    /// Lets go of all after the first `count`.
    mutating func truncate(to count: Int) {
        ends.removeSubrange(count...)
        bytes.removeSubrange((ends.last ?? 0)...)
        while let end = batchEnds.last, end > count { batchEnds.removeLast() }
    }

    /// Where a record begins.
    func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

    /// How many bytes some records have.
    func byteCount(of range: Range<Int>) -> Int { start(of: range.upperBound) - start(of: range.lowerBound) }

    /// Whether there is as much as one transaction should write.
    var fillsTransaction: Bool { fillsTransaction(0..<ends.count) }

    /// The records in transactions of whole batches, none much larger than need be.
    var transactions: [Range<Int>] {
        var transactions: [Range<Int>] = []
        var start = 0
        for (index, end) in batchEnds.enumerated()
        where index == batchEnds.count - 1 || fillsTransaction(start..<end) {
            transactions.append(start..<end)
            start = end
        }
        return transactions
    }

    private func fillsTransaction(_ range: Range<Int>) -> Bool {
        range.count >= largestBatch || byteCount(of: range) >= largestBatchBytes / 4
    }
}
