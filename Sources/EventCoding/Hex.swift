/// Bytes as hexadecimal text: two lower-case digits a byte, leading zeros kept.
public enum Hex {
    /// The text of `bytes`, twice as many characters as there are bytes.
    public static func text(of bytes: RawSpan) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.byteCount) { text in
            for offset in 0..<bytes.byteCount {
                let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                text[2 * offset] = digit(byte >> 4)
                text[2 * offset + 1] = digit(byte & 15)
            }
            return 2 * bytes.byteCount
        }
    }

    /// The bytes that `text` stands for, or `nil` if it has an odd number of digits or anything but `0-9a-f`.
    ///
    /// Upper-case digits are refused, so that each byte string has one text.
    public static func bytes(from text: String) -> [UInt8]? {
        let digits = text.utf8.map(value(ofDigit:))
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// The character of a value below 16.
    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
