internal import Credit

/// All that is wrong with one input, in the order in which it was found.
final class Faults {
    private(set) var errors: [AccrueError] = []

    func add(_ code: ErrorCode, _ subject: String, at field: String) {
        errors.append(AccrueError(code, Self.short(subject), field: field))
    }

    func add(_ error: AccrueError, at field: String) {
        add(error.code, error.subject, at: field)
    }

    /// Values are quoted in messages, but not by the megabyte.
    static func short(_ text: String) -> String {
        text.utf8.count <= 120 ? text : String(text.prefix(100)) + "… (\(text.utf8.count) bytes)"
    }
}
