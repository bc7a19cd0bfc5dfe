import CLMDB

/// A call to the store that failed: which call, on which file, and why.
///
/// Two errors are equal when their ``code`` is equal, so that a test or a `catch` can ask for a specific failure
/// without repeating the words of its explanation.
public struct LMDBError: Error {
    /// What went wrong.
    public var code: Code { details.code }

    /// The call that failed: the C name where there is one, such as `mdb_txn_commit`.
    public var operation: String { details.operation }

    /// The path the environment was opened with.
    public var path: String { details.path }

    /// Why it failed, as a sentence for a person.
    public var reason: String { details.reason }

    /// One pointer wide, so that a `throws(LMDBError)` costs the caller one register.
    private let details: Details

    private final class Details: Sendable {
        let code: Code
        let operation: String
        let path: String
        let reason: String

        init(code: Code, operation: String, path: String, reason: String) {
            self.code = code
            self.operation = operation
            self.path = path
            self.reason = reason
        }
    }

    /// An error with its explanation; without one, LMDB's or the system's words for the code are used.
    ///
    /// Never inlined: errors are rare, and the places that throw them stay small.
    @inline(never)
    package init(_ code: Code, operation: String, path: String, reason: String? = nil) {
        self.details = Details(
            code: code,
            operation: operation,
            path: path,
            reason: reason ?? Self.words(for: code)
        )
    }

    private static func words(for code: Code) -> String {
        mdb_strerror(code.rawValue).map { String(cString: $0) } ?? code.description
    }
}

extension LMDBError: Hashable {
    /// Whether both errors have the same code; operation, path and reason are not compared.
    public static func == (left: LMDBError, right: LMDBError) -> Bool {
        left.code == right.code
    }

    /// Hashes the code alone, as equality compares it alone.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
    }
}

extension LMDBError: CustomStringConvertible {
    /// For a log line: `mdb_put: Environment mapsize limit reached (MDB_MAP_FULL) [/path]`.
    public var description: String {
        "\(operation): \(reason) (\(code)) [\(path)]"
    }
}

/// An error type that can carry a failure of the store.
///
/// ``Environment/read(_:)`` and ``Environment/write(_:)`` throw what their body throws. A body with its own error
/// type conforms that type to this protocol, and a transaction that cannot begin or commit arrives as that type too.
public protocol LMDBErrorConvertible: Error {
    /// The store's failure in the caller's vocabulary.
    init(_ error: LMDBError)
}

extension LMDBError: LMDBErrorConvertible {
    /// The error itself.
    @inlinable
    public init(_ error: LMDBError) {
        self = error
    }
}
