import AccrueTestKit
import Credit
import EventCoding
import EventLog
import Foundation
import Testing

/// `accrue doctor`, on stores with something wrong.
struct CommandDoctorTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }
    private var data: URL { URL(fileURLWithPath: folder["store/log/data.mdb"]) }

    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: folder["store"])
        try await AccrueProcess.tellStory(to: folder["store"])
    }

    /// `finding: severity` of all that is worse than fine.
    private func wrong(_ run: AccrueProcess) throws -> [String] {
        let findings = try #require(try run.document.object?["findings"]?.array)
        return findings.compactMap { finding in
            guard let finding = finding.object, let severity = finding["severity"]?.string, severity != "fine" else {
                return nil
            }
            return "\(finding["finding"]?.string ?? ""): \(severity)"
        }
    }

    @Test func `what is computed from the log is made again, and the log stays byte for byte`() async throws {
        let before = try Data(contentsOf: data)
        #expect(try await AccrueProcess.run("doctor", store: store).status == 0)
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: folder["store/runs/0000000001-0000000008.run"]))
        try Data().write(to: URL(fileURLWithPath: folder["store/runs/x.run.part"]))
        let text = try await AccrueProcess.run("doctor", store: store)
        #expect(text.status == 1)
        #expect(text.errors.isEmpty)
        #expect(text.output.contains("derived  An index run cannot be read"))
        #expect(text.output.contains("         where: \(folder["store/runs/x.run.part"])"))
        #expect(text.output.contains("         do:    accrue doctor --rebuild --store \(store)"))
        #expect(text.output.hasSuffix("made again: accrue doctor --rebuild\n"))
        let json = try await AccrueProcess.run("doctor", "--json", store: store)
        #expect(json.status == 1)
        #expect(try wrong(json) == ["run-unreadable: derived", "leftover: derived"])

        let rebuild = try await AccrueProcess.run("doctor", "--rebuild", "--json", store: store)
        #expect(rebuild.status == 0, "\(rebuild.output)")
        #expect(try wrong(rebuild) == [])
        let rebuilt = try #require(try rebuild.document.object?["rebuilt"]?.object)
        #expect(rebuilt["runs"]?.integer() == 1 && rebuilt["position"]?.integer() == 243)
        #expect(rebuilt["removed"]?.array?.count == 2)
        #expect(try Data(contentsOf: data) == before)

        let check = try await AccrueProcess.run("check", "--json", store: store)
        #expect(check.status == 0, "\(check.output)")
        #expect(try check.document.object?["indexRuns"]?.integer() == 1)
        let balance = try await AccrueProcess.run("balance", "ana", "--json", store: store)
        #expect(balance.output.contains(#""recognised":"16""#))
        let again = try await AccrueProcess.run("doctor", "--rebuild", store: store)
        #expect(again.status == 0)
        #expect(again.output.hasPrefix("Rebuilt: 1 index run through position 243"))
        #expect(again.output.hasSuffix("\nThe store is sound.\n"))
    }

    @Test func `a damaged log is told, kept, and not rebuilt from`() async throws {
        var bytes = try Data(contentsOf: data)
        let place = try #require(bytes.range(of: Data("ana-m1-recognised".utf8), options: .backwards))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: data)
        for arguments in [["doctor"], ["doctor", "--rebuild"]] {
            let run = try await RunningAccrue(arguments, store: store).ended()
            #expect(run.status == 7)
            #expect(run.output.contains("damage   Position "))
            #expect(run.output.contains("accrue restore BACKUP"))
            #expect(run.output.contains("Nothing was rebuilt: E-INT-001") == (arguments.count == 2))
        }
        #expect(try Data(contentsOf: data) == bytes)
        try bytes.prefix(20_000).write(to: data)
        let short = try await AccrueProcess.run("doctor", "--json", store: store)
        #expect(short.status == 7)
        #expect(try wrong(short) == ["data-file-damaged: damage"])
    }

    @Test func `of a damaged list of free pages all events are kept by what the doctor says`() async throws {
        let content = try Data(contentsOf: data)
        // Where the damaged number is the page at which the log ends, nothing can be read; so some bits are tried.
        var (isReadable, bit) = (false, 0)
        while !isReadable && bit < 8 {
            try FreePageDamage.of(content, bit: bit).write(to: data)
            let json = try await AccrueProcess.run("doctor", "--json", store: store)
            #expect(json.status == 7)
            isReadable = try wrong(json) == ["free-pages-damaged: damage"]
            bit += 1
        }
        try #require(isReadable)
        let text = try await AccrueProcess.run("doctor", store: store)
        #expect(text.status == 7)
        #expect(text.output.contains("damage   The list of free pages is damaged"))
        #expect(text.output.contains("All 243 events of "))
        #expect(text.output.contains("accrue backup NEW-BACKUP --store \(store)"))
        #expect(text.output.contains("accrue restore NEW-BACKUP --store NEW-FOLDER"))
        #expect(text.output.hasSuffix("take the steps above.\n"))
        let refused = try await AccrueProcess.run("append", "-", store: store)
        #expect(refused.status == 7 && refused.errors.contains("accrue doctor says what to do"))

        let (backup, restored) = (folder["new backup"], folder["restored"])
        #expect(try await AccrueProcess.run("backup", backup, store: store).status == 0)
        #expect(try await AccrueProcess.run("restore", backup, store: restored).status == 0)
        #expect(try await AccrueProcess.run("doctor", store: restored).status == 0)
        let events = try await AccrueProcess.run("export", store: restored)
        #expect(events.output.count { $0 == "\n" } == 243)
        #expect(try await AccrueProcess.run("export", store: store).output == events.output)
        #expect(try await AccrueProcess.run("append", "-", store: restored).status == 0)
    }

    @Test func `where no store is, the code is that of every command`() async throws {
        let run = try await AccrueProcess.run("doctor", store: folder["other place"])
        #expect(run.status == 5)
        #expect(run.output.contains("There is no store here."))
        #expect(run.output.contains("accrue init --store '\(folder["other place"])'"))
    }

    @Test func `a writer is named, readers that died are removed, and nothing is rebuilt meanwhile`() async throws {
        // This process is the writer; what it starts are others.
        let log = try LMDBEventLog(path: store)
        try killExport()
        let run = try await AccrueProcess.run("doctor", "--json", store: store)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("Process \(getpid()) appends to it."))
        #expect(try wrong(run) == ["dead-readers: warning"])
        let rebuild = try await AccrueProcess.run("doctor", "--rebuild", store: store)
        #expect(rebuild.status == 8)
        #expect(rebuild.output.hasPrefix("Nothing was rebuilt: E-LOG-006"))
        try log.close()
    }

    @Test func `who appends frees the places of readers that die meanwhile`() async throws {
        let log = try LMDBEventLog(path: store)
        try killExport()
        for number in 1...300 {
            _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(.learner(number))) }
        }
        // It would tell of those that it frees itself.
        let run = try await AccrueProcess.run("doctor", "--json", store: store)
        #expect(run.status == 0, "\(run.output)")
        #expect(try wrong(run) == [])
        try log.close()
    }

    /// Ends an export in the middle, as a power cut would: its output is longer than what the pipe takes.
    private func killExport() throws {
        let (export, output) = (Process(), Foundation.Pipe())
        export.executableURL = try AccrueProcess.executable
        export.arguments = ["export", "--store", store]
        export.standardOutput = output
        try export.run()
        #expect(try output.fileHandleForReading.read(upToCount: 1)?.count == 1)
        kill(export.processIdentifier, SIGKILL)
        export.waitUntilExit()
    }
}
