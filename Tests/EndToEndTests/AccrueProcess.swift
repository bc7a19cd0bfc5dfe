import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// A run of the built command `accrue`, as a person or a script would start it.
struct AccrueProcess {
    /// How it ended.
    let status: Int32
    /// True if a signal ended it.
    let isKilled: Bool
    /// Its standard output.
    let output: String
    /// Its standard error.
    let errors: String

    /// Standard output as one JSON document.
    var document: JSONValue {
        get throws { try JSONReader.value(from: Array(output.utf8).span.bytes, maximumSize: 1 << 28) }
    }

    /// Runs the command to its end.
    static func run(
        _ arguments: String...,
        store: String,
        input: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> AccrueProcess {
        try await RunningAccrue(arguments, store: store, input: input, environment: environment).ended()
    }

    /// Makes an empty store.
    static func makeStore(at store: String) async throws {
        let run = try await run("init", store: store)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// Tells a store the story of the fixtures, as one import.
    static func tellStory(to store: String) async throws {
        let run = try await run("append", fixture("catalogue.ndjson"), fixture("story.ndjson"), store: store)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("243 events appended as positions 1 to 243."))
    }

    /// Introduces a learner to a store.
    static func introduce(_ identifier: String, by actor: String, to store: String) async throws -> AccrueProcess {
        let line = """
            {"id":"\(UUID().uuidString.lowercased())","kind":"learner-introduced","effective":"2024-09-01",\
            "identifier":"\(identifier)","actor":"\(actor)"}

            """
        return try await run("append", "-", store: store, input: line)
    }

    /// The command lies beside the tests.
    static var executable: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("accrue")
        }
    }

    /// A file of the bundled fixtures.
    static func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures/\(name)").path
    }
}

/// A suite whose commands run on stores in a folder of its own.
protocol CommandSuite {
    var folder: TemporaryFolder { get }
}

extension CommandSuite {
    /// Runs the command on a store of the folder, to its end.
    func accrue(
        _ arguments: [String],
        store: String = "store",
        input: String? = nil
    ) async throws -> AccrueProcess {
        try await RunningAccrue(arguments, store: folder[store], input: input).ended()
    }

    /// Runs the command on a store of the folder, to its end.
    func accrue(_ arguments: String..., store: String = "store", input: String? = nil) async throws -> AccrueProcess {
        try await accrue(arguments, store: store, input: input)
    }
}

/// A run that has not ended.
struct RunningAccrue {
    private let process = Process()
    private let folder: TemporaryFolder
    private let exit: AsyncStream<Void>

    /// - Parameter executable: What runs instead of `accrue`, such as a shell that runs it.
    init(
        _ arguments: [String],
        store: String,
        input: String? = nil,
        environment: [String: String] = [:],
        executable: URL? = nil
    ) throws {
        folder = try TemporaryFolder()
        process.executableURL = try executable ?? AccrueProcess.executable
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment
        process.environment = ["ACCRUE_STORE": store, "LANG": "C", "PATH": inherited["PATH"] ?? ""]
            .merging(environment) { $1 }
        try (input ?? "").write(toFile: folder["input"], atomically: false, encoding: .utf8)
        for name in ["output", "errors"] { try Data().write(to: URL(fileURLWithPath: folder[name])) }
        process.standardInput = FileHandle(forReadingAtPath: folder["input"])
        process.standardOutput = FileHandle(forWritingAtPath: folder["output"])
        process.standardError = FileHandle(forWritingAtPath: folder["errors"])
        let (exit, ended) = AsyncStream<Void>.makeStream()
        self.exit = exit
        process.terminationHandler = { _ in ended.finish() }
        try process.run()
    }

    /// Ends it as a power cut would: it cannot notice.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    /// Waits for its end.
    func ended() async throws -> AccrueProcess {
        for await _ in exit {}
        return AccrueProcess(
            status: process.terminationStatus,
            isKilled: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOfFile: folder["output"], encoding: .utf8),
            errors: try String(contentsOfFile: folder["errors"], encoding: .utf8)
        )
    }
}
