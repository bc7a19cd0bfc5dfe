import Glibc

/// Lets transactions through, and holds them back while the map is moved or closed.
///
/// Growing the map moves it. LMDB does that under a running reader without a word, and the reader's memory is gone.
/// So every transaction enters here and leaves here, and growth waits until nobody is inside. A thread that is
/// already inside may enter again while growth waits, or the two would wait for each other for ever.
///
/// `@unchecked Sendable`: `inside`, `isExclusive` and `isClosed` are touched only between `lock` and `unlock`.
final class Gate: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Thread of each transaction inside; short, so a search is cheaper than a hash.
    private var inside: [Int32] = []
    private var isExclusive = false
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// How an attempt to pass ended.
    enum Passage {
        case passed
        case closed
        /// The thread is inside already, and what it asks for waits until nobody is.
        case wouldWaitForItself
    }

    /// Enters as one of many; waits while somebody is alone inside or waits for it.
    func enter(_ thread: Int32) -> Passage {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while isExclusive, !inside.contains(thread) {
            pthread_cond_wait(changed, mutex)
        }
        if isClosed { return .closed }
        inside.append(thread)
        return .passed
    }

    /// Leaves; the counterpart of ``enter(_:)``.
    func leave(_ thread: Int32) {
        pthread_mutex_lock(mutex)
        if let index = inside.lastIndex(of: thread) {
            inside.remove(at: index)
        }
        if isExclusive, inside.isEmpty {
            pthread_cond_broadcast(changed)
        }
        pthread_mutex_unlock(mutex)
    }

    /// Whether the thread is inside.
    func contains(_ thread: Int32) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return inside.contains(thread)
    }

    /// Waits until nobody is inside, then calls `body` while nobody can enter.
    ///
    /// - Parameter body: Says whether the gate stays closed afterwards.
    func alone(_ thread: Int32, _ body: () -> Bool) -> Passage {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if inside.contains(thread) { return .wouldWaitForItself }
        while isExclusive {
            pthread_cond_wait(changed, mutex)
        }
        if isClosed { return .closed }
        isExclusive = true
        while !inside.isEmpty {
            pthread_cond_wait(changed, mutex)
        }
        pthread_mutex_unlock(mutex)
        let closes = body()
        pthread_mutex_lock(mutex)
        isExclusive = false
        isClosed = closes
        pthread_cond_broadcast(changed)
        return .passed
    }
}
