import Accrue
import AccrueTestKit
import Credit
import Foundation
import Testing

/// Tables of results, converted and appended.
@Suite(.enabled(if: SecondVerifier.isThere)) struct ConvertedResultTests {
    private static let root =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func convert(_ file: String) throws -> (status: Int32, output: Data, errors: String) {
        let process = Process()
        process.executableURL = root.appending(path: "tools/convert")
        process.arguments = ["results", file]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, bytes, said)
    }

    @Test func `a row for each unit becomes its assessment and what was decided on it`() async throws {
        let run = try Self.convert(Self.root.appending(path: "fixtures/school-results.csv").path)
        #expect(run.status == 0, "\(run.errors)")
        try await withLedger { ledger in
            let school = try Data(contentsOf: Self.root.appending(path: "fixtures/school.ndjson"))
            for (lines, appended) in [(school, 18), (run.output, 7), (run.output, 0)] {
                let report = try await ledger.append(EventLines(Array(lines)))
                #expect(report.faults.map { "\($0.line): \($0.error)" } == [])
                #expect(report.appended == appended)
            }
            let lines = try ledger.read { (view) throws(AccrueError) in
                try view.balance(of: view.learner("tine"), on: CivilDate("2025-06-01")).lines
            }
            let told = lines.map { "\($0.bucket.rawValue) \($0.unit?.code ?? "") \($0.points.map { "\($0)" } ?? "")" }
            #expect(
                told == [
                    "recognised KR 7.5", "recognised PR 2", "recognised MA 3", "recognised PE 7.5", "excluded SL 7.5",
                ]
            )
        }
    }

    @Test func `a correction names the assessment of a row by what the row is about`() async throws {
        let run = try Self.convert(Self.root.appending(path: "fixtures/school-results.csv").path)
        let correction = """
            {"id":"7c2a3a49-4c1c-4f5b-9f2e-3f1e0a7b6c01","kind":"assessment-corrected","effective":"2025-05-12",\
            "learner":"tine","actor":"a-baker","institution":"lipnica","enrolment":"tine-enrolled",\
            "qualification":"pek@2020","unit":"MA","attempt":1,"result":"positive","scale":"ocene","grade":"5",\
            "replaces":"tine:lipnica:pek@2020:MA:1"}
            """
        try await withLedger { ledger in
            let school = try Data(contentsOf: Self.root.appending(path: "fixtures/school.ndjson"))
            // The table as it was changes nothing afterwards, either.
            for (lines, appended) in [(school, 18), (run.output, 7), (Data(correction.utf8), 1), (run.output, 0)] {
                let report = try await ledger.append(EventLines(Array(lines)))
                #expect(report.faults.map { "\($0.line): \($0.error)" } == [])
                #expect(report.appended == appended)
            }
        }
    }

    @Test func `every fault of a table is told with its line and column, and nothing is written`() throws {
        let folder = try TemporaryFolder()
        let head = "learner,institution,qualification,unit,assessed,assessor,result,points\n"
        let tables: [(String, [String])] = [
            (
                head
                    + "t,l,q,M1,32.1.2025,a,passed,7\nt,l,q,M1,2025-01-01,a,positive,\nt,l\nt,l,q,,2025-01-01,a,positive,x\n",
                [
                    ":2: assessed: refused: '2025-01-32' is no day",
                    ":2: result: refused: 'passed' is none of positive,",
                    ":2: points: refused: only a positive result", ":3: refused: ",
                    ":4: refused: it has 2 cells, and there are 8 columns", ":5: unit: refused: it is missing",
                    ":5: decided: refused: it is missing", ":5: enrolment: refused: it is missing",
                    ":5: points: refused: 'x' is not a number of points",
                ]
            ),
            ("learner;marks\n", ["line 1: the table lacks the columns institution,"]),
            (head.replacing("result,points", with: "result,result,mark"), ["does not know the columns mark"]),
        ]
        for (text, faults) in tables {
            try text.write(toFile: folder["table"], atomically: false, encoding: .utf8)
            let run = try Self.convert(folder["table"])
            #expect(run.status == 3 && run.output.isEmpty)
            for fault in faults { #expect(run.errors.contains(fault), "\(fault) is missing in \(run.errors)") }
        }
        try #require("učenec;enota".data(using: .windowsCP1250)).write(to: URL(filePath: folder["table"]))
        #expect(try Self.convert(folder["table"]).errors.contains("not UTF-8 at byte 2; "))
    }
}
