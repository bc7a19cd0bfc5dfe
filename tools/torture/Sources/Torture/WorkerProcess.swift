import Foundation

/// A worker in a process of its own, which says on a pipe what it has come to.
struct WorkerProcess {
    private let process = Process()
    private let pipe = Pipe()

    /// - Parameters:
    ///   - arguments: Of this very program.
    ///   - recording: What the recorder is told; it is left out where there is nothing.
    init(_ arguments: [String], recording: [String: String] = [:]) throws {
        let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        process.executableURL = executable
        process.arguments = arguments
        process.standardOutput = pipe
        if !recording.isEmpty {
            let library = executable.deletingLastPathComponent().appendingPathComponent("libRecorder.so").path
            process.environment = ProcessInfo.processInfo.environment
                .merging(["LD_PRELOAD": library]) { $1 }.merging(recording) { $1 }
        }
        try process.run()
    }

    /// Kills it some time after it has said a word, or has begun where no word is given; and gives all that it said.
    func kill(after word: String?, microseconds: UInt32) throws -> String {
        let said = word.map(hear) ?? Data()
        usleep(microseconds)
        Foundation.kill(process.processIdentifier, SIGKILL)
        let all = String(decoding: said, as: UTF8.self) + (try rest())
        // Its work may have come to its end; but it must not have ended in another way.
        guard process.terminationStatus == (process.terminationReason == .exit ? 0 : SIGKILL) else { throw ending(all) }
        return all
    }

    /// What it says until it has said a word.
    private func hear(_ word: String) -> Data {
        var said = Data()
        while said.range(of: Data("\(word) ".utf8)) == nil {
            let more = pipe.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += more
        }
        return said
    }

    /// Waits until it has said a word.
    func wait(for word: String) { _ = hear(word) }

    /// Whether it stands still by a signal.
    var isStopped: Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        return status.contains(") T ")
    }

    /// Whether it goes on.
    var isRunning: Bool { process.isRunning }

    var identifier: Int32 { process.processIdentifier }

    /// Kills it.
    func stop() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end, and gives all that it said.
    ///
    /// - Parameter isKilled: Whether it may have been killed; otherwise it must end of its own accord.
    func end(isKilled: Bool = false) throws -> String {
        let said = try rest()
        let isFine =
            process.terminationReason == .exit
            ? process.terminationStatus == 0 : isKilled && process.terminationStatus == SIGKILL
        guard isFine else { throw ending(said) }
        return said
    }

    /// Waits for its end, and tells whether it found what it opened whole; false where that is refused, or a fault inside the
    /// map ended it.
    func isWhole() throws -> Bool {
        let said = try rest()
        if process.terminationStatus == 0, process.terminationReason == .exit { return true }
        guard process.terminationStatus == 7 else { throw ending(said) }
        return false
    }

    private func ending(_ said: String) -> Finding {
        Finding("the worker ended with \(process.terminationStatus): \(said.suffix(200))")
    }

    private func rest() throws -> String {
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
