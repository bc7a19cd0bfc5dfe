import Accrue
import Foundation

/// A disk that may lose what was not synced.
///
/// Of each file, changes since its last sync may each be there, not be there, or be torn at a sector. What was written before
/// a sync that failed is lost, as on Linux, which takes it for written and tells nobody again. Of names in folders more or
/// less is there (``Loss``).
struct Disk {
    private struct File {
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case cut(to: Int)
        }

        private(set) var durable: [UInt8] = []
        private var pending: [Change] = []
        /// What was to be written and is lost, and was not written again.
        private var lost: [Range<Int>] = []

        init(_ durable: [UInt8] = []) { self.durable = durable }

        var isSynced: Bool { pending.isEmpty }
        var isWhole: Bool { pending.isEmpty && lost.isEmpty }

        mutating func write(_ bytes: [UInt8], at offset: Int, isThrough: Bool) {
            let range = offset..<offset + bytes.count
            lost = lost.flatMap { gap in
                let before = gap.lowerBound..<max(gap.lowerBound, min(gap.upperBound, range.lowerBound))
                let after = min(gap.upperBound, max(gap.lowerBound, range.upperBound))..<gap.upperBound
                return [before, after].filter { !$0.isEmpty }
            }
            // Only this write is durable with it; those before may still be lost.
            if isThrough {
                Self.put(bytes, at: offset, in: &durable)
            } else {
                pending.append(.write(offset: offset, bytes: bytes))
            }
        }

        mutating func cut(to size: Int) {
            lost = lost.map { min($0.lowerBound, size)..<min($0.upperBound, size) }.filter { !$0.isEmpty }
            pending.append(.cut(to: size))
        }

        /// Everything is durable now.
        mutating func settle() {
            for change in pending { Self.apply(change, to: &durable) }
            pending = []
        }

        /// What was written is lost.
        mutating func lose() {
            for case .write(let offset, let bytes) in pending { lost.append(offset..<offset + bytes.count) }
            pending.removeAll { if case .write = $0 { true } else { false } }
        }

        mutating func lack(_ range: Range<Int>) { if !range.isEmpty { lost.append(range) } }

        /// What is there after a crash.
        func content(losingNothing: Bool, _ random: inout SeededRandom) -> [UInt8] {
            var content = durable
            for change in pending {
                if losingNothing {
                    Self.apply(change, to: &content)
                    continue
                }
                switch (change, random.next() % 8) {
                case (_, 0...2): break
                case (.write(let offset, let bytes), 3):
                    // Torn: only its first sectors.
                    let sectors = Int(random.next() % UInt64((bytes.count + 511) / 512 + 1))
                    Self.put(Array(bytes.prefix(512 * sectors)), at: offset, in: &content)
                default: Self.apply(change, to: &content)
                }
            }
            return content
        }

        private static func apply(_ change: Change, to content: inout [UInt8]) {
            switch change {
            case .write(let offset, let bytes): put(bytes, at: offset, in: &content)
            case .cut(let size) where content.count > size: content.removeSubrange(size...)
            case .cut(let size): content += repeatElement(0, count: size - content.count)
            }
        }

        private static func put(_ bytes: [UInt8], at offset: Int, in content: inout [UInt8]) {
            guard !bytes.isEmpty else { return }
            if content.count < offset + bytes.count {
                content += repeatElement(0, count: offset + bytes.count - content.count)
            }
            content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
    }

    /// A file or a folder, whatever its name is now.
    private enum Node {
        case file(File)
        /// What it holds by name: as it was when it was synced, and after each change since then.
        case folder([(change: Int, entries: [String: Int])])
    }

    /// What is lost in a crash.
    enum Loss: CaseIterable {
        /// Nothing: everything that was written is there, synced or not.
        case nothing
        /// What no sync came after; names are there up to some change, as on file systems with a journal.
        case journal
        /// Also each name whose own folder was not synced, whatever else was: all that POSIX promises.
        case names
    }

    /// The first one is the folder of all.
    private var nodes: [Node] = [.folder([(0, [:])])]
    /// How many changes of folders there were, and up to which one a journal has them.
    private var (changes, journaled) = (0, 0)

    /// An empty disk.
    init() {}

    /// A disk that durably holds the files of a folder, under a name.
    init(holding folder: String, as name: String) throws {
        try take(folder, name)
        changes = 0
        nodes = nodes.map { node in
            guard case .folder(let states) = node else { return node }
            return .folder([(0, states.last?.entries ?? [:])])
        }
    }

    private mutating func take(_ source: String, _ path: String) throws {
        add(.folder([(0, [:])]), path)
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            let (from, to) = (source + "/" + name, path + "/" + name)
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: from, isDirectory: &isFolder), isFolder.boolValue {
                try take(from, to)
            } else {
                add(.file(File([UInt8](try Data(contentsOf: URL(fileURLWithPath: from))))), to)
            }
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private func node(_ path: String) -> Int? {
        path.split(separator: "/").reduce(0) { index, name in
            guard let index, case .folder(let states) = nodes[index] else { return nil }
            return states.last?.entries[String(name)]
        }
    }

    /// Gives names to nodes, or with nil takes them away: one change of each folder.
    private mutating func name(_ names: [(path: String, index: Int?)]) {
        changes += 1
        for (folder, names) in Dictionary(grouping: names, by: { Self.split($0.path).folder }) {
            guard let parent = node(folder), case .folder(var states) = nodes[parent],
                var entries = states.last?.entries
            else { continue }
            for (path, index) in names { entries[Self.split(path).name] = index }
            states.append((changes, entries))
            nodes[parent] = .folder(states)
        }
    }

    private mutating func add(_ node: Node, _ path: String) {
        nodes.append(node)
        name([(path, nodes.count - 1)])
    }

    private mutating func change(_ path: String, _ body: (inout File) -> Void) {
        guard let index = node(path), case .file(var file) = nodes[index] else { return }
        // Let go of first, so that its bytes are not copied.
        nodes[index] = .folder([])
        body(&file)
        nodes[index] = .file(file)
    }

    mutating func apply(_ operation: Recording.Operation) {
        switch operation {
        case .create(let path): add(.file(File()), path)
        case .makeFolder(let path): add(.folder([(0, [:])]), path)
        case .write(let path, let offset, let bytes, let isThrough):
            change(path) { $0.write(bytes, at: offset, isThrough: isThrough) }
        case .truncate(let path, let size): change(path) { $0.cut(to: size) }
        case .sync(let path):
            change(path) { $0.settle() }
            journaled = changes
            if let index = node(path), case .folder(let states) = nodes[index] {
                nodes[index] = .folder(states.suffix(1))
            }
        case .rename(let path, let new):
            let index = node(path)
            name([(path, nil), (new, index)])
        case .unlink(let path): name([(path, nil)])
        case .failure(let path, let failure):
            // Where a signal came first, nothing was tried, and it is done again.
            guard failure.error != EINTR else { return }
            change(path) { file in
                file.lack(failure.range)
                if failure.call == "fsync" { file.lose() }
            }
        }
    }

    /// Writes what is left after a crash to a folder; `random` chooses what is lost.
    func crash(into folder: String, _ loss: Loss, _ random: inout SeededRandom) throws {
        try? FileManager.default.removeItem(atPath: folder)
        let kept =
            loss == .nothing ? changes : journaled + Int(random.next() % UInt64(changes - journaled + 1))
        try write(0, to: folder, loss, through: kept, &random)
    }

    private func write(
        _ index: Int,
        to path: String,
        _ loss: Loss,
        through kept: Int,
        _ random: inout SeededRandom
    ) throws {
        switch nodes[index] {
        case .file(let file):
            try Data(file.content(losingNothing: loss == .nothing, &random)).write(to: URL(fileURLWithPath: path))
        case .folder(let states):
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let state =
                loss == .names
                ? states[Int(random.next() % UInt64(states.count))] : states.last { $0.change <= kept } ?? states[0]
            for (name, index) in state.entries.sorted(by: { $0.key < $1.key }) {
                try write(index, to: path + "/" + name, loss, through: kept, &random)
            }
        }
    }

    // MARK: What is durable

    /// Whether a power cut would leave a file, or all files and names in a folder, as they were written; what LMDB keeps of
    /// its readers need not be.
    func isDurable(_ path: String) -> Bool { node(path).map(isDurable) ?? true }

    private func isDurable(_ index: Int) -> Bool {
        switch nodes[index] {
        case .file(let file): file.isWhole
        case .folder(let states):
            (states.last?.entries ?? [:]).allSatisfy { name, index in
                name == "lock.mdb" || (states[0].entries[name] == index && isDurable(index))
            }
        }
    }

    /// Whether nothing waits for a sync of a file.
    func isSynced(_ path: String) -> Bool {
        guard let index = node(path), case .file(let file) = nodes[index] else { return true }
        return file.isSynced
    }

    /// The whole content of a file as its writer sees it.
    func text(of path: String) -> String {
        guard let index = node(path), case .file(var file) = nodes[index] else { return "" }
        file.settle()
        return String(decoding: file.durable, as: UTF8.self)
    }

    /// Whether something may be lost now.
    var isUnsettled: Bool {
        nodes.contains { node in
            switch node {
            case .file(let file): !file.isSynced
            case .folder(let states): states.count > 1
            }
        }
    }
}
