import AccrueTestKit
import Foundation
import Testing

/// What surrounds a command: a mount that may not be written, and a file with one mistake in every line.
struct CommandSurroundingsTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
    }

    @Test(.enabled(if: Self.canMount, "mounts of one's own need a privilege that is missing here"))
    func `a store on a mount that may not be written is read by all and written by nobody, not even the superuser`()
        async throws
    {
        try await AccrueProcess.tellStory(to: store)
        let balance = try await onReadOnlyMount("balance ana")
        #expect(balance.status == 0, "\(balance.errors)")
        #expect(balance.output.contains("16 of 240 KT"))
        #expect(try await onReadOnlyMount("check").status == 0)
        #expect(try await onReadOnlyMount("export").output.count { $0 == "\n" } == 243)
        let doctor = try await onReadOnlyMount("doctor")
        #expect(doctor.status == 0, "\(doctor.output)")
        #expect(doctor.output.contains("warning  This process may only read here"))
        #expect(try await onReadOnlyMount("doctor --rebuild").status == 6)
        let refused = try await onReadOnlyMount("append -")
        #expect(refused.status == 6)
        #expect(refused.errors.contains("E-LOG-012"))
        #expect(refused.output.isEmpty)
    }

    @Test func `a name that is misspelt in every line is told in every line`() async throws {
        let count = 5_000
        let line = #"{"id":"7d1a4cd6-3c3c-4c39-a7a2-6b4f0b6c3d11","kind":"learner-introducd"}"# + "\n"
        let run = try await AccrueProcess.run(
            "append",
            "-",
            store: store,
            input: String(repeating: line, count: count)
        )
        #expect(run.status == 3)
        let faults = run.errors.split(separator: "\n").filter { $0.contains("E-JSN-002") }
        #expect(faults.count == count)
        #expect(faults.last?.hasPrefix("standard input:\(count): ") == true)
        #expect(faults.allSatisfy { $0.hasSuffix("(did you mean learner-introduced?)") })
    }

    /// Whether this process may have mounts that only it and its children see.
    private static var canMount: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "unshare --mount sh -c 'mount --bind /tmp /tmp' 2>/dev/null"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Runs a command that sees the store on a read-only mount, which ends with it.
    private func onReadOnlyMount(_ command: String) async throws -> AccrueProcess {
        let script = """
            mount --bind "$ACCRUE_STORE" "$ACCRUE_STORE" &&
            mount -o remount,bind,ro "$ACCRUE_STORE" &&
            exec "$0" \(command)
            """
        return try await RunningAccrue(
            ["--mount", "sh", "-c", script, try AccrueProcess.executable.path],
            store: store,
            executable: URL(fileURLWithPath: "/usr/bin/unshare")
        ).ended()
    }
}
