import Accrue
import Foundation

/// A disk that may lose what was not synced.
///
/// Of each file, writes since its last sync may each be there, not be there, or be torn at a sector. Of names in folders more
/// or less is there (``Loss``).
struct Disk {
    private struct File {
        var durable: [UInt8] = []
        var pending: [(offset: Int, bytes: [UInt8])] = []

        /// What a reader sees before the crash.
        mutating func settle() {
            for write in pending { Self.put(write.bytes, at: write.offset, in: &durable) }
            pending = []
        }

        static func put(_ bytes: [UInt8], at offset: Int, in content: inout [UInt8]) {
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
            change(path) { file in
                file.pending.append((offset, bytes))
                // Only this write is durable with it; those before may still be lost.
                if isThrough, let write = file.pending.popLast() {
                    File.put(write.bytes, at: write.offset, in: &file.durable)
                }
            }
        case .truncate(let path, let size):
            change(path) { file in
                file.settle()
                if file.durable.count > size {
                    file.durable.removeSubrange(size...)
                } else {
                    file.durable += repeatElement(0, count: size - file.durable.count)
                }
            }
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
            try Data(content(of: file, loss == .nothing, &random)).write(to: URL(fileURLWithPath: path))
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

    private func content(of file: File, _ losesNothing: Bool, _ random: inout SeededRandom) -> [UInt8] {
        var content = file.durable
        for write in file.pending {
            var bytes = write.bytes
            if !losesNothing {
                switch random.next() % 8 {
                case 0, 1, 2: continue
                case 3:
                    // Torn: only its first sectors.
                    let sectors = (bytes.count + 511) / 512
                    bytes = Array(bytes.prefix(512 * Int(random.next() % UInt64(sectors + 1))))
                default: break
                }
            }
            if !bytes.isEmpty { File.put(bytes, at: write.offset, in: &content) }
        }
        return content
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
            case .file(let file): !file.pending.isEmpty
            case .folder(let states): states.count > 1
            }
        }
    }
}
