public import Credit

/// A record of which some parts may be withheld: what is shown of an event to somebody who is not to see all of it.
///
/// The entry is whole, so that its leaf hash is that of the log, and a part that is withheld stays bound by its digest,
/// from which without the salt nobody can tell whether a guess is right.
public struct DisclosedRecord: Hashable, Sendable {
    /// What the table says of a part that is not there, and what may be done without it.
    public enum Fault: Error, Hashable, Sendable {
        /// The entry, or a part of it, is not as it was written.
        case damaged(RecordError)
        /// There are more or fewer parts than the table has: how many it has.
        case partCount(Int)
        /// A part is withheld that may not be: its type.
        case withheld(UInt16)
        /// What is there is no event that this code reads.
        case unreadable(AccrueError)
    }

    /// Fixed part and table.
    public let entry: [UInt8]
    /// The parts in the order of the table, each behind its salt; nil where one is withheld, and its salt with it.
    public let parts: [[UInt8]?]

    /// A record from its entry and parts, unverified.
    public init(entry: [UInt8], parts: [[UInt8]?]) {
        (self.entry, self.parts) = (entry, parts)
    }

    /// What is shown of a record.
    ///
    /// - Parameters:
    ///   - record: The whole record.
    ///   - withheld: Whether the details are withheld, if they may be: identifier, texts, outcomes and document.
    /// - Throws: What is wrong with the record.
    public init(_ record: RawSpan, withholdingDetails withheld: Bool) throws(RecordError) {
        let view = try RecordView(record)
        let mayBeHidden = withheld && !FixedPart(record).needsDetails
        var parts: [[UInt8]?] = []
        for index in 0..<view.partCount {
            let isHidden = mayBeHidden && view.partEntry(at: index).type == EventRecord.PartType.details.rawValue
            parts.append(isHidden ? nil : try view.saltedPart(at: index).bytes)
        }
        self.init(entry: view.entry.bytes, parts: parts)
    }

    /// The hash of the entry as a leaf (RFC 6962).
    public var leafHash: Digest { Digest.leaf(entry.span.bytes) }

    /// How many parts are withheld.
    public var withheldCount: Int { parts.count { $0 == nil } }

    /// The event, without what is withheld.
    ///
    /// Only details may be withheld, and only where nothing is claimed by them (`needsDetails`): whoever
    /// withholds must not be able to change what a learner has.
    public func event() throws(Fault) -> Event {
        try verifyEntry()
        var shown: [UInt8] = entry
        if parts.contains(nil) { shown = try entryOfShownParts() }
        for part in parts { shown += part ?? [] }
        do throws(AccrueError) {
            return try Event(record: shown.span.bytes)
        } catch {
            throw .unreadable(error)
        }
    }

    private func verifyEntry() throws(Fault) {
        let partCount: Int
        do throws(RecordError) {
            let view = try RecordView(entry: entry.span.bytes)
            guard view.entry.byteCount == entry.count else {
                throw RecordError.overlong(needed: view.entry.byteCount, found: entry.count)
            }
            partCount = view.partCount
        } catch {
            throw .damaged(error)
        }
        guard partCount == parts.count else { throw .partCount(partCount) }
    }

    /// The entry as it would be without the parts that are withheld.
    private func entryOfShownParts() throws(Fault) -> [UInt8] {
        let (fixedPart, entrySize) = (RecordLayout.fixedPartSize, RecordLayout.tableEntrySize)
        let needsDetails = FixedPart(entry.span.bytes).needsDetails
        var shown = Array(entry[..<fixedPart])
        for (index, part) in parts.enumerated() {
            let table = entry[(fixedPart + index * entrySize)..<(fixedPart + (index + 1) * entrySize)]
            if part != nil {
                shown += table
            } else {
                let type = UInt16(table[table.startIndex]) | UInt16(table[table.startIndex + 1]) << 8
                guard type == EventRecord.PartType.details.rawValue, !needsDetails else { throw .withheld(type) }
            }
        }
        RecordLayout.store(UInt32(shown.count - fixedPart), in: &shown, at: RecordLayout.tableLengthOffset)
        let checksum = RecordLayout.checksum(ofEntry: shown.span.bytes)
        RecordLayout.store(checksum, in: &shown, at: RecordLayout.checksumOffset)
        return shown
    }
}
