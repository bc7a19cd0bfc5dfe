import Testing

@testable import EventLog

/// Which runs are merged.
@Suite struct SealingTests {
    /// Merges until there is nothing to merge.
    private func merge(_ counts: inout [Int]) {
        while let range = Sealing.runsToMerge(of: counts, interval: 10) {
            counts.replaceSubrange(range, with: [counts[range].reduce(0, +)])
        }
    }

    @Test func `few runs are left, however many are sealed while one merge goes on`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var counts: [Int] = []
            var sum = 0
            while sum < 10_000 {
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    counts.append(Int.random(in: 10...12, using: &random))
                    sum += counts.last ?? 0
                }
                guard let range = Sealing.runsToMerge(of: counts, interval: 10) else { continue }
                counts.replaceSubrange(range, with: [counts[range].reduce(0, +)])
            }
            merge(&counts)
            #expect(counts.reduce(0, +) == sum)
            // Three of each size: 10, 40, 160, 640, 2560 and more.
            #expect(counts.count <= 15, "\(counts)")
        }
    }

    @Test func `a small run between larger ones is merged with them`() {
        var counts = [160, 10, 40, 10, 10, 40, 40, 40, 10, 10]
        merge(&counts)
        #expect(counts == [160, 190, 10, 10])
    }

    @Test func `runs are merged as soon as there are four of a size, and not before`() {
        #expect(Sealing.runsToMerge(of: [], interval: 10) == nil)
        #expect(Sealing.runsToMerge(of: [40, 40, 40, 10, 10, 10], interval: 10) == nil)
        #expect(Sealing.runsToMerge(of: [40, 40, 40, 10, 11, 10, 12], interval: 10) == 3..<7)
        // The smallest first, and of these the oldest.
        #expect(Sealing.runsToMerge(of: [40, 40, 40, 40, 10, 10, 10, 10, 10], interval: 10) == 4..<8)
    }
}
