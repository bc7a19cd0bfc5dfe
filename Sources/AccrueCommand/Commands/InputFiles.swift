internal import Credit
internal import EventLog
import Glibc

/// Files that are read as one text, and in which of them each line stands.
struct InputFiles {
    /// All text, each file's last line ended.
    private(set) var bytes: [UInt8] = []
    private var starts: [(file: String, line: Int)] = []

    /// Reads files; `-` is standard input.
    init(_ files: [String]) throws(AccrueError) {
        let lineFeed = UInt8(ascii: "\n")
        var line = 1
        for file in files {
            var content = try Self.read(file)
            if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
            if content.last != lineFeed { content.append(lineFeed) }
            starts.append((file, line))
            line += content.count { $0 == lineFeed }
            if bytes.isEmpty { bytes = content } else { bytes += content }
        }
    }

    /// The file and the line in it of a line of the whole, counted from 1.
    func place(ofLine line: Int) -> (file: String, line: Int) {
        guard let start = starts.last(where: { $0.line <= line }) else { return ("-", line) }
        return (start.file == "-" ? "standard input" : start.file, line - start.line + 1)
    }

    /// The bytes of one file; `-` is standard input.
    static func read(_ file: String) throws(AccrueError) -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AccrueError(file: file, errno: errno) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes += piece[..<count]
            } else if errno == EISDIR {
                throw AccrueError(.inputOutput, "\(file) is a folder; name the files in it", field: "file")
            } else if errno != EINTR {
                throw AccrueError(file: file, errno: errno)
            }
        }
    }
}
