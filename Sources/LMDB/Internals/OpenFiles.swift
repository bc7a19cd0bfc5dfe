import Glibc
import Synchronization

/// What a file is, whatever path leads to it.
struct FileIdentity: Hashable, Sendable {
    let device: UInt
    let number: UInt

    init(_ status: stat) {
        self.device = UInt(status.st_dev)
        self.number = UInt(status.st_ino)
    }
}

/// The data files open in this process.
///
/// The second environment of one file in one process destroys the first one's protection: to close either releases
/// the POSIX locks of both, and the next process to come believes that nobody is reading.
enum OpenFiles {
    /// Held also while an environment opens, so that two threads cannot open one file at once.
    static let identities = Mutex<Set<FileIdentity>>([])
}
