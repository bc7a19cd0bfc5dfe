internal import Credit
internal import EventCoding
internal import Glibc
internal import Transparency

/// The full tiles of a log's Merkle tree, in files beside it: one a level, tile behind tile, each with its checksum.
///
/// They follow from the log, and spare reading it again. A statement, written whole and last, says how many leaves they
/// cover; what lies beyond was never finished. It names the leaf at its end, so that tiles of another log, or of another
/// future of the same log, are not taken for its own.
struct TreeStore: Sendable {
    private let folder: String
    private let files: Files
    /// How many leaves the full tiles of level 0 cover.
    private(set) var size: UInt32 = 0

    /// Begins without tiles.
    ///
    /// - Parameter folder: Where they will be; made when there are some.
    init(in folder: String, _ files: Files) {
        (self.folder, self.files) = (folder, files)
    }

    /// Opens the tiles that fit a log; none where none do.
    init(_ folder: StoreFolder, _ records: RecordStore, through last: Position) throws(AccrueError) {
        self.init(in: folder.tree, folder.files)
        guard let content = try files.content(of: statement) else { return }
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, words[0] == "\(records.log)", let size = UInt32(words[1]), size <= last.rawValue,
            size > 0, size.isMultiple(of: UInt32(Tile.width)), let leaf = Digest(hex: words[2]),
            try records.record(at: Position(rawValue: size), Run.leaf(of:)) == leaf
        else { return }
        self.size = size
    }

    /// Leaves out what lies beyond an earlier state.
    mutating func limit(to last: UInt32) {
        size = min(size, last - last % UInt32(Tile.width))
    }

    private var statement: String { folder + "/statement" }

    /// Opens the file of a level.
    fileprivate func open(_ level: Int, _ flags: Int32) throws(AccrueError) -> OpenFile {
        try files.open("\(folder)/\(level)", flags)
    }

    /// True if a tile is covered.
    func holds(level: Int, index: UInt64) -> Bool {
        (index + 1) << UInt64(Tile.height * (level + 1)) <= UInt64(size)
    }

    /// The hashes of a tile that is covered.
    ///
    /// - Throws: ``Credit/ErrorCode/indexDiffers`` where it is not as it was written.
    func hashes(level: Int, index: UInt64) throws(AccrueError) -> [Digest] {
        let start = index * UInt64(Self.tileSize)
        let file = try existing(level)
        let bytes = try file.bytes(start..<start + UInt64(Self.tileSize))
        let content = bytes.span.bytes.extracting(first: Self.tileSize - 4)
        guard Checksum.crc32c(of: content) == UInt32(bytes.span.bytes.extracting(last: 4).bigEndianNumber) else {
            throw AccrueError(.indexDiffers, "\(file.path), tile \(index)")
        }
        var hashes: [Digest] = []
        hashes.reserveCapacity(Tile.width)
        for offset in stride(from: 0, to: content.byteCount, by: Digest.byteCount) {
            guard let hash = Digest(bytes: content.extracting(offset..<offset + Digest.byteCount)) else { continue }
            hashes.append(hash)
        }
        return hashes
    }

    private func existing(_ level: Int) throws(AccrueError) -> OpenFile {
        do throws(AccrueError) {
            return try open(level, O_RDONLY)
        } catch {
            throw error.code == .notFound ? AccrueError(.indexDiffers, "\(folder)/\(level) is missing") : error
        }
    }

    // MARK: Growing

    private static let tileSize = Tile.width * Digest.byteCount + 4

    /// Covers the log as far as full tiles go. O(*n*) in the events that it has gained.
    mutating func grow(_ records: RecordStore, through last: Position) throws(AccrueError) {
        let end = last.rawValue - last.rawValue % UInt32(Tile.width)
        guard end > size else { return }
        try files.makeFolderIfMissing(folder)
        var writing = try TreeWriting(self)
        var leaf = Digest.emptyTree
        try records.forEachRecord(
            from: Position(rawValue: size + 1),
            through: Position(rawValue: end)
        ) { (_, record) throws(AccrueError) in
            leaf = try Run.leaf(of: record)
            try writing.add(leaf, level: 0)
        }
        try writing.finish()
        try files.replace(statement, with: Array("\(records.log) \(end) \(leaf)\n".utf8))
        size = end
    }

    /// The bytes of a tile in its file.
    fileprivate static func bytes(of hashes: [Digest]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(tileSize)
        for hash in hashes { hash.append(to: &bytes) }
        return bytes + Checksum.crc32c(of: bytes.span.bytes).bigEndianBytes
    }
}

/// Tiles on their way into their files.
private struct TreeWriting {
    /// Of each level: its file, how many full tiles it has, and the hashes of the next.
    private var levels: [(file: OpenFile, tiles: UInt64, hashes: [Digest])] = []
    private let store: TreeStore

    /// Takes up where the tiles end: the hashes that no full tile of their level holds follow from the level below.
    init(_ store: TreeStore) throws(AccrueError) {
        self.store = store
        var tiles = UInt64(store.size) / UInt64(Tile.width)
        try addLevel(tiles)
        while tiles > 0 {
            let (below, upper) = (tiles, tiles / UInt64(Tile.width))
            try addLevel(upper)
            let level = levels.count - 1
            for index in upper * UInt64(Tile.width)..<below {
                levels[level].hashes.append(Tile.root(of: try store.hashes(level: level - 1, index: index)[...]))
            }
            tiles = upper
        }
    }

    private mutating func addLevel(_ tiles: UInt64) throws(AccrueError) {
        levels.append((try store.open(levels.count, O_WRONLY | O_CREAT), tiles, []))
    }

    mutating func add(_ hash: Digest, level: Int) throws(AccrueError) {
        if level == levels.count { try addLevel(0) }
        levels[level].hashes.append(hash)
        guard levels[level].hashes.count == Tile.width else { return }
        let (hashes, tile) = (levels[level].hashes, levels[level].tiles)
        let bytes = TreeStore.bytes(of: hashes)
        try levels[level].file.write(bytes, at: tile * UInt64(bytes.count))
        levels[level].tiles += 1
        levels[level].hashes.removeAll(keepingCapacity: true)
        try add(Tile.root(of: hashes[...]), level: level + 1)
    }

    /// Makes all of it durable.
    func finish() throws(AccrueError) {
        for level in levels { try level.file.sync() }
    }
}
