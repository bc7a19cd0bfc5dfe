import CLMDB
import Glibc

extension Calls {
    func open(_ file: String, _ flags: Int32, _ descriptor: inout Int32) -> Int32 {
        let (result, code) = faults.system(.fileOpen) { Int(Glibc.open(file, flags | O_CLOEXEC, 0o640)) }
        descriptor = Int32(truncatingIfNeeded: result)
        if code != 0, descriptor >= 0 { close(descriptor) }
        return code
    }

    func read(_ descriptor: Int32, at offset: Int, into bytes: inout [UInt8], _ count: inout Int) -> Int32 {
        count = 0
        while count < bytes.count {
            let (result, code) = faults.system(.fileRead) {
                bytes.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count, offset + count)
                }
            }
            if code != 0 { return code }
            // Fewer than asked for are not yet the end.
            if result <= 0 { break }
            count += result
        }
        return 0
    }

    func status(_ descriptor: Int32, _ status: inout stat) -> Int32 {
        faults.system(.fileStatus) { Int(fstat(descriptor, &status)) }.code
    }

    /// The descriptor of an environment's data file.
    func descriptor(_ environment: OpaquePointer) -> Int32 {
        var descriptor: Int32 = -1
        mdb_env_get_fd(environment, &descriptor)
        return descriptor
    }

    /// Sees to it that a program started by this process does not inherit the descriptor.
    func closeOnExecution(_ environment: OpaquePointer, _ descriptor: inout Int32) -> Int32 {
        let file = self.descriptor(environment)
        descriptor = file
        return faults.system(.fileControl) { Int(fcntl(file, F_SETFD, FD_CLOEXEC)) }.code
    }

    func allocate(_ descriptor: Int32, _ size: Int) -> Int32 {
        faults.system(.fileAllocate) { Int(clmdb_allocate(descriptor, Int64(size))) }.code
    }

    func sync(descriptor: Int32) -> Int32 {
        faults.system(.fileSync) { Int(fsync(descriptor)) }.code
    }

    func fileSystemKind(_ path: String, _ kind: inout UInt32) -> Int32 {
        faults.system(.fileSystemStatus) { Int(clmdb_file_system(path, &kind)) }.code
    }
}
