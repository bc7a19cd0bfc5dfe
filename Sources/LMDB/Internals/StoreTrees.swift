/// The pages of a file that its trees use, and those it keeps for reuse, read without mapping them.
///
/// Nothing in LMDB looks at a number in its tree of free pages before it writes to that page: where one is wrong, the next
/// commit overwrites what is in use.
struct StoreTrees {
    private static let deepest = 32

    /// How far a look goes. Of the tree of free pages and that of databases every page is read.
    enum Reach {
        /// The last page of each level of a database: where it ends, and where is appended.
        case ends
        /// All branch pages, which name all leaf pages; and leaf pages where only these remove a doubt.
        case branches
        /// Every page: O(*n*).
        case leaves
    }

    private let file: StoreFile
    private let meta: StoreFile.Meta
    private let reach: Reach
    private var used: PageSet
    private var free: PageSet
    /// The free pages as they are listed.
    private var listed: [UInt64] = []
    private var lastRecord: UInt64 = 0
    /// How many pages of long values there are in trees whose leaves are not all read.
    private var unreadPages: UInt64 = 0

    private init(_ file: StoreFile, _ meta: StoreFile.Meta, _ reach: Reach) {
        (self.file, self.meta, self.reach) = (file, meta, reach)
        used = PageSet(through: meta.lastPage)
        free = used
    }

    /// Requires that every number of a free page is one of the file, and that of no page in use; and of the pages that are
    /// read that they are those that they should be.
    static func check(_ file: StoreFile, _ meta: StoreFile.Meta, _ reach: Reach) throws(LMDBError) {
        var trees = StoreTrees(file, meta, reach)
        do throws(LMDBError) {
            try trees.walkFree()
        } catch {
            // Who only reads needs no list, but that what it names is not where a database ends.
            guard reach == .ends, error.code == .corrupted else { throw error }
        }
        try trees.visit(meta.main, reach: .leaves, holdsTrees: true)
        if let page = trees.listed.first(where: trees.used.contains) {
            throw file.damage("page \(page) is listed as free, and in use")
        }
        if reach == .branches, try !trees.areFreePagesCertain() { try check(file, meta, .leaves) }
    }

    /// Requires that every page of every database is what it should be, whatever is listed as free.
    static func checkDatabases(_ file: StoreFile, _ meta: StoreFile.Meta) throws(LMDBError) {
        var trees = StoreTrees(file, meta, .leaves)
        try trees.visit(meta.main, reach: .leaves, holdsTrees: true)
    }

    /// Whether every page from `first` to the last one is free.
    ///
    /// A file may rightly end before its last page: pages that a transaction takes and frees again are never written,
    /// and LMDB only notes their numbers here. So a short file is damaged exactly when a page beyond its end is in use.
    static func areFree(from first: UInt64, _ file: StoreFile, _ meta: StoreFile.Meta) throws(LMDBError) -> Bool {
        var trees = StoreTrees(file, meta, .ends)
        try trees.walkFree()
        return (first...meta.lastPage).allSatisfy(trees.free.contains)
    }

    // MARK: Trees

    private mutating func walkFree() throws(LMDBError) {
        try visit(meta.free, reach: .leaves, isFree: true)
    }

    private mutating func visit(
        _ tree: StoreFile.Tree,
        reach: Reach,
        isFree: Bool = false,
        holdsTrees: Bool = false
    ) throws(LMDBError) {
        guard tree.root != .max else { return }
        guard (1...Self.deepest).contains(tree.depth) else { throw file.damage("a tree has \(tree.depth) levels") }
        guard tree.longPages <= meta.lastPage else { throw file.damage("a tree has \(tree.longPages) long pages") }
        if reach != .leaves { unreadPages += tree.longPages }
        let root = tree.root
        try visit(root, levels: tree.depth, reach: reach, isLast: true, isFree: isFree, holdsTrees: holdsTrees)
    }

    private mutating func visit(
        _ number: UInt64,
        levels: Int,
        reach: Reach,
        isLast: Bool,
        isFree: Bool,
        holdsTrees: Bool
    ) throws(LMDBError) {
        try use(number)
        guard levels == 1 else {
            let children = try StorePage(number, isLeaf: false, in: file, pageSize: meta.pageSize).children
            for (index, child) in children.enumerated() {
                let isLast = isLast && index == children.count - 1
                if reach == .ends, !isLast { continue }
                let levels = levels - 1
                try visit(child, levels: levels, reach: reach, isLast: isLast, isFree: isFree, holdsTrees: holdsTrees)
            }
            return
        }
        guard reach == .leaves || isLast else { return }
        let page = try StorePage(number, isLeaf: true, in: file, pageSize: meta.pageSize)
        for (key, value) in page.entries {
            switch value {
            case .bytes(let range):
                if isFree { try list(page.bytes[range], page.bytes[key], page.number) }
            case .long(let first, let length):
                let count = try useLongValue(from: first, length)
                if reach != .leaves { unreadPages -= min(count, unreadPages) }
                guard isFree else { continue }
                guard first + count <= meta.present else { throw damage(page.number) }
                let start = Int(first) * meta.pageSize + StorePage.headerLength
                try list(try file.bytes(at: start, count: length)[...], page.bytes[key], page.number)
            case .tree(let tree):
                guard holdsTrees else { throw file.damage("page \(page.number) names a database") }
                try visit(tree, reach: self.reach)
            }
        }
    }

    private mutating func use(_ page: UInt64) throws(LMDBError) {
        guard (2...max(2, meta.lastPage)).contains(page) else {
            throw file.damage("a tree refers to page \(page) of \(meta.lastPage)")
        }
        guard used.insert(page) else { throw file.damage("page \(page) is used twice") }
    }

    private mutating func useLongValue(from first: UInt64, _ size: Int) throws(LMDBError) -> UInt64 {
        try use(first)
        let count = try length(at: first) ?? 0
        guard count <= meta.lastPage - first + 1,
            StorePage.headerLength + size <= Int(count) * meta.pageSize
        else { throw file.damage("page \(first) is not the first one of a value of \(size) bytes") }
        for page in first + 1..<first + count { try use(page) }
        return count
    }

    // MARK: Free pages

    /// Takes in one record of the tree of free pages: a count and that many numbers, the greatest first. Its key is the
    /// transaction that let go of them.
    private mutating func list(
        _ value: ArraySlice<UInt8>,
        _ key: ArraySlice<UInt8>,
        _ page: UInt64
    ) throws(LMDBError) {
        let (value, key) = (Array(value), Array(key))
        guard key.count == 8, value.count >= 8, value.load(0, as: UInt64.self) <= UInt64(value.count / 8 - 1) else {
            throw damage(page)
        }
        let transaction = key.load(0, as: UInt64.self)
        guard transaction > lastRecord, transaction <= meta.transaction else { throw damage(page) }
        lastRecord = transaction
        var last = meta.lastPage + 1
        for index in 0..<value.load(0, as: Int.self) {
            let number = value.load(8 + 8 * index, as: UInt64.self)
            guard number >= 2, number < last, free.insert(number) else { throw damage(page) }
            last = number
            listed.append(number)
        }
    }

    private func damage(_ page: UInt64) -> LMDBError {
        file.damage("page \(page) of the tree of free pages is damaged")
    }

    // MARK: Long values

    /// Whether no free page can be one of a value whose leaf was not read.
    ///
    /// What is neither free nor used by what was read are the pages of these values. Each begins with a page that says how
    /// many there are; so those before a free page tell whether it is one of theirs.
    private func areFreePagesCertain() throws(LMDBError) -> Bool {
        guard UInt64(used.count + free.count) + unreadPages == meta.lastPage - 1 else { return false }
        if unreadPages == 0 { return true }
        for page in listed {
            guard try isCertain(page) else { return false }
        }
        return true
    }

    private func isCertain(_ page: UInt64) throws(LMDBError) -> Bool {
        guard try length(at: page) == nil else { return false }
        var next = page
        while next > 2, !used.contains(next - 1), !free.contains(next - 1) { next -= 1 }
        while next < page {
            guard let length = try length(at: next) else { return false }
            next += length
        }
        return next == page
    }

    private func length(at page: UInt64) throws(LMDBError) -> UInt64? {
        try StorePage.longValueLength(at: page, in: file, pageSize: meta.pageSize)
    }
}
