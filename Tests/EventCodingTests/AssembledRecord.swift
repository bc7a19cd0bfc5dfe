@testable import EventCoding

extension RecordLayout {
    /// A record of any fixed part and parts, also of such as no event has. Its salts are 200, 201, 202 …
    static func record(fixedPart: [UInt8], parts: [Part]) -> [UInt8] {
        var record = fixedPart
        let salts = (0..<parts.count * saltSize).map { UInt8(truncatingIfNeeded: 200 + $0) }
        complete(&record, from: 0, parts: parts, salts: salts.span.bytes)
        return record
    }
}
