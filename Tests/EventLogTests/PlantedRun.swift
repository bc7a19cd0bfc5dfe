import Credit
import Testing

@testable import EventLog

extension Run {
    /// Writes a run again with one entry missing, altered, or added.
    static func plant(_ how: String, in planted: Run.Table, of file: String) throws {
        let run = try Run(file, Files())
        var blocks: [Run.Table: Int?] = [.ids: 0, .identifiers: 0, .streams: 0]
        let folder = String(file[..<(try #require(file.lastIndex(of: "/")))])
        _ = try Run.write(run.statement, keyCount: 1_000, in: folder, Files()) { (table, piece) throws(AccrueError) in
            guard let block = blocks[table] ?? nil else { return }
            var whole = RunPiece(table)
            blocks[table] = try run.read(table, from: block, into: &whole)
            let isPlanted = table == planted && block == 0
            for index in 0..<whole.count {
                switch how {
                case "gone" where isPlanted && index == 0: break
                case "other" where isPlanted && index == 0:
                    piece.append(whole.key(at: 0).span.bytes, [UInt8]([0, 0, 0, 39]).span.bytes)
                default: piece.append(index..<index + 1, of: whole)
                }
            }
            if how == "more" && isPlanted {
                let key = [UInt8](repeating: 255, count: table.keySize)
                piece.append(key.span.bytes, [UInt8]([0, 0, 0, 1]).span.bytes)
            }
        }
    }
}
