import Accrue
import Foundation

/// A disk that may lose what was not synced.
///
/// Of each file, writes since its last sync may each be there, not be there, or be torn at a sector. Of the folders,
/// what was done since the last sync of any folder or file is there up to some point, as on file systems with a journal.
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

    private enum Entry {
        case file(Int)
        case folder
    }

    private var files: [File] = []
    /// The folders as they are, and what was changed since they were synced.
    private var entries: [String: Entry] = [:]
    private var durableEntries: [String: Entry] = [:]
    private var pendingEntries: [[String: Entry]] = []

    mutating func apply(_ operation: Recording.Operation) {
        switch operation {
        case .create(let path):
            files.append(File())
            entries[path] = .file(files.count - 1)
            pendingEntries.append(entries)
        case .makeFolder(let path):
            entries[path] = .folder
            pendingEntries.append(entries)
        case .write(let path, let offset, let bytes, let isThrough):
            guard case .file(let index) = entries[path] else { return }
            files[index].pending.append((offset, bytes))
            // Only this write is durable with it; those before may still be lost.
            if isThrough, let write = files[index].pending.popLast() {
                File.put(write.bytes, at: write.offset, in: &files[index].durable)
            }
        case .truncate(let path, let size):
            guard case .file(let index) = entries[path] else { return }
            files[index].settle()
            var content = files[index].durable
            if content.count > size {
                content.removeSubrange(size...)
            } else {
                content += repeatElement(0, count: size - content.count)
            }
            files[index].durable = content
        case .sync(let path):
            if case .file(let index) = entries[path] { files[index].settle() }
            durableEntries = entries
            pendingEntries = []
        case .rename(let path, let new):
            for (old, entry) in entries where old == path || old.hasPrefix(path + "/") {
                entries[old] = nil
                entries[new + old.dropFirst(path.count)] = entry
            }
            pendingEntries.append(entries)
        case .unlink(let path):
            entries[path] = nil
            pendingEntries.append(entries)
        }
    }

    /// Writes what is left after a crash to a folder.
    ///
    /// - Parameters:
    ///   - losesNothing: Everything that was written is there, synced or not.
    ///   - random: Chooses what is lost otherwise.
    func crash(into folder: String, losesNothing: Bool, _ random: inout SeededRandom) throws {
        var entries = self.entries
        if !losesNothing {
            let kept = Int(random.next() % UInt64(pendingEntries.count + 1))
            entries = kept == 0 ? durableEntries : pendingEntries[kept - 1]
        }
        let manager = FileManager.default
        try? manager.removeItem(atPath: folder)
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (path, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let place = folder + "/" + path
            let parent = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
            try manager.createDirectory(atPath: parent, withIntermediateDirectories: true)
            switch entry {
            case .folder: try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
            case .file(let index):
                try Data(content(of: files[index], losesNothing, &random)).write(to: URL(fileURLWithPath: place))
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
        guard case .file(let index) = entries[path] else { return "" }
        var file = files[index]
        file.settle()
        return String(decoding: file.durable, as: UTF8.self)
    }

    /// Whether something may be lost now.
    var isUnsettled: Bool { !pendingEntries.isEmpty || files.contains { !$0.pending.isEmpty } }
}
