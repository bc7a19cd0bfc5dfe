internal import Credit
internal import Glibc
internal import LMDB

/// An open file of a store, which is closed when it is let go of.
final class OpenFile: Sendable {
    let path: String
    private let descriptor: Int32
    private let files: Files

    init(_ path: String, _ descriptor: Int32, _ files: Files) {
        (self.path, self.descriptor, self.files) = (path, descriptor, files)
    }

    deinit {
        close(descriptor)
    }

    // MARK: Reading

    /// Its length in bytes.
    func size() throws(AccrueError) -> UInt64 {
        var status = stat()
        try files.make(.fileStatus, path) { Int(fstat(descriptor, &status)) }
        return UInt64(status.st_size)
    }

    /// The bytes of a range, all of them.
    func bytes(_ range: Range<UInt64>) throws(AccrueError) -> [UInt8] {
        let bytes = try piece(at: range.lowerBound, atMost: range.count)
        guard bytes.count == range.count else { throw endsTooEarly }
        return bytes
    }

    /// Reads the bytes of a range to the front of `bytes`, which has room for them.
    func read(_ range: Range<UInt64>, into bytes: inout [UInt8]) throws(AccrueError) {
        let count = range.count
        let outcome = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(AccrueError) in
                try fill(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), from: range.lowerBound)
            }
        }
        guard try outcome.get() == count else { throw endsTooEarly }
    }

    private var endsTooEarly: AccrueError { AccrueError(.indexDiffers, "\(path) ends too early") }

    /// The bytes from a place on; fewer than asked for only at the end.
    func piece(at offset: UInt64, atMost count: Int) throws(AccrueError) -> [UInt8] {
        var failure: AccrueError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            do throws(AccrueError) {
                done = try fill(
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
                    from: offset
                )
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Reads as much as there is, up to the length of a buffer, and says how much it was.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: UInt64) throws(AccrueError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try files.make(.fileRead, path) {
                pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + done)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// All its bytes; for small files.
    func content() throws(AccrueError) -> [UInt8] {
        var content: [UInt8] = []
        var piece: [UInt8]
        repeat {
            piece = try self.piece(at: UInt64(content.count), atMost: 1 << 16)
            content += piece
        } while !piece.isEmpty
        return content
    }

    // MARK: Writing

    /// Writes bytes at a place.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(AccrueError) {
        var done = 0
        while done < bytes.count {
            done += try files.make(.fileWrite, path) {
                bytes.withUnsafeBytes {
                    pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset) + done)
                }
            }
        }
    }

    /// Writes all that it holds to the start of another file.
    func copy(to target: OpenFile) throws(AccrueError) {
        while try files.make(.fileCopy, target.path, { sendfile(target.descriptor, descriptor, nil, 1 << 30) }) > 0 {}
    }

    /// Makes what was written durable.
    func sync() throws(AccrueError) {
        try files.make(.fileSync, path) { Int(fsync(descriptor)) }
    }

    /// Lets go of all its bytes.
    func empty() throws(AccrueError) {
        try files.make(.fileTruncate, path) { Int(ftruncate(descriptor, 0)) }
    }

    // MARK: Locking

    /// Locks it without waiting; false where another process has a lock that excludes this one.
    ///
    /// - Parameter kind: `LOCK_EX` or `LOCK_SH`.
    func lock(_ kind: Int32) throws(AccrueError) -> Bool {
        var isHeld = false
        try files.make(.fileLock, path) {
            let code = flock(descriptor, kind | LOCK_NB)
            isHeld = code != 0 && errno == EWOULDBLOCK
            return Int(isHeld ? 0 : code)
        }
        return !isHeld
    }

    /// Lets go of the lock.
    ///
    /// By name, as closing is not enough: a process that is being started at this moment has a copy of the descriptor.
    func unlock() {
        flock(descriptor, LOCK_UN)
    }
}
