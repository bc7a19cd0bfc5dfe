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
    struct Meta {
        let page: UInt64
        let pageSize: Int
        let lastPage: UInt64
        let transaction: UInt64
        /// Root of the tree of free pages; all ones when there are none.
        let freeRoot: UInt64
        /// Root of the tree of databases; all ones when there are none.
        let mainRoot: UInt64
    }

    static let smallestPageSize = 4_096
    private static let metaLength = 16 + 136

    let descriptor: Int32
    let calls: Calls

    /// Checks the file and gives its newer meta page.
    func check() throws(LMDBError) -> Meta {
        let first = try meta(page: 0, offset: 0)
        let second = try meta(page: 1, offset: first.pageSize)
        guard first.pageSize == second.pageSize else { throw damage("the two meta pages differ in page size") }
        let meta = first.transaction < second.transaction ? second : first
        // Not those of the other: where a commit could not write its meta page, LMDB leaves its roots there, beside the
        // last page and the transaction of before.
        for (tree, root) in [("free pages", meta.freeRoot), ("main", meta.mainRoot)] {
            guard root == .max || (2...max(2, meta.lastPage)).contains(root) else {
                throw damage(
                    "in meta page \(meta.page) the root of the \(tree) tree is page \(root) of \(meta.lastPage)"
                )
            }
        }
        // The length is taken after the metas: a writer extends the file before it writes a meta page.
        var status = stat()
        try calls.check(calls.status(descriptor, &status), .fileStatus)
        let present = UInt64(max(status.st_size, 0)) / UInt64(meta.pageSize)
        guard present > 1 else { throw damage("the file has \(status.st_size) bytes, less than two pages") }
        if present <= meta.lastPage {
            guard try FreePages.cover(from: present, of: meta, in: self) else {
                throw damage("of pages 0 to \(meta.lastPage) the file has \(present), and others are in use")
            }
        }
        return meta
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
            freeRoot: bytes.load(80, as: UInt64.self),
            mainRoot: bytes.load(128, as: UInt64.self)
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
