import Accrue
import Credit
import EventLog
import Foundation

/// A reader in a process of its own that is stopped in the middle of reading, while another process appends for long; and copies
/// of a store that are made with ordinary means while it is written.
struct StaleReader {
    private static let batches = 300
    /// So many bytes are copied at a time.
    private static let piece = 16_384

    let folder: String
    let seed: UInt64

    private var store: String { folder + "/store" }

    // MARK: In the reader

    /// Opens a copy that may be torn in all ways, and ends as a fault inside the map does where it is refused.
    static func open(copy: String) throws {
        signal(SIGBUS) { _ in _exit(7) }
        do {
            var log = try LMDBEventLog(path: copy, writes: false, options: Worker.options)
            let report = log.check()
            try log.close()
            if let finding = report.findings.first { throw finding.error }
            // A writer looks at the list of free pages, too.
            log = try LMDBEventLog(path: copy, options: Worker.options)
            try log.close()
            // What is derived may have been copied from a later state, and would be found to differ when the log comes so far.
            try LMDBEventLog.rebuildIndices(at: copy, options: Worker.options)
        } catch let error as AccrueError {
            guard error.code.rawValue.hasPrefix("E-INT") else { throw Finding("a copy is refused by \(error)") }
            exit(7)
        }
    }

    /// Begins to read, stops itself in the middle, and reads to the end when it is woken.
    static func work(_ store: String) throws {
        let speaker = Speaker(descriptor: 1)
        let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
        defer { try? log.close() }
        try log.read { (snapshot) throws(AccrueError) in
            let last = snapshot.position.rawValue
            var next: UInt32 = 1
            // Its body runs within one transaction of LMDB, so that no page that it may still read is used again.
            try snapshot.replay(from: Position(rawValue: 1), through: snapshot.position) {
                (event) throws(AccrueError) in
                guard event.position.rawValue == next else { throw AccrueError(.positionsMissing, "\(next)") }
                if next == last / 2 {
                    speaker.say("reading", Int(last))
                    raise(SIGSTOP)
                }
                next += 1
            }
            guard next == last + 1 else { throw AccrueError(.positionsMissing, "\(next) of \(last)") }
            for number in 1...snapshot.learnerCount { _ = try snapshot.events(ofLearner: number) }
        }
        // And what has come since then.
        try log.read { (snapshot) throws(AccrueError) in speaker.say("read", Int(snapshot.learnerCount)) }
        if let finding = log.check().findings.first { throw Finding("check: \(finding)") }
    }

    // MARK: Beside it

    /// - Returns: How many bytes the log grew beneath the stopped reader, and as many batches later without one.
    func run() throws -> (beside: Int, alone: Int) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let end = { (count: Int) in ["work", store, "\(seed)", "\(count)"] }
        _ = try WorkerProcess(end(Self.batches)).end()
        let before = try size()
        let reader = try WorkerProcess(["hold", store])
        reader.wait(for: "reading")
        // It says so just before it stops.
        while !reader.isStopped { usleep(1_000) }
        _ = try WorkerProcess(end(2 * Self.batches)).end()
        let held = try size()
        // Nobody takes its slot away while it lives: what it reads stays as it was.
        kill(reader.identifier, SIGCONT)
        let said = try reader.end()
        guard said.hasSuffix("read \(2 * Self.batches)\n") else { throw Finding("a stopped reader then said \(said)") }
        _ = try WorkerProcess(end(3 * Self.batches)).end()
        return (held - before, try size() - held)
    }

    private func size() throws -> Int {
        try FileManager.default.attributesOfItem(atPath: store + "/log/data.mdb")[.size] as? Int ?? 0
    }

    // MARK: Copies

    /// Copies a store file by file while it is written, and requires that the copy is refused, or sound and holds all that was
    /// acknowledged before.
    ///
    /// - Returns: Whether it was refused.
    static func copy(_ store: String, to copy: String, _ seed: UInt64, acknowledged: Int) async throws -> Bool {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in (FileManager.default.enumerator(atPath: store)?.compactMap { $0 as? String } ?? []).sorted() {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: store + "/" + name, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                try FileManager.default.createDirectory(atPath: copy + "/" + name, withIntermediateDirectories: true)
            } else if let source = FileHandle(forReadingAtPath: store + "/" + name) {
                // In pieces, so that it is written meanwhile.
                var content = Data()
                while let piece = try source.read(upToCount: Self.piece), !piece.isEmpty {
                    content += piece
                    usleep(500)
                }
                try content.write(to: URL(fileURLWithPath: copy + "/" + name))
            }
        }
        // In another process, as a fault inside the map ends it.
        guard try WorkerProcess(["torn", copy]).isWhole() else { return true }
        try await Verdict(store: copy, seed: seed)
            .require(acknowledged: acknowledged, begun: .max, options: Worker.options)
        return false
    }
}
