import Foundation
import Testing

/// `tools/verify.py`, which shares nothing with what is tested.
public enum SecondVerifier {
    private static let python = "/usr/bin/python3"
    private static let tools =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../tools").standardized

    /// Whether there is a Python to run it.
    public static let isThere = FileManager.default.isExecutableFile(atPath: python)

    /// How a run of it ended, and what it said.
    public struct Run: Sendable {
        /// The exit status.
        public let status: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
    }

    /// Runs it with these arguments.
    public static func verify(_ arguments: [String]) async throws -> Run {
        try await run([tools.appending(path: "verify.py").path] + arguments)
    }

    /// Its answers to lines of questions (`tools/verification/answers.py`); nil where there is no Python.
    public static func answers(to questions: String) async throws -> [String]? {
        guard isThere else { return nil }
        let run = try await run(["-m", "verification.answers"], input: questions)
        #expect(run.status == 0, "\(run.errors)")
        return run.output.components(separatedBy: "=\n").dropLast()
    }

    private static func run(_ arguments: [String], input: String = "") async throws -> Run {
        let folder = try TemporaryFolder()
        try input.write(toFile: folder["input"], atomically: true, encoding: .utf8)
        for name in ["output", "errors"] { try Data().write(to: URL(filePath: folder[name])) }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        process.currentDirectoryURL = tools
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder["input"]))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder["output"]))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: folder["errors"]))
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let said = try ["output", "errors"].map { try String(contentsOfFile: folder[$0], encoding: .utf8) }
        return Run(status: status, output: said[0], errors: said[1])
    }
}
