import CLMDB
import Glibc

extension Environment {
    /// What opening gives.
    ///
    /// Unchecked because of the pointer: it is new, nobody else knows it, and it leaves the lock of the registry once.
    struct Opened: @unchecked Sendable {
        let parts: (handle: OpaquePointer, identity: FileIdentity, deadReaders: Int)
    }

    /// Opens the file and registers it.
    static func open(
        _ path: String,
        _ options: Options,
        _ calls: Calls,
        _ identities: inout Set<FileIdentity>
    ) throws(LMDBError) -> Opened {
        let file = path + "/data.mdb"
        try refuseNetwork(folder(of: file), options, calls)
        try inspect(file, options, calls, identities)
        try reserveLocks(path + "/lock.mdb", options, calls)
        var created: OpaquePointer?
        try calls.check(calls.createEnvironment(&created), .environmentCreate)
        guard let handle = created else { throw calls.error(ENOMEM, .environmentCreate) }
        do throws(LMDBError) {
            try calls.check(calls.configure(handle, options), .environmentConfigure)
            try calls.check(calls.openEnvironment(handle, path, flags: flags(options)), .environmentOpen)
            var descriptor: Int32 = -1
            try calls.check(calls.closeOnExecution(handle, &descriptor), .fileControl)
            var status = stat()
            try calls.check(calls.status(descriptor, &status), .fileStatus)
            var dead: Int32 = 0
            if options.access != .immutable {
                // A process that was killed leaves its readers behind, and they hold pages for ever.
                try calls.check(calls.checkReaders(handle, &dead), .readerCheck)
            }
            let identity = FileIdentity(status)
            identities.insert(identity)
            return Opened(parts: (handle, identity, Int(dead)))
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    /// Has room set aside for the file of locks, which LMDB makes with holes and maps: on a full disk the first touch of a hole
    /// ends the process (`SIGBUS`).
    private static func reserveLocks(_ file: String, _ options: Options, _ calls: Calls) throws(LMDBError) {
        let writes = options.access == .readWrite
        guard options.access != .immutable else { return }
        var descriptor: Int32 = -1
        let code = calls.open(file, O_RDWR | O_CREAT, &descriptor)
        // Who only reads may do without locks; a writer is told what the system says.
        if !writes, code != 0 { return }
        try calls.check(code, .fileOpen)
        defer { Glibc.close(descriptor) }
        // The first page of a reader, who needs no more; then 64 bytes for each reader, behind two locks.
        let size = writes ? 64 * Int(Options.maximumReaders) + 128 : 4_096
        let refusal = calls.allocate(descriptor, size)
        // Where a file system cannot do it, it is left to LMDB.
        if refusal == EOPNOTSUPP || refusal == ENOSYS { return }
        try calls.check(refusal, .fileAllocate)
    }

    private static func flags(_ options: Options) -> UInt32 {
        var flags = MDB_NOTLS
        if options.durability == .unsynced { flags |= MDB_NOSYNC }
        switch options.access {
        case .readWrite: break
        case .readOnly: flags |= MDB_RDONLY
        case .immutable: flags |= MDB_RDONLY | MDB_NOLOCK
        }
        return UInt32(flags)
    }

    private static func refuseNetwork(_ folder: String, _ options: Options, _ calls: Calls) throws(LMDBError) {
        var kind: UInt32 = 0
        try calls.check(calls.fileSystemKind(folder, &kind), .fileSystemStatus)
        guard let name = FileSystemKind.network(kind), !options.allowsNetworkFileSystem else { return }
        throw calls.error(
            LMDBError.Code.networkFileSystem.rawValue,
            .fileSystemStatus,
            "the file system is \(name), where neither locks nor maps can be trusted"
        )
    }

    /// Looks at the data file before LMDB does; nothing is wrong with a missing one that may be created.
    private static func inspect(
        _ file: String,
        _ options: Options,
        _ calls: Calls,
        _ identities: Set<FileIdentity>
    ) throws(LMDBError) {
        // By name, not by descriptor: whoever closes a descriptor of a file in use here releases its POSIX locks.
        var status = stat()
        guard stat(file, &status) == 0 else {
            if errno == ENOENT, options.createsFile, options.access == .readWrite { return }
            throw calls.error(errno, .fileStatus)
        }
        guard !identities.contains(FileIdentity(status)) else {
            throw calls.error(
                LMDBError.Code.alreadyOpen.rawValue,
                .environmentOpen,
                "the file is already open in this process"
            )
        }
        var descriptor: Int32 = -1
        try calls.check(calls.open(file, O_RDONLY, &descriptor), .fileOpen)
        defer { Glibc.close(descriptor) }
        try StoreFile(descriptor: descriptor, calls: calls).check()
    }

    /// The folder a file lies in.
    static func folder(of file: String) -> String {
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
