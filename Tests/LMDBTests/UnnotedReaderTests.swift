import Foundation
import Testing

@testable import LMDB

/// Who reads where no reader can be noted is told when a writer came too far.
@Suite struct UnnotedReaderTests {
    private let folder: TemporaryFolder
    /// The file after each of some transactions of one writer.
    private let states: [Data]

    init() throws {
        folder = try TemporaryFolder()
        let environment = try folder.open()
        let database = try environment.database()
        var states: [Data] = []
        for number in 1...8 as ClosedRange<UInt64> {
            try environment.append(number * 100...number * 100 + 99, to: database)
            states.append(try Data(contentsOf: URL(fileURLWithPath: folder.dataFile)))
        }
        try environment.close()
        self.states = states
    }

    /// Puts a state into the file as another process writes it: in place.
    private func put(_ state: Data) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: folder.dataFile))
        try file.write(contentsOf: state)
        try file.close()
    }

    @Test(arguments: [0, 1, 2, 5])
    func `what was read is an answer where a writer went on by one transaction at most`(steps: Int) throws {
        try put(states[2])
        let environment = try folder.open { $0.access = .immutable }
        #expect(!environment.notesReaders)
        let database = try environment.database()
        for fails in [false, true] {
            try put(states[2])
            let result = Result { () throws(LMDBError) in
                try environment.read { (transaction) throws(LMDBError) in
                    var count = try transaction.entryCount(of: database)
                    do { try put(states[2 + steps]) } catch { count = -1 }
                    if fails { throw LMDBError(.corrupted, operation: "read", path: "") }
                    return count
                }
            }
            switch result {
            case .success(let count): #expect(steps < 2 && !fails && count == 300)
            // What is wrong in pages that are used again is no damage.
            case .failure(let error): #expect(error.code == (steps < 2 ? .corrupted : .overtaken))
            }
        }
        // Who reads again has the new state.
        #expect(try environment.keys(of: database).count == 300 + 100 * steps)
    }

    @Test func `where there is a table of readers, they are noted`() throws {
        for access in [Environment.Options.Access.readOnly, .readWrite] {
            let environment = try folder.open { $0.access = access }
            #expect(environment.notesReaders)
            try environment.close()
        }
    }
}
