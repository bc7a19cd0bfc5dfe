extension LMDBError {
    /// What went wrong, as a stable number.
    ///
    /// Negative numbers near −30,800 are LMDB's own, positive numbers are `errno` values, and numbers near −30,600
    /// are those of this wrapper. A struct rather than an enumeration, so that adding a code breaks nobody.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number, as LMDB, the operating system or this wrapper defines it.
        public let rawValue: Int32

        /// A code from its number; unknown numbers are kept as they are.
        @inlinable
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }
    }
}

// MARK: Codes of LMDB

extension LMDBError.Code {
    /// The key is already there, or a key to be appended is not greater than the last. C: `MDB_KEYEXIST`.
    public static let keyExists = Self(rawValue: -30_799)
    /// There is no such key or database. C: `MDB_NOTFOUND`.
    public static let notFound = Self(rawValue: -30_798)
    /// A page the tree refers to is not there: the file is damaged. C: `MDB_PAGE_NOTFOUND`.
    public static let pageNotFound = Self(rawValue: -30_797)
    /// The file's structure is damaged. Also given by the check before mapping. C: `MDB_CORRUPTED`.
    public static let corrupted = Self(rawValue: -30_796)
    /// The environment had a fatal error and must be closed. C: `MDB_PANIC`.
    public static let panic = Self(rawValue: -30_795)
    /// The file or its lock file was written by another version of LMDB's format. C: `MDB_VERSION_MISMATCH`.
    public static let versionMismatch = Self(rawValue: -30_794)
    /// The file is not an LMDB file. C: `MDB_INVALID`.
    public static let invalid = Self(rawValue: -30_793)
    /// The map is full; the next write transaction grows it. C: `MDB_MAP_FULL`.
    public static let mapFull = Self(rawValue: -30_792)
    /// More named databases than `maximumDatabases`. C: `MDB_DBS_FULL`.
    public static let databasesFull = Self(rawValue: -30_791)
    /// More simultaneous readers than there are places. C: `MDB_READERS_FULL`.
    public static let readersFull = Self(rawValue: -30_790)
    /// No thread-local key is left. C: `MDB_TLS_FULL`.
    public static let threadKeysFull = Self(rawValue: -30_789)
    /// The transaction has too many changed pages. C: `MDB_TXN_FULL`.
    public static let transactionFull = Self(rawValue: -30_788)
    /// A cursor's stack is too deep: the file is damaged. C: `MDB_CURSOR_FULL`.
    public static let cursorFull = Self(rawValue: -30_787)
    /// A page has no room where it must have: the file is damaged. C: `MDB_PAGE_FULL`.
    public static let pageFull = Self(rawValue: -30_786)
    /// Another process has grown the file beyond this process's map. C: `MDB_MAP_RESIZED`.
    public static let mapResized = Self(rawValue: -30_785)
    /// The operation does not suit the database's flags. C: `MDB_INCOMPATIBLE`.
    public static let incompatible = Self(rawValue: -30_784)
    /// A reader slot was reused wrongly. C: `MDB_BAD_RSLOT`.
    public static let badReaderSlot = Self(rawValue: -30_783)
    /// The transaction cannot go on: an earlier call in it failed. C: `MDB_BAD_TXN`.
    public static let badTransaction = Self(rawValue: -30_782)
    /// The key is empty or longer than 511 bytes, or the value is too long. C: `MDB_BAD_VALSIZE`.
    public static let badValueSize = Self(rawValue: -30_781)
    /// The database handle is not open in this transaction. C: `MDB_BAD_DBI`.
    public static let badDatabase = Self(rawValue: -30_780)
}

// MARK: Codes of the operating system

extension LMDBError.Code {
    /// The operation is not permitted. C: `EPERM`.
    public static let notPermitted = Self(rawValue: 1)
    /// There is no such file or folder. C: `ENOENT`.
    public static let noSuchFile = Self(rawValue: 2)
    /// The device failed to read or write. C: `EIO`.
    public static let inputOutput = Self(rawValue: 5)
    /// There is not enough memory or address space. C: `ENOMEM`.
    public static let outOfMemory = Self(rawValue: 12)
    /// The file's permissions refuse the access. C: `EACCES`.
    public static let accessDenied = Self(rawValue: 13)
    /// A file of that name already exists. C: `EEXIST`.
    public static let fileExists = Self(rawValue: 17)
    /// An argument is not valid. C: `EINVAL`.
    public static let invalidArgument = Self(rawValue: 22)
    /// The process has too many open files. C: `EMFILE`.
    public static let tooManyOpenFiles = Self(rawValue: 24)
    /// The device is full. C: `ENOSPC`.
    public static let noSpace = Self(rawValue: 28)
    /// The file system is read-only. C: `EROFS`.
    public static let readOnlyFileSystem = Self(rawValue: 30)
    /// The user's quota is used up. C: `EDQUOT`.
    public static let quotaExceeded = Self(rawValue: 122)
}

// MARK: Codes of this wrapper

extension LMDBError.Code {
    /// The file is already open in this process.
    public static let alreadyOpen = Self(rawValue: -30_600)
    /// The environment has been closed.
    public static let closed = Self(rawValue: -30_601)
    /// The environment was opened before `fork` and is used in the child.
    public static let forked = Self(rawValue: -30_602)
    /// The file lies on a network file system, where neither maps nor locks can be trusted.
    public static let networkFileSystem = Self(rawValue: -30_603)
    /// An earlier commit failed without saying whether it took place; this environment writes no more.
    public static let outcomeUnknown = Self(rawValue: -30_604)
    /// A write transaction was about to end on another thread than it began on.
    public static let wrongThread = Self(rawValue: -30_605)
    /// The database handle belongs to another environment.
    public static let foreignDatabase = Self(rawValue: -30_606)
    /// This thread is inside a transaction, and what it asks for waits for that transaction to end.
    public static let transactionActive = Self(rawValue: -30_607)
    /// The environment was opened read-only.
    public static let readOnly = Self(rawValue: -30_608)
    /// Readers cannot be noted where the file lies, and a writer came so far meanwhile that what was read may be wrong.
    public static let overtaken = Self(rawValue: -30_609)
}

extension LMDBError.Code: CustomStringConvertible {
    /// The C name where there is one, otherwise the name used here, otherwise the number.
    public var description: String {
        Self.names[self] ?? "\(rawValue)"
    }

    private static let names: [Self: String] = [
        .keyExists: "MDB_KEYEXIST", .notFound: "MDB_NOTFOUND", .pageNotFound: "MDB_PAGE_NOTFOUND",
        .corrupted: "MDB_CORRUPTED", .panic: "MDB_PANIC", .versionMismatch: "MDB_VERSION_MISMATCH",
        .invalid: "MDB_INVALID", .mapFull: "MDB_MAP_FULL", .databasesFull: "MDB_DBS_FULL",
        .readersFull: "MDB_READERS_FULL", .threadKeysFull: "MDB_TLS_FULL", .transactionFull: "MDB_TXN_FULL",
        .cursorFull: "MDB_CURSOR_FULL", .pageFull: "MDB_PAGE_FULL", .mapResized: "MDB_MAP_RESIZED",
        .incompatible: "MDB_INCOMPATIBLE", .badReaderSlot: "MDB_BAD_RSLOT", .badTransaction: "MDB_BAD_TXN",
        .badValueSize: "MDB_BAD_VALSIZE", .badDatabase: "MDB_BAD_DBI", .notPermitted: "EPERM",
        .noSuchFile: "ENOENT", .inputOutput: "EIO", .outOfMemory: "ENOMEM", .accessDenied: "EACCES",
        .fileExists: "EEXIST", .invalidArgument: "EINVAL", .tooManyOpenFiles: "EMFILE", .noSpace: "ENOSPC",
        .readOnlyFileSystem: "EROFS", .quotaExceeded: "EDQUOT", .alreadyOpen: "ALREADY_OPEN", .closed: "CLOSED",
        .forked: "FORKED", .networkFileSystem: "NETWORK_FILE_SYSTEM", .outcomeUnknown: "OUTCOME_UNKNOWN",
        .wrongThread: "WRONG_THREAD", .foreignDatabase: "FOREIGN_DATABASE",
        .transactionActive: "TRANSACTION_ACTIVE", .readOnly: "READ_ONLY", .overtaken: "OVERTAKEN",
    ]
}
