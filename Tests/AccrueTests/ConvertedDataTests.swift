import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import Testing

/// Open catalogues and learner records, converted and appended, against the sums of their sources.
///
/// They run where the data lie beside the project.
@Suite(.enabled(if: ConvertedData.isThere, "needs ../shared/data, beside the project")) struct ConvertedDataTests {
    @Test(arguments: ["si-programmes", "fi-qualifications"])
    func `every catalogue becomes a qualification version with the units and points of the source`(
        source: String
    ) async throws {
        try await withLedger { ledger in
            let report = try await ledger.append(Self.converted(source))
            #expect(report.faults.map { "\($0.line): \($0.error)" } == [])
            let catalogues = try #require(try Self.summary(source)["catalogues"] as? [String: [String: Any]])
            #expect(catalogues.count >= 8)
            try ledger.read { (view) throws(AccrueError) in
                let published = view.registry.entries(in: .qualification)
                #expect(Set(published.map(\.identifier)) == Set(catalogues.keys))
                for entry in published {
                    let version = view.registry.qualification(at: entry.position)
                    let expected = catalogues[entry.identifier]
                    let units = version?.units.filter { $0.parent == nil } ?? []
                    let parts = version?.units.filter { $0.parent != nil } ?? []
                    #expect(units.count == expected?["units"] as? Int, "\(entry.identifier)")
                    #expect(parts.count == expected?["parts"] as? Int, "\(entry.identifier)")
                    #expect(Self.sum(units) == Self.text(expected?["unitPoints"]), "\(entry.identifier)")
                    #expect(Self.sum(parts) == Self.text(expected?["partPoints"]), "\(entry.identifier)")
                    #expect(version?.points.map(\.description) ?? "null" == Self.text(expected?["points"]))
                }
            }
        }
    }

    @Test func `every learner record becomes events whose balance is the sum of the source`() async throws {
        try await withLedger { ledger in
            let report = try await ledger.append(Self.converted("fi-learner-records"))
            #expect(report.faults.map { "\($0.line): \($0.error)" } == [])
            #expect(report.appended > 2_000)
            let records = try #require(try Self.summary("fi-learner-records")["records"] as? [String: [String: Any]])
            #expect(records.count == 151)
            try ledger.read { (view) throws(AccrueError) in
                for (name, record) in records.sorted(by: { $0.key < $1.key }) {
                    let balance = try view.balance(of: view.learner(name), on: .latest)
                    let attempts = record["attempts"] as? [[String: Any]] ?? []
                    let source = attempts.compactMap { try? Points(Self.text($0["points"])) }.reduce(.zero, +)
                    let held = balance.schemes.map { $0.recognised + ($0.buckets[.surplus] ?? .zero) }
                    #expect(held.reduce(.zero, +) == source, "\(name)")
                }
            }
        }
    }

    // MARK: -

    private static func converted(_ source: String) throws -> EventLines {
        EventLines(Array(try ConvertedData.output(of: source)))
    }

    private static func summary(_ source: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: ConvertedData.output(of: source, "--summary")) as? [String: Any] ?? [:]
    }

    private static func sum(_ units: [Credit.Unit]) -> String {
        "\(units.compactMap(\.points).reduce(Points.zero, +))"
    }

    /// A number of the summary as it is written, whole or in decimals.
    private static func text(_ value: Any?) -> String {
        switch value {
        case let text as String: text
        case let number as NSNumber: number.description
        default: "null"
        }
    }
}
