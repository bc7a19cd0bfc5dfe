import CLMDB
import Glibc
import Synchronization

extension Environment {
    /// Calls `body` with a view of the last committed state.
    ///
    /// The body is synchronous, so it stays on one thread and cannot wait for a task while it pins the pages it
    /// sees. Its error type is its own choice, as long as it can carry a ``LMDBError``; write it out
    /// (`{ (transaction) throws(LMDBError) in … }`), for Swift infers no typed error of a closure.
    ///
    /// - Throws: What `body` throws; ``LMDBError/Code/overtaken`` where readers cannot be noted and a writer came so far
    ///   meanwhile that it may have used pages again.
    @inlinable
    public func read<Result: ~Copyable, Failure: LMDBErrorConvertible>(
        _ body: (borrowing ReadTransaction) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let base: TransactionBase
        do throws(LMDBError) {
            base = try beginReading()
        } catch {
            throw Failure(error)
        }
        defer { endReading(base) }
        let result: Result
        do throws(Failure) {
            result = try body(ReadTransaction(base))
        } catch {
            if !notesReaders, let overtaken = overtaking(base.handle) { throw Failure(overtaken) }
            throw error
        }
        if !notesReaders, let overtaken = overtaking(base.handle) { throw Failure(overtaken) }
        return result
    }

    /// Calls `body` with a write transaction; commits when it returns, aborts when it throws.
    ///
    /// Writers wait for each other, across threads and processes. When the map is four fifths full it is doubled
    /// first, which waits for all transactions of this process.
    ///
    /// If the commit itself fails with anything but ``LMDBError/Code/mapFull`` or ``LMDBError/Code/noSpace``, it is
    /// unknown whether it took place: after a failed sync the kernel forgets what it could not write, and the next
    /// commit succeeds. So this environment then refuses all writing with ``LMDBError/Code/outcomeUnknown``. Close
    /// it, open it again and look.
    public func write<Result: ~Copyable, Failure: LMDBErrorConvertible>(
        _ body: (inout WriteTransaction) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var transaction: WriteTransaction
        do throws(LMDBError) {
            transaction = try beginWriting()
        } catch {
            throw Failure(error)
        }
        let result: Result
        do throws(Failure) {
            result = try body(&transaction)
        } catch {
            abort(transaction)
            throw error
        }
        do throws(LMDBError) {
            try commit(transaction)
        } catch {
            throw Failure(error)
        }
        return result
    }

    /// Opens a database by name, or the unnamed one.
    ///
    /// Opening has a transaction of its own, and creating one commits it; so do both before other work starts.
    /// LMDB lets one transaction at a time open databases, so inside a transaction it is refused with
    /// ``LMDBError/Code/transactionActive``.
    ///
    /// - Parameters:
    ///   - name: the database's name; nil for the unnamed one, which is always there.
    ///   - creating: whether a missing database is made; otherwise it is ``LMDBError/Code/notFound``.
    public func database(named name: String? = nil, creating: Bool = false) throws(LMDBError) -> Database {
        try refuseForked(.databaseOpen)
        let thread = clmdb_thread()
        guard !gate.contains(thread) else {
            throw calls.error(LMDBError.Code.transactionActive.rawValue, .databaseOpen, Self.insideTransaction)
        }
        return try databaseOpening.withLock { (_) throws(LMDBError) in
            guard creating, name != nil else { return try openExisting(name, thread) }
            return try write { (transaction) throws(LMDBError) in
                try open(name, UInt32(MDB_CREATE), transaction.base.handle)
            }
        }
    }

    private func openExisting(_ name: String?, _ thread: Int32) throws(LMDBError) -> Database {
        try enter(thread, .databaseOpen)
        defer { gate.leave(thread) }
        let handle = try begin(UInt32(MDB_RDONLY), thread)
        let database: Database
        do throws(LMDBError) {
            database = try open(name, 0, handle)
            if !notesReaders, let overtaken = overtaking(handle) { throw overtaken }
        } catch {
            mdb_txn_abort(handle)
            throw error
        }
        // Reading commits too: a handle stays open only when the transaction that opened it does.
        try calls.check(calls.commit(handle), .transactionCommit)
        return database
    }

    private func open(_ name: String?, _ flags: UInt32, _ transaction: OpaquePointer) throws(LMDBError) -> Database {
        var index: UInt32 = 0
        try calls.check(calls.openDatabase(transaction, name, flags: flags, &index), .databaseOpen)
        return Database(index: index, owner: ObjectIdentifier(calls))
    }
}

// MARK: Reading

extension Environment {
    /// Enters the gate and renews an idle reader or begins a new one.
    @usableFromInline
    func beginReading() throws(LMDBError) -> TransactionBase {
        let thread = clmdb_thread()
        try enter(thread, .transactionBegin)
        do throws(LMDBError) {
            return TransactionBase(handle: try reader(thread), calls: calls, thread: thread)
        } catch {
            gate.leave(thread)
            throw error
        }
    }

    private func reader(_ thread: Int32) throws(LMDBError) -> OpaquePointer {
        if let idle = state.withLock({ $0.idleReaders.popLast() }) {
            let code = calls.renew(idle.pointer)
            if code == 0 { return idle.pointer }
            mdb_txn_abort(idle.pointer)
            guard code == LMDBError.Code.mapResized.rawValue else { throw calls.error(code, .transactionRenew) }
            try adoptSize(thread)
        }
        return try begin(UInt32(MDB_RDONLY), thread)
    }

    /// The error for what a transaction read where nobody noted it, if a writer may have used pages of it again.
    @usableFromInline
    func overtaking(_ transaction: OpaquePointer) -> LMDBError? {
        overtaking(since: calls.state(transaction), .transactionBegin)
    }

    /// The same for what was read of a state. Pages of it that the next transaction lets go of are written to by the third one
    /// at the earliest, which begins once the second is committed.
    func overtaking(since state: Int, _ call: Call) -> LMDBError? {
        var information = MDB_envinfo()
        let code = calls.information(handle, &information)
        if code != 0 { return calls.error(code, .environmentInformation) }
        guard information.me_last_txnid > state + 1 else { return nil }
        let reason = "state \(state) was read where no reader can be noted, and \(information.me_last_txnid) is written"
        return calls.error(LMDBError.Code.overtaken.rawValue, call, reason)
    }

    @usableFromInline
    func endReading(_ base: TransactionBase) {
        mdb_txn_reset(base.handle)
        let idle = Handle(pointer: base.handle)
        state.withLock { $0.idleReaders.append(idle) }
        gate.leave(base.thread)
    }

    /// Begins a transaction; when another process has grown the file, maps it anew and tries again.
    private func begin(_ flags: UInt32, _ thread: Int32) throws(LMDBError) -> OpaquePointer {
        var handle: OpaquePointer?
        var code = calls.begin(self.handle, flags: flags, &handle)
        if code == LMDBError.Code.mapResized.rawValue {
            try adoptSize(thread)
            code = calls.begin(self.handle, flags: flags, &handle)
        }
        var dead: Int32 = 0
        if code == LMDBError.Code.readersFull.rawValue, calls.checkReaders(self.handle, &dead) == 0, dead > 0 {
            code = calls.begin(self.handle, flags: flags, &handle)
        }
        guard code == 0, let handle else { throw calls.error(code, .transactionBegin) }
        return handle
    }

    /// Takes over the map size that another process has set; the thread is inside the gate before and after.
    func adoptSize(_ thread: Int32) throws(LMDBError) {
        gate.leave(thread)
        var code: Int32 = 0
        let passage = gate.alone(thread) {
            code = map(0)
            return code != 0
        }
        // Inside again whatever happened, because the caller leaves.
        let entry = gate.enter(thread)
        try calls.check(code, .environmentGrow)
        guard case .passed = entry else {
            throw calls.error(LMDBError.Code.closed.rawValue, .environmentGrow, "the environment is closed")
        }
        if case .wouldWaitForItself = passage {
            throw calls.error(LMDBError.Code.mapResized.rawValue, .environmentGrow)
        }
    }
}

// MARK: Writing

extension Environment {
    func beginWriting() throws(LMDBError) -> WriteTransaction {
        try refuseForked(.transactionBegin)
        guard options.access == .readWrite else {
            throw calls.error(LMDBError.Code.readOnly.rawValue, .transactionBegin, "the environment is read-only")
        }
        let thread = clmdb_thread()
        try refuseWriting(thread)
        if !gate.contains(thread) {
            try growIfNeeded()
        }
        try enter(thread, .transactionBegin)
        do throws(LMDBError) {
            let base = TransactionBase(handle: try begin(0, thread), calls: calls, thread: thread)
            do throws(LMDBError) {
                // Again, now that the writer lock is held: the one before may have failed meanwhile.
                try refuseWriting(thread)
            } catch {
                mdb_txn_abort(base.handle)
                throw error
            }
            state.withLock { $0.writer = thread }
            return WriteTransaction(base)
        } catch {
            gate.leave(thread)
            throw error
        }
    }

    /// Refuses to write after a commit of unknown outcome, and inside the thread's own write, which would wait for
    /// itself.
    private func refuseWriting(_ thread: Int32) throws(LMDBError) {
        let (poison, writer) = state.withLock { ($0.poison, $0.writer) }
        if let poison {
            throw calls.error(
                LMDBError.Code.outcomeUnknown.rawValue,
                .transactionBegin,
                "an earlier commit failed and may or may not have taken place: \(poison.reason)"
            )
        }
        if writer == thread {
            throw calls.error(LMDBError.Code.transactionActive.rawValue, .transactionBegin, Self.insideTransaction)
        }
    }

    func abort(_ transaction: consuming WriteTransaction) {
        // On a wrong thread LMDB would return happily and the next writer would wait for ever; so leave it alone.
        guard endsOnItsThread(transaction.base.thread) else { return }
        leaveWriting(transaction.base.thread, foundMapFull: transaction.foundMapFull)
        mdb_txn_abort(transaction.base.handle)
        gate.leave(transaction.base.thread)
    }

    func commit(_ transaction: consuming WriteTransaction) throws(LMDBError) {
        if let failure = transaction.failure {
            abort(transaction)
            throw failure
        }
        guard endsOnItsThread(transaction.base.thread) else {
            throw calls.error(
                LMDBError.Code.wrongThread.rawValue,
                .transactionCommit,
                "begun on thread \(transaction.base.thread), about to end on \(clmdb_thread())"
            )
        }
        let thread = transaction.base.thread
        defer { gate.leave(thread) }
        let code = calls.commit(transaction.base.handle)
        leaveWriting(thread, foundMapFull: code == LMDBError.Code.mapFull.rawValue)
        guard code != 0 else { return }
        let error = calls.error(code, .transactionCommit)
        switch error.code {
        case .mapFull, .noSpace: break
        default: poison(error)
        }
        throw error
    }

    /// Whether this is the thread the transaction began on; if not, nothing can be written any more.
    private func endsOnItsThread(_ thread: Int32) -> Bool {
        if clmdb_thread() == thread { return true }
        poison(calls.error(LMDBError.Code.wrongThread.rawValue, .transactionCommit, "a transaction changed threads"))
        return false
    }

    private func poison(_ error: LMDBError) {
        state.withLock { $0.poison = $0.poison ?? error }
    }

    private func leaveWriting(_ thread: Int32, foundMapFull: Bool) {
        state.withLock { state in
            state.writer = nil
            state.foundMapFull = foundMapFull
        }
    }
}
