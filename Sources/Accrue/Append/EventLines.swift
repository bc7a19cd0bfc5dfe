/// Lines of NDJSON in memory, each one event, numbered from 1. Empty lines are skipped and counted.
public struct EventLines: Sendable {
    /// A line that is not empty.
    public struct Line: Hashable, Sendable {
        /// Its number, from 1.
        public let number: Int
        /// Where its bytes lie.
        public let range: Range<Int>
    }

    /// The text as given.
    public let bytes: [UInt8]
    /// The lines that are not empty.
    public let lines: [Line]
    /// So many lines are written in one batch, where there are more.
    var mostLinesOfBatch = 65_000

    /// Splits text at its line feeds.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var lines: [Line] = []
        var number = 1
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let lineFeed = UInt8(ascii: "\n")
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: lineFeed) ?? bytes.count
            if bytes[start..<end].contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) {
                lines.append(Line(number: number, range: start..<end))
            }
            number += 1
            start = end + 1
        }
        self.lines = lines
    }
}
