internal import Accrue
internal import Credit
internal import EventCoding

/// What a file has instead of events, one JSON object in a line: told once, after the faults of its lines.
struct InputForm {
    let file: String
    /// What was found, and what to do.
    let text: String

    var document: JSONValue { .present(["file": .string(file), "hint": .string(text)]) }

    /// Whether a line may be refused for what the file is.
    static func explains(_ fault: AccrueError) -> Bool {
        fault.code == .jsonMalformed || fault.code == .typeWrong && fault.field == nil
    }

    /// Looks at a file of which lines are refused so; nil where it has what it should have, with mistakes in it.
    init?(_ file: String, _ bytes: ArraySlice<UInt8>) {
        self.file = file
        let name = file.contains(" ") ? "FILE" : file
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2).map { $0.filter { !$0.isWhiteSpace } }
        let (first, second) = (lines.first ?? [], lines.dropFirst().first ?? [])
        if let offset = Self.invalidOffset(in: bytes) {
            let line = bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") } + 1
            let advice = Encoding(of: bytes).map {
                "it looks like \($0.rawValue): iconv -f \($0.code) -t UTF-8 \(name)"
            }
            text = "not UTF-8 at byte \(offset + 1), in line \(line); \(advice ?? "save it as UTF-8")"
        } else if first.first == UInt8(ascii: "[") {
            text = "this looks like a JSON array; events are one object in a line: jq -c '.[]' \(name)"
        } else if first.elementsEqual("{".utf8), second.first == UInt8(ascii: "\"") {
            text = "this looks like JSON over several lines; events are one object in a line: jq -c . \(name)"
        } else if let separator = Self.separator(of: first) {
            text = "this looks like a table with values between \(separator)s; events are one JSON object in a line"
        } else {
            return nil
        }
    }

    private static func invalidOffset(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { (buffer) -> Int? in
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: buffer.span)
                return nil
            } catch {
                return error.byteOffsets.lowerBound
            }
        }
    }

    /// What stands between the headings of a table.
    private static func separator(of line: [UInt8]) -> String? {
        guard line.first != UInt8(ascii: "{") else { return nil }
        return line.contains(UInt8(ascii: ";")) ? "semicolon" : line.contains(UInt8(ascii: ",")) ? "comma" : nil
    }

    /// In what else text is written here.
    private enum Encoding: String {
        case utf16 = "UTF-16"
        case windows1250 = "Windows-1250"
        case latin2 = "ISO 8859-2"

        /// Its name for `iconv`.
        var code: String {
            switch self {
            case .utf16: "UTF-16"
            case .windows1250: "CP1250"
            case .latin2: "ISO-8859-2"
            }
        }

        /// Tells by the letters that Slovenian and its neighbours have beyond ASCII; nil where there are others.
        init?(of bytes: ArraySlice<UInt8>) {
            let others = Set(bytes.filter { $0 >= 0x80 })
            if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
                self = .utf16
            } else if others.isSubset(of: Self.shared.union([0x8A, 0x9A, 0x8E, 0x9E])) {
                self = .windows1250
            } else if others.isSubset(of: Self.shared.union([0xA9, 0xB9, 0xAE, 0xBE])) {
                self = .latin2
            } else {
                return nil
            }
        }

        /// Č, č, Ć, ć, Đ, đ, Ä, ä, Ö, ö, Ü, ü, ß, É, é: alike in both.
        private static let shared: Set<UInt8> = [
            0xC8, 0xE8, 0xC6, 0xE6, 0xD0, 0xF0, 0xC4, 0xE4, 0xD6, 0xF6, 0xDC, 0xFC, 0xDF, 0xC9, 0xE9,
        ]
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
