internal import Glibc
package import LMDB

extension Call {
    /// The codes with which the call can fail, as its documentation and that of the system's calls below it say.
    package var codes: [LMDBError.Code] {
        switch self {
        case .environmentCreate, .cursorOpen: [.outOfMemory]
        case .environmentConfigure, .environmentInformation, .environmentStatistics, .databaseStatistics:
            [.invalidArgument]
        case .environmentOpen:
            [.outOfMemory, .accessDenied, .tooManyOpenFiles, .inputOutput, .noSpace, .invalid, .versionMismatch]
        case .environmentSync, .transactionCommit: [.inputOutput, .noSpace, .outOfMemory, .quotaExceeded]
        case .environmentCopy: [.inputOutput, .noSpace, .outOfMemory]
        case .environmentGrow: [.outOfMemory, .invalidArgument]
        case .readerCheck: [.inputOutput, .outOfMemory]
        case .transactionBegin: [.panic, .mapResized, .readersFull, .outOfMemory]
        case .transactionRenew: [.panic, .mapResized, .readersFull]
        case .databaseOpen: [.databasesFull, .outOfMemory]
        case .databaseEmpty, .put, .delete: [.mapFull, .transactionFull, .outOfMemory, .corrupted]
        case .get, .cursorGet: [.corrupted, .pageNotFound, .inputOutput]
        case .fileOpen:
            [.accessDenied, .tooManyOpenFiles, .inputOutput, .noSpace, .readOnlyFileSystem] + Self.codes(ENFILE, EINTR)
        case .fileRead: [.inputOutput] + Self.codes(EINTR)
        case .fileStatus: [.inputOutput, .outOfMemory]
        case .fileControl: Self.codes(EBADF, EINTR)
        case .fileSync: [.inputOutput, .noSpace, .quotaExceeded] + Self.codes(EINTR)
        case .fileSystemStatus: [.inputOutput, .accessDenied] + Self.codes(ENOSYS, EINTR)
        case .fileAccess: [.accessDenied, .inputOutput, .outOfMemory, .noSuchFile]
        case .fileWrite, .fileCopy: [.noSpace, .quotaExceeded, .inputOutput] + Self.codes(EFBIG, EINTR)
        case .fileAllocate: [.noSpace, .quotaExceeded, .inputOutput] + Self.codes(EINTR)
        case .fileTruncate: [.inputOutput, .notPermitted] + Self.codes(EINTR)
        case .fileLock: Self.codes(ENOLCK, EINTR)
        case .fileRename, .folderMake: [.noSpace, .inputOutput, .accessDenied, .readOnlyFileSystem, .quotaExceeded]
        case .fileRemove, .folderRemove: [.inputOutput, .accessDenied, .readOnlyFileSystem] + Self.codes(EBUSY)
        case .folderRead: [.accessDenied, .tooManyOpenFiles, .inputOutput, .outOfMemory]
        case .threadStart: Self.codes(EAGAIN)
        }
    }

    private static func codes(_ numbers: Int32...) -> [LMDBError.Code] { numbers.map { LMDBError.Code(rawValue: $0) } }
}
