public import Credit
internal import EventLog
public import Transparency

/// The signed checkpoints of a log, kept as files beside it, one for each size.
///
/// They are not in the log: a checkpoint speaks of it. Whoever holds a copy can tell a log that was rewritten.
public struct Checkpoints: Sendable {
    let folder: String
    let files = Files()

    /// Those of the store at a path.
    public init(ofStore path: String) {
        folder = StoreFolder(path: path).checkpoints
    }

    /// The sizes at which there is one, smallest first.
    public var sizes: [UInt64] {
        get throws(AccrueError) { try files.names(in: folder).compactMap { UInt64($0) }.sorted() }
    }

    /// The checkpoint at a size, or the last one; nil where there is none.
    ///
    /// - Throws: ``Credit/ErrorCode/proofInvalid`` where the file is none.
    public func note(at size: UInt64? = nil) throws(AccrueError) -> SignedNote? {
        let chosen = if let size { Optional(size) } else { try sizes.last }
        guard let size = chosen, let content = try files.content(of: file(size)) else { return nil }
        return try proving(file(size)) { () throws(TransparencyError) in
            try SignedNote(bytes: content)
        }
    }

    /// All of them, smallest first.
    ///
    /// - Throws: ``Credit/ErrorCode/proofInvalid`` where a file is none.
    public func notes() throws(AccrueError) -> [SignedNote] {
        var notes: [SignedNote] = []
        for size in try sizes {
            if let note = try note(at: size) { notes.append(note) }
        }
        return notes
    }

    /// Keeps a checkpoint, in place of one of the same size.
    public func keep(_ note: SignedNote) throws(AccrueError) {
        let state = try proving("checkpoint") { () throws(TransparencyError) in try Checkpoint(text: note.text) }
        try files.makeFolderIfMissing(folder)
        try files.replace(file(state.size), with: Array("\(note)".utf8))
    }

    func file(_ size: UInt64) -> String {
        let digits = "\(size)"
        return folder + "/" + String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }
}

/// Runs `body`, with what is not proved as an error of the ledger.
public func proving<Result>(
    _ subject: String,
    _ body: () throws(TransparencyError) -> Result
) throws(AccrueError) -> Result {
    do throws(TransparencyError) {
        return try body()
    } catch {
        throw AccrueError(.proofInvalid, "\(error)", field: subject)
    }
}
