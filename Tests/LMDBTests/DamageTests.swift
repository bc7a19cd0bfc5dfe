import Foundation
import Glibc
import Testing

@testable import LMDB

@Suite struct DamageTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let environment = try folder.open()
        try environment.append(1...5_000, to: try environment.database())
        try environment.append(5_001...6_000, to: try environment.database())
        try environment.close()
    }

    private func refusal() -> LMDBError? {
        do throws(LMDBError) {
            try folder.open().close()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a page that is not what LMDB takes it for ends the process as one that is not there does`() async {
        await #expect(processExitsWith: .signal(SIGBUS)) {
            let tests = try DamageTests()
            let url = URL(fileURLWithPath: tests.folder.dataFile)
            var file = try Data(contentsOf: url)
            func number(_ offset: Int, _ size: Int) -> Int {
                file[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
            }
            let meta = number(144, 8) < number(4_096 + 144, 8) ? 4_096 : 0
            // The root names one page only, and its other nodes are as they were.
            let root = number(meta + 128, 8) * 4_096
            file.replaceSubrange(root + 12..<root + 14, with: [18, 0])
            try file.write(to: url)
            // As it is opened without a look at its pages.
            let environment = try tests.folder.open { $0.access = .immutable }
            _ = try environment.keys(of: environment.database())
        }
    }

    @Test func `the file as it was left opens`() throws {
        #expect(refusal() == nil)
    }

    @Test func `a file cut short at any page is refused, down to nothing`() throws {
        let length = try #require(FileManager.default.attributesOfItem(atPath: folder.dataFile)[.size] as? Int)
        #expect(length > 20 * 4_096)
        for size in stride(from: (length - 1) / 4_096 * 4_096, through: 0, by: -4_096) {
            for shorter in [size, size - 1] where shorter >= 0 {
                #expect(truncate(folder.dataFile, shorter) == 0)
                #expect(refusal()?.code == .corrupted, "cut to \(shorter) of \(length) bytes")
            }
        }
    }

    @Test(arguments: [0, 4_096], [0, 10, 16, 40, 41])
    func `a meta page with one changed field is refused`(page: Int, offset: Int) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: folder.dataFile))
        try file.seek(toOffset: UInt64(page + offset))
        let byte = try #require(try file.read(upToCount: 1)).first ?? 0
        try file.seek(toOffset: UInt64(page + offset))
        try file.write(contentsOf: Data([byte ^ 0x18]))
        try file.close()
        #expect(refusal()?.code == .corrupted)
    }

    @Test
    func `roots beyond the last page are refused in the newer meta page, not where a failed commit left them`() throws {
        let content = try Data(contentsOf: URL(fileURLWithPath: folder.dataFile))
        let transactions = [0, 4_096].map { page in
            content[page + 144..<page + 152].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let newer = transactions[0] < transactions[1] ? 4_096 : 0
        for page in [newer, 4_096 - newer] {
            for root in [80, 128] {
                var changed = content
                changed[page + root + 2] = 1
                try changed.write(to: URL(fileURLWithPath: folder.dataFile))
                #expect(refusal()?.code == (page == newer ? .corrupted : nil))
            }
        }
        let environment = try folder.open()
        #expect(try environment.keys(of: try environment.database()).count == 6_000)
        try environment.append(7_000...7_001, to: try environment.database())
        try environment.close()
        #expect(refusal() == nil)
    }

    @Test(arguments: [0, 4_096])
    func `a meta page of another format version is refused`(page: Int) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: folder.dataFile))
        try file.seek(toOffset: UInt64(page + 20))
        try file.write(contentsOf: Data([2]))
        try file.close()
        #expect(refusal()?.code == .versionMismatch)
    }

    @Test func `a file of something else is refused`() throws {
        try Data(repeating: 0x20, count: 100_000).write(to: URL(fileURLWithPath: folder.dataFile))
        #expect(refusal()?.code == .corrupted)
    }

    @Test func `a file that ends before its last pages, because those were freed unwritten, opens`() throws {
        let environment = try folder.open()
        let database = try environment.database()
        for _ in 0..<3 {
            try environment.write { (transaction) throws(LMDBError) in
                try transaction.put([255], [UInt8](repeating: 1, count: 100_000), in: database)
                try transaction.delete([255], in: database)
            }
        }
        let used = try environment.information().usedBytes
        try environment.close()
        let length = try #require(FileManager.default.attributesOfItem(atPath: folder.dataFile)[.size] as? Int)
        #expect(length < used, "the file is not short; the test shows nothing")
        #expect(refusal() == nil)
        let again = try folder.open()
        #expect(try again.keys(of: try again.database()).count == 6_000)
        try again.append(7_000...9_000, to: try again.database())
        try again.close()
        #expect(refusal() == nil)
    }
}
