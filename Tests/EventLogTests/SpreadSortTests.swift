import Testing

@testable import EventLog

/// The order of what a run is made of.
@Suite struct SpreadSortTests {
    private func expectSorted(_ numbers: [UInt64], sourceLocation: SourceLocation = #_sourceLocation) {
        var sorted = numbers
        sorted.sort(spreadBy: { $0 })
        #expect(sorted == numbers.sorted(), sourceLocation: sourceLocation)
        // By a part of each number, as ids are sorted by their first half.
        sorted = numbers
        sorted.sort(spreadBy: { $0 >> 7 })
        #expect(sorted == numbers.sorted(), sourceLocation: sourceLocation)
    }

    @Test func `numbers are sorted however they are spread`() {
        var random = SystemRandomNumberGenerator()
        for count in 0..<200 {
            for range in [0...0, 0...1, 7...300, 0...UInt64.max, (UInt64.max - 1_000)...UInt64.max] {
                expectSorted((0..<count).map { _ in UInt64.random(in: range, using: &random) })
            }
            expectSorted((0..<UInt64(count)).map { $0 })
            expectSorted((0..<UInt64(count)).reversed())
            // One far from all others, which fill one bucket.
            expectSorted((0..<count).map { $0 == 9 ? .max : UInt64.random(in: 0...50, using: &random) })
            expectSorted((0..<count).map { $0 == 9 ? 0 : .max - UInt64.random(in: 0...50, using: &random) })
        }
    }
}
