import Foundation
import Testing

/// `tools/verify.py`, which shares nothing with what is tested.
public enum SecondVerifier {
    /// Its answers to lines of questions (`tools/verification/answers.py`); nil where there is no Python.
    public static func answers(to questions: String) async throws -> [String]? {
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
        let folder = try TemporaryFolder()
        try questions.write(toFile: folder["questions"], atomically: true, encoding: .utf8)
        try Data().write(to: URL(filePath: folder["answers"]))
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-m", "verification.answers"]
        process.currentDirectoryURL =
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../tools").standardized
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder["questions"]))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder["answers"]))
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 0)
        let text = try String(contentsOfFile: folder["answers"], encoding: .utf8)
        return text.components(separatedBy: "=\n").dropLast()
    }
}
