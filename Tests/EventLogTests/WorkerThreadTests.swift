import EventLog
import Foundation
import Synchronization
import Testing

/// Who does jobs that are handed to a thread, and when.
struct WorkerThreadTests {
    @Test func `who hands in an awaited job does it, where the thread is idle`() throws {
        let doers = Mutex<[pthread_t]>([])
        let worker = try WorkerThread<Int>(areAwaited: true) { jobs in
            doers.withLock { $0 += jobs.map { _ in pthread_self() } }
        }
        // The thread may not be idle at once.
        for job in 0..<1_000 where !doers.withLock({ $0.contains(pthread_self()) }) {
            #expect(worker.submit(job))
            usleep(1_000)
        }
        #expect(doers.withLock { $0.last } == pthread_self())
        let count = doers.withLock { $0.count }
        #expect(worker.submit(0))
        #expect(doers.withLock { $0.count } == count + 1, "done before it was said to be handed in")
        worker.stop()
        #expect(!worker.submit(0))
    }

    @Test func `jobs that nobody waits for are all done by the thread`() throws {
        let doers = Mutex<[pthread_t]>([])
        let worker = try WorkerThread<Int> { jobs in doers.withLock { $0 += jobs.map { _ in pthread_self() } } }
        for job in 0..<100 {
            #expect(worker.submit(job))
            usleep(100)
        }
        worker.stop()
        #expect(doers.withLock { $0.count } == 100)
        #expect(!doers.withLock { $0.contains(pthread_self()) })
    }

    @Test func `of many senders each job is done once, those of one sender in order, and one at a time`() throws {
        let isInside = Atomic(false)
        let done = Mutex<[Int: [Int]]>([:])
        let overlaps = Atomic(0)
        let worker = try WorkerThread<(sender: Int, job: Int)>(areAwaited: true) { jobs in
            if isInside.exchange(true, ordering: .acquiringAndReleasing) { overlaps.add(1, ordering: .relaxed) }
            for job in jobs { done.withLock { $0[job.sender, default: []].append(job.job) } }
            if jobs.count < 3 { sched_yield() }
            isInside.store(false, ordering: .releasing)
        }
        let taken = Mutex<[Int: Int]>([:])
        DispatchQueue.concurrentPerform(iterations: 8) { sender in
            for job in 0..<2_000 {
                guard worker.submit((sender, job)) else { return }
                taken.withLock { $0[sender] = job + 1 }
                // Some end it while others still send.
                if sender == 0, job == 1_500 { worker.stop() }
            }
        }
        worker.stop()
        let overlapped = overlaps.load(ordering: .relaxed)
        #expect(overlapped == 0)
        for (sender, count) in taken.withLock({ $0 }) {
            #expect(done.withLock { $0[sender] } == Array(0..<count))
        }
        #expect(done.withLock { $0[0]?.count } == 1_501)
    }

    @Test func `it ends only when a job that its sender does is done`() throws {
        let isBegun = Atomic(false)
        let isDone = Atomic(false)
        let isLong = Atomic(false)
        let doer = Mutex<pthread_t?>(nil)
        let worker = try WorkerThread<Int>(areAwaited: true) { _ in
            doer.withLock { $0 = pthread_self() }
            guard isLong.load(ordering: .relaxed) else { return }
            isBegun.store(true, ordering: .releasing)
            usleep(50_000)
            isDone.store(true, ordering: .releasing)
        }
        for job in 0..<1_000 where doer.withLock({ $0 }) != pthread_self() {
            _ = worker.submit(job)
            usleep(1_000)
        }
        isLong.store(true, ordering: .relaxed)
        let sentBy = Mutex<pthread_t?>(nil)
        let sender = Thread {
            sentBy.withLock { $0 = pthread_self() }
            _ = worker.submit(1)
        }
        sender.start()
        for _ in 0..<100_000 where !isBegun.load(ordering: .acquiring) { usleep(100) }
        #expect(doer.withLock { $0 } == sentBy.withLock { $0 })
        worker.stop()
        let wasDone = isDone.load(ordering: .acquiring)
        #expect(wasDone)
    }
}
