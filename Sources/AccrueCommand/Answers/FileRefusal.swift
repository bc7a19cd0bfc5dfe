internal import Credit

/// Why a file is refused, and on which line.
struct FileRefusal: Error {
    let file: String
    let line: Int
    let error: AccrueError

    /// `file:line: code path: message`, as compilers and editors have it.
    var text: String {
        let name = file == "-" ? "standard input" : file
        return "\(name):\(line): \(Language.preferred.text(of: error))".printable
    }
}
