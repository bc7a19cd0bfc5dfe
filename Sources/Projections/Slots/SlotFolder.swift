public import Credit
internal import EventCoding
public import EventLog
internal import LMDB

/// The slots of a store, and the pointer that says which one serves.
///
/// The pointer is a small file that is replaced whole: readers see the old slot or the new one, never anything between.
public struct SlotFolder: Sendable {
    /// Which slot serves, and which one did before.
    public struct Pointer: Hashable, Sendable {
        /// The slot that serves.
        public let current: Int
        /// The slot that served before it.
        public let previous: Int?
        /// Whether it serves because one went back to it: to go back once more leads forward again.
        public var isRolledBack = false
    }

    /// The log of which slots are the fold.
    public let log: LMDBEventLog
    let path: String
    /// Makes chosen calls of slots fail, in tests.
    var faults: FaultPlan?
    var files: Files { Files(faults: faults) }

    /// The slots of the store of a log.
    public init(of log: LMDBEventLog) {
        self.log = log
        path = StoreFolder(path: log.path).projections
    }

    static func path(_ number: Int, in folder: String) -> String { "\(folder)/slot-\(number)" }

    var pointerPath: String { path + "/current" }

    // MARK: Slots

    /// The numbers of all slots, in order.
    public var numbers: [Int] {
        get throws(AccrueError) {
            try files.names(in: path).compactMap(Self.number(ofSlot:)).sorted()
        }
    }

    /// The number of the slot in a folder of that name; nil where it is none.
    static func number(ofSlot name: String) -> Int? {
        guard name.hasPrefix("slot-"), let number = Int32(name.dropFirst(5)), name == "slot-\(number)", number > 0,
            number < .max
        else { return nil }
        return Int(number)
    }

    /// Opens a slot.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - writes: Whether it is to be brought forward; otherwise nothing of it is changed.
    /// - Throws: ``Credit/ErrorCode/slotMissing`` where there is none.
    public func slot(_ number: Int, writes: Bool = false) throws(AccrueError) -> Slot {
        try Slot.open(number, in: path, writes: writes, faults)
    }

    /// Opens a slot that is built, of this log, and of rows that this version understands.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - writes: Whether it is to be brought forward; otherwise nothing of it is changed.
    /// - Throws: ``Credit/ErrorCode/slotMissing``, ``Credit/ErrorCode/slotUnfinished``,
    ///   ``Credit/ErrorCode/slotOutdated``, ``Credit/ErrorCode/slotOfOtherLog``, ``Credit/ErrorCode/slotDamaged``.
    public func finishedSlot(_ number: Int, writes: Bool = false) throws(AccrueError) -> Slot {
        let slot = try slot(number, writes: writes)
        let state = try slot.state()
        try requireUsable(state, number)
        try requireReady(state, number)
        return slot
    }

    /// Requires that every learner has a row.
    func requireReady(_ state: SlotState, _ number: Int) throws(AccrueError) {
        guard state.isReady else {
            throw AccrueError(.slotUnfinished, "slot \(number), \(state.built) of \(state.learners) learners")
        }
    }

    /// Requires that a slot may be gone on with.
    func requireUsable(_ state: SlotState, _ number: Int) throws(AccrueError) {
        guard !state.isOutdated else {
            throw AccrueError(.slotOutdated, "slot \(number), rows of version \(state.definition.version)")
        }
        let isOurs = try log.read { (snapshot) throws(AccrueError) in
            guard state.log == log.identity, state.position <= snapshot.position else { return false }
            return try SlotState.leaf(at: state.position, in: snapshot) == state.leaf
        }
        guard isOurs else { throw AccrueError(.slotOfOtherLog, "slot \(number), position \(state.position)") }
    }

    /// Makes a slot without rows, to be the fold of the log's present state.
    func makeSlot(_ definition: ProjectionDefinition) throws(AccrueError) -> Slot {
        try files.makeFolderIfMissing(path)
        return try Slot.create((numbers.last ?? 0) + 1, in: path, emptyState(definition), faults)
    }

    /// What is to be the fold of the log's present state, without rows yet.
    func emptyState(_ definition: ProjectionDefinition) throws(AccrueError) -> SlotState {
        try log.read { (snapshot) throws(AccrueError) in
            SlotState(
                definition,
                log: log.identity,
                position: snapshot.position,
                leaf: try SlotState.leaf(at: snapshot.position, in: snapshot),
                learners: snapshot.learnerCount
            )
        }
    }

    // MARK: The pointer

    /// Which slot serves, or nil where none does yet.
    public func pointer() throws(AccrueError) -> Pointer? {
        guard let bytes = try files.content(of: pointerPath) else { return nil }
        guard let value = try? JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count),
            let current: Int = value.object?["current"]?.integer()
        else { throw AccrueError(.storeDamaged, "the pointer to the slot that serves cannot be read [\(pointerPath)]") }
        return Pointer(
            current: current,
            previous: value.object?["previous"]?.integer(),
            isRolledBack: value.object?["rolledBack"]?.bool ?? false
        )
    }

    /// The slot that serves.
    ///
    /// - Parameter writes: Whether it is to be brought forward; otherwise nothing of it is changed.
    /// - Throws: ``Credit/ErrorCode/noSlotServes``, and what ``finishedSlot(_:writes:)`` throws.
    public func current(writes: Bool = false) throws(AccrueError) -> Slot {
        guard let pointer = try pointer() else { throw AccrueError(.noSlotServes, "") }
        return try finishedSlot(pointer.current, writes: writes)
    }

    /// Lets a finished slot serve from now on.
    ///
    /// - Throws: What ``finishedSlot(_:writes:)`` throws.
    public func point(to number: Int) throws(AccrueError) {
        try point(to: number, isRolledBack: false)
    }

    private func point(to number: Int, isRolledBack: Bool) throws(AccrueError) {
        _ = try finishedSlot(number)
        let earlier = try pointer()
        guard earlier?.current != number else { return }
        try write(Pointer(current: number, previous: earlier?.current, isRolledBack: isRolledBack))
    }

    /// Lets the slot that served before serve again; twice in a row leads back to where one was.
    ///
    /// - Returns: Which one serves now.
    /// - Throws: ``Credit/ErrorCode/slotMissing`` where none served before.
    public func pointBack() throws(AccrueError) -> Pointer {
        guard let earlier = try pointer(), let previous = earlier.previous else {
            throw AccrueError(.slotMissing, "no slot served before")
        }
        let now = Pointer(current: previous, previous: earlier.current, isRolledBack: !earlier.isRolledBack)
        try point(to: now.current, isRolledBack: now.isRolledBack)
        return now
    }

    private func write(_ pointer: Pointer) throws(AccrueError) {
        let document = JSONValue.object([
            "current": .integer(pointer.current),
            "previous": pointer.previous.map { .integer($0) } ?? .null, "rolledBack": .bool(pointer.isRolledBack),
        ])
        try files.replace(pointerPath, with: (try? CanonicalJSON.bytes(of: document)) ?? [])
    }

    /// Removes a slot that does not serve.
    ///
    /// - Throws: ``Credit/ErrorCode/slotServes``, ``Credit/ErrorCode/slotMissing``.
    public func drop(_ number: Int) throws(AccrueError) {
        guard try numbers.contains(number) else { throw AccrueError(.slotMissing, "slot \(number)") }
        guard try pointer()?.current != number else { throw AccrueError(.slotServes, "slot \(number)") }
        let path = Self.path(number, in: path)
        // Renamed first, so that a slot is there whole or not at all.
        try files.move(path, to: path + ".part")
        try files.remove(path + ".part")
    }
}
