internal import Credit
internal import Glibc
internal import Synchronization

/// The lock of the one process that appends, held until it is let go.
final class WriterLock: Sendable {
    /// Nil once it is let go.
    private let file: Mutex<OpenFile?>
    private let owner = OwningProcess()

    /// After so many milliseconds a lock is that of a process that appends: who only looks has it for less.
    private static let patience = 100

    /// Takes the lock.
    ///
    /// - Throws: ``Credit/ErrorCode/logLocked`` with the process that has it.
    init(_ folder: StoreFolder) throws(AccrueError) {
        let file = try folder.files.open(folder.lock, O_RDWR | O_CREAT)
        var attempts = 0
        while try !file.lock(LOCK_EX) {
            attempts += 1
            guard attempts < Self.patience else {
                let process = (try? Self.process(in: file)) ?? ""
                throw AccrueError(.logLocked, "\(folder.path)\(process.isEmpty ? "" : ", process \(process)")")
            }
            usleep(1_000)
        }
        do throws(AccrueError) {
            try file.empty()
            // Of use to who looks, and no more: on a full disk there is no room for it.
            try? file.write(Array("\(getpid())".utf8), at: 0)
        } catch {
            file.unlock()
            throw error
        }
        self.file = Mutex(file)
    }

    deinit {
        release()
    }

    /// The process that holds the lock, in its own words, or nil where nobody does.
    ///
    /// To look takes the lock for a moment, shared with others who look; who opens the log waits for that.
    static func holder(_ folder: StoreFolder) throws(AccrueError) -> String? {
        do throws(AccrueError) {
            let file = try folder.files.open(folder.lock, O_RDONLY)
            guard try file.lock(LOCK_SH) else { return try process(in: file) }
            file.unlock()
            return nil
        } catch {
            // Nobody ever wrote to the store.
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private static func process(in file: OpenFile) throws(AccrueError) -> String {
        String(decoding: try file.content(), as: UTF8.self)
    }

    /// Lets go of the lock; to do so twice is harmless. A child of `fork` lets go of nothing: the lock is its parent's.
    func release() {
        guard owner.isThis else { return }
        file.withLock { held in
            held?.unlock()
            held = nil
        }
    }
}
