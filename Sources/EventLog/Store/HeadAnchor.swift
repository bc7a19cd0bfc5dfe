internal import Credit
internal import EventCoding

/// How far a log went: what it must still hold when it is opened again.
struct HeadAnchor: Hashable, Sendable {
    var log: LogID
    var position: Position
    var leaf: Digest

    /// Reads the anchor of a store, or nil where none was written yet.
    static func read(_ folder: StoreFolder) throws(AccrueError) -> HeadAnchor? {
        guard let content = try folder.files.content(of: folder.head) else { return nil }
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let log = LogID(String(words[0])), let position = UInt32(words[1]),
            let leaf = Digest(hex: String(words[2]))
        else { throw AccrueError(.storeDamaged, folder.head) }
        return HeadAnchor(log: log, position: Position(rawValue: position), leaf: leaf)
    }

    /// Writes it in place of the one before.
    func write(_ folder: StoreFolder) throws(AccrueError) {
        try folder.files.replace(folder.head, with: Array("\(log) \(position) \(leaf)\n".utf8))
    }
}
