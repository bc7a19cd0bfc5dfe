internal import Credit
internal import EventCoding
internal import Transparency

/// A line of a bundle that is being read: its members are taken one by one, and none may be left.
struct BundleLine {
    /// Its number, counted from 1.
    let number: Int
    /// Its bytes, without the line feed.
    let bytes: [UInt8]
    private let object: JSONObject
    private var taken = 1

    /// A line that must be of a section, and canonical.
    init(_ bytes: [UInt8], number: Int, of section: String) throws(EvidenceRefusal) {
        (self.number, self.bytes) = (number, bytes)
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
        } catch {
            throw EvidenceRefusal(.lines, line: number, "\(error)")
        }
        guard let object = value.object, (try? CanonicalJSON.bytes(of: value)) == bytes else {
            throw EvidenceRefusal(.lines, line: number, "is no object of canonical JSON")
        }
        self.object = object
        let kind = object["line"]?.string
        guard kind == section else {
            throw EvidenceRefusal(.lines, line: number, "a \(section) is due, and there is \(kind ?? "something else")")
        }
    }

    private init(_ object: JSONObject, number: Int) {
        (self.object, self.number, bytes, taken) = (object, number, [], 0)
    }

    /// Why a member is refused.
    func wrong(_ key: String) -> EvidenceRefusal {
        EvidenceRefusal(.lines, line: number, "\(key) is missing, or not as the format asks for")
    }

    private mutating func value(_ key: String) -> JSONValue? {
        let value = object[key]
        if value != nil { taken += 1 }
        return value
    }

    mutating func string(_ key: String) throws(EvidenceRefusal) -> String {
        guard let string = value(key)?.string else { throw wrong(key) }
        return string
    }

    mutating func number<Number: FixedWidthInteger>(_ key: String) throws(EvidenceRefusal) -> Number {
        guard let number: Number = value(key)?.integer() else { throw wrong(key) }
        return number
    }

    mutating func position(_ key: String) throws(EvidenceRefusal) -> Position {
        let position = Position(rawValue: try number(key))
        guard position > .none else { throw wrong(key) }
        return position
    }

    /// A member that must be there and may be `null`.
    mutating func nullablePosition(_ key: String) throws(EvidenceRefusal) -> Position? {
        if object[key] == .null {
            taken += 1
            return nil
        }
        return try position(key)
    }

    /// A member that may be absent.
    mutating func optional<Value>(
        _ key: String,
        _ read: (inout BundleLine, String) throws(EvidenceRefusal) -> Value
    ) throws(EvidenceRefusal) -> Value? {
        object[key] == nil ? nil : try read(&self, key)
    }

    mutating func date(_ key: String) throws(EvidenceRefusal) -> CivilDate {
        guard let date = try? CivilDate(try string(key)) else { throw wrong(key) }
        return date
    }

    mutating func bytes(_ key: String) throws(EvidenceRefusal) -> [UInt8] {
        guard let bytes = Base64.bytes(from: try string(key)) else { throw wrong(key) }
        return bytes
    }

    /// Byte strings, or `null`.
    mutating func parts(_ key: String) throws(EvidenceRefusal) -> [[UInt8]?] {
        guard let values = value(key)?.array else { throw wrong(key) }
        var parts: [[UInt8]?] = []
        for value in values {
            if value == .null {
                parts.append(nil)
            } else if let bytes = value.string.flatMap({ Base64.bytes(from: $0) }) {
                parts.append(bytes)
            } else {
                throw wrong(key)
            }
        }
        return parts
    }

    mutating func hashes(_ key: String) throws(EvidenceRefusal) -> [Digest] {
        guard let values = value(key)?.array else { throw wrong(key) }
        var hashes: [Digest] = []
        for value in values {
            guard let bytes = value.string.flatMap({ Base64.bytes(from: $0) }),
                let hash = Digest(bytes: bytes.span.bytes)
            else { throw wrong("\(key)[\(hashes.count)]") }
            hashes.append(hash)
        }
        return hashes
    }

    /// An object within the line.
    mutating func members<Value>(
        _ key: String,
        _ read: (inout BundleLine) throws(EvidenceRefusal) -> Value
    ) throws(EvidenceRefusal) -> Value {
        guard let object = value(key)?.object else { throw wrong(key) }
        var inner = BundleLine(object, number: number)
        let result = try read(&inner)
        try inner.finish()
        return result
    }

    /// Requires that every member was taken.
    func finish() throws(EvidenceRefusal) {
        guard taken == object.members.count else {
            throw EvidenceRefusal(.lines, line: number, "has a member that the format does not know")
        }
    }
}

/// The lines of a file, one after the other.
struct BundleLines {
    private let bytes: [UInt8]
    private var offset = 0
    private var number = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next line, which must be of a section.
    mutating func next(_ section: String) throws(EvidenceRefusal) -> BundleLine {
        number += 1
        guard offset < bytes.count else {
            throw EvidenceRefusal(.lines, line: number, "a \(section) is due, and the file ends")
        }
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw EvidenceRefusal(.lines, line: number, "the file ends within the line")
        }
        defer { offset = end + 1 }
        return try BundleLine(Array(bytes[offset..<end]), number: number, of: section)
    }

    /// Requires that the file ends here.
    func finish() throws(EvidenceRefusal) {
        guard offset == bytes.count else {
            throw EvidenceRefusal(.lines, line: number + 1, "lies behind what the first line announces")
        }
    }
}
