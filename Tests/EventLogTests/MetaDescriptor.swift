import Foundation
import Glibc
import Testing

/// The descriptor by which LMDB writes the meta pages of a file: one of its own, whose writes are synced.
struct MetaDescriptor {
    private let descriptor: Int32

    init(of file: String) throws {
        let path = try #require(realpath(file, nil).map { String(cString: $0) })
        var found: Int32?
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            guard target == path, let descriptor = Int32(name), fcntl(descriptor, F_GETFL) & O_DSYNC != 0 else {
                continue
            }
            found = descriptor
        }
        descriptor = try #require(found)
    }

    /// Runs `body` while nothing can be written by it.
    func withoutWriting(_ body: () async throws -> Void) async throws {
        let (kept, blind) = (dup(descriptor), open("/dev/null", O_RDONLY))
        #expect(dup2(blind, descriptor) == descriptor)
        defer {
            dup2(kept, descriptor)
            for other in [kept, blind] { close(other) }
        }
        try await body()
    }
}
