internal import FoundationEssentials

/// Base64 with padding (RFC 4648, section 4), of which one text only stands for some bytes.
enum Base64 {
    static func text(of bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// The bytes; nil where the text is not exactly what ``text(of:)`` gives for them.
    static func bytes(from text: some StringProtocol) -> [UInt8]? {
        guard let data = Data(base64Encoded: String(text)), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }
}
