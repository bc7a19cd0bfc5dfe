import Accrue
import Credit
import EventLog
import Foundation
import Synchronization

/// The command line, each time as a process of its own: `accrue balance` in the store of all events, alone and while another
/// process appends there; and `accrue append` of lines from a file.
struct CommandBenchmark {
    private static let questions = 41
    private static let batch = 1_000

    let events: Int
    let folder: ScratchFolder

    func measureBalances(
        _ workload: inout Workload,
        _ learners: Int,
        _ store: String,
        _ table: inout ResultTable
    ) async throws {
        var random = SeededRandom(seed: 9)
        func ask() throws -> [Duration] {
            try (0..<Self.questions).map { _ in
                let learner = "learner-\(random.next() % UInt64(learners))"
                return try AccrueProcess.run("balance", learner, "--store", store)
            }
        }
        add("accrue balance, a process of its own", try ask(), &table)
        let log = try LMDBEventLog(path: store)
        // More than can be appended meanwhile; what is asked is at another process all the same.
        let commands = workload.commands(events)
        let isOver = Mutex(false)
        async let appended = append(commands, to: log) { isOver.withLock { $0 } }
        let times = try ask()
        isOver.withLock { $0 = true }
        let (count, time) = try await appended
        try log.close()
        add("  while another process appends", times, &table)
        table.rate("  what that one appends meanwhile", count, time, floor: nil)
    }

    func measureLines(_ table: inout ResultTable) throws {
        let (lines, store) = (folder.path + "/lines.ndjson", folder.path + "/command")
        // A learner has some 50 events.
        try AccrueProcess.run("generate", "--learners", "\(events / 50)", output: lines)
        let count = try Data(contentsOf: URL(fileURLWithPath: lines), options: .mappedIfSafe).count { $0 == 0x0A }
        try AccrueProcess.run("init", "--store", store)
        let time = try AccrueProcess.run("append", lines, "--store", store)
        table.rate("accrue append of \(count) lines, from start to end", count, time, floor: nil)
    }

    private func add(_ name: String, _ times: [Duration], _ table: inout ResultTable) {
        let times = times.sorted()
        table.add(name + ", median", ResultTable.text(times[times.count / 2]))
        table.add(name + ", slowest of \(times.count)", ResultTable.text(times[times.count - 1]))
    }

    private func append(
        _ commands: [Command],
        to log: LMDBEventLog,
        until isOver: @Sendable () -> Bool
    ) async throws -> (Int, Duration) {
        var count = 0
        let time = try await ContinuousClock().measure {
            for start in stride(from: 0, to: commands.count, by: Self.batch) where !isOver() {
                let batch = commands[start..<min(start + Self.batch, commands.count)]
                try await AppendBenchmark.append(batch, to: log)
                count += batch.count
            }
        }
        return (count, time)
    }
}

/// The command, which is built beside this program.
private enum AccrueProcess {
    /// Runs it, and tells how long it took.
    @discardableResult
    static func run(_ arguments: String..., output: String? = nil) throws -> Duration {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("accrue")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        let talk = Pipe()
        process.standardError = talk
        if let output {
            _ = FileManager.default.createFile(atPath: output, contents: nil)
            process.standardOutput = FileHandle(forWritingAtPath: output)
        }
        let time = try ContinuousClock().measure {
            try process.run()
            process.waitUntilExit()
        }
        guard process.terminationStatus == 0 else {
            let text = String(decoding: talk.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            throw CommandError(arguments: arguments, status: process.terminationStatus, text: text)
        }
        return time
    }
}

struct CommandError: Error {
    let arguments: [String]
    let status: Int32
    let text: String
}
