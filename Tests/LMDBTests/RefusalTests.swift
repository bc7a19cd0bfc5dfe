import Foundation
import Testing

/// Misuse that the compiler refuses, shown by compiling it.
///
/// Each file of `Refusals` is a snippet; its first line says what the compiler answers, or that it compiles.
@Suite(.serialized)
struct RefusalTests {
    static let snippets: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: Self.folder)
        return (names ?? []).filter { $0.hasSuffix(".swift.txt") }.sorted()
    }()

    @Test func `the snippets are there`() {
        #expect(Self.snippets.count >= 7)
    }

    @Test(arguments: snippets)
    func `each snippet gets the answer in its first line`(_ name: String) throws {
        let source = try String(contentsOfFile: Self.folder + "/" + name, encoding: .utf8)
        let line = try #require(source.split(separator: "\n").first)
        let (status, output) = try Self.compile(source)
        if line == "// compiles" {
            #expect(status == 0, "\(output)")
        } else {
            let answer = try #require(line.split(separator: "// refused: ").last)
            #expect(status != 0, "it compiles")
            #expect(output.contains("error: " + answer), "\(output)")
            #expect(output.components(separatedBy: "error: ").count == 2, "another error hides this one: \(output)")
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Refusals"

    /// Compiles as far as the checks of ownership and lifetimes, which come after type checking.
    private static func compile(_ source: String) throws -> (status: Int32, output: String) {
        let folder = try TemporaryFolder()
        let file = folder.path + "/snippet.swift"
        try source.write(toFile: file, atomically: true, encoding: .utf8)
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-emit-sil", "-o", folder.path + "/snippet.sil", "-parse-as-library", "-swift-version", "6",
            "-enable-upcoming-feature", "ExistentialAny", "-enable-experimental-feature", "Lifetimes",
            "-package-name", "accrue", "-diagnostic-style", "llvm", "-no-color-diagnostics",
            "-I", try modules(), "-I", root + "/Sources/CLMDB", file,
        ]
        let output = folder.path + "/output"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let handle = try #require(FileHandle(forWritingAtPath: output))
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8))
    }

    /// The folder of the modules this test was built with: beside one of the folders above the test's binary.
    private static func modules() throws -> String {
        var candidates = [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        candidates += ProcessInfo.processInfo.arguments
        for candidate in candidates where candidate.hasPrefix("/") {
            var folder = URL(fileURLWithPath: candidate)
            while folder.path != "/" {
                for modules in [folder.appendingPathComponent("Modules").path, folder.path]
                where FileManager.default.fileExists(atPath: modules + "/LMDB.swiftmodule") {
                    return modules
                }
                folder.deleteLastPathComponent()
            }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
