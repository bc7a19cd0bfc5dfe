internal import Credit
internal import EventCoding
internal import Transparency

/// The ends of all streams as the log stated them last, in a file beside it, so that the next statement costs what
/// changed since.
///
/// It follows from the log, and is only relied on where its root is the one that the log states: of leaves and hashes,
/// those that are used are compared with that root (``Transparency/HeadsTree``). What is wrong or missing is made again.
///
/// ```
/// "accrue heads 1\n" │ log (16) │ position (4) │ streams (4) │ version (4), position (4) × streams
///     │ SHA-256 (32) of each sixteen full leaves │ CRC-32C (4) of all before
/// ```
struct HeadsFile {
    /// The last event that is counted in; the next one states the root.
    let position: Position
    /// The ends.
    var tree: HeadsTree

    private static let heading = Array("accrue heads 1\n".utf8)
    private static let fixedSize = heading.count + 16 + 8

    private static func path(_ folder: StoreFolder) -> String { folder.tree + "/heads" }

    init(_ tree: HeadsTree, through position: Position) {
        (self.tree, self.position) = (tree, position)
    }

    /// Reads the file of a log; nil where there is none, or it is of a state that the log does not have.
    ///
    /// - Throws: ``Credit/ErrorCode/indexDiffers`` where it is not as it was written, or has another root than the log
    ///   states.
    init?(_ folder: StoreFolder, _ records: RecordStore, through last: Position) throws(AccrueError) {
        let path = Self.path(folder)
        guard let content = try folder.files.content(of: path) else { return nil }
        let bytes = content.span.bytes
        let size = bytes.byteCount
        guard size > Self.fixedSize + 4, bytes.extracting(first: Self.heading.count).bytes == Self.heading,
            Checksum.crc32c(of: bytes.extracting(first: size - 4)) == bytes.word(at: size - 4)
        else { throw AccrueError(.indexDiffers, path) }
        let log = bytes.extracting(Self.heading.count..<Self.heading.count + 16).bytes
        let position = Position(rawValue: bytes.word(at: Self.fixedSize - 8))
        guard log == records.log.bytes, position < last else { return nil }
        let count = Int(bytes.word(at: Self.fixedSize - 4))
        let (leavesEnd, overflow) = (8 * count + Self.fixedSize, (size - 4 - Self.fixedSize) / 8 < count)
        guard !overflow, (size - 4 - leavesEnd).isMultiple(of: Digest.byteCount) else {
            throw AccrueError(.indexDiffers, path)
        }
        var heads: [StreamHead] = []
        heads.reserveCapacity(count)
        for offset in stride(from: Self.fixedSize, to: leavesEnd, by: 8) {
            heads.append(StreamHead(version: bytes.word(at: offset), position: bytes.word(at: offset + 4)))
        }
        var groups: [Digest] = []
        for offset in stride(from: leavesEnd, to: size - 4, by: Digest.byteCount) {
            guard let hash = Digest(bytes: bytes.extracting(offset..<offset + Digest.byteCount)) else { continue }
            groups.append(hash)
        }
        guard var tree = try? HeadsTree(heads: heads, groups: groups),
            let stated = try HeadsText(statedBy: records.event(at: Position(rawValue: position.rawValue + 1))),
            stated == HeadsText(&tree)
        else { throw AccrueError(.indexDiffers, path) }
        self.init(tree, through: position)
    }

    /// Writes it in place of the one before.
    mutating func write(_ folder: StoreFolder, _ log: LogID) throws(AccrueError) {
        let groups = tree.groups()
        var bytes = Self.heading + log.bytes
        bytes.reserveCapacity(Self.fixedSize + 8 * tree.heads.count + Digest.byteCount * groups.count + 4)
        bytes.append(word: position.rawValue)
        bytes.append(word: tree.count)
        for head in tree.heads {
            bytes.append(word: head.version)
            bytes.append(word: head.position)
        }
        for hash in groups { hash.append(to: &bytes) }
        bytes.append(word: Checksum.crc32c(of: bytes.span.bytes))
        try folder.files.makeFolderIfMissing(folder.tree)
        try folder.files.replace(Self.path(folder), with: bytes)
    }
}

extension RawSpan {
    /// The four bytes at a place as a number, the least significant first.
    fileprivate func word(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

extension [UInt8] {
    fileprivate mutating func append(word: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
