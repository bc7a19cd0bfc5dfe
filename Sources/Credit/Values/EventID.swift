/// The identity of an event, chosen by who submits it: 16 bytes, written as a UUID (RFC 9562).
///
/// The same id submitted again with the same content is answered as before, for ever.
public struct EventID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Makes an id from its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the 36 characters of a UUID, in either case; nil where it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 36 else { return nil }
        var text = text
        guard let id = text.withUTF8({ EventID(characters: $0) }) else { return nil }
        self = id
    }

    private init?(characters: UnsafeBufferPointer<UInt8>) {
        let hyphens = [8, 13, 18, 23]
        guard hyphens.allSatisfy({ characters[$0] == UInt8(ascii: "-") }) else { return nil }
        // Without branches, as nobody can foresee whether a digit is a letter.
        var areDigits = true
        func half(_ places: Range<Int>) -> UInt64 {
            var half: UInt64 = 0
            for place in places where place != 8 && place != 13 && place != 23 {
                let (number, letter) = (
                    characters[place] &- UInt8(ascii: "0"), (characters[place] | 0x20) &- UInt8(ascii: "a")
                )
                areDigits = areDigits && (number < 10 || letter < 6)
                half = half << 4 | UInt64(number < 10 ? number : letter &+ 10)
            }
            return half
        }
        let (high, low) = (half(0..<18), half(19..<36))
        guard areDigits else { return nil }
        self.init(high: high, low: low)
    }

    /// Orders by bytes.
    public static func < (left: EventID, right: EventID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The UUID in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { characters in
            var digits = 0
            for place in 0..<36 {
                if place == 8 || place == 13 || place == 18 || place == 23 {
                    characters[place] = UInt8(ascii: "-")
                    continue
                }
                let half = digits < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(digits % 16))) & 0xF
                characters[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                digits += 1
            }
            return 36
        }
    }
}
