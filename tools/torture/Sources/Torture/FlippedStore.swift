import Accrue
import Credit
import EventCoding
import EventLog
import Foundation
import Projections
import Synchronization
import Transparency

/// Opens damaged copies of a store one after the other, and says of each what came of it.
struct FlippedStore {
    /// What a store is damaged for.
    enum Kind: String, CaseIterable {
        /// Few events, of which each bit has its turn.
        case small
        case closed
        /// Nothing says how far its writer went.
        case killed
        case backup
        /// Slots and checkpoints.
        case beside

        /// Whether a file of the store is one that is damaged.
        func holds(_ file: String) -> Bool {
            switch self {
            // Locks that nobody holds are made anew; they are damaged of the larger stores.
            case .small: !file.hasSuffix("lock.mdb")
            case .closed, .killed, .backup: true
            case .beside: file.hasPrefix("projections/") || file.hasPrefix("checkpoints/")
            }
        }

        /// After one of so many damages more is appended, which takes longer than to look.
        var appendsEvery: Int {
            switch self {
            case .small: 16
            case .closed, .killed: 1
            case .backup, .beside: 0
            }
        }

        /// Whether an error may be said of a damaged file.
        func allows(_ error: AccrueError, of file: String) -> Bool {
            if error.code.rawValue.hasPrefix("E-INT") { return true }
            switch self {
            // Which format it is, the data file says.
            case .small, .closed, .killed: return error.code == .formatNewer && file == "log/data.mdb"
            case .backup: return false
            case .beside:
                return file.hasPrefix("checkpoints")
                    ? error.code == .proofInvalid : error.code.rawValue.hasPrefix("E-PRJ")
            }
        }
    }

    private let kind: Kind
    private let store: String
    private let copy: String
    private let damages: ArraySlice<String>

    init(_ arguments: [String]) throws {
        guard arguments.count > 4, let kind = Kind(rawValue: arguments[1]) else {
            throw Finding("usage: flipped KIND STORE COPY FILE:PLACE …")
        }
        (self.kind, store, copy, damages) = (kind, arguments[2], arguments[3], arguments[4...])
    }

    // MARK: What is damaged

    /// Makes a store of each kind.
    static func make(in folder: String, _ seed: UInt64) async throws -> [(kind: Kind, store: String)] {
        let silent = Speaker(descriptor: open("/dev/null", O_WRONLY))
        let closed = folder + "/flips-closed"
        try await Worker(store: closed, seed: seed, last: 70, speaker: silent).run()
        let killed = folder + "/flips-killed"
        _ = try WorkerProcess(["work", killed, "\(seed)", "100"]).kill(after: "stating", microseconds: 0)
        let small = folder + "/flips-small"
        try LMDBEventLog.create(at: small, options: Worker.options)
        let log = try LMDBEventLog(path: small, options: Worker.options)
        for number in 1...2 { try await Batch(number, seed: seed).append(to: log) }
        try log.close()
        let beside = try await Work(in: folder + "/flips-beside", seed: seed, imports: true, last: 8)
        _ = try WorkerProcess(beside.arguments).end()
        let signed = try LMDBEventLog(path: beside.store, options: Worker.options)
        let checkpoints = Checkpoints(ofStore: beside.store)
        guard let signer else { throw Finding("no key") }
        try checkpoints.keep(try await Ledger(signed).sign(signer, in: checkpoints))
        try signed.close()
        return [
            (.small, small), (.closed, closed), (.killed, killed), (.backup, closed + "-copy-25"),
            (.beside, beside.store),
        ]
    }

    private static let signer = NoteSigner(name: "school.example/log", kind: .log, seed: Array(1...32))

    // MARK: In a process of its own

    func run() async throws {
        // No answer comes of a fault, whichever signal tells it.
        for fault in [SIGBUS, SIGSEGV, SIGABRT] { signal(fault) { _ in _exit(7) } }
        let expected = try ask(store)
        try copyAnew()
        let more = kind.appendsEvery > 0 ? try await append(after: expected) : expected
        var isFresh = false
        for (index, damage) in damages.enumerated() {
            guard let colon = damage.lastIndex(of: ":"), let place = Int(damage[damage.index(after: colon)...]) else {
                throw Finding("usage: \(damage)")
            }
            let file = String(damage[..<colon])
            if !isFresh { try copyAnew() }
            let undo = try self.damage(file, place)
            var outcome = judge(damage, file) { () throws(AccrueError) in try ask(copy) == expected }
            let appends = kind.appendsEvery > 0 && index % kind.appendsEvery == 0
            if appends, !outcome.hasPrefix("WRONG") {
                do {
                    outcome += try await append(after: expected) == more ? ", and appended" : ""
                    if !outcome.hasSuffix("appended") { outcome = "WRONG \(damage), after more was appended" }
                } catch let error as AccrueError {
                    outcome += ", then " + judge(damage, file) { () throws(AccrueError) in throw error }
                    if outcome.contains("WRONG") { outcome = "WRONG \(damage) \(outcome)" }
                }
            }
            // Where nothing was written, the damage can be taken back.
            isFresh = try !appends && undo()
            FileHandle.standardOutput.write(Data("\(outcome)\n".utf8))
        }
    }

    /// Says what came of a question: the same answers, or an error of what is damaged.
    private func judge(_ damage: String, _ file: String, _ asks: () throws(AccrueError) -> Bool) -> String {
        do throws(AccrueError) {
            return try asks() ? "the same" : "WRONG \(damage)"
        } catch {
            guard kind.allows(error, of: file) else { return "WRONG \(damage): \(error)" }
            // It names a file of the store, or a position.
            let words = error.subject.replacingOccurrences(of: copy, with: "")
            guard words.contains("/") || words.contains(where: \.isNumber) || error.subject.contains(copy) else {
                return "WRONG \(damage), without its place: \(error)"
            }
            return error.code.rawValue
        }
    }

    private func copyAnew() throws {
        for path in [copy, copy + "-restored"] { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.copyItem(atPath: store, toPath: copy)
    }

    /// Damages a file of the copy; gives what takes it back, where that can be.
    private func damage(_ file: String, _ place: Int) throws -> () throws -> Bool {
        let url = URL(fileURLWithPath: copy + "/" + file)
        guard place >= 0 else {
            try FileHandle(forUpdating: url).truncate(atOffset: UInt64(-place - 1))
            return { false }
        }
        func flip() throws {
            let handle = try FileHandle(forUpdating: url)
            try handle.seek(toOffset: UInt64(place / 8))
            guard let byte = try handle.read(upToCount: 1)?.first else { throw Finding("\(file) ends before \(place)") }
            try handle.seek(toOffset: UInt64(place / 8))
            try handle.write(contentsOf: Data([byte ^ 1 << UInt8(place % 8)]))
            try handle.close()
        }
        try flip()
        return {
            // A lock is written by whoever opens.
            if file.hasSuffix("lock.mdb") { return false }
            try flip()
            return true
        }
    }

    /// Opens the copy for writing, appends to it a few times, and asks it again. By its clock and its random bytes, the same
    /// batches give the same records.
    private func append(after expected: Answers) async throws -> Answers {
        var options = Worker.options
        let last = expected.events.last?.recordedAt.rawValue ?? 0
        options.clock = { Instant(rawValue: last + 1_000_000) }
        let random = Mutex(SeededRandom(seed: 1))
        options.randomBytes = { count in
            random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        }
        let log = try LMDBEventLog(path: copy, options: options)
        defer { try? log.close() }
        for number in 0..<4 { try await Batch(expected.streams.count + number, seed: 1).append(to: log) }
        try log.close()
        return try Answers(copy)
    }

    private func ask(_ store: String) throws(AccrueError) -> Answers {
        switch kind {
        case .small, .closed, .killed: return try Answers(store)
        case .backup:
            let restored = copy + "-restored"
            try? FileManager.default.removeItem(atPath: restored)
            try LMDBEventLog.restore(from: store, to: restored, options: Worker.options)
            return try Answers(restored)
        case .beside: return try Answers(beside: store)
        }
    }

    /// All that a store can be asked.
    private struct Answers: Equatable {
        var identity: LogID?
        var events: [Event] = []
        var streams: [[Event]] = []
        var positions: [Position?] = []
        var root: Digest?
        var heads: [StreamHead] = []
        /// Of a slot and the last checkpoint.
        var rows: [[UInt8]] = []
        var words: [String] = []

        private init() {}

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

        /// What the slot that serves says, and the last checkpoint.
        init(beside store: String) throws(AccrueError) {
            let log = try LMDBEventLog(path: store, writes: false, options: Worker.options)
            defer { try? log.close() }
            let slot = try SlotFolder(of: log).current()
            defer { try? slot.close() }
            let state = try slot.state()
            words.append("\(state)")
            for learner in stride(from: 1, through: state.built, by: 1) {
                // As the examination of a store judges it.
                guard let row = try slot.bytes(ofLearner: learner) else {
                    throw AccrueError(.storeDamaged, "slot \(slot.number) has no row of learner \(learner)")
                }
                rows.append(row)
            }
            for (key, summary) in try slot.cohorts() { words.append("\(key) \(summary)") }
            guard let note = try Checkpoints(ofStore: store).note() else {
                throw AccrueError(.proofInvalid, "no checkpoint is in checkpoints/")
            }
            try proving("checkpoints/") { () throws(TransparencyError) in
                if let key = FlippedStore.signer?.key { try note.verify(key) }
            }
            words.append(note.text)
        }
    }
}
