import Accrue
import Credit
import EventCoding
import EventLog
import Foundation
import Transparency

/// Flips each bit of a small store's files, and cuts them at each page: the answers are the same as before, or an error.
struct BitFlips {
    private static let perProcess = 200

    let folder: String
    let seed: UInt64

    func run(_ progress: Progress, until isOver: (Int) -> Bool) async throws -> Int {
        let store = folder + "/flips"
        try await Worker(store: store, seed: seed, last: 70, speaker: Speaker(descriptor: open("/dev/null", O_WRONLY)))
            .run()
        var random = SeededRandom(seed: seed)
        var damages: [(file: String, place: Int)] = []
        let derived = try ["runs", "tree"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: store + "/" + folder).map { folder + "/" + $0 }
        }
        for file in ["log/data.mdb", "head"] + derived {
            let size = try Data(contentsOf: URL(fileURLWithPath: store + "/" + file)).count
            damages += (0..<8 * size).map { (file, $0) }
            damages += (0..<size / 4_096).map { (file, -1 - $0) }
        }
        // In a random order, so that a short run sees all sorts of places.
        damages.shuffle(using: &random)
        var count = 0
        while count < damages.count, !isOver(count) {
            let some = damages[count..<min(count + Self.perProcess, damages.count)]
            try examine(store, some.map { "\($0.file):\($0.place)" })
            count += some.count
            progress.advance("flips", count)
        }
        return count
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

    func run() throws {
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
            let outcome: String
            do throws(AccrueError) {
                outcome = try Answers(copy) == expected ? "same" : "WRONG \(damage)"
            } catch {
                outcome = error.code.rawValue
            }
            FileHandle.standardOutput.write(Data("\(outcome)\n".utf8))
        }
    }

    /// All that a store can be asked.
    private struct Answers: Equatable {
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
                answers.root = try log.tree(through: snapshot.position).root()
                answers.heads = try log.heads(through: snapshot.position).heads
                return answers
            }
        }

        private init() {}
    }
}
