import Glibc

/// The page numbers a file keeps for reuse, read from its tree of free pages without mapping it.
///
/// A file may rightly end before its last page: pages that a transaction takes and frees again are never written,
/// and LMDB only notes their numbers here. So a short file is damaged exactly when a page beyond its end is in use.
///
/// Layout of a page: number 8, padding 2, flags 2, lower bound 2, upper bound 2, then offsets of nodes, 2 each.
/// Of a node: low 2, high 2, flags 2, key size 2, key, data. A record's data is a count and that many numbers.
struct FreePages {
    private static let headerLength = 16
    private static let deepest = 32
    private static let branch: UInt16 = 0x01
    private static let leaf: UInt16 = 0x02
    private static let overflow: UInt16 = 0x04
    private static let dataOnOverflowPages: UInt16 = 0x01

    private let file: StoreFile
    private let meta: StoreFile.Meta
    private let first: UInt64
    private var pagesLeft: UInt64
    private var found: Set<UInt64> = []

    /// Whether every page from `first` to the last one is free.
    static func cover(from first: UInt64, of meta: StoreFile.Meta, in file: StoreFile) throws(LMDBError) -> Bool {
        var pages = FreePages(file: file, meta: meta, first: first, pagesLeft: first)
        if meta.freeRoot != .max {
            try pages.visit(meta.freeRoot, depth: 0)
        }
        return UInt64(pages.found.count) == meta.lastPage - first + 1
    }

    private init(file: StoreFile, meta: StoreFile.Meta, first: UInt64, pagesLeft: UInt64) {
        self.file = file
        self.meta = meta
        self.first = first
        self.pagesLeft = pagesLeft
    }

    private mutating func visit(_ number: UInt64, depth: Int) throws(LMDBError) {
        // A damaged tree may lead round in a circle.
        guard depth < Self.deepest, pagesLeft > 0 else { throw damage(number) }
        pagesLeft -= 1
        let page = try bytes(of: number, count: meta.pageSize)
        let flags = page.load(10, as: UInt16.self)
        let lower = Int(page.load(12, as: UInt16.self))
        guard lower >= Self.headerLength, lower <= meta.pageSize, flags & (Self.branch | Self.leaf) != 0 else {
            throw damage(number)
        }
        for slot in stride(from: Self.headerLength, to: lower - 1, by: 2) {
            let node = Int(page.load(slot, as: UInt16.self))
            guard node >= lower, node + 8 <= meta.pageSize else { throw damage(number) }
            let low = UInt64(page.load(node, as: UInt16.self)) | UInt64(page.load(node + 2, as: UInt16.self)) << 16
            let nodeFlags = page.load(node + 4, as: UInt16.self)
            if flags & Self.branch != 0 {
                try visit(low | UInt64(nodeFlags) << 32, depth: depth + 1)
                continue
            }
            let data = node + 8 + Int(page.load(node + 6, as: UInt16.self))
            if nodeFlags & Self.dataOnOverflowPages == 0 {
                try collect(page, at: data, length: Int(low), number)
            } else {
                guard data + 8 <= meta.pageSize else { throw damage(number) }
                let start = page.load(data, as: UInt64.self)
                let length = Self.headerLength + Int(low)
                let long = try bytes(of: start, count: length)
                guard long.load(10, as: UInt16.self) & Self.overflow != 0 else { throw damage(start) }
                try collect(long, at: Self.headerLength, length: Int(low), start)
            }
        }
    }

    /// Notes the numbers of one record that lie beyond the file's end.
    private mutating func collect(
        _ page: [UInt8],
        at offset: Int,
        length: Int,
        _ number: UInt64
    ) throws(LMDBError) {
        guard length >= 8, offset + length <= page.count else { throw damage(number) }
        let count = page.load(offset, as: UInt64.self)
        guard count <= UInt64(length / 8 - 1) else { throw damage(number) }
        for index in 0..<Int(count) {
            let free = page.load(offset + 8 + index * 8, as: UInt64.self)
            if free >= first, free <= meta.lastPage {
                found.insert(free)
            }
        }
    }

    private func bytes(of number: UInt64, count: Int) throws(LMDBError) -> [UInt8] {
        guard number >= 2, number < first, count <= Int(first - number) * meta.pageSize else { throw damage(number) }
        return try file.bytes(at: Int(number) * meta.pageSize, count: count)
    }

    private func damage(_ number: UInt64) -> LMDBError {
        file.damage("the file is short, and page \(number) of its tree of free pages is damaged or missing")
    }
}

extension [UInt8] {
    /// A little-endian number at an offset that the caller has checked.
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Number.Type) -> Number {
        Number(littleEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type))
    }
}
