/// Base64 with padding (RFC 4648, section 4), of which one text only stands for some bytes.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// The value of each digit at the place of its code; 64 where there is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
    private static let padding = UInt8(ascii: "=")

    /// The text that stands for some bytes. O(*n*).
    package static func text(of bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (group, count): (UInt32, Int) = (0, 0)
        func write(_ length: Int) {
            for place in 0..<length { text.append(digits[Int(group >> UInt32(18 - 6 * place) & 63)]) }
        }
        for byte in bytes {
            group |= UInt32(byte) << UInt32(16 - 8 * count)
            count += 1
            guard count == 3 else { continue }
            write(4)
            (group, count) = (0, 0)
        }
        if count > 0 {
            write(count + 1)
            text.append(contentsOf: repeatElement(padding, count: 3 - count))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes; nil where the text is not exactly what ``text(of:)`` gives for them. O(*n*).
    package static func bytes(from text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        let count = text.count - text.suffix(2).count { $0 == padding }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 3 / 4)
        var (group, bits): (UInt32, Int) = (0, 0)
        for digit in text[..<count] {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            group &= 1 << UInt32(bits) - 1
        }
        // Bits that stand for no byte are zero, or two texts would stand for the same bytes.
        return group == 0 ? bytes : nil
    }
}
