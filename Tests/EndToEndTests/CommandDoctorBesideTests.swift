import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// `accrue doctor` on what lies beside the log: checkpoints, and stored projections.
struct CommandDoctorBesideTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() async throws {
        folder = try TemporaryFolder()
        try await make(store)
    }

    private func make(_ store: String) async throws {
        try await AccrueProcess.makeStore(at: store)
        let catalogue = AccrueProcess.fixture("catalogue.ndjson")
        #expect(try await AccrueProcess.run("append", catalogue, store: store).status == 0)
    }

    /// `finding: severity code` of what was found in a folder of the store, and the exit status.
    private func findings(in place: String) async throws -> (status: Int32, found: [String]) {
        let run = try await AccrueProcess.run("doctor", "--json", store: store)
        let findings = try #require(try run.document.object?["findings"]?.array)
        let found = findings.compactMap { finding -> String? in
            guard let finding = finding.object, finding["path"]?.string?.hasPrefix(folder["store/" + place]) == true
            else {
                return nil
            }
            let words = ["finding", "severity", "code"].compactMap { finding[$0]?.string }
            return words.joined(separator: " ")
        }
        return (run.status, found)
    }

    private func damage(_ file: String, _ change: (inout [UInt8]) -> Void) throws {
        let url = URL(fileURLWithPath: folder["store/" + file])
        var bytes = [UInt8](try Data(contentsOf: url))
        change(&bytes)
        try Data(bytes).write(to: url)
    }

    /// The one file in a folder of the store.
    private func file(in place: String) throws -> String {
        place + "/"
            + (try #require(try FileManager.default.contentsOfDirectory(atPath: folder["store/" + place]).first))
    }

    private func sign(_ store: String) async throws {
        let run = try await AccrueProcess.run("checkpoint", "sign", "--key", folder["log.key"], store: store)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `a checkpoint that is damaged or of another history is told, with what to do`() async throws {
        #expect(try await findings(in: "checkpoints").found == ["no-checkpoints fine"])
        let key = ["key", "new", folder["log.key"], "--name", "school.example/log"]
        #expect(try await RunningAccrue(key, store: store).ended().status == 0)
        try await sign(store)
        let place = try file(in: "checkpoints")
        var (status, found) = try await findings(in: "checkpoints")
        #expect(status == 0 && found == ["checkpoints fine"])

        // A digit of the root, and the text's form.
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder["store/" + place]))
        try damage(place) { bytes in
            let end = bytes.lastIndex(of: 10, before: bytes.firstRange(of: [10, 10])?.lowerBound ?? 0)
            bytes[end + 3] = bytes[end + 3] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        }
        (status, found) = try await findings(in: "checkpoints")
        #expect(status == 7 && found == ["checkpoint-diverges damage E-PRF-003"])
        try damage(place) { $0.removeLast(80) }
        (status, found) = try await findings(in: "checkpoints")
        #expect(status == 7 && found == ["checkpoint-damaged lost E-PRF-001"])
        let text = try await AccrueProcess.run("doctor", store: store)
        #expect(text.output.contains("do:    accrue checkpoint verify COPY --log KEY --store \(store)"))
        #expect(text.output.hasSuffix("which nobody can compute again: see above.\n"))
        #expect(try await AccrueProcess.run("check", store: store).status == 0)

        try whole.write(to: URL(fileURLWithPath: folder["store/" + place]))
        // Under another name, of another history, not finished, not of Accrue.
        try whole.write(to: URL(fileURLWithPath: folder["store/checkpoints/0000000005"]))
        try whole.write(to: URL(fileURLWithPath: folder["store/checkpoints/0000000009.part"]))
        try whole.write(to: URL(fileURLWithPath: folder["store/checkpoints/notes.txt"]))
        (status, found) = try await findings(in: "checkpoints")
        #expect(
            found == [
                "checkpoint-damaged lost E-PRF-001", "unfinished-work warning", "strange warning", "checkpoints fine",
            ]
        )
        #expect(status == 7)
        try FileManager.default.removeItem(atPath: folder["store/checkpoints/0000000005"])
        (status, found) = try await findings(in: "checkpoints")
        #expect(status == 0)
    }

    @Test func `a checkpoint over more events than there are is told`() async throws {
        let other = folder["other"]
        try await make(other)
        let story = AccrueProcess.fixture("story.ndjson")
        #expect(try await AccrueProcess.run("append", story, store: other).status == 0)
        let key = ["key", "new", folder["log.key"], "--name", "school.example/log"]
        #expect(try await RunningAccrue(key, store: store).ended().status == 0)
        try await sign(other)
        try FileManager.default.copyItem(atPath: other + "/checkpoints", toPath: folder["store/checkpoints"])
        let (status, found) = try await findings(in: "checkpoints")
        #expect(status == 7 && found == ["checkpoint-diverges damage E-PRF-003"])
    }

    @Test func `slots that are damaged are told, and made again by the commands that it names`() async throws {
        #expect(try await findings(in: "projections").found == [])
        let story = AccrueProcess.fixture("story.ndjson")
        #expect(try await AccrueProcess.run("append", story, store: store).status == 0)
        let rebuild = ["projection", "rebuild", "--on", "2026-09-01"]
        #expect(try await RunningAccrue(rebuild, store: store).ended().status == 0)
        var (status, found) = try await findings(in: "projections")
        #expect(status == 0 && found == ["slot fine"])

        try damage("projections/slot-1/data.mdb") { $0.removeLast($0.count / 2) }
        try Data().write(to: URL(fileURLWithPath: folder["store/projections/notes.txt"]))
        try FileManager.default.createDirectory(
            atPath: folder["store/projections/slot-7.part"],
            withIntermediateDirectories: false
        )
        (status, found) = try await findings(in: "projections")
        #expect(status == 1)
        #expect(found == ["strange warning", "slot-damaged derived E-PRJ-009", "unfinished-work warning"])
        let text = try await AccrueProcess.run("doctor", store: store)
        #expect(text.output.hasSuffix("computed from it must be made again: see above\n"))
        for line in text.output.split(separator: "\n") where line.contains("do:    rm") {
            let command = String(line.drop { $0 == " " }.dropFirst("do:    ".count))
            #expect(shell(command) == 0, "\(command)")
        }
        // It serves, and is replaced by the commands that are named.
        #expect(text.output.contains("a new one; then accrue projection switch, and accrue projection drop 1"))
        for command in [rebuild, ["projection", "switch", "2"], ["projection", "drop", "1"]] {
            let run = try await RunningAccrue(command, store: store).ended()
            #expect(run.status == 0, "\(run.errors)")
        }
        (status, found) = try await findings(in: "projections")
        #expect(status == 0 && found == ["strange warning", "slot fine"])

        try damage("projections/current") { $0 = Array("{".utf8) }
        (status, found) = try await findings(in: "projections")
        #expect(status == 1 && found.contains("pointer-damaged derived E-INT-002"))
        try damage("projections/current") { $0 = Array(#"{"current":9,"previous":null}"#.utf8) }
        (status, found) = try await findings(in: "projections")
        #expect(status == 1 && found.contains("pointer-damaged derived E-PRJ-001"))
    }

    private func shell(_ command: String) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension [UInt8] {
    /// The last place of a byte before another place.
    fileprivate func lastIndex(of byte: UInt8, before end: Int) -> Int {
        self[..<end].lastIndex(of: byte) ?? 0
    }
}
