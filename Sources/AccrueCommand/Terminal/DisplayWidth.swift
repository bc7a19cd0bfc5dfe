/// How many columns text takes on a terminal, which is neither its count of characters nor of bytes.
///
/// East Asian wide and full-width characters (Unicode Standard Annex #11) and emoji take two columns; combining marks,
/// joiners and variation selectors none. So `č` is one column in either of its spellings.
extension StringProtocol {
    /// The number of columns this text takes; text without control characters is assumed (see `printable`).
    var displayWidth: Int {
        // Most text is plain ASCII, where bytes are columns.
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// The text with whatever could move the cursor or reorder the line made visible as U+FFFD.
    ///
    /// Names come from other people's files: an escape sequence in one must not reach the terminal, nor a line feed the
    /// next row of a table.
    var printable: String {
        guard unicodeScalars.contains(where: \.commandsTerminal) else { return String(self) }
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            scalars.append(scalar.commandsTerminal ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    /// The text cut to at most `width` columns, its last one `…` if anything was cut.
    func truncated(toWidth width: Int) -> String {
        guard displayWidth > width else { return String(self) }
        guard width > 0 else { return "" }
        var kept = ""
        var taken = 1
        for character in self {
            taken += character.displayWidth
            guard taken <= width else { break }
            kept.append(character)
        }
        while kept.last == " " { kept.removeLast() }
        return kept + "…"
    }
}

extension Character {
    /// The number of columns of this grapheme cluster: those of its widest scalar.
    fileprivate var displayWidth: Int {
        var width = 0
        for scalar in unicodeScalars {
            width = Swift.max(width, scalar == "\u{FE0F}" ? 2 : scalar.displayWidth)
        }
        return width
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: 0
        default: properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
        }
    }

    /// Control characters, separators of lines, and marks that turn the direction of what follows.
    fileprivate var commandsTerminal: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default:
            switch properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    /// Blocks whose characters are wide or full-width by EastAsianWidth.txt, which the standard library does not carry.
    private var isEastAsianWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18DFF, 0x1B000...0x1B2FF,
            0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
