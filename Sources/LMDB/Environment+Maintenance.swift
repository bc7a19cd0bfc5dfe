import CLMDB
import Glibc
import Synchronization

extension Environment {
    /// Sizes and counts of an environment, as of one moment.
    public struct Information: Sendable, Hashable {
        /// Reserved address space, in bytes.
        public var mapSize: Int
        /// Bytes of a page.
        public var pageSize: Int
        /// Number of the last page in use, counted from zero; the first two are the meta pages.
        public var lastPage: Int
        /// Number of the last committed transaction.
        public var lastTransaction: Int
        /// Slots of the reader table in use, those of idle readers included.
        public var readers: Int
        /// Slots of the reader table.
        public var maximumReaders: Int

        /// Bytes of the map in use, pages free for reuse included.
        public var usedBytes: Int { (lastPage + 1) * pageSize }
    }

    /// The sizes and counts of now. The corresponding C functions are `mdb_env_info` and `mdb_env_stat`.
    public func information() throws(LMDBError) -> Information {
        let thread = clmdb_thread()
        try enter(thread, .environmentInformation)
        defer { gate.leave(thread) }
        return try uncheckedInformation()
    }

    /// The same for a caller that is inside the gate.
    private func uncheckedInformation() throws(LMDBError) -> Information {
        var information = MDB_envinfo()
        try calls.check(calls.information(handle, &information), .environmentInformation)
        var statistics = MDB_stat()
        try calls.check(calls.statistics(handle, &statistics), .environmentStatistics)
        return Information(
            mapSize: information.me_mapsize,
            pageSize: Int(statistics.ms_psize),
            lastPage: information.me_last_pgno,
            lastTransaction: information.me_last_txnid,
            readers: Int(information.me_numreaders),
            maximumReaders: Int(information.me_maxreaders)
        )
    }

    /// Makes durable what was committed, in an environment that does not sync by itself. C: `mdb_env_sync`.
    public func sync() throws(LMDBError) {
        let thread = clmdb_thread()
        try enter(thread, .environmentSync)
        defer { gate.leave(thread) }
        try calls.check(calls.sync(handle), .environmentSync)
    }

    /// Frees the reader slots of processes that died, and says how many there were. C: `mdb_reader_check`.
    ///
    /// Call it now and then in a long-running process: a dead reader keeps pages from being reused.
    @discardableResult
    public func removeDeadReaders() throws(LMDBError) -> Int {
        let thread = clmdb_thread()
        try enter(thread, .readerCheck)
        defer { gate.leave(thread) }
        var dead: Int32 = 0
        try calls.check(calls.checkReaders(handle, &dead), .readerCheck)
        return Int(dead)
    }
}

// MARK: Pages

extension Environment {
    /// Requires that every page is what it should be, and that none is listed as free that is in use: LMDB writes to a page
    /// that it finds in its list, whatever is there. O(*n*).
    ///
    /// Others may read and write meanwhile: the pages of the state that is looked at are kept.
    ///
    /// - Throws: ``LMDBError/Code/corrupted``.
    public func checkPages() throws(LMDBError) { try checkPages(.leaves) }

    /// Whether no page is listed as free that is in use, as is looked before a file is written to.
    public func isWritable() throws(LMDBError) -> Bool {
        try isSound { (file, meta) throws(LMDBError) in try StoreTrees.check(file, meta, .branches) }
    }

    /// Whether every page of every database is what it should be, whatever is listed as free: then nothing is lost but the
    /// list, and a copy that leaves out free pages needs none. O(*n*).
    public func areDatabasesSound() throws(LMDBError) -> Bool { try isSound(StoreTrees.checkDatabases) }

    func checkPages(_ reach: StoreTrees.Reach) throws(LMDBError) {
        try look { (file, meta) throws(LMDBError) in try StoreTrees.check(file, meta, reach) }
    }

    private func isSound(_ body: (StoreFile, StoreFile.Meta) throws(LMDBError) -> Void) throws(LMDBError) -> Bool {
        do throws(LMDBError) {
            try look(body)
            return true
        } catch {
            guard error.code == .corrupted else { throw error }
            return false
        }
    }

    private func look(_ body: (StoreFile, StoreFile.Meta) throws(LMDBError) -> Void) throws(LMDBError) {
        try read { (_) throws(LMDBError) in
            let file = StoreFile(descriptor: calls.descriptor(handle), calls: calls)
            try file.checkNewer { (meta) throws(LMDBError) in try body(file, meta) }
        }
    }
}

// MARK: Copies

extension Environment {
    /// Writes the last committed state to a new file while others read and write, and syncs it.
    ///
    /// The copy is a single file, whatever the original is. It is durable when this returns; its name is durable
    /// once the caller syncs the folder.
    ///
    /// - Parameters:
    ///   - file: a path where nothing is yet; otherwise ``LMDBError/Code/fileExists``.
    ///   - compacting: whether free pages are left out, which takes longer.
    public func copy(toFile file: String, compacting: Bool = false) throws(LMDBError) {
        var descriptor: Int32 = -1
        try calls.check(calls.open(file, O_WRONLY | O_CREAT | O_EXCL, &descriptor), .fileOpen)
        do throws(LMDBError) {
            try copy(toDescriptor: descriptor, compacting: compacting)
            try calls.check(calls.sync(descriptor: descriptor), .fileSync)
        } catch {
            Glibc.close(descriptor)
            unlink(file)
            throw error
        }
        Glibc.close(descriptor)
    }

    /// Writes the last committed state to an open descriptor, which may be a pipe. C: `mdb_env_copyfd2`.
    ///
    /// The map cannot grow meanwhile, so it is made twice as large before as it must be.
    func copy(toDescriptor descriptor: Int32, compacting: Bool = false) throws(LMDBError) {
        let thread = clmdb_thread()
        if options.access == .readWrite, !gate.contains(thread) {
            try grow { information in
                information.usedBytes > information.mapSize / 5 * 2 ? information.mapSize * 2 : nil
            }
        }
        try enter(thread, .environmentCopy)
        defer { gate.leave(thread) }
        let state = try uncheckedInformation().lastTransaction
        var code = calls.copy(handle, descriptor: descriptor, compacting: compacting)
        if code == LMDBError.Code.mapResized.rawValue {
            // Nothing is written yet: the transaction of the copy could not begin.
            try adoptSize(thread)
            code = calls.copy(handle, descriptor: descriptor, compacting: compacting)
        }
        try calls.check(code, .environmentCopy)
        if !notesReaders, let overtaken = overtaking(since: state, .environmentCopy) { throw overtaken }
    }
}

// MARK: Growing

extension Environment {
    /// Reserves more address space, rounded up to whole pages; waits for all transactions of this process.
    ///
    /// *Why it waits:* the map moves, and LMDB moves it under a running reader without an error. *Advice:* reserve
    /// generously at the start; address space costs nothing. A size below the present one changes nothing.
    ///
    /// - Throws: ``LMDBError/Code/transactionActive`` inside a transaction; ``LMDBError/Code/outOfMemory``, after
    ///   which the environment is closed, as its map is gone.
    func grow(to size: Int) throws(LMDBError) {
        try grow { information in
            size > information.mapSize ? size : nil
        }
    }

    /// Doubles the map when four fifths of it are used, or when the last write found it full.
    func growIfNeeded() throws(LMDBError) {
        let foundFull = state.withLock { $0.foundMapFull }
        let information = try information()
        guard foundFull || Self.isCrowded(information) else { return }
        try grow { now in
            // Another thread may have grown it meanwhile.
            now.mapSize == information.mapSize ? now.mapSize * 2 : nil
        }
        state.withLock { $0.foundMapFull = false }
    }

    private static func isCrowded(_ information: Information) -> Bool {
        information.usedBytes / 4 >= information.mapSize / 5
    }

    private func grow(_ size: (Information) -> Int?) throws(LMDBError) {
        try refuseForked(.environmentGrow)
        var failure: LMDBError?
        let passage = gate.alone(clmdb_thread()) {
            do throws(LMDBError) {
                let information = try uncheckedInformation()
                guard let size = size(information) else { return false }
                let pages = (size + information.pageSize - 1) / information.pageSize
                let code = map(pages * information.pageSize)
                if code != 0 { failure = calls.error(code, .environmentGrow) }
                return code != 0
            } catch {
                failure = error
                return false
            }
        }
        switch passage {
        case .passed: break
        case .closed:
            throw calls.error(LMDBError.Code.closed.rawValue, .environmentGrow, "the environment is closed")
        case .wouldWaitForItself:
            throw calls.error(LMDBError.Code.transactionActive.rawValue, .environmentGrow, Self.insideTransaction)
        }
        if let failure { throw failure }
    }
}
