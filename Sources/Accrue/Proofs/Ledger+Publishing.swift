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
    ///
    /// Full tiles that the folder's own checkpoint covers are left; others that are there are compared.
    ///
    /// - Throws: ``Credit/ErrorCode/checkpointDiverges`` where the folder holds another log, or another history of this one.
    public func publish(
        _ note: SignedNote,
        to folder: String,
        withEntries: Bool
    ) throws(AccrueError) -> PublishedTree {
        let tree = try tree(of: note)
        let tiles = Tile.tiles(ofTreeOf: tree.size)
        let published = try publishedSize(in: folder, of: note)
        var written = 0
        func put(_ path: String, of tile: Tile, _ content: () throws(AccrueError) -> [UInt8]) throws(AccrueError) {
            let isThere = tile.isFull && FileManager.default.fileExists(atPath: path)
            if isThere, tile.end <= published { return }
            let bytes = try content()
            if isThere {
                // No checkpoint says whose it is.
                guard try Self.read(path) == bytes else {
                    throw AccrueError(.checkpointDiverges, "\(path) is of another log or history", field: "folder")
                }
            } else {
                try Self.write(bytes, to: path)
                written += 1
            }
        }
        for tile in tiles {
            try put(folder + "/" + tile.path, of: tile) { () throws(AccrueError) in
                var bytes: [UInt8] = []
                for place in 0..<tile.count { try tree.hash(tile.subtree(at: place)).append(to: &bytes) }
                return bytes
            }
            guard withEntries, tile.level == 0 else { continue }
            try put(folder + "/" + tile.entriesPath, of: tile) { () throws(AccrueError) in try bundle(of: tile) }
        }
        try Self.write(Array("\(note)".utf8), to: folder + "/checkpoint")
        return PublishedTree(events: tree.size, tiles: tiles.count, written: written)
    }

    /// How many events the checkpoint of a folder covers, which must be of this log and its history; 0 where there is none.
    private func publishedSize(in folder: String, of note: SignedNote) throws(AccrueError) -> UInt64 {
        let path = folder + "/checkpoint"
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let bytes = try Self.read(path)
        let (published, state, origin) = try proving(path) { () throws(TransparencyError) in
            let published = try SignedNote(bytes: bytes)
            return (published, try Checkpoint(text: published.text), try Checkpoint(text: note.text).origin)
        }
        guard state.origin.utf8.elementsEqual(origin.utf8) else {
            throw AccrueError(.checkpointDiverges, "\(path) is of \(state.origin)", field: "folder")
        }
        let last = try log.read { $0.position }
        guard state.size <= UInt64(last.rawValue) else {
            throw AccrueError(
                .checkpointDiverges,
                "\(path) is over \(state.size) events, and the log has \(last)",
                field: "folder"
            )
        }
        _ = try tree(of: published)
        return state.size
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

    private static func read(_ path: String) throws(AccrueError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw AccrueError(.inputOutput, "\(path): \(error.localizedDescription)", field: "file")
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(AccrueError) {
        let files = Files(arePublic: true)
        if let end = path.lastIndex(of: "/") { try files.makeFolders(String(path[..<end])) }
        // It is made again by the same command.
        try files.replace(path, with: bytes, durably: false)
    }
}
