import EventLog
import Foundation

/// How often a worker was struck at each kind of moment.
struct Moments {
    private var counts: [String: Int] = [:]

    mutating func take(_ moment: String) { counts[moment, default: 0] += 1 }

    mutating func take(_ others: Moments) { counts.merge(others.counts, uniquingKeysWith: +) }

    /// What a killed worker was doing, by what it said last and by what it left half done.
    mutating func take(_ said: Acknowledged, at work: Work) {
        let doing = [
            "making": "making a store", "opening": "opening", "open": "at rest",
            "begin": work.imports ? "importing" : "appending", "done": "at rest", "copying": "backing up",
            "restoring": "restoring", "stating": "stating heads", "closing": "closing", "closed": "at rest",
            "rebuilding": "rebuilding indices", "projecting": "filling a slot",
        ]
        take(said.last.map { doing[$0] ?? $0 } ?? "starting")
        let names = { (folder: String) in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
        let runs = names(work.store + "/runs")
        for run in runs where run.hasSuffix(".part") {
            take(Self.length(of: run) > Worker.options.sealInterval ? "and merging" : "and sealing")
        }
        let finished = runs.filter { $0.hasSuffix(".run") }.sorted()
        if zip(finished, finished.dropFirst()).contains(where: {
            $1.dropLast(4).prefix(10) <= $0.dropLast(4).suffix(10)
        }) {
            take("and after a merge, before what it replaces is gone")
        }
        if names(work.store).contains(where: { $0.hasPrefix("head.") }) { take("and writing the head") }
        if names(work.store + "/tree").contains(where: { $0.hasSuffix(".part") }) { take("and writing the tree") }
    }

    private static func length(of run: String) -> Int {
        let numbers = run.split(separator: ".")[0].split(separator: "-").compactMap { Int($0) }
        return numbers.count == 2 ? numbers[1] - numbers[0] + 1 : 0
    }

    /// A line each, the most frequent first.
    var text: String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\n  \($0.value) \($0.key)" }.joined()
    }
}
