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
        process.standardError = FileHandle.nullDevice
        if !recording.isEmpty {
            let library = executable.deletingLastPathComponent().appendingPathComponent("libRecorder.so").path
            process.environment = ProcessInfo.processInfo.environment
                .merging(["LD_PRELOAD": library]) { $1 }.merging(recording) { $1 }
        }
        try process.run()
    }

    /// Kills it some time after it has said a word, or has begun where no word is given; and gives all that it said.
    func kill(after word: String?, microseconds: UInt32) throws -> String {
        var said = Data()
        if let word {
            let line = Data("\(word) ".utf8)
            while said.range(of: line) == nil {
                let more = pipe.fileHandleForReading.availableData
                if more.isEmpty { break }
                said += more
            }
        }
        usleep(microseconds)
        Foundation.kill(process.processIdentifier, SIGKILL)
        return String(decoding: said, as: UTF8.self) + (try rest())
    }

    /// Whether it goes on.
    var isRunning: Bool { process.isRunning }

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
        guard isFine else { throw Finding("the worker ended with \(process.terminationStatus): \(said.suffix(200))") }
        return said
    }

    private func rest() throws -> String {
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
