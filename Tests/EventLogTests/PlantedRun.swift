import Credit
import Testing

@testable import EventLog

extension Run {
    /// Writes a run again with one entry missing, altered, or added.
    static func plant(_ how: String, in planted: Run.Table, of file: String) throws {
        let run = try Run(file, Files())
        let folder = String(file[..<(try #require(file.lastIndex(of: "/")))])
        _ = try Run.write(run.statement, keyCount: 1_000, in: folder, Files()) { (table, writer) throws(AccrueError) in
            var whole = RunPiece(table)
            var (block, memory): (Int?, [UInt8]) = (0, [])
            while let next = block { block = try run.read(table, from: next, into: &whole, &memory) }
            for index in 0..<whole.count {
                switch how {
                case "gone" where table == planted && index == 0: break
                case "other" where table == planted && index == 0:
                    let key = whole.withEntries(0..<1) { Array($0[..<table.keySize]) }
                    try writer.append(key.span.bytes, [UInt8]([0, 0, 0, 39]).span.bytes)
                default: try writer.append(index..<index + 1, of: whole)
                }
            }
            if how == "more" && table == planted {
                let key = [UInt8](repeating: 255, count: table.keySize)
                try writer.append(key.span.bytes, [UInt8]([0, 0, 0, 1]).span.bytes)
            }
        }
    }
}
