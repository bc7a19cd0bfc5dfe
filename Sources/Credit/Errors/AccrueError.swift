/// An error that a user may meet: a stable code, and what, where.
///
/// Only the code counts for equality, so that tests and callers compare what went wrong, not its wording.
public struct AccrueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; its text is in the registry.
    public let code: ErrorCode
    /// The thing that it is about, with its value.
    public let subject: String
    /// The field or path in which it was found, if any.
    public var field: String?

    /// Makes an error.
    @inline(never)
    public init(_ code: ErrorCode, _ subject: String = "", field: String? = nil) {
        self.code = code
        self.subject = subject
        self.field = field
    }

    /// Equal if the codes are.
    public static func == (left: AccrueError, right: AccrueError) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// `E-VAL-001 points: not a decimal number: 7,5. Write …`
    public var description: String {
        let place = field.map { "\($0): " } ?? ""
        let what = subject.isEmpty ? "" : ": \(subject)"
        return "\(code.rawValue) \(place)\(code.english)\(what)"
    }
}
