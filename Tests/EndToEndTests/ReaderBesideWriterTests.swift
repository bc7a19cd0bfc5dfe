import AccrueTestKit
import Credit
import EventLog
import Foundation
import LMDB
import Testing

/// What another process appends at any moment while a log is opened to be read.
@Suite struct ReaderBesideWriterTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    /// A store with the first lines of the catalogue.
    init() async throws {
        folder = try TemporaryFolder()
        try await AccrueProcess.makeStore(at: store)
        let catalogue = try String(contentsOfFile: AccrueProcess.fixture("catalogue.ndjson"), encoding: .utf8)
        let start = catalogue.split(separator: "\n").prefix(3).joined(separator: "\n")
        #expect(try await AccrueProcess.run("append", "-", store: store, input: start).status == 0)
    }

    /// Appends the rest of the catalogue in a process of its own, which closes the log.
    private static func append(to store: String) {
        let process = Process()
        process.executableURL = try? AccrueProcess.executable
        process.arguments = ["append", AccrueProcess.fixture("catalogue.ndjson")]
        process.environment = ["ACCRUE_STORE": store, "LANG": "C"]
        process.standardOutput = FileHandle.nullDevice
        #expect(throws: Never.self) { try process.run() }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Calls `body` with the path of a new copy of the store each time, and has another process append before one of its
    /// looks at a file or at the records, once before each of them.
    private func atEachLook(_ body: (String, StoreOptions, _ moment: String) throws -> Void) throws {
        let quiet = FaultPlan()
        var options = StoreOptions()
        options.faults = quiet
        try body(store, options, "alone")
        let looks = quiet.calls.enumerated().filter { [.fileOpen, .cursorOpen].contains($0.element) }
        #expect(looks.count > 3)
        for look in looks {
            let copy = folder["copy-\(look.offset)"]
            try FileManager.default.copyItem(atPath: store, toPath: copy)
            let plan = FaultPlan()
            plan.interrupt(before: look.offset + 1) { Self.append(to: copy) }
            options.faults = plan
            try body(copy, options, "before call \(look.offset + 1), \(look.element.rawValue)")
        }
    }

    @Test func `a writer that appends and closes meanwhile is never taken for a shorter log`() throws {
        var ends: Set<UInt32> = []
        try atEachLook { (path, options, moment) in
            #expect(throws: Never.self, "\(moment)") {
                let log = try LMDBEventLog(path: path, writes: false, options: options)
                ends.insert(try log.read { $0.position.rawValue })
                try log.close()
            }
        }
        #expect(ends.contains(3) && ends.count == 2)
    }

    @Test func `nor does the doctor take it for one`() throws {
        try atEachLook { (path, options, moment) in
            let findings = StoreExamination(of: path, options: options).findings
            #expect(findings.filter { $0.severity >= .derived } == [], "\(moment)")
        }
    }
}
