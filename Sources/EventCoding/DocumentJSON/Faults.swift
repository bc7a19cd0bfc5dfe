internal import Credit

/// All that is wrong with one input, in the order in which it was found.
final class Faults {
    private(set) var errors: [AccrueError] = []

    /// - Parameter hint: What is said behind the subject, however long that is.
    func add(_ code: ErrorCode, _ subject: String, hint: String = "", at field: String) {
        errors.append(AccrueError(code, Self.short(subject) + hint, field: field))
    }

    func add(_ error: AccrueError, at field: String) {
        add(error.code, error.subject, at: field)
    }

    /// Values are quoted in messages, but not by the megabyte: by scalars, as one letter may have any number of marks.
    static func short(_ text: String) -> String {
        guard text.utf8.count > 120 else { return text }
        return String(text.unicodeScalars.prefix(100)) + "… (\(text.utf8.count) bytes)"
    }
}
