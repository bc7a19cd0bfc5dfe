import AccrueTestKit
import Credit
import EventCoding
import LMDB
import Synchronization
import Testing
import Transparency

@testable import EventLog

/// A store's life while calls fail: it is made, appended to, sealed, merged, hashed, stated, copied, read, and made again.
///
/// What fails is tried once more, as one fault was planned; then it must succeed. After each step the log is closed, so that what
/// is done behind it has come to its end, and what failed there is seen.
struct FaultyHistory {
    /// How much happens.
    enum Length: Int {
        /// A store is made, appended to, sealed, copied and read.
        case short = 5
        /// Runs are merged, the tree has a tile and is stated, and what is derived is made again.
        case long = 72
    }

    private let folder: TemporaryFolder
    private let plan: FaultPlan
    private var options = StoreOptions()
    private var log: LMDBEventLog?
    /// The learners whose events were acknowledged.
    private var acknowledged = 0
    private(set) var errors: [AccrueError] = []
    /// The step in which a call failed and nothing was said.
    private(set) var unnoticed: String?

    private let length: Length
    private var learners: Int { length.rawValue }
    /// How many events there are in the end.
    private var events: UInt32 { UInt32(4 * learners) + (length == .long ? 1 : 0) }

    private var path: String { folder["store"] }
    private var faulty: StoreOptions {
        var options = options
        options.faults = plan
        return options
    }

    init(_ plan: FaultPlan, _ length: Length) throws {
        self.plan = plan
        self.length = length
        folder = try TemporaryFolder()
        options.mapSize = 32 << 20
        options.sealInterval = length == .long ? 64 : 16
    }

    /// Lives through all of it, and requires of the store what must hold then.
    mutating func run() async throws {
        try await step("making") { history in
            try history.make("store") { (path, options) throws(AccrueError) in
                try LMDBEventLog.create(at: path, options: options)
            }
        }
        for first in stride(from: 1, through: learners, by: 18) {
            try await step("appending") { try await $0.append(first...min(first + 17, $0.learners)) }
        }
        if length == .long { try await step("stating") { try await $0.state() } }
        try await step("backing up") { try $0.backUp() }
        try await step("reading") { history in
            try history.open(writes: false)
            try history.read()
        }
        if length == .long {
            try await step("rebuilding") { history in
                try history.again { (history) throws(AccrueError) in
                    // In one run, as fewer are quicker.
                    var options = history.faulty
                    options.sealInterval = 1 << 18
                    _ = try LMDBEventLog.rebuildIndices(at: history.path, options: options)
                }
            }
            try await step("opening") { try $0.open() }
        }
        try await verify()
    }

    /// Does something, closes the log, and notes whether a call failed meanwhile that nobody was told of.
    private mutating func step(_ name: String, _ body: (inout FaultyHistory) async throws -> Void) async throws {
        let (fired, told) = (plan.fired.count, errors.count)
        try await body(&self)
        try close()
        if plan.fired.count > fired, errors.count == told { unnoticed = name }
    }

    // MARK: What is tried again

    private mutating func again<Result>(
        _ body: (inout FaultyHistory) throws(AccrueError) -> Result
    ) throws -> Result {
        do throws(AccrueError) {
            return try body(&self)
        } catch {
            errors.append(error)
        }
        return try body(&self)
    }

    /// Makes a folder that is there whole or not at all.
    private mutating func make(
        _ name: String,
        _ body: (String, StoreOptions) throws(AccrueError) -> Void
    ) throws {
        do throws(AccrueError) {
            try body(folder[name], faulty)
        } catch {
            errors.append(error)
            if try !Files().has(folder[name]) { try body(folder[name], faulty) }
        }
    }

    private mutating func open(writes: Bool = true) throws {
        log = try again { (history) throws(AccrueError) in
            try LMDBEventLog(path: history.path, writes: writes, options: history.faulty)
        }
    }

    private mutating func close() throws {
        try again { (history) throws(AccrueError) in try history.log?.close() }
        if let log { errors += log.failures.values }
        log = nil
    }

    // MARK: What is done

    private mutating func append(_ learners: ClosedRange<Int>) async throws {
        while acknowledged < learners.upperBound {
            if log == nil { try open() }
            do {
                _ = try await log?.append { (turn) throws(AccrueError) in
                    for number in learners {
                        let learner = try turn.append(.learner(number)).event
                        for index in 1...3 { _ = try turn.append(.note(number, index, of: learner.position)) }
                    }
                    return .keep(true)
                }
                acknowledged = learners.upperBound
                if let log { await awaitSealing(log) }
            } catch {
                try take(error)
            }
        }
    }

    /// Waits until what is due is sealed, and notes why it is not: closing tries again.
    private mutating func awaitSealing(_ log: LMDBEventLog) async {
        let interval = options.sealInterval
        func isDue() -> Bool {
            log.indices.cover.withLock { $0.frozen != nil || $0.tail.entries.count >= interval }
        }
        while isDue(), log.failures[.sealing] == nil {
            try? await Task.sleep(for: .microseconds(200))
        }
        if let failure = log.failures[.sealing] { errors.append(failure) }
    }

    /// The log states where its streams end, and keeps it.
    private mutating func state() async throws {
        var isStated = false
        while !isStated {
            if log == nil { try open() }
            guard let log else { return }
            do {
                let last = Position(rawValue: UInt32(4 * learners))
                var tree = try log.heads(through: last)
                var command = Command(
                    id: EventID(high: 9, low: 9),
                    kind: .headsRecorded,
                    effective: CivilDate(rawValue: 20_454)
                )
                command.details.document = .heads(HeadsText(&tree))
                let statement = command
                _ = try await log.append { (turn) throws(AccrueError) in .keep(try turn.append(statement).event) }
                try log.keep(tree, through: last)
                isStated = true
            } catch {
                try take(error)
            }
        }
    }

    /// Notes an error, and closes the log where it takes no more.
    private mutating func take(_ error: any Error) throws {
        let failure = try #require(error as? AccrueError)
        errors.append(failure)
        try #require(errors.count < 5, "\(errors)")
        if [.commitUncertain, .logClosed].contains(failure.code) { try close() }
    }

    private mutating func backUp() throws {
        try open()
        guard let log else { return }
        // Its calls are those of the open log, which has the plan.
        try make("backup") { (path, _) throws(AccrueError) in _ = try log.backup(to: path) }
        let backup = folder["backup"]
        try make("copy") { (path, options) throws(AccrueError) in
            try LMDBEventLog.restore(from: backup, to: path, options: options)
        }
    }

    /// Asks for everything, and requires an error or the truth.
    private mutating func read() throws {
        let (learners, events) = (learners, events)
        try again { (history) throws(AccrueError) in
            guard let log = history.log else { return }
            try log.read { (snapshot) throws(AccrueError) in
                #expect(snapshot.position.rawValue == events)
                for number in stride(from: 1, through: learners, by: 9) {
                    let learner = Position(rawValue: UInt32(4 * number - 3))
                    #expect(try snapshot.position(of: "learner-\(number)", in: .learner) == learner)
                    #expect(try snapshot.position(ofEvent: Command.learner(number).id) == learner)
                    #expect(try snapshot.events(ofLearner: UInt32(number)).count == 4)
                }
                var streams = 0
                let last = snapshot.position
                var replay = StreamReplay()
                try replay.replay(
                    snapshot,
                    ofLearners: Array(1...UInt32(learners)),
                    through: last,
                    { streams += $0.count },
                    afterEach: { _ in }
                )
                #expect(streams == 4 * learners)
            }
            let last = Position(rawValue: events)
            _ = try log.root(through: last, extending: nil)
            #expect(try log.heads(through: last).heads.count == learners + 1)
            #expect(try log.statistics().runBytes > 0)
        }
        // What the system refuses is told, and is no damage.
        errors += log?.check().findings.map(\.error) ?? []
    }

    // MARK: What must hold then

    private func verify() async throws {
        if length == .long { try examine() }
        for name in ["store", "copy"] {
            let log = try LMDBEventLog(path: folder[name], options: options)
            #expect(try log.read { $0.position.rawValue } == events, "\(name)")
            #expect(try log.read { $0.learnerCount } == UInt32(learners), "\(name)")
            // A copy was looked at when it was made.
            if name == "store", length == .short { #expect(log.check().findings == []) }
            if name == "store" { try await log.append(learners: learners + 1...learners + 1) }
            try log.close()
        }
    }

    /// Looks at every record, every index and what lies beside them.
    private func examine() throws {
        let severity = StoreExamination(of: path, options: options).severity
        #expect(severity == .fine || severity == .derived)
        guard severity == .derived else { return }
        // What could not be removed; making all that is derived again removes it.
        try LMDBEventLog.rebuildIndices(at: path, options: options)
        let examination = StoreExamination(of: path, options: options)
        #expect(examination.findings.filter { $0.severity > .fine } == [])
    }
}
