import Accrue
import Credit
import EventLog
import Foundation

/// Lets a small file system fill up before each work that writes: it is refused as such, what was acknowledged stays, what was
/// begun leaves nothing behind, and with room again it goes on.
struct FullDisk {
    /// How much room is left, in bytes: from none on, so that each work is cut off at several places.
    private static let room = [0, 8_192, 32_768, 65_536, 131_072, 262_144, 524_288, 2_097_152]

    /// What is done to a store; the place is that of the store.
    private struct Task {
        let name: String
        /// Whether the store was filled by lines.
        var ofLines = false
        let body: (_ place: String) async throws -> Void
    }

    let folder: String
    let seed: UInt64

    private var disk: String { folder + "/disk" }
    private var ballast: String { disk + "/ballast" }
    private var place: String { disk + "/store" }
    private var silent: Speaker { Speaker(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)) }

    /// - Returns: What was played; nil where no file system can be mounted.
    func run() async throws -> String? {
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard mount("accrue", disk, "tmpfs", 0, "size=12m") == 0 else { return nil }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        var told = [try await appendUntilFull()]
        let lines = try await Import(seed: seed, in: folder)
        let prepared = (batches: folder + "/full-batches", lines: folder + "/full-lines")
        try await Worker(store: prepared.batches, seed: seed, last: 30, speaker: silent).run()
        try await Import.work(lines.file, store: prepared.lines, last: 6, silent)
        for task in tasks(lines) {
            let count = try await refuse(task, task.ofLines ? prepared.lines : prepared.batches)
            told.append("\(task.name) refused \(count) times")
        }
        return told.joined(separator: ", ")
    }

    private func tasks(_ lines: Import) -> [Task] {
        let options = Worker.options
        return [
            Task(name: "making") { try LMDBEventLog.create(at: $0 + "-new", options: options) },
            Task(name: "sealing and merging") { try await appendMuch(to: $0) },
            Task(name: "importing", ofLines: true) { place in
                try await Import.work(lines.file, store: place, last: 30, silent)
            },
            Task(name: "slots", ofLines: true) { place in
                let log = try LMDBEventLog(path: place, options: options)
                defer { try? log.close() }
                try await Projecting.work(log)
            },
            Task(name: "copying") { place in
                let log = try LMDBEventLog(path: place, options: options)
                defer { try? log.close() }
                try log.backup(to: place + "-new")
            },
            Task(name: "restoring") { place in
                try LMDBEventLog.restore(from: folder + "/full-batches-copy-25", to: place + "-new", options: options)
            },
            Task(name: "rebuilding") { try LMDBEventLog.rebuildIndices(at: $0, options: options) },
        ]
    }

    /// Appends until runs were merged, and gives what failed behind the log as an error, too.
    private func appendMuch(to place: String) async throws {
        let log = try LMDBEventLog(path: place, options: Worker.options)
        defer { try? log.close() }
        let first = try log.read { Int($0.learnerCount) }
        for number in first + 1...first + 60 { try await Batch(number, seed: seed).append(to: log) }
        try log.close()
        if let failure = log.failures.first?.value { throw failure }
    }

    /// Does something with more and more room, each time to the store as it was; gives how often it was refused.
    private func refuse(_ task: Task, _ prepared: String) async throws -> Int {
        let before = try Self.position(prepared)
        var refusals = 0
        for room in Self.room {
            for name in try FileManager.default.contentsOfDirectory(atPath: disk) {
                try FileManager.default.removeItem(atPath: disk + "/" + name)
            }
            try FileManager.default.copyItem(atPath: prepared, toPath: place)
            try? FileManager.default.removeItem(atPath: place + "/projections")
            try fill(leaving: room)
            do {
                do {
                    try await task.body(place)
                    try FileManager.default.removeItem(atPath: ballast)
                } catch let error as AccrueError where [.diskFull, .commitUncertain].contains(error.code) {
                    refusals += 1
                    try FileManager.default.removeItem(atPath: ballast)
                    let left = FileManager.default.enumerator(atPath: disk)?.compactMap { $0 as? String } ?? []
                    if let part = left.first(where: { $0.contains(".part") }) { throw Finding("it left \(part)") }
                    try await task.body(place)
                }
                for path in [place, place + "-new"] where access(path + "/head", F_OK) == 0 || path == place {
                    let log = try LMDBEventLog(path: path, options: Worker.options)
                    defer { try? log.close() }
                    if let finding = log.check().findings.first { throw Finding("\(finding)") }
                    try await Projecting.require(log)
                }
                guard try Self.position(place) >= before else { throw Finding("events are gone") }
            } catch {
                throw Finding("\(task.name) with room for \(room) bytes: \(error)")
            }
        }
        guard refusals > 0 else { throw Finding("\(task.name) was never refused") }
        return refusals
    }

    private static func position(_ store: String) throws -> Position {
        let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
        defer { try? log.close() }
        return try log.read { $0.position }
    }

    /// Takes all room but some.
    private func fill(leaving room: Int) throws {
        var status = statvfs()
        guard statvfs(disk, &status) == 0 else { throw Finding("\(disk) has no size") }
        try Data(count: max(0, Int(status.f_bavail * status.f_frsize) - room)).write(to: URL(fileURLWithPath: ballast))
    }

    /// Appends batch after batch until there is no room.
    private func appendUntilFull() async throws -> String {
        try LMDBEventLog.create(at: place, options: Worker.options)
        var log = try LMDBEventLog(path: place, options: Worker.options)
        try fill(leaving: 2 << 20)
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
            log = try LMDBEventLog(path: place, options: Worker.options)
        default: throw Finding("a full disk was told as \(refusal.map { "\($0)" } ?? "")")
        }
        for _ in 1...50 {
            try await Batch(done + 1, seed: seed).append(to: log)
            done += 1
        }
        try log.close()
        try await Verdict(store: place, seed: seed).require(acknowledged: done, begun: done, options: Worker.options)
        return "full after \(done - 50) batches, and on to \(done)"
    }
}
