import Accrue
import Credit
import EventCoding
import EventLog
import Foundation
import Transparency

/// Flips each bit of small stores' files, and cuts them at each page: the answers are the same as before, or an error; and
/// so they are after more was appended. Of one store the writer was closed, of the other killed.
struct BitFlips {
    private static let perProcess = 200

    let folder: String
    let seed: UInt64

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        var random = SeededRandom(seed: seed)
        let stores = [try await Self.batches(folder + "/flips", seed), try killed(folder + "/flips-killed")]
        var damages: [[String]] = []
        for store in stores { damages.append(try self.damages(of: store).shuffled(using: &random)) }
        var (count, round) = (0, 0)
        while !isOver(count), damages.contains(where: { $0.count > round * Self.perProcess }) {
            for (store, damages) in zip(stores, damages) where !isOver(count) {
                let some = damages.dropFirst(round * Self.perProcess).prefix(Self.perProcess)
                try examine(store, Array(some))
                count += some.count
                progress.advance("flips", count)
            }
            round += 1
        }
        return count
    }

    /// A store that was closed.
    private static func batches(_ store: String, _ seed: UInt64) async throws -> String {
        try await Worker(store: store, seed: seed, last: 70, speaker: Speaker(descriptor: open("/dev/null", O_WRONLY)))
            .run()
        return store
    }

    /// A store whose writer was killed, so that nothing says how far it went.
    private func killed(_ store: String) throws -> String {
        _ = try WorkerProcess(["work", store, "\(seed)", "100"]).kill(after: "stating", microseconds: 0)
        return store
    }

    /// Every bit of every file, and the pages at which these may be cut; of what only some work leaves, what is there.
    private func damages(of store: String) throws -> [String] {
        let manager = FileManager.default
        let derived = ["runs", "tree"].flatMap { folder in
            ((try? manager.contentsOfDirectory(atPath: store + "/" + folder)) ?? []).map { folder + "/" + $0 }
        }
        let files = (["log/data.mdb", "head"] + derived).filter { manager.fileExists(atPath: store + "/" + $0) }
        return try files.flatMap { file in
            let size = try Data(contentsOf: URL(fileURLWithPath: store + "/" + file)).count
            return (-(size / 4_096)..<8 * size).map { "\(file):\($0)" }
        }
    }

    /// Lets another process open damaged copies, as a fault inside the map ends it; then one more does the rest.
    private func examine(_ store: String, _ damages: [String]) throws {
        var rest = damages[...]
        while !rest.isEmpty {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            process.arguments = ["flipped", store, folder + "/flipped"] + rest
            process.standardOutput = pipe
            try process.run()
            let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            let lines = output.split(separator: "\n")
            if let wrong = lines.first(where: { $0.hasPrefix("WRONG") }) { throw Finding("\(wrong)") }
            rest = rest.dropFirst(lines.count)
            guard process.terminationReason == .exit else { throw Finding("\(rest.first ?? ""): ended by a signal") }
            if process.terminationStatus == 7, !rest.isEmpty {
                rest = rest.dropFirst()
            } else if !rest.isEmpty {
                throw Finding("\(rest.first ?? ""): ended with \(process.terminationStatus) [\(folder)/flipped]")
            }
        }
    }
}

/// Opens damaged copies of a store one after the other, and says of each what came of it.
struct FlippedStore {
    private let store: String
    private let copy: String
    private let damages: ArraySlice<String>

    init(_ arguments: [String]) throws {
        guard arguments.count > 3 else { throw Finding("usage: flipped STORE COPY FILE:PLACE …") }
        (store, copy, damages) = (arguments[1], arguments[2], arguments[3...])
    }

    func run() async throws {
        // As the command does: no answer comes of a fault inside the map.
        for fault in [SIGBUS, SIGSEGV, SIGABRT] { signal(fault) { _ in _exit(7) } }
        let expected = try Answers(store)
        for damage in damages {
            guard let colon = damage.lastIndex(of: ":"), let place = Int(damage[damage.index(after: colon)...]) else {
                throw Finding("usage: \(damage)")
            }
            let file = String(damage[..<colon])
            try? FileManager.default.removeItem(atPath: copy)
            try FileManager.default.copyItem(atPath: store, toPath: copy)
            let url = URL(fileURLWithPath: copy + "/" + file)
            var bytes = try Data(contentsOf: url)
            if place < 0 {
                let size = 4_096 * (-1 - place)
                bytes.removeSubrange(size...)
            } else {
                bytes[place / 8] ^= 1 << UInt8(place % 8)
            }
            try bytes.write(to: url)
            var outcome: String
            do throws(AccrueError) {
                outcome = try Answers(copy) == expected ? "same" : "WRONG \(damage)"
            } catch {
                outcome = error.code.rawValue
            }
            do {
                let more = try await append(after: expected)
                if !more.holds(expected) { outcome = "WRONG \(damage), after more was appended" }
            } catch let error as AccrueError {
                outcome += " \(error.code.rawValue)"
            }
            FileHandle.standardOutput.write(Data("\(outcome)\n".utf8))
        }
    }

    /// Opens the copy for writing, appends to it a few times, and asks it again.
    private func append(after expected: Answers) async throws -> Answers {
        let log = try LMDBEventLog(path: copy, options: Worker.options)
        defer { try? log.close() }
        for number in 0..<4 { try await Batch(expected.streams.count + number, seed: 1).append(to: log) }
        try log.close()
        return try Answers(copy)
    }

    /// All that a store can be asked.
    private struct Answers: Equatable {
        var identity: LogID?
        var events: [Event] = []
        var streams: [[Event]] = []
        var positions: [Position?] = []
        var root: Digest?
        var heads: [StreamHead] = []

        init(_ store: String) throws(AccrueError) {
            let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
            defer { try? log.close() }
            self = try log.read { (snapshot) throws(AccrueError) in
                var answers = Answers()
                try snapshot.forEachEvent(from: Position(rawValue: 1), through: snapshot.position) {
                    answers.events.append($0)
                }
                for number in 0...snapshot.learnerCount {
                    answers.streams.append(try snapshot.events(ofLearner: number))
                }
                for event in answers.events {
                    answers.positions.append(try snapshot.position(ofEvent: event.id))
                    if let identifier = event.details.identifier {
                        answers.positions.append(try snapshot.position(of: identifier, in: event.kind.space))
                    }
                }
                answers.identity = log.identity
                answers.root = try log.tree(through: snapshot.position).root()
                answers.heads = try log.heads(through: snapshot.position).heads
                return answers
            }
        }

        private init() {}

        /// Whether all that was there before is there still.
        func holds(_ earlier: Answers) -> Bool {
            identity == earlier.identity && events.starts(with: earlier.events)
                && positions.starts(with: earlier.positions) && streams.count >= earlier.streams.count
                && zip(streams, earlier.streams).allSatisfy { $0.starts(with: $1) }
        }
    }
}
