import AccrueTestKit
import Credit
import EventCoding
import Testing

/// Records of which the details are withheld.
@Suite struct DisclosedRecordTests {
    @Test(arguments: EventKind.allCases)
    func `what is shown whole is the event`(kind: EventKind) throws {
        let event = SampleEvents.of(kind)
        let record = event.record
        let shown = try DisclosedRecord(record.span.bytes, withholdingDetails: false)
        #expect(try shown.event() == event)
        #expect(try shown.leafHash == RecordView(record.span.bytes).leafHash)
        #expect(shown.withheldCount == 0)
    }

    @Test(arguments: EventKind.allCases)
    func `without details all else is there, and its leaf is the same`(kind: EventKind) throws {
        let event = SampleEvents.of(kind)
        let record = event.record
        let shown = try DisclosedRecord(record.span.bytes, withholdingDetails: true)
        #expect(try shown.leafHash == RecordView(record.span.bytes).leafHash)
        let isNeeded =
            kind.isRegistry || [.agreementSigned, .agreementAmended, .exceptionGranted].contains(kind)
            || kind == .recognitionDecided && event.result == .partial
        guard !isNeeded else {
            // Without these, nobody could tell what credit is, and so they are shown.
            #expect(try shown.event() == event)
            var parts = shown.parts
            parts[0] = nil
            let forged = DisclosedRecord(entry: shown.entry, parts: parts)
            #expect(throws: DisclosedRecord.Fault.withheld(1)) { try forged.event() }
            return
        }
        #expect(shown.withheldCount == 1)
        var bare = event
        bare.command.details = EventDetails()
        bare.command.details.sources = event.details.sources
        bare.command.details.moved = event.details.moved
        #expect(try shown.event() == bare)
    }

    @Test(arguments: [DecisionResult.positive, .partial, .negative, .conditional])
    func `the outcomes of a partial recognition are not withheld`(result: DecisionResult) throws {
        var event = SampleEvents.of(.recognitionDecided)
        event.command.result = result
        let shown = try DisclosedRecord(event.record.span.bytes, withholdingDetails: true)
        #expect(shown.withheldCount == (result == .partial ? 0 : 1))
    }

    @Test(arguments: [false, true])
    func `no flipped bit of entry or part is read`(isWithheld: Bool) throws {
        let record = SampleEvents.of(.learnerSplit).record
        let shown = try DisclosedRecord(record.span.bytes, withholdingDetails: isWithheld)
        for bit in 0..<shown.entry.count * 8 {
            var entry = shown.entry
            entry[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: DisclosedRecord.Fault.self) {
                try DisclosedRecord(entry: entry, parts: shown.parts).event()
            }
        }
        for index in shown.parts.indices {
            guard let part = shown.parts[index] else { continue }
            for bit in 0..<part.count * 8 {
                var parts = shown.parts
                parts[index]?[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(throws: DisclosedRecord.Fault.self) {
                    try DisclosedRecord(entry: shown.entry, parts: parts).event()
                }
            }
        }
    }

    @Test func `parts that are not those of the table are refused`() throws {
        let record = SampleEvents.of(.learnerSplit).record
        let shown = try DisclosedRecord(record.span.bytes, withholdingDetails: false)
        #expect(shown.parts.count == 2)
        let (entry, parts) = (shown.entry, shown.parts)
        for other in [[], [parts[0]], [parts[1], parts[0]], parts + [[]], parts + [nil], [parts[0], []]] {
            #expect(throws: DisclosedRecord.Fault.self) { try DisclosedRecord(entry: entry, parts: other).event() }
        }
        // Positions are needed for every balance.
        #expect(throws: DisclosedRecord.Fault.withheld(3)) {
            try DisclosedRecord(entry: entry, parts: [parts[0], nil]).event()
        }
        for length in 0..<entry.count {
            #expect(throws: DisclosedRecord.Fault.self) {
                try DisclosedRecord(entry: Array(entry[..<length]), parts: parts).event()
            }
        }
        #expect(throws: DisclosedRecord.Fault.self) { try DisclosedRecord(entry: entry + [0], parts: parts).event() }
    }

    @Test(arguments: EventKind.allCases)
    func `no guess of a part that is withheld is confirmed by the entry`(kind: EventKind) throws {
        let record = SampleEvents.of(kind).record
        let (view, shown) = (
            try RecordView(record.span.bytes), try DisclosedRecord(record.span.bytes, withholdingDetails: true)
        )
        for index in 0..<view.partCount {
            // Whoever has the entry guesses every byte right, and takes whatever bytes of it for the salt.
            let guess = try view.part(at: index).bytes
            var digests = [Digest.sha256(of: guess.span.bytes)]
            for start in 0...shown.entry.count - 16 {
                let salt = Array(shown.entry[start..<start + 16])
                digests.append(Digest.sha256(of: (salt + guess).span.bytes))
                digests.append(Digest.sha256(of: (guess + salt).span.bytes))
            }
            #expect(!digests.contains(view.partEntry(at: index).digest))
            // Who is shown the part can.
            let salted = try view.saltedPart(at: index).bytes
            #expect(salted.dropFirst(16).elementsEqual(guess))
            #expect(Digest.sha256(of: salted.span.bytes) == view.partEntry(at: index).digest)
        }
    }
}
