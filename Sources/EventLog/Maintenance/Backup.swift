public import Credit
public import EventCoding
internal import Glibc
internal import LMDB

/// What a backup states of itself; it is the file `manifest` beside the data.
public struct Backup: Hashable, Sendable {
    /// The log that was copied.
    public let log: LogID
    /// Its last event in the copy.
    public let position: Position
    /// The leaf hash of that event; that of no bytes where there is none.
    public let leaf: Digest
    /// SHA-256 of the data file.
    public let data: Digest

    private static let heading = "accrue-backup-1"

    /// Reads the manifest of a backup.
    ///
    /// - Throws: ``Credit/ErrorCode/storeMissing`` where there is none, ``Credit/ErrorCode/backupDamaged``.
    public init(at path: String) throws(AccrueError) {
        try self.init(at: path, Files())
    }

    init(at path: String, _ files: Files) throws(AccrueError) {
        guard let content = try files.content(of: path + "/manifest") else {
            throw AccrueError(.storeMissing, "\(path) is no backup")
        }
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 5, words[0] == Self.heading, let log = LogID(words[1]), let position = UInt32(words[2]),
            let leaf = Digest(hex: words[3]), let data = Digest(hex: words[4])
        else { throw AccrueError(.backupDamaged, path + "/manifest") }
        (self.log, self.position, self.leaf, self.data) = (log, Position(rawValue: position), leaf, data)
    }

    /// States what lies in a folder, after looking at every record of it.
    ///
    /// - Throws: The error of the first finding.
    fileprivate init(examining folder: StoreFolder, _ options: StoreOptions) throws(AccrueError) {
        data = try Self.digest(ofFile: folder.data, folder.files)
        let records = try RecordStore(folder, access: .immutable, options)
        defer { try? records.environment.close() }
        (log, position) = (records.log, try records.lastPosition())
        var check = LogCheck(records, nil)
        check.run(through: position) { _ in }
        if let finding = check.report.findings.first { throw finding.error }
        leaf = check.report.leaf ?? Digest.leaf([UInt8]().span.bytes)
    }

    fileprivate func write(_ folder: StoreFolder) throws(AccrueError) {
        let text = "\(Self.heading)\n\(log)\n\(position)\n\(leaf)\n\(data)\n"
        try folder.files.replace(folder.path + "/manifest", with: Array(text.utf8))
    }

    /// SHA-256 of a file that nobody has open.
    fileprivate static func digest(ofFile path: String, _ files: Files) throws(AccrueError) -> Digest {
        let file = try files.open(path, O_RDONLY)
        var offset: UInt64 = 0
        return try Digest.sha256 { () throws(AccrueError) in
            let piece = try file.piece(at: offset, atMost: 1 << 20)
            offset += UInt64(piece.count)
            return piece.isEmpty ? nil : piece
        }
    }
}

extension LMDBEventLog {
    /// Copies the log to a new folder while others read and append, and looks at every record of the copy.
    ///
    /// Free pages are left out where their list is damaged, which nobody needs to have all events.
    ///
    /// - Throws: ``Credit/ErrorCode/storeExists`` where something is; ``Credit/ErrorCode/recordDamaged`` and the like where
    ///   the log itself, and so the copy, is not whole. Nothing is left behind then.
    @discardableResult
    public func backup(to path: String) throws(AccrueError) -> Backup {
        var backup: Backup?
        try Self.create(at: path, options) { (folder) throws(AccrueError) in
            try folder.files.makeFolder(folder.log)
            try storing { () throws(LMDBError) in
                let isWritable = try records.environment.isWritable()
                try records.environment.copy(toFile: folder.data, compacting: !isWritable)
            }
            try folder.files.sync(folder.log)
            let made = try Backup(examining: folder, options)
            try made.write(folder)
            backup = made
        }
        guard let backup else { throw AccrueError(.backupDamaged, path) }
        return backup
    }

    /// Makes a store from a backup, byte for byte, where nothing or an empty folder is.
    ///
    /// - Throws: ``Credit/ErrorCode/storeNotEmpty``, ``Credit/ErrorCode/storeMissing``,
    ///   ``Credit/ErrorCode/backupDamaged``. Nothing is left behind then.
    public static func restore(
        from source: String,
        to path: String,
        options: StoreOptions = StoreOptions()
    ) throws(AccrueError) {
        let expected = try Backup(at: source, Files(faults: options.faults))
        do throws(AccrueError) {
            try create(at: path, options) { (folder) throws(AccrueError) in
                try folder.files.makeFolder(folder.log)
                try folder.files.copy(StoreFolder(path: source).data, to: folder.data)
                try folder.files.sync(folder.log)
                guard try isWhole(folder, expected, options) else { throw AccrueError(.backupDamaged, source) }
                if expected.position > .none {
                    try HeadAnchor(log: expected.log, position: expected.position, leaf: expected.leaf).write(folder)
                }
            }
        } catch {
            throw error.code == .storeExists ? AccrueError(.storeNotEmpty, path) : error
        }
    }

    private static func isWhole(
        _ folder: StoreFolder,
        _ expected: Backup,
        _ options: StoreOptions
    ) throws(AccrueError) -> Bool {
        // The bytes first: LMDB trusts what it maps.
        guard try Backup.digest(ofFile: folder.data, folder.files) == expected.data else { return false }
        do throws(AccrueError) {
            return try Backup(examining: folder, options) == expected
        } catch {
            if [.storeDamaged, .recordDamaged, .positionsMissing].contains(error.code) { return false }
            throw error
        }
    }
}
