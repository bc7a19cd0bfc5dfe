package import Credit
internal import EventCoding
internal import Glibc
internal import Synchronization

/// The folder of a store: where its files are, and the calls of the operating system that they need.
package struct StoreFolder: Sendable {
    /// Its path.
    package let path: String

    /// The folder of a store.
    package init(path: String) {
        self.path = path
    }

    /// The LMDB environment of the log.
    var log: String { path + "/log" }
    /// The data file of the log.
    var data: String { log + "/data.mdb" }
    /// The sealed indices.
    var runs: String { path + "/runs" }
    /// The full tiles of the Merkle tree.
    var tree: String { path + "/tree" }
    /// Signed checkpoints.
    package var checkpoints: String { path + "/checkpoints" }
    /// Stored projections.
    package var projections: String { path + "/projections" }
    /// How far the log went when it was last sealed or closed.
    var head: String { path + "/head" }
    /// Locked by the one process that appends.
    var lock: String { path + "/writer.lock" }

    /// Whether there is a folder for stored projections.
    package var hasProjections: Bool { access(projections, F_OK) == 0 }

    /// Whether there is a store.
    var exists: Bool { access(data, F_OK) == 0 }

    /// Requires that there is a store that may be read.
    func requireStore() throws(AccrueError) {
        if access(data, R_OK) != 0 { throw AccrueError(errno: errno, "open", data) }
    }

    /// The names in a folder, sorted; none where there is no folder.
    package static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder in one that is there.
    package static func make(_ folder: String) throws(AccrueError) {
        guard mkdir(folder, 0o777) != 0 else { return }
        if errno == ENOENT { throw AccrueError(.inputOutput, "there is no folder to make it in [\(folder)]") }
        throw AccrueError(errno: errno, "make folder", folder)
    }

    /// Makes a folder where there is none.
    package static func makeIfMissing(_ folder: String) throws(AccrueError) {
        if access(folder, F_OK) != 0 { try make(folder) }
    }

    /// Makes the entries of a folder durable.
    package static func sync(_ folder: String) throws(AccrueError) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AccrueError(errno: errno, "open", folder) }
        defer { Glibc.close(descriptor) }
        if fsync(descriptor) != 0 { throw AccrueError(errno: errno, "sync", folder) }
    }

    /// Gives a finished file or folder its final name, durably.
    package static func move(_ from: String, to: String) throws(AccrueError) {
        if rename(from, to) != 0 { throw AccrueError(errno: errno, "rename", to) }
        let end = to.lastIndex(of: "/") ?? to.startIndex
        try sync(end == to.startIndex ? "." : String(to[..<end]))
    }

    /// Writes a small file whole: either the old content is there, or the new.
    package static func replace(_ file: String, with bytes: [UInt8]) throws(AccrueError) {
        let part = file + ".part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw AccrueError(errno: errno, "write", part) }
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        let code = written == bytes.count && fsync(descriptor) == 0 ? 0 : errno
        Glibc.close(descriptor)
        if code != 0 { throw AccrueError(errno: code, "write", part) }
        try move(part, to: file)
    }

    /// The content of a small file, or nil where there is none.
    package static func content(of file: String) throws(AccrueError) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw AccrueError(errno: errno, "read", file)
        }
        defer { Glibc.close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { throw AccrueError(errno: errno, "read", file) }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    /// Copies a file to where none is, durably.
    static func copy(_ from: String, to: String) throws(AccrueError) {
        let source = open(from, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw AccrueError(errno: errno, "open", from) }
        defer { Glibc.close(source) }
        let target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard target >= 0 else { throw AccrueError(errno: errno, "write", to) }
        defer { Glibc.close(target) }
        while true {
            let count = sendfile(target, source, nil, 1 << 30)
            if count < 0 { throw AccrueError(errno: errno, "copy", to) }
            if count == 0 { break }
        }
        if fsync(target) != 0 { throw AccrueError(errno: errno, "sync", to) }
    }

    /// Stores beside this one that were begun to be made in its place by processes that are gone.
    var unfinishedStores: [String] {
        let path = path.last == "/" ? String(path.dropLast()) : path
        let slash = path.lastIndex(of: "/")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return Self.names(in: parent).compactMap { other in
            guard other.hasPrefix(name + ".part-"), let process = Int32(other.dropFirst(name.count + 6)),
                kill(process, 0) != 0, errno == ESRCH
            else { return nil }
            return slash == nil ? other : parent + (parent == "/" ? "" : "/") + other
        }
    }

    /// How many bytes may still be written where a path lies; nil where the system does not say.
    static func freeBytes(_ path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        )
    }

    /// Removes a folder and the files in it, and folders one level below.
    package static func remove(_ folder: String) {
        for name in names(in: folder) {
            let path = folder + "/" + name
            if unlink(path) != 0 { remove(path) }
        }
        rmdir(folder)
    }
}

/// The lock of the one process that appends, held until it is let go.
final class WriterLock: Sendable {
    /// Nil once it is let go.
    private let descriptor: Mutex<Int32?>

    /// Takes the lock.
    ///
    /// - Throws: ``Credit/ErrorCode/logLocked`` with the process that has it.
    init(_ folder: StoreFolder) throws(AccrueError) {
        let descriptor = open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw AccrueError(errno: errno, "open", folder.lock) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = (try? StoreFolder.content(of: folder.lock)).flatMap(\.self) ?? []
            Glibc.close(descriptor)
            guard reason == EWOULDBLOCK else { throw AccrueError(errno: reason, "lock", folder.lock) }
            let process = String(decoding: holder, as: UTF8.self)
            throw AccrueError(.logLocked, "\(folder.path)\(process.isEmpty ? "" : ", process \(process)")")
        }
        ftruncate(descriptor, 0)
        let process = Array("\(getpid())".utf8)
        _ = process.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// The process that holds the lock, in its own words, or nil where nobody does.
    ///
    /// To look takes the lock for a moment, shared with others who look.
    static func holder(_ folder: StoreFolder) -> String? {
        let descriptor = open(folder.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            flock(descriptor, LOCK_UN)
            return nil
        }
        let content = (try? StoreFolder.content(of: folder.lock)).flatMap(\.self) ?? []
        return String(decoding: content, as: UTF8.self)
    }

    /// Lets go of the lock; to do so twice is harmless.
    func release() {
        descriptor.withLock { held in
            guard let lock = held else { return }
            // Unlocked by name: a process that is being started at this moment has a copy of the descriptor.
            flock(lock, LOCK_UN)
            Glibc.close(lock)
            held = nil
        }
    }
}

/// How far a log went: what it must still hold when it is opened again.
struct HeadAnchor: Hashable, Sendable {
    var log: LogID
    var position: Position
    var leaf: Digest

    /// Reads the anchor of a store, or nil where none was written yet.
    static func read(_ folder: StoreFolder) throws(AccrueError) -> HeadAnchor? {
        guard let content = try StoreFolder.content(of: folder.head) else { return nil }
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let log = LogID(String(words[0])), let position = UInt32(words[1]),
            let leaf = Digest(hex: String(words[2]))
        else { throw AccrueError(.storeDamaged, folder.head) }
        return HeadAnchor(log: log, position: Position(rawValue: position), leaf: leaf)
    }

    /// Writes it in place of the one before.
    func write(_ folder: StoreFolder) throws(AccrueError) {
        try StoreFolder.replace(folder.head, with: Array("\(log) \(position) \(leaf)\n".utf8))
    }
}

/// The identity of a log: 16 random bytes, the same in every copy of it.
public struct LogID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes.
    let bytes: [UInt8]

    /// These 16 bytes, or nil where there are not so many.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads 32 hexadecimal digits.
    package init?(_ text: String) {
        guard let bytes = Hex.bytes(from: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32 hexadecimal digits.
    public var description: String { Hex.text(of: bytes.span.bytes) }
}
