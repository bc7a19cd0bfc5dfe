import Credit
import EventLog
import Foundation

/// Appends until a small file system is full: what was acknowledged stays, and with room again it goes on.
struct FullDisk {
    let folder: String
    let seed: UInt64

    func run() async throws -> String {
        let disk = folder + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard mount("accrue", disk, "tmpfs", 0, "size=3m") == 0 else {
            return "not done: a file system can only be mounted as root"
        }
        defer { umount(disk) }
        let ballast = disk + "/ballast"
        try Data(count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
        let store = disk + "/store"
        try LMDBEventLog.create(at: store, options: Worker.options)
        var log = try LMDBEventLog(path: store, options: Worker.options)
        var done = 0
        var refusal: AccrueError?
        while refusal == nil {
            do {
                try await Batch(done + 1, seed: seed).append(to: log)
                done += 1
            } catch let error as AccrueError {
                refusal = error
            }
        }
        try FileManager.default.removeItem(atPath: ballast)
        switch refusal?.code {
        case .diskFull: break
        case .commitUncertain:
            // A run that was sealed at that moment took the room for which the log had asked; LMDB then tells a failure
            // of the disk, and the log says that it must be opened again.
            try log.close()
            log = try LMDBEventLog(path: store, options: Worker.options)
        default: throw Finding("a full disk was told as \(refusal.map { "\($0)" } ?? "")")
        }
        for _ in 1...50 {
            try await Batch(done + 1, seed: seed).append(to: log)
            done += 1
        }
        try log.close()
        try await Verdict(store: store, seed: seed).require(acknowledged: done, begun: done, options: Worker.options)
        return "full after \(done - 50) batches, and on to \(done)"
    }
}
