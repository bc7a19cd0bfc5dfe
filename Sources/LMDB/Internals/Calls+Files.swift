import CLMDB
import Glibc

extension Calls {
    /// Runs a system call that gives −1 and `errno` on failure, again when a signal interrupted it.
    private func system(_ call: Call, _ body: () -> Int) -> (result: Int, code: Int32) {
        var result = -1
        let code = run(call) {
            repeat {
                result = body()
            } while result == -1 && errno == EINTR
            return result == -1 ? errno : 0
        }
        return (result, code)
    }

    func open(_ file: String, _ flags: Int32, _ descriptor: inout Int32) -> Int32 {
        let (result, code) = system(.fileOpen) { Int(Glibc.open(file, flags | O_CLOEXEC, 0o640)) }
        descriptor = Int32(truncatingIfNeeded: result)
        if code != 0, descriptor >= 0 { close(descriptor) }
        return code
    }

    func read(_ descriptor: Int32, at offset: Int, into bytes: inout [UInt8], _ count: inout Int) -> Int32 {
        let (result, code) = system(.fileRead) {
            bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
        }
        count = max(result, 0)
        return code
    }

    func status(_ descriptor: Int32, _ status: inout stat) -> Int32 {
        system(.fileStatus) { Int(fstat(descriptor, &status)) }.code
    }

    /// Sees to it that a program started by this process does not inherit the descriptor.
    func closeOnExecution(_ environment: OpaquePointer, _ descriptor: inout Int32) -> Int32 {
        mdb_env_get_fd(environment, &descriptor)
        let file = descriptor
        return system(.fileControl) { Int(fcntl(file, F_SETFD, FD_CLOEXEC)) }.code
    }

    func sync(descriptor: Int32) -> Int32 {
        system(.fileSync) { Int(fsync(descriptor)) }.code
    }

    func fileSystemKind(_ path: String, _ kind: inout UInt32) -> Int32 {
        system(.fileSystemStatus) { Int(clmdb_file_system(path, &kind)) }.code
    }
}
