public import Credit
internal import EventCoding

extension Event {
    /// The record of the event, with salts that anybody knows: 0, 1, 2 …
    public var record: [UInt8] {
        EventRecord.bytes(of: self, salts: (0..<EventRecord.saltSize(of: command)).map { UInt8($0) })
    }
}
