import Accrue
import AccrueTestKit
import EventCoding
import EventLog
import Foundation
import Testing

@testable import AccrueCommand

/// What may happen to a store: other processes, sudden deaths, damage, newer versions.
struct CommandStoreTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
    }

    private func generate(learners: Int) async throws -> Int {
        let run = try await AccrueProcess.run("generate", "--learners", "\(learners)", store: store)
        #expect(run.status == 0)
        try run.output.write(toFile: folder["lines"], atomically: false, encoding: .utf8)
        return run.output.utf8.count { $0 == UInt8(ascii: "\n") }
    }

    @Test func `others read while one process writes, and a second writer is told to wait`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let count = try await generate(learners: 100)
        let lines = EventLines([UInt8](try Data(contentsOf: URL(fileURLWithPath: folder["lines"]))))
        // This process is the writer; what it starts are others.
        let log = try LMDBEventLog(path: store)
        async let report = Ledger(log).append(lines)
        for _ in 0..<3 {
            let second = try await AccrueProcess.run("append", "-", store: store, input: "")
            #expect(second.status == 8)
            #expect(second.errors.contains("E-LOG-006"))
            let balance = try await AccrueProcess.run("balance", "ana", "--json", store: store)
            #expect(balance.status == 0, "\(balance.errors)")
            #expect(balance.output.contains(#""recognised":"16""#))
        }
        #expect(try await report.appended == count)
        // What is acknowledged is seen by others at once, while the writer still has the store open.
        let check = try await AccrueProcess.run("check", "--json", store: store)
        #expect(try check.document.object?["position"]?.integer() == 243 + count)
        try log.close()
        #expect(try await AccrueProcess.run("append", "-", store: store, input: "").status == 0)
    }

    @Test(arguments: [30, 200, 700, 1_500])
    func `a writer that is killed in the middle of an import loses nothing that was acknowledged`(
        milliseconds: Int
    ) async throws {
        try await AccrueProcess.tellStory(to: store)
        let count = try await generate(learners: 100)
        let writer = try RunningAccrue(["append", folder["lines"]], store: store)
        try await Task.sleep(for: .milliseconds(milliseconds))
        writer.kill()
        _ = try await writer.ended()
        let check = try await AccrueProcess.run("check", "--json", store: store)
        #expect(check.status == 0, "\(check.output)")
        // One import is one batch here: it is there as a whole, or not at all.
        let position: Int? = try check.document.object?["position"]?.integer()
        #expect(position == 243 || position == 243 + count)
        let balance = try await AccrueProcess.run("balance", "ana", "--json", store: store)
        #expect(balance.output.contains(#""recognised":"16""#))
        let again = try await AccrueProcess.run("append", "--json", folder["lines"], store: store)
        #expect(again.status == 0, "\(again.errors)")
        let report = try #require(try again.document.object)
        let appended: Int = try #require(report["appended"]?.integer())
        let existed: Int = try #require(report["existed"]?.integer())
        #expect(appended + existed == count)
        #expect(try await AccrueProcess.run("check", store: store).status == 0)
    }

    @Test func `a data file that was cut short is told as damage`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let data = folder["store/log/data.mdb"]
        let size = try #require(FileManager.default.attributesOfItem(atPath: data)[.size] as? UInt64)
        for part in [size / 2, size - 4_096, 5_000, 100, 0] {
            let handle = try #require(FileHandle(forWritingAtPath: data))
            try handle.truncate(atOffset: part)
            try handle.close()
            for command in [["check"], ["balance", "ana"], ["export"], ["append", "-"]] {
                let run = try await RunningAccrue(command, store: store).ended()
                #expect(run.status == 7, "\(command) of \(part) bytes: \(run.errors)")
                #expect((run.errors + run.output).contains("E-INT-00"), "\(command) of \(part) bytes")
                #expect(!run.isKilled)
            }
        }
    }

    @Test func `a byte that was changed is found by check, and never answered`() async throws {
        try await AccrueProcess.tellStory(to: store)
        let data = URL(fileURLWithPath: folder["store/log/data.mdb"])
        var bytes = try Data(contentsOf: data)
        for identifier in ["ana-m1-recognised", "ana-m5-recognised"] {
            let place = try #require(bytes.range(of: Data(identifier.utf8), options: .backwards))
            bytes[place.lowerBound] ^= 1
        }
        try bytes.write(to: data)
        let check = try await AccrueProcess.run("check", store: store)
        #expect(check.status == 7)
        #expect(check.output.components(separatedBy: "E-INT-001").count == 3, "Both are listed: \(check.output)")
        #expect(check.output.contains("2 findings."))
        for command in [["history", "ana"], ["backup", folder["backup"]]] {
            let run = try await RunningAccrue(command, store: store).ended()
            #expect(run.status == 7 && run.output.isEmpty)
            // What can still be done, in this order.
            #expect(run.errors.contains(/E-INT-001 .*accrue doctor .*accrue check .*restore a backup/), "\(run.errors)")
        }
    }

    @Test func `a store of a newer version is left alone`() async throws {
        let data = URL(fileURLWithPath: folder["store/log/data.mdb"])
        var bytes = try Data(contentsOf: data)
        var changed = 0
        let format = Data("format".utf8) + Data([0, 0, 0, 1])
        var start = bytes.startIndex
        while let place = bytes.range(of: format, in: start..<bytes.endIndex) {
            bytes[place.upperBound - 1] = 9
            start = place.upperBound
            changed += 1
        }
        try #require(changed > 0)
        try bytes.write(to: data)
        for command in [["balance", "ana"], ["append", "-"], ["check"]] {
            let run = try await RunningAccrue(command, store: store).ended()
            #expect(run.status == 8)
            #expect(run.errors.contains("E-LOG-011"), "\(run.errors)")
        }
        #expect(try Data(contentsOf: data) == bytes)
    }

    @Test func `a folder that may not be written answers questions`() async throws {
        try await AccrueProcess.tellStory(to: store)
        try #require(setMode(0o555, 0o444))
        defer { _ = setMode(0o755, 0o644) }
        let balance = try await AccrueProcess.run("balance", "ana", "--json", store: store)
        #expect(balance.status == 0, "\(balance.errors)")
        #expect(balance.output.contains(#""recognised":"16""#))
        // The superuser may write anywhere.
        if getuid() != 0 {
            let append = try await AccrueProcess.run("append", "-", store: store, input: "")
            #expect(append.status == 6)
            #expect(append.errors.contains("E-LOG-012"))
        }
    }

    @Test func `a generated store is the same as its lines appended`() async throws {
        let count = try await generate(learners: 10)
        #expect(try await AccrueProcess.run("append", folder["lines"], store: store).status == 0)
        let direct = folder["direct"]
        #expect(try await AccrueProcess.run("init", store: direct).status == 0)
        let run = try await AccrueProcess.run(
            "generate",
            "--learners",
            "10",
            "--into-store",
            "--json",
            store: direct
        )
        #expect(try run.document.object?["appended"]?.integer() == count)
        let again = try await AccrueProcess.run("generate", "--into-store", store: direct)
        #expect(again.status == 4)
        for learner in ["learner-1", "learner-10"] {
            let (left, right) = (
                try await AccrueProcess.run("balance", learner, "--json", store: store),
                try await AccrueProcess.run("balance", learner, "--json", store: direct)
            )
            #expect(left.status == 0)
            #expect(left.output == right.output)
        }
    }

    @Test func `a reader that has seen enough ends the output quietly`() async throws {
        let run = try await shell("accrue generate --learners 50 | head -n 1; exit ${PIPESTATUS[0]}")
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.count { $0 == "\n" } == 1)
    }

    @Test func `a data file that is cut short while it is read ends the command with a code, not with a crash`()
        async throws
    {
        _ = try await generate(learners: 50)
        #expect(try await AccrueProcess.run("append", folder["lines"], store: store).status == 0)
        // The export waits until its first lines are read; then the rest of the file is gone.
        let run = try await shell(
            """
            accrue export | { head -c 1000 > /dev/null; truncate -s 20000 "$ACCRUE_STORE/log/data.mdb"; cat > /dev/null; }
            exit ${PIPESTATUS[0]}
            """
        )
        #expect(run.status == 7, "\(run.errors)")
        #expect(run.errors.hasPrefix("accrue: E-INT-002"))
    }

    @Test(arguments: ["SEGV", "ILL"])
    func `a crash for which no file is to blame is a mistake in Accrue, and no damage`(signal: String) async throws {
        _ = try await generate(learners: 50)
        #expect(try await AccrueProcess.run("append", folder["lines"], store: store).status == 0)
        let run = try await shell(
            """
            mkfifo "$ACCRUE_STORE.pipe"
            accrue export > "$ACCRUE_STORE.pipe" &
            exec 3< "$ACCRUE_STORE.pipe"
            head -c 1000 <&3 > /dev/null
            kill -\(signal) $!
            wait $!
            """
        )
        #expect(run.status == 70, "\(run.errors)")
        #expect(run.errors.hasPrefix("accrue: internal error"), "\(run.errors)")
        #expect(!run.errors.contains("E-INT"))
    }

    @Test func `what could not be done behind the log is said by the process that appended`() async throws {
        var options = StoreOptions()
        options.sealInterval = 4
        let log = try LMDBEventLog(path: store, options: options)
        try FileManager.default.moveItem(atPath: store + "/runs", toPath: folder["away"])
        let lines = try Data(contentsOf: URL(fileURLWithPath: AccrueProcess.fixture("catalogue.ndjson")))
        #expect(try await Ledger(log).append(EventLines(Array(lines))).faults.isEmpty)
        let pipe = try Pipe()
        try log.closeTelling(on: Console(output: pipe.writing, errors: pipe.writing))
        let said = pipe.written()
        #expect(
            said.hasPrefix("accrue: all is written, but sealing failed and will be tried again: E-LOG-008"),
            "\(said)"
        )
    }

    @Test(arguments: [("bash", "complete -o"), ("zsh", "#compdef accrue"), ("fish", "complete -c 'accrue'")])
    func `shells get their completions`(shell: String, mark: String) async throws {
        let run = try await AccrueProcess.run("completions", shell, store: store)
        #expect(run.status == 0)
        #expect(run.output.contains(mark), "\(run.output.prefix(400))")
        // Fish names long options without their dashes.
        #expect(run.output.contains(shell == "fish" ? "-l 'known-at'" : "--known-at"))
        if shell == "bash" {
            try run.output.write(toFile: folder["script"], atomically: false, encoding: .utf8)
            #expect(try await self.shell("bash -n '\(folder["script"])'").status == 0)
        }
        #expect(try await AccrueProcess.run("completions", "csh", store: store).status == 2)
    }

    /// Runs a script, in which `accrue` is the built command.
    private func shell(_ script: String) async throws -> AccrueProcess {
        let binaries = try AccrueProcess.executable.deletingLastPathComponent().path
        return try await RunningAccrue(
            ["-c", "PATH='\(binaries)':$PATH; \(script)"],
            store: store,
            executable: URL(fileURLWithPath: "/bin/bash")
        ).ended()
    }

    private func setMode(_ folders: mode_t, _ files: mode_t) -> Bool {
        ["store", "store/log", "store/runs"].allSatisfy { chmod(folder[$0], folders) == 0 }
            && chmod(folder["store/log/data.mdb"], files) == 0
    }
}
