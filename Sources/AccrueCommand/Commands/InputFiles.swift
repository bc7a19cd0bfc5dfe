internal import Accrue
internal import Credit
internal import EventLog
import Glibc

/// Files that are read as one text, and in which of them each line stands.
struct InputFiles {
    /// All text, each file's last line ended.
    private(set) var bytes: [UInt8] = []
    private var starts: [(file: String, line: Int, offset: Int)] = []

    /// Reads files; `-` is standard input.
    init(_ files: [String]) throws(AccrueError) {
        let lineFeed = UInt8(ascii: "\n")
        var line = 1
        for file in files {
            var content = try Self.read(file)
            if content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
            if content.last != lineFeed { content.append(lineFeed) }
            starts.append((file, line, bytes.count))
            line += content.count { $0 == lineFeed }
            if bytes.isEmpty { bytes = content } else { bytes += content }
        }
    }

    /// The file and the line in it of a line of the whole, counted from 1.
    func place(ofLine line: Int) -> (file: String, line: Int) {
        guard let start = starts.last(where: { $0.line <= line }) else { return ("-", line) }
        return (Self.name(start.file), line - start.line + 1)
    }

    private static func name(_ file: String) -> String { file == "-" ? "standard input" : file }

    /// What those files are whose faults may come of what they are.
    func forms(of faults: [AppendReport.Fault]) -> [InputForm] {
        starts.indices.compactMap { index in
            let next = index + 1 < starts.count ? starts[index + 1] : (file: "", line: .max, offset: bytes.count)
            let lines = starts[index].line..<next.line
            guard faults.contains(where: { lines.contains($0.line) && InputForm.explains($0.error) }) else {
                return nil
            }
            return InputForm(Self.name(starts[index].file), bytes[starts[index].offset..<next.offset])
        }
    }

    /// The bytes of one file; `-` is standard input.
    static func read(_ file: String) throws(AccrueError) -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AccrueError(file: file, errno: errno) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        var bytes: [UInt8] = []
        // As large as the file, and a line feed more, so that it is not moved to grow.
        bytes.reserveCapacity(min(size, 1 << 30) + 1)
        var piece = [UInt8](repeating: 0, count: 1 << 18)
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
