@testable import EventCoding

extension RecordLayout {
    /// A record of any fixed part and parts, also of such as no event has.
    static func record(fixedPart: [UInt8], parts: [Part], salt: [UInt8]) -> [UInt8] {
        var record = fixedPart
        complete(&record, from: 0, parts: parts, salt: salt.span.bytes)
        return record
    }
}
