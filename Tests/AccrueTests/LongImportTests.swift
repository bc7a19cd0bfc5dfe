import AccrueTestKit
import Credit
import EventLog
import Foundation
import Testing

@testable import Accrue

/// Imports that take more than one batch.
@Suite struct LongImportTests {
    @Test func `a long import is written in batches, and a merge is never parted`() async throws {
        let lines = try await Self.generated(learners: 25, seed: 11)
        try await withLedger { ledger in
            var input = EventLines(lines)
            input.mostLinesOfBatch = 40
            let report = try await ledger.append(input)
            #expect(report.faults.map(\.error.description) == [])
            #expect(report.appended == input.lines.count)
            #expect(report.batches > 20)
            #expect(report.last == Position(rawValue: UInt32(input.lines.count)))
            let again = try await ledger.append(input)
            #expect(again.existed == input.lines.count)
            #expect(ledger.log.check().findings.isEmpty)
        }
    }

    @Test func `one bad line at the end of a long import keeps all of it out`() async throws {
        let lines = try await Self.generated(learners: 5, seed: 3)
        try await withLedger { ledger in
            var input = EventLines(lines + Array("{\"kind\":\"enrolled\"}\n".utf8))
            input.mostLinesOfBatch = 40
            let report = try await ledger.append(input)
            #expect(Set(report.faults.map(\.line)) == [input.lines.count])
            #expect(!report.isWritten)
            #expect(try ledger.read { (view) throws(AccrueError) in view.known } == .none)
            var options = AppendOptions()
            options.acceptsValid = true
            #expect(try await ledger.append(input, options).appended == input.lines.count - 1)
        }
    }

    @Test func `half of a merge is refused, and the rest may be accepted without it`() async throws {
        let lines = try await Self.generated(learners: 25, seed: 11)
        let text = String(decoding: lines, as: UTF8.self)
        let merges = text.split(separator: "\n").enumerated().filter { $0.element.contains("learner-merged") }
        let second = try #require(merges.dropFirst().first).offset
        let broken = text.split(separator: "\n").enumerated().filter { $0.offset != second }.map { String($0.element) }
        try await withLedger { ledger in
            let input = EventLines(Array(broken.joined(separator: "\n").utf8))
            let report = try await ledger.append(input)
            #expect(report.faults.map(\.error.code) == [.mergeImpossible])
            #expect(report.faults.first?.line == second)
            var options = AppendOptions()
            options.acceptsValid = true
            let accepted = try await ledger.append(input, options)
            #expect(accepted.appended == broken.count - 1)
            #expect(accepted.refused == 1)
        }
    }

    @Test(arguments: [7: 16, 8: 15, 1: 90])
    func `merges in a row are written in as many batches as it takes, and none of them is parted`(
        size: Int,
        batches: Int
    ) async throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures")
        let catalogue = try Data(contentsOf: fixtures.appending(path: "catalogue.ndjson").standardized)
        func id(_ number: Int) -> String { String(format: "00000000-0000-4000-8000-%012d", number) }
        func merge(_ learner: Int, _ answered: Int) -> String {
            // JSON may be written with escapes.
            let kind = learner.isMultiple(of: 3) ? #"learner\u002dmerged"# : "learner-merged"
            return
                #"{"id":"\#(id(100 + learner))","kind":"\#(kind)","effective":"2026-03-02","learner":"new-\#(learner)","#
                + #""actor":"a-operator","answers":"\#(id(answered))","evidence":"The same person"}"#
        }
        let learners = (1...60).map { number in
            #"{"id":"\#(id(number))","kind":"learner-introduced","effective":"2026-03-01","identifier":"new-\#(number)","#
                + #""actor":"a-registrar"}"#
        }
        let merges = stride(from: 1, to: 60, by: 2).flatMap { [merge($0, $0 + 1), merge($0 + 1, 100 + $0)] }
        try await withLedger { ledger in
            #expect(try await ledger.append(EventLines([UInt8](catalogue))).faults.isEmpty)
            var input = EventLines(Array((learners + merges).joined(separator: "\n").utf8))
            input.mostLinesOfBatch = size
            let report = try await ledger.append(input)
            #expect(report.faults.map(\.error.description) == [])
            #expect(report.appended == 120 && report.batches == batches)
        }
    }

    @Test func `one commit or many: the lines come out the same`() async throws {
        let lines = try await Self.generated(learners: 10, seed: 2)
        var exports: [[UInt8]] = []
        for batch in [31, 65_000] {
            try await withLedger { ledger in
                var input = EventLines(lines)
                input.mostLinesOfBatch = batch
                _ = try await ledger.append(input)
                exports.append(try Self.export(ledger))
            }
        }
        #expect(Set(exports.map { String(decoding: $0, as: UTF8.self).replacing(Self.instant, with: "") }).count == 1)
    }

    private static nonisolated(unsafe) let instant = #/"recordedAt":"[^"]*"/#

    /// Lines of a generated history.
    private static func generated(learners: Int, seed: UInt64) async throws -> [UInt8] {
        var lines: [UInt8] = []
        try await withLedger { ledger in
            try await ledger.append(Array(HistoryGenerator(seed: seed, learners: learners)))
            lines = try export(ledger)
        }
        return lines
    }

    private static func export(_ ledger: Ledger<LMDBEventLog>) throws -> [UInt8] {
        try ledger.read { (view) throws(AccrueError) in
            var lines: [UInt8] = []
            try view.log.forEachEvent(from: Position(rawValue: 1), through: view.known) { (event) throws(AccrueError) in
                lines += try view.line(of: event) + [UInt8(ascii: "\n")]
            }
            return lines
        }
    }
}
