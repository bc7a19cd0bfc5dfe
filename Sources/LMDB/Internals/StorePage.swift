/// One page of a tree as it lies on disk: its header is what it must be, and its nodes fill the space that is theirs.
///
/// Layout of a page: number 8, padding 2, flags 2, lower bound 2, upper bound 2, then offsets of nodes, 2 each; the nodes
/// lie between the upper bound and the end, side by side. Of a node: low 2, high 2, flags 2, key size 2, key, data; it
/// takes an even number of bytes. In a branch page, low, high and flags are the number of the page below.
struct StorePage {
    static let headerLength = 16
    private static let nodeLength = 8
    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let overflow: UInt16 = 0x04
    private static let kinds: UInt16 = branch | leaf | overflow
    /// What a node of a leaf page may be; neither is one with its value beside it.
    private static let long: UInt16 = 0x01
    private static let tree: UInt16 = 0x02

    /// What a node of a leaf page holds.
    enum Value {
        case bytes(Range<Int>)
        /// The value lies on pages of its own, from that one on.
        case long(first: UInt64, length: Int)
        case tree(StoreFile.Tree)
    }

    let number: UInt64
    let bytes: [UInt8]
    /// Where each node is, in the order of keys.
    private let nodes: [Int]
    private let isLeaf: Bool

    /// Reads a page of a tree.
    init(_ number: UInt64, isLeaf: Bool, in file: StoreFile, pageSize: Int) throws(LMDBError) {
        let bytes = try file.bytes(at: Int(number) * pageSize, count: pageSize)
        let (lower, upper) = (Int(bytes.load(12, as: UInt16.self)), Int(bytes.load(14, as: UInt16.self)))
        guard bytes.load(0, as: UInt64.self) == number,
            bytes.load(10, as: UInt16.self) & Self.kinds == (isLeaf ? Self.leaf : Self.branch),
            lower >= Self.headerLength, lower.isMultiple(of: 2), lower <= upper, upper <= pageSize
        else { throw file.damage("page \(number) is not the page of a tree that it should be") }
        (self.number, self.bytes, self.isLeaf) = (number, bytes, isLeaf)
        nodes = stride(from: Self.headerLength, to: lower, by: 2).map { Int(bytes.load($0, as: UInt16.self)) }
        var end = upper
        for node in nodes.sorted() {
            guard node == end, node + Self.nodeLength <= pageSize else { throw file.damage("page \(number) has gaps") }
            end = node + Self.size(ofNode: node, bytes, isLeaf: isLeaf)
            guard !isLeaf || Self.isKnown(node, bytes) else {
                throw file.damage("page \(number) has a node of a kind that there is not")
            }
        }
        guard end == pageSize else { throw file.damage("page \(number) has gaps") }
    }

    private static func size(ofNode node: Int, _ bytes: [UInt8], isLeaf: Bool) -> Int {
        var size = nodeLength + Int(bytes.load(node + 6, as: UInt16.self))
        if isLeaf { size += isLong(node, bytes) ? 8 : Int(bytes.load(node, as: UInt32.self)) }
        return (size + 1) & ~1
    }

    private static func kind(ofNode node: Int, _ bytes: [UInt8]) -> UInt16 { bytes.load(node + 4, as: UInt16.self) }

    private static func isLong(_ node: Int, _ bytes: [UInt8]) -> Bool { kind(ofNode: node, bytes) == long }

    private static func isKnown(_ node: Int, _ bytes: [UInt8]) -> Bool {
        let kind = kind(ofNode: node, bytes)
        return kind == 0 || kind == long || kind == tree && bytes.load(node, as: UInt32.self) == StoreFile.Tree.length
    }

    /// The pages below a branch page.
    var children: [UInt64] {
        nodes.map { node in
            UInt64(bytes.load(node, as: UInt32.self)) | UInt64(bytes.load(node + 4, as: UInt16.self)) << 32
        }
    }

    /// The keys and values of a leaf page.
    var entries: [(key: Range<Int>, value: Value)] {
        nodes.map { node in
            let key = node + Self.nodeLength
            let data = key + Int(bytes.load(node + 6, as: UInt16.self))
            let length = Int(bytes.load(node, as: UInt32.self))
            if Self.isLong(node, bytes) {
                return (key..<data, .long(first: bytes.load(data, as: UInt64.self), length: length))
            }
            if Self.kind(ofNode: node, bytes) == Self.tree {
                return (key..<data, .tree(StoreFile.Tree(bytes, at: data)))
            }
            return (key..<data, .bytes(data..<data + length))
        }
    }

    /// How many pages a long value takes from a page on, or nil where none begins there.
    static func longValueLength(
        at number: UInt64,
        in file: StoreFile,
        pageSize: Int
    ) throws(LMDBError) -> UInt64? {
        let header: [UInt8]
        do throws(LMDBError) {
            header = try file.bytes(at: Int(number) * pageSize, count: headerLength)
        } catch {
            // The file may end before.
            guard error.code == .corrupted else { throw error }
            return nil
        }
        guard header.load(0, as: UInt64.self) == number, header.load(10, as: UInt16.self) & kinds == overflow else {
            return nil
        }
        let count = header.load(12, as: UInt32.self)
        return count > 0 ? UInt64(count) : nil
    }
}

extension [UInt8] {
    /// A little-endian number at an offset that the caller has checked.
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}
