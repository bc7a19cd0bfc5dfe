import AccrueTestKit
import EventCoding
import Foundation
import Testing

/// `accrue projection`, as an operator uses it.
struct CommandProjectionTests {
    private let folder: TemporaryFolder
    private var store: String { folder["store"] }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func fill() async throws {
        try await AccrueProcess.makeStore(at: store)
        try await AccrueProcess.tellStory(to: store)
    }

    @Test func `an operator rebuilds, compares, switches, rolls back and drops`() async throws {
        try await fill()
        let none = try await AccrueProcess.run("projection", "summary", store: store)
        #expect(none.status == 5 && none.errors.contains("E-PRJ-008"))
        let first = try await AccrueProcess.run("projection", "rebuild", "--on", "2026-09-01", "--json", store: store)
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.document.object?["serves"]?.bool == true)
        let second = try await AccrueProcess.run("projection", "rebuild", "--on", "2025-01-01", store: store)
        #expect(second.output.contains("accrue projection switch 2"))
        let compare = try await AccrueProcess.run("projection", "compare", store: store)
        #expect(compare.status == 0)
        #expect(compare.output.contains(/event \d+ takes effect on 202[56]-/))
        let reasons = try await AccrueProcess.run("projection", "compare", "1", "2", "--json", store: store)
        let differences = try #require(try reasons.document.object?["differences"]?.array)
        #expect(differences.allSatisfy { $0.object?["reasons"]?.array?.isEmpty == false })
        #expect(compare.output.contains("all explained."))
        #expect(try await AccrueProcess.run("projection", "switch", "2", store: store).output.contains("serves now"))
        #expect(try await AccrueProcess.run("projection", "drop", "2", store: store).status == 4)
        for number in [1, 2, 1] {
            let run = try await AccrueProcess.run("projection", "rollback", store: store)
            #expect(run.output.hasPrefix("Slot \(number) serves again."))
            let warning = "accrue: slot 2 serves now, from which the rollback before led to slot 1\n"
            #expect(run.errors == (number == 2 ? warning : ""))
        }
        let check = try await AccrueProcess.run("projection", "check", "--json", store: store)
        #expect(check.status == 0)
        #expect(try check.document.object?["unequal"]?.array?.isEmpty == true)
        let summary = try await AccrueProcess.run("projection", "summary", "--json", store: store)
        let cohorts = try #require(try summary.document.object?["cohorts"]?.array)
        #expect(!cohorts.isEmpty)
        let object = try #require(try summary.document.object)
        #expect(object["knownAt"]?.integer() == 243 && object["on"]?.string == "2026-09-01")
        #expect(object["rules"]?.array?.compactMap(\.string) == ["in-force"], "\(summary.output)")
        let text = try await AccrueProcess.run("projection", "summary", store: store).output
        #expect(text.contains(/\n[0-9]+ enrolments in versions without formation rule: neither complete/), "\(text)")
        let nowhere = try await AccrueProcess.run("projection", "summary", "--institution", "sc-zalno", store: store)
        #expect(nowhere.status == 5 && nowhere.errors.contains("did you mean sc-zalna?"), "\(nowhere.errors)")
        let never = try await AccrueProcess.run("projection", "summary", "--year", "2050", store: store)
        #expect(never.status == 0 && never.output.contains("enrolments began in 20"), "\(never.output)")
        #expect(try await AccrueProcess.run("projection", "drop", "2", store: store).status == 0)
        let status = try await AccrueProcess.run("projection", "status", "--json", store: store)
        #expect(try status.document.object?["slots"]?.array?.count == 1)
        #expect(try await AccrueProcess.run("projection", "switch", "2", store: store).status == 5)
    }

    @Test func `a rebuild that is killed goes on, and ends as what the log gives`() async throws {
        try await AccrueProcess.makeStore(at: store)
        // So many that rows are written several times.
        let generate = ["generate", "--learners", "1500", "--into-store"]
        #expect(try await RunningAccrue(generate, store: store).ended().status == 0)
        var (kills, pieces) = (0, [0])
        for delay in stride(from: 10, through: 6_000, by: 150) {
            let rebuild = Process()
            rebuild.executableURL = try AccrueProcess.executable
            rebuild.arguments = ["projection", "rebuild", "--on", "2026-09-01", "--store", store]
            rebuild.standardOutput = FileHandle.nullDevice
            try rebuild.run()
            // Not a sleep of the task, which may come late while other tests keep the pool busy.
            usleep(UInt32(delay) * 1_000)
            if !rebuild.isRunning { break }
            kill(rebuild.processIdentifier, SIGKILL)
            rebuild.waitUntilExit()
            kills += 1
            let status = try await AccrueProcess.run("projection", "status", "--json", store: store)
            let slots = try #require(try status.document.object?["slots"]?.array)
            #expect(slots.count <= 1)
            let slot = slots.first?.object
            pieces.append(slot?["rows"]?.integer() ?? 0)
            // It was killed when all was done: what comes next is another one.
            if slot != nil, slot?["rows"] == slot?["learners"] { break }
        }
        // Rows were there when it was killed, and none was lost again.
        #expect(kills > 0 && pieces.contains { $0 > 0 } && pieces == pieces.sorted(), "\(pieces)")
        let rebuild = try await AccrueProcess.run("projection", "rebuild", "--on", "2026-09-01", store: store)
        #expect(rebuild.status == 0, "\(rebuild.errors)")
        let check = try await AccrueProcess.run("projection", "check", "--json", store: store)
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test func `an update that is killed while rows follow new rules goes on, and ends as a rebuild does`() async throws
    {
        try await AccrueProcess.makeStore(at: store)
        let generate = ["generate", "--learners", "400", "--into-store"]
        #expect(try await RunningAccrue(generate, store: store).ended().status == 0)
        for name in ["school.ndjson", "school-class.ndjson"] {
            #expect(try await AccrueProcess.run("append", AccrueProcess.fixture(name), store: store).status == 0)
        }
        let day = ["--on", "2026-09-01"]
        #expect(try await RunningAccrue(["projection", "rebuild"] + day, store: store).ended().status == 0)
        let before = try await AccrueProcess.run("projection", "summary", "--json", store: store)
        let rules = AccrueProcess.fixture("school-rules.2025.yaml")
        for (step, actor) in [("draft", "a-secretary"), ("publish", "a-board")] {
            let done = try await RunningAccrue(
                ["rules", step, rules, "--actor", actor, "--effective", "2024-01-01"],
                store: store
            ).ended()
            #expect(done.status == 0, "\(done.errors)")
        }
        let activate = ["rules", "activate", "lipnica@2025", "--actor", "a-board", "--effective", "2025-09-01"]
        let reason = ["--reason", "exception", "--legal-basis", "Sklep sveta"]
        let active = try await RunningAccrue(activate + reason, store: store).ended()
        #expect(active.status == 0, "\(active.errors)")
        var (kills, pieces) = (0, Set<Int>())
        for delay in stride(from: 20, through: 9_000, by: 120) {
            let update = Process()
            update.executableURL = try AccrueProcess.executable
            update.arguments = ["projection", "update", "--store", store]
            update.standardOutput = FileHandle.nullDevice
            try update.run()
            usleep(UInt32(delay) * 1_000)
            if !update.isRunning { break }
            kill(update.processIdentifier, SIGKILL)
            update.waitUntilExit()
            kills += 1
            let status = try await AccrueProcess.run("projection", "status", "--json", store: store)
            let slot = try #require(try status.document.object?["slots"]?.array?.first?.object)
            guard let following = slot["following"]?.object else { continue }
            // Until all rows have followed, the slot answers as before.
            let built = try #require(following["rows"]?.integer() as Int?)
            pieces.insert(built)
            let summary = try await AccrueProcess.run("projection", "summary", "--json", store: store)
            #expect(summary.output == before.output)
        }
        #expect(kills > 0 && !pieces.isEmpty)
        #expect(try await AccrueProcess.run("projection", "update", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
        let anew = try await RunningAccrue(["projection", "rebuild"] + day, store: store).ended()
        #expect(anew.status == 0, "\(anew.errors)")
        let compare = try await AccrueProcess.run("projection", "compare", "1", "2", "--json", store: store)
        #expect(compare.status == 0)
        #expect(try compare.document.object?["differences"]?.array?.isEmpty == true, "\(compare.output)")
        let after = try await AccrueProcess.run("projection", "summary", "--json", store: store)
        #expect(after.output != before.output)
    }

    @Test func `a rebuild in the other slot takes in what another process appends meanwhile`() async throws {
        try await AccrueProcess.makeStore(at: store)
        // So many that others append while it goes on.
        let generate = ["generate", "--learners", "1500", "--into-store"]
        #expect(try await RunningAccrue(generate, store: store).ended().status == 0)
        #expect(try await AccrueProcess.run("append", AccrueProcess.fixture("school.ndjson"), store: store).status == 0)
        for day in ["2026-09-01", "2026-10-01"] {
            let rebuild = Process()
            rebuild.executableURL = try AccrueProcess.executable
            rebuild.arguments = ["projection", "rebuild", "--on", day, "--store", store]
            rebuild.standardOutput = FileHandle.nullDevice
            try rebuild.run()
            // Held up in the middle of its work, however busy the machine is.
            usleep(300_000)
            #expect(rebuild.isRunning && kill(rebuild.processIdentifier, SIGSTOP) == 0)
            let run = try await AccrueProcess.introduce("n-\(day)", by: "a-secretary", to: store)
            #expect(run.status == 0, "\(run.errors)")
            #expect(rebuild.isRunning && kill(rebuild.processIdentifier, SIGCONT) == 0)
            rebuild.waitUntilExit()
            #expect(rebuild.terminationStatus == 0)
        }
        // Compare brings both to one position.
        #expect(try await AccrueProcess.run("projection", "compare", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "switch", "2", store: store).status == 0)
        let stat = try await AccrueProcess.run("log", "stat", "--json", store: store).document.object
        let status = try await AccrueProcess.run("projection", "status", "--json", store: store).document.object
        for slot in try #require(status?["slots"]?.array).compactMap(\.object) {
            #expect(slot["knownAt"] == stat?["position"] && slot["rows"] == slot["learners"])
        }
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "rollback", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
    }

    @Test func `Ctrl-C leaves a slot with which the next rebuild goes on`() async throws {
        try await AccrueProcess.makeStore(at: store)
        let generate = ["generate", "--learners", "500", "--into-store"]
        #expect(try await RunningAccrue(generate, store: store).ended().status == 0)
        let rebuild = Process()
        rebuild.executableURL = try AccrueProcess.executable
        rebuild.arguments = ["projection", "rebuild", "--on", "2026-09-01", "--store", store]
        rebuild.standardOutput = FileHandle.nullDevice
        let errors = Foundation.Pipe()
        rebuild.standardError = errors
        try rebuild.run()
        // As soon as its slot is there.
        while rebuild.isRunning, !FileManager.default.fileExists(atPath: folder["store/projections/slot-1"]) {
            usleep(2_000)
        }
        kill(rebuild.processIdentifier, SIGINT)
        rebuild.waitUntilExit()
        let told = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(
            told.contains("slot 1 lacks")
                && told.contains("rebuild --on 2026-09-01; remove it: accrue projection drop 1"),
            "\(told)"
        )
        #expect(rebuild.terminationStatus == 1)
        let again = try await AccrueProcess.run("projection", "rebuild", "--on", "2026-09-01", "--json", store: store)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try again.document.object?["slot"]?.object?["number"]?.integer() == 1)
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
    }

    @Test func `a switch that is killed leaves the one slot or the other in service`() async throws {
        try await AccrueProcess.makeStore(at: store)
        let generate = ["generate", "--learners", "100", "--into-store"]
        #expect(try await RunningAccrue(generate, store: store).ended().status == 0)
        for day in ["2026-09-01", "2026-10-01"] {
            #expect(try await AccrueProcess.run("projection", "rebuild", "--on", day, store: store).status == 0)
        }
        var (kills, serving) = (0, 1)
        for delay in stride(from: 5, through: 600, by: 35) {
            let command = Process()
            command.executableURL = try AccrueProcess.executable
            command.arguments = ["projection", "switch", "\(3 - serving)", "--store", store]
            command.standardOutput = FileHandle.nullDevice
            try command.run()
            usleep(UInt32(delay) * 1_000)
            if command.isRunning {
                kill(command.processIdentifier, SIGKILL)
                kills += 1
            }
            command.waitUntilExit()
            let summary = try await AccrueProcess.run("projection", "summary", "--json", store: store)
            #expect(summary.status == 0, "\(summary.errors)")
            serving = try #require(try summary.document.object?["slot"]?.integer())
            #expect((1...2).contains(serving))
        }
        #expect(kills > 0)
        let other = "\(3 - serving)"
        #expect(try await AccrueProcess.run("projection", "switch", other, store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "rollback", store: store).status == 0)
    }

    @Test func `slots under other rules are built, compared with their reason, and summed up`() async throws {
        try await AccrueProcess.makeStore(at: store)
        let school = AccrueProcess.fixture("school.ndjson")
        #expect(try await AccrueProcess.run("append", school, store: store).status == 0)
        let rules = AccrueProcess.fixture("school-rules.2025.yaml")
        for (step, actor) in [("draft", "a-secretary"), ("publish", "a-board")] {
            let done = try await AccrueProcess.run(
                "rules",
                step,
                rules,
                "--actor",
                actor,
                "--effective",
                "2024-01-01",
                store: store
            )
            #expect(done.status == 0, "\(done.errors)")
        }
        let day = ["projection", "rebuild", "--on", "2026-09-01"]
        #expect(try await RunningAccrue(day + ["--rules", "none"], store: store).ended().status == 0)
        let under = try await RunningAccrue(day + ["--rules", "lipnica@2025"], store: store).ended()
        #expect(under.status == 0 && under.output.contains("under lipnica@2025"), "\(under.errors)")
        let unknown = try await RunningAccrue(day + ["--rules", "lipnica@2026"], store: store).ended()
        #expect(unknown.status == 5 && unknown.errors.contains("did you mean lipnica@2025?"), "\(unknown.errors)")
        let compare = try await AccrueProcess.run("projection", "compare", store: store)
        #expect(compare.status == 0, "\(compare.errors)")
        let status = try await AccrueProcess.run("projection", "status", store: store)
        #expect(status.output.contains("lipnica@2025") && !status.output.contains("lipnica@2026"))
        let summary = try await AccrueProcess.run("projection", "summary", "--institutions", "--json", store: store)
        let school1 = try #require(try summary.document.object?["institutions"]?.array?.first?.object)
        #expect(school1["institution"]?.string == "lipnica")
        #expect(school1["verdicts"]?.object?["not-satisfied"]?.integer() == 1)
        #expect(school1["recognised"] == nil)
    }

    @Test func `a rebuild stops at a damaged event and names it`() async throws {
        try await fill()
        // Sealed, so that the log can be opened without reading the event.
        #expect(try await AccrueProcess.run("doctor", "--rebuild", store: store).status == 0)
        let history = try await AccrueProcess.run("history", "dana", "--json", store: store)
        let events = try #require(try history.document.object?["events"]?.array).compactMap(\.object)
        let event = try #require(events.first { $0["identifier"]?.string == "dana-m1-recognised" })
        let position = try #require(event["position"]?.integer() as Int?)
        let data = URL(fileURLWithPath: folder["store/log/data.mdb"])
        var bytes = try Data(contentsOf: data)
        let place = try #require(bytes.range(of: Data("dana-m1-recognised".utf8), options: .backwards))
        bytes[place.lowerBound] ^= 1
        try bytes.write(to: data)
        let rebuild = try await AccrueProcess.run("projection", "rebuild", store: store)
        #expect(rebuild.status == 7)
        #expect(
            rebuild.errors.contains("E-INT-001") && rebuild.errors.contains("position \(position),"),
            "\(rebuild.errors)"
        )
        let status = try await AccrueProcess.run("projection", "status", "--json", store: store)
        #expect(status.output.contains(#""ready":false"#))
    }

    @Test func `a rebuild stops at a damaged block of an index and names it`() async throws {
        try await fill()
        #expect(try await AccrueProcess.run("doctor", "--rebuild", store: store).status == 0)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder["store/runs"]).first)
        let run = URL(fileURLWithPath: folder["store/runs/" + name])
        let whole = try Data(contentsOf: run)
        // The last half but for the end are events of learners.
        for part in [6, 8, 9] {
            var bytes = whole
            bytes[whole.count * part / 10] ^= 1
            try bytes.write(to: run)
            let rebuild = try await AccrueProcess.run("projection", "rebuild", "--on", "2026-09-01", store: store)
            #expect(rebuild.status == 7, "\(part): \(rebuild.output)")
            let told =
                "E-INT-003 an index differs from the log; accrue doctor --rebuild makes it again: \(run.path), the block at "
            #expect(rebuild.errors.contains(told), "\(rebuild.errors)")
        }
        try whole.write(to: run)
        #expect(try await AccrueProcess.run("projection", "rebuild", "--on", "2026-09-01", store: store).status == 0)
        #expect(try await AccrueProcess.run("projection", "check", store: store).status == 0)
    }
}
