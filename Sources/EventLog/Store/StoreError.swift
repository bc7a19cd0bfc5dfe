package import Credit
internal import Glibc
package import LMDB

extension AccrueError {
    /// What an error of LMDB or of the operating system means for the store.
    package init(store error: LMDBError) {
        let code: ErrorCode =
            switch error.code {
            case .noSpace, .quotaExceeded, .mapFull: .diskFull
            case .accessDenied, .notPermitted, .readOnlyFileSystem, .readOnly: .notPermitted
            case .noSuchFile: .storeMissing
            case .alreadyOpen: .logLocked
            case .closed, .forked: .logClosed
            // LMDB panics after it could not write a meta page: what is on disk is sound.
            case .outcomeUnknown, .panic: .commitUncertain
            case .networkFileSystem: .networkFileSystem
            case .overtaken: .readOvertaken
            case .corrupted, .pageNotFound, .invalid, .versionMismatch, .notFound, .incompatible: .storeDamaged
            default: .inputOutput
            }
        self.init(code, "\(error)")
    }

    /// Whether it is one of the operating system or of how a store is used, and tells nothing of what is in it.
    var isOfSurroundings: Bool {
        switch code {
        case .diskFull, .notPermitted, .storeMissing, .notFound, .fileExists, .logLocked, .logClosed, .commitUncertain,
            .networkFileSystem, .inputOutput, .readOvertaken:
            true
        default: false
        }
    }

    /// What an error of LMDB means for a batch that was to be written.
    ///
    /// Where the commit itself fails, only a full disk leaves no doubt: after a failed sync nobody knows what was kept.
    init(batch error: LMDBError) {
        let isKnown = error.operation != "mdb_txn_commit" || error.code == .noSpace || error.code == .mapFull
        if isKnown { self.init(store: error) } else { self.init(.commitUncertain, "\(error)") }
    }

    /// What `errno` means after an operation on a file.
    ///
    /// - Parameter operation: The call, where it was one for a file of the store, which nobody named.
    package init(file path: String, errno code: Int32, during operation: String? = nil) {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        let meaning: ErrorCode =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM, EROFS: .notPermitted
            case ENOSPC, EDQUOT: .diskFull
            case EEXIST, ENOTEMPTY: .fileExists
            default: .inputOutput
            }
        if let operation {
            self.init(meaning, "\(operation): \(reason) [\(path)]")
        } else {
            self.init(meaning, "\(path): \(reason)", field: "file")
        }
    }
}

/// Runs `body`, with errors of LMDB as errors of the store.
package func storing<Result: ~Copyable>(
    _ body: () throws(LMDBError) -> Result
) throws(AccrueError) -> Result {
    do throws(LMDBError) {
        return try body()
    } catch {
        throw AccrueError(store: error)
    }
}
