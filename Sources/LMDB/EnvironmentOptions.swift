extension Environment {
    /// How an environment is opened.
    ///
    /// What is *not* offered is deliberate. `MDB_WRITEMAP`, `MDB_MAPASYNC` and `MDB_NOMEMINIT` trade the safety of
    /// what is acknowledged, or leak memory into the file; and `MDB_NOTLS` is always set, because a Swift task
    /// does not stay on one thread.
    public struct Options: Sendable {
        /// How many transactions of all processes can read at once.
        static let maximumReaders: UInt32 = 1_024

        /// What this process may do to the file.
        public enum Access: Sendable, Hashable {
            /// Readers and one writer.
            case readWrite
            /// Readers only; another process may be writing. Where the file system is read-only no reader can be noted:
            /// then what a writer may have changed meanwhile is refused with ``LMDBError/Code/overtaken``.
            case readOnly
            /// Readers only, of a file that nobody will ever write again, such as a backup. No lock file is made
            /// or needed.
            case immutable
        }

        /// What a successful commit promises.
        public enum Durability: Sendable, Hashable {
            /// The transaction is on the device, in order: data, then meta page, each synced.
            case full
            /// The transaction survives the death of the process but not of the machine, after which the *whole
            /// file* may be unusable. Only for what can be rebuilt, and only with a mark that tells whether it was
            /// closed cleanly. ``Environment/sync()`` makes durable what was committed so far.
            case unsynced
        }

        /// What this process may do to the file.
        public var access: Access = .readWrite

        /// Whether a missing file is created. Where a store is expected, say no: a mistyped path must not become
        /// an empty store.
        public var createsFile = true

        /// Address space reserved for the file, in bytes; the file itself grows as it is written. When 80 % of it
        /// is used, the next write transaction doubles it.
        public var mapSize = 1 << 30

        /// How many named databases can be opened; zero leaves only the unnamed one.
        public var maximumDatabases: UInt32 = 0

        /// What a successful commit promises.
        public var durability: Durability = .full

        /// Whether to open a file on a network file system, where LMDB's locks and maps are not reliable.
        public var allowsNetworkFileSystem = false

        /// Faults to inject into the calls of this environment, for tests.
        package var faults: FaultPlan?

        /// The defaults: read and write, durable, a folder, one unnamed database, 1 GiB of address space.
        public init() {}
    }
}
