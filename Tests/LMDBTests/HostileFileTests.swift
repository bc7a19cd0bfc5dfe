import Foundation
import Glibc
import Testing

@testable import LMDB

/// Files in which somebody put numbers that lead nowhere: they are looked at without being mapped, and told.
@Suite struct HostileFileTests {
    private let folder: TemporaryFolder

    /// A file with two databases, long values, and long lists of free pages.
    init() throws {
        folder = try TemporaryFolder()
        let environment = try folder.open { $0.maximumDatabases = 2 }
        let (first, second) = (
            try environment.database(named: "first", creating: true),
            try environment.database(named: "second", creating: true)
        )
        try environment.append(1...300, to: first)
        for number in 1...3 as ClosedRange<UInt64> {
            try environment.write { (transaction) throws(LMDBError) in
                try transaction.put(number, [UInt8](repeating: 1, count: 9_000), in: second)
            }
        }
        try environment.append(301...400, to: first)
        for number in 1...2 as ClosedRange<UInt64> {
            _ = try environment.write { (transaction) throws(LMDBError) in try transaction.delete(number, in: second) }
        }
        try environment.close()
    }

    private func check(_ reach: StoreTrees.Reach) -> LMDBError.Code? {
        let descriptor = open(folder.dataFile, O_RDONLY)
        defer { close(descriptor) }
        let file = StoreFile(descriptor: descriptor, calls: Calls(path: folder.dataFile, faults: nil))
        do throws(LMDBError) {
            try file.check()
            try file.checkNewer { (meta) throws(LMDBError) in try StoreTrees.check(file, meta, reach) }
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `whatever number stands wherever, it is told or harmless`() throws {
        let url = URL(fileURLWithPath: folder.dataFile)
        let whole = [UInt8](try Data(contentsOf: url))
        for reach in [StoreTrees.Reach.ends, .branches, .leaves] { #expect(check(reach) == nil) }
        var random = SystemRandomNumberGenerator()
        let numbers: [UInt64] = [0, 1, 2, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, UInt64(Int64.max), .max, .max - 1]
        var told = 0
        for round in 0..<1_000 {
            var bytes = whole
            // Where most numbers are: in the meta pages, and at the start and end of pages.
            let page = Int.random(in: 0..<whole.count / 4_096, using: &random)
            let place = [Int.random(in: 0..<80), Int.random(in: 0..<2_040), 2_040 - Int.random(in: 0..<40)][round % 3]
            let size = [2, 4, 8][round % 3]
            var number = numbers.randomElement(using: &random) ?? 0
            if round % 5 == 0 { number = UInt64.random(in: 0...64, using: &random) }
            let offset = page * 4_096 + 2 * place
            for index in 0..<size where offset + index < bytes.count {
                bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
            }
            try Data(bytes).write(to: url)
            for reach in [StoreTrees.Reach.ends, .branches, .leaves] {
                let code = check(reach)
                #expect(code == nil || code == .corrupted || code == .versionMismatch, "\(number) at \(offset)")
                if code != nil { told += 1 }
            }
        }
        #expect(told > 100)
    }
}
