package import Credit
internal import Glibc
package import LMDB
internal import Synchronization

/// One thread that does jobs in their order; those that wait are handed over together.
///
/// LMDB binds a write transaction to its thread, and what takes long has no place on the shared pool. Who finds the thread idle,
/// though, may do a short job that is awaited in its place: to wake it, and to be woken by it, takes a third of a small commit.
/// So one thread of the pool at most is in a commit.
package final class WorkerThread<Job: Sendable>: Sendable {
    private let queue = JobQueue<Job>()
    /// Nil once it has ended.
    private let thread: Mutex<pthread_t?>
    private let owner = OwningProcess()
    private let areAwaited: Bool
    private let work: @Sendable ([Job]) -> Void

    /// Starts a thread that gives the jobs that wait to `work`, until it is stopped and none is left.
    ///
    /// - Parameters:
    ///   - yields: True for work that others do not wait for, and should not be slowed down by.
    ///   - areAwaited: True for jobs whose senders wait for them: a sender may do a job in the thread's place, and where
    ///     there are many, the thread looks again some times before it sleeps, as their next jobs come soon.
    ///   - faults: Makes it fail to start, in tests.
    ///   - work: What it does with them. It is done by one thread at a time.
    /// - Throws: ``Credit/ErrorCode/inputOutput`` where the system has no thread to give.
    package init(
        yields: Bool = false,
        areAwaited: Bool = false,
        faults: FaultPlan? = nil,
        _ work: @escaping @Sendable ([Job]) -> Void
    ) throws(AccrueError) {
        let queue = queue
        (self.work, self.areAwaited) = (work, areAwaited)
        thread = Mutex(
            try startThread(faults) {
                // On Linux, the priority of this thread alone.
                if yields { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 15) }
                while let jobs = queue.take(looks: areAwaited ? 100 : 0) { work(jobs) }
            }
        )
    }

    deinit {
        stop()
    }

    /// Hands in a job; false if the thread was stopped, and the job will not be done.
    ///
    /// - Parameter isLong: True for a job that takes longer than a commit: it is the thread's.
    package func submit(_ job: Job, isLong: Bool = false) -> Bool {
        guard owner.isThis else { return false }
        switch queue.put(job, mayLend: areAwaited && !isLong) {
        case .refused: return false
        case .waits: return true
        case .lent:
            work([job])
            queue.giveBack()
            return true
        }
    }

    /// Does what waits, then ends the thread, and returns when it has ended, whoever else ends it meanwhile. Not to be called
    /// on the thread itself, nor by a job.
    package func stop() {
        // A child of `fork` has no such thread to wait for.
        guard owner.isThis else { return }
        precondition(!queue.isLent(to: pthread_self()), "A job must not end the thread whose job it is.")
        queue.close()
        thread.withLock { thread in
            if let thread { pthread_join(thread, nil) }
            thread = nil
        }
    }
}

/// Jobs that wait for a thread.
///
/// Unchecked because the compiler cannot see that `mutex` guards every access to all but `waiting`, which is atomic, and
/// `taken`, which only the one thread that takes writes, and reads without it.
private final class JobQueue<Job: Sendable>: @unchecked Sendable {
    /// What becomes of a job.
    enum Answer {
        case refused
        case waits
        /// Who hands it in is to do it, and then to give back the right to.
        case lent
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [Job] = []
    private var isClosed = false
    /// Whether somebody does a job, or the thread looks for more.
    private var isBusy = true
    /// Who does a job in the thread's place.
    private var borrower: pthread_t?
    /// How many wait. Looked at without the mutex, and never relied upon.
    private let waiting = Atomic(0)
    /// How many were taken together last.
    private var taken = 0
    /// How many were lent since.
    private var lent = 0

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    func put(_ job: Job, mayLend: Bool) -> Answer {
        locked {
            if isClosed { return .refused }
            if mayLend, !isBusy, jobs.isEmpty, taken == 1, lent < Self.mostLent {
                (isBusy, borrower, lent) = (true, pthread_self(), lent + 1)
                return .lent
            }
            jobs.append(job)
            waiting.store(jobs.count, ordering: .relaxed)
            if !isBusy { pthread_cond_signal(condition) }
            return .waits
        }
    }

    /// Whether a thread does a job that was lent to it.
    func isLent(to thread: pthread_t) -> Bool {
        locked { borrower.map { pthread_equal($0, thread) != 0 } ?? false }
    }

    /// Ends what was lent.
    func giveBack() {
        locked {
            (isBusy, borrower) = (false, nil)
            if !jobs.isEmpty || isClosed { pthread_cond_signal(condition) }
        }
    }

    /// All that waits, as soon as there is any; nil once the queue is closed and empty.
    ///
    /// - Parameter looks: How often to look, before the thread sleeps, where several were taken together last.
    func take(looks: Int) -> [Job]? {
        lookAhead(looks)
        return locked {
            isBusy = false
            while isBusy || jobs.isEmpty && !isClosed { pthread_cond_wait(condition, mutex) }
            defer { jobs = [] }
            (taken, lent) = (jobs.count, 0)
            waiting.store(0, ordering: .relaxed)
            isBusy = true
            return jobs.isEmpty ? nil : jobs
        }
    }

    /// Where several were taken together, those who sent them will likely send more, now that they are answered: many
    /// are awaited for a moment, so that one commit serves all, and not every other half of them.
    private func lookAhead(_ looks: Int) {
        // The thread that takes alone writes it.
        guard taken > 1 else { return }
        let wanted = taken < Self.crowd ? 1 : taken + waiting.load(ordering: .relaxed)
        var (left, start) = (looks, ContinuousClock.Instant?.none)
        while left > 0, waiting.load(ordering: .relaxed) < wanted {
            left -= 1
            sched_yield()
            // On busy cores a look may take long, which those who wait already should not.
            guard wanted > 1, waiting.load(ordering: .relaxed) > 0 else { continue }
            let now = ContinuousClock.now
            if start.map({ now - $0 > Self.mostWaiting }) ?? false { break }
            start = start ?? now
        }
    }

    /// From so many on, jobs that were taken together are of clients who work side by side.
    private static var crowd: Int { 4 }
    /// So long who is there already waits for others at most.
    private static var mostWaiting: Duration { .microseconds(200) }
    /// So many are lent in a row. The next one is the thread's, which sees whether others come meanwhile: they cannot while who
    /// does the job holds the last thread of the pool.
    private static var mostLent: Int { 32 }

    /// Takes nothing more.
    func close() {
        locked {
            isClosed = true
            pthread_cond_signal(condition)
        }
    }
}

private final class ThreadStart: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

private func startThread(
    _ faults: FaultPlan?,
    _ run: @escaping @Sendable () -> Void
) throws(AccrueError) -> pthread_t {
    var thread: pthread_t = 0
    let start = Unmanaged.passRetained(ThreadStart(run))
    let (_, code) = faults.system(.threadStart) {
        errno = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            start.toOpaque()
        )
        return errno == 0 ? 0 : -1
    }
    guard code == 0 else {
        start.release()
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        throw AccrueError(.inputOutput, "\(Call.threadStart.rawValue): \(reason)")
    }
    return thread
}
