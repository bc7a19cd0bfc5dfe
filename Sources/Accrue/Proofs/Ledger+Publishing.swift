public import Credit
internal import EventCoding
internal import EventLog
import Foundation
public import Transparency

/// What was published of a tree.
public struct PublishedTree: Hashable, Sendable {
    /// How many events the tree has.
    public let events: UInt64
    /// How many tiles it has.
    public let tiles: Int
    /// How many files were written; full tiles that were there were not.
    public let written: Int
}

extension Ledger {
    /// Writes the tree of a checkpoint as static files: hash tiles, the checkpoint, and with them or without the entries
    /// (C2SP tlog-tiles). The checkpoint is written last, so that all that it speaks of is there.
    public func publish(
        _ note: SignedNote,
        to folder: String,
        withEntries: Bool
    ) throws(AccrueError) -> PublishedTree {
        let tree = try tree(of: note)
        let tiles = Tile.tiles(ofTreeOf: tree.size)
        var written = 0
        for tile in tiles {
            let path = folder + "/" + tile.path
            if !(tile.isFull && FileManager.default.fileExists(atPath: path)) {
                var bytes: [UInt8] = []
                for place in 0..<tile.count { try tree.hash(tile.subtree(at: place)).append(to: &bytes) }
                try Self.write(bytes, to: path)
                written += 1
            }
            guard withEntries, tile.level == 0 else { continue }
            let entries = folder + "/" + tile.entriesPath
            if tile.isFull, FileManager.default.fileExists(atPath: entries) { continue }
            try Self.write(try bundle(of: tile), to: entries)
            written += 1
        }
        try Self.write(Array("\(note)".utf8), to: folder + "/checkpoint")
        return PublishedTree(events: tree.size, tiles: tiles.count, written: written)
    }

    /// The bundle of the entries below a tile.
    private func bundle(of tile: Tile) throws(AccrueError) -> [UInt8] {
        let entries = try log.read { (snapshot) throws(AccrueError) in
            var entries: [[UInt8]] = []
            for place in 0..<tile.count {
                let index = tile.index * UInt64(Tile.width) + UInt64(place)
                entries.append(try snapshot.entry(at: Position(rawValue: UInt32(index) + 1)))
            }
            return entries
        }
        return try proving(tile.entriesPath) { () throws(TransparencyError) in try EntryBundle(entries: entries).bytes }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(AccrueError) {
        let files = Files()
        if let end = path.lastIndex(of: "/") { try files.makeFolders(String(path[..<end])) }
        // It is made again by the same command.
        try files.replace(path, with: bytes, durably: false)
    }
}
