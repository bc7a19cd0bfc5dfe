import Glibc

/// The data file as it lies on disk, looked at before LMDB maps it.
///
/// LMDB trusts the file. Of one cut short it maps pages that are not there, and the first touch ends the process
/// (`SIGBUS`); of a damaged newer meta page it silently opens the older state. So the two meta pages and the
/// length are read here first, with ordinary reads.
///
/// Layout (LMDB 0.9, 64 bit): a page header of 16 bytes (number 8, padding 2, flags 2, bounds 4), then magic 4,
/// version 4, address 8, map size 8, two tree descriptions of 48 (the first starts with the page size), last page 8,
/// transaction 8.
struct StoreFile {
    /// A meta page. LMDB opens that of the newer transaction.
    struct Meta: Equatable {
        let page: UInt64
        /// How many pages the file has.
        var present: UInt64 = 0
        let pageSize: Int
        let lastPage: UInt64
        let transaction: UInt64
        /// The tree of free pages.
        let free: Tree
        /// The tree of databases.
        let main: Tree
    }

    /// A tree of pages, as it is described: padding 4, flags 2, depth 2, pages of branches, of leaves and of long values,
    /// entries, and the root, 8 each.
    struct Tree: Equatable {
        static let length = 48

        let depth: Int
        /// How many pages long values take.
        let longPages: UInt64
        /// All ones when there are no pages.
        let root: UInt64

        init(_ bytes: [UInt8], at offset: Int) {
            depth = Int(bytes.load(offset + 6, as: UInt16.self))
            longPages = bytes.load(offset + 24, as: UInt64.self)
            root = bytes.load(offset + 40, as: UInt64.self)
        }
    }

    static let smallestPageSize = 4_096
    private static let metaLength = 16 + 136

    let descriptor: Int32
    let calls: Calls

    /// Checks the meta pages and the length.
    func check() throws(LMDBError) {
        try checkNewer { (meta) throws(LMDBError) in
            if meta.present > meta.lastPage { return }
            guard try StoreTrees.areFree(from: meta.present, self, meta) else {
                throw damage("of pages 0 to \(meta.lastPage) the file has \(meta.present), and others are in use")
            }
        }
    }

    /// Looks at the newer state, again where another process has put one in its place meanwhile.
    func checkNewer(_ body: (Meta) throws(LMDBError) -> Void) throws(LMDBError) {
        while true {
            let meta = try newerMeta()
            do throws(LMDBError) {
                return try body(meta)
            } catch {
                guard try newerMeta() != meta else { throw error }
            }
        }
    }

    /// Checks both meta pages and gives the newer one.
    private func newerMeta() throws(LMDBError) -> Meta {
        let (first, second) = try metas()
        var meta = first.transaction < second.transaction ? second : first
        // The length is taken after the metas: a writer extends the file before it writes a meta page.
        var status = stat()
        try calls.check(calls.status(descriptor, &status), .fileStatus)
        meta.present = UInt64(max(status.st_size, 0)) / UInt64(meta.pageSize)
        guard meta.present > 1 else { throw damage("the file has \(status.st_size) bytes, less than two pages") }
        // Pages beyond the end are listed within it, 8 bytes each.
        guard meta.lastPage > 0, meta.lastPage / UInt64(meta.pageSize / 8) <= meta.present else {
            throw damage("meta page \(meta.page) has last page \(meta.lastPage), and the file \(meta.present)")
        }
        // Not those of the other: where a commit could not write its meta page, LMDB leaves its roots there, beside the
        // last page and the transaction of before.
        for (tree, root) in [("free pages", meta.free.root), ("main", meta.main.root)] {
            guard root == .max || (2...max(2, meta.lastPage)).contains(root) else {
                throw damage(
                    "in meta page \(meta.page) the root of the \(tree) tree is page \(root) of \(meta.lastPage)"
                )
            }
        }
        return meta
    }

    /// Both meta pages, of two transactions that follow each other: even ones write the first page, odd ones the second.
    private func metas() throws(LMDBError) -> (Meta, Meta) {
        var before: [Meta] = []
        while true {
            let first = try meta(page: 0, offset: 0)
            let second = try meta(page: 1, offset: first.pageSize)
            guard first.pageSize == second.pageSize else { throw damage("the two meta pages differ in page size") }
            let (one, other) = (first.transaction, second.transaction)
            let follow = one.isMultiple(of: 2) && (other == one &+ 1 || other &+ 1 == one || one == 0 && other == 0)
            if follow { return (first, second) }
            // Again, as a writer may have come between the two.
            guard [first, second] != before else { throw damage("the meta pages are of transactions \(one), \(other)") }
            before = [first, second]
        }
    }

    private func meta(page: UInt64, offset: Int) throws(LMDBError) -> Meta {
        let bytes = try bytes(at: offset, count: Self.metaLength)
        guard bytes.load(0, as: UInt64.self) == page, bytes.load(10, as: UInt16.self) & 0x08 != 0 else {
            throw damage("page \(page) is not a meta page")
        }
        guard bytes.load(16, as: UInt32.self) == 0xBEEF_C0DE else {
            throw damage("meta page \(page) has a wrong magic")
        }
        let version = bytes.load(20, as: UInt32.self)
        guard version == 1 else {
            throw calls.error(
                LMDBError.Code.versionMismatch.rawValue,
                .fileRead,
                "meta page \(page) has format \(version), not 1"
            )
        }
        let pageSize = Int(bytes.load(40, as: UInt32.self))
        guard (Self.smallestPageSize...65_536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw damage("meta page \(page) has page size \(pageSize)")
        }
        return Meta(
            page: page,
            pageSize: pageSize,
            lastPage: bytes.load(136, as: UInt64.self),
            transaction: bytes.load(144, as: UInt64.self),
            free: Tree(bytes, at: 40),
            main: Tree(bytes, at: 88)
        )
    }

    /// That many bytes of the file; fewer are damage.
    func bytes(at offset: Int, count: Int) throws(LMDBError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        try calls.check(calls.read(descriptor, at: offset, into: &bytes, &read), .fileRead)
        guard read == count else { throw damage("the file ends inside the page at byte \(offset)") }
        return bytes
    }

    func damage(_ reason: String) -> LMDBError {
        calls.error(LMDBError.Code.corrupted.rawValue, .fileRead, reason)
    }
}
