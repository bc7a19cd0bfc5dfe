extension Array where Element: Comparable {
    /// Sorts elements whose numbers are spread evenly, as those of random ids are: each is first put near its place by its
    /// number, then sorted among some three (Knuth, "Sorting and Searching", section 5.2.5). O(*n*); O(*n* log *n*) where they
    /// are spread otherwise.
    ///
    /// - Parameter number: Of an element; a lesser element has none that is greater.
    mutating func sort(spreadBy number: (Element) -> UInt64) {
        guard let some = first.map(number) else { return }
        let (least, greatest) = reduce((some, some)) { (Swift.min($0.0, number($1)), Swift.max($0.1, number($1))) }
        let bits = Swift.max(0, 62 - count.leadingZeroBitCount)
        let shift = Swift.max(0, 64 - (greatest - least).leadingZeroBitCount - bits)
        func bucket(_ element: Element) -> Int { Int((number(element) - least) >> shift) }
        // Where each bucket begins; once it is full, where it ends.
        var places = [Int](repeating: 0, count: 1 << bits + 1)
        for element in self { places[bucket(element) + 1] += 1 }
        for index in places.indices.dropFirst() { places[index] += places[index - 1] }
        self = Array(unsafeUninitializedCapacity: count) { buffer, count in
            for element in self {
                buffer.initializeElement(at: places[bucket(element)], to: element)
                places[bucket(element)] += 1
            }
            for end in places.dropLast() {
                var neighbours = UnsafeMutableBufferPointer(rebasing: buffer[count..<end])
                neighbours.sort()
                count = end
            }
        }
    }
}
