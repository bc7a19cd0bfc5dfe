/// The name a person may have meant.
public enum NearestName {
    /// The one of `names` that needs the fewest changes of a letter to become `name`, if that is at most a third of
    /// its letters; the first of several. One that differs in capitals only is nearest. Where none is near and `name` lacks
    /// its version, the one that is named last of its versions.
    static func of(_ name: String, among names: some Collection<String>) -> String? {
        // Longer names than any known one are not worth a look, however long the sender made them.
        guard name.utf8.count <= 64 else { return nil }
        let letters = Array(name.utf8)
        // A file with one mistake may have it in every line, so what cannot be nearer is given up early.
        var limit = max(1, letters.count / 3)
        var nearest: String?
        let lowercased = name.lowercased()
        for candidate in names where abs(candidate.utf8.count - letters.count) <= limit {
            if candidate.utf8.count == letters.count, candidate.lowercased() == lowercased { return candidate }
            guard let distance = distance(letters, Array(candidate.utf8), limit: limit) else { continue }
            nearest = candidate
            if distance == 0 { break }
            limit = distance - 1
        }
        return nearest ?? Array(names).last { $0.hasPrefix(name + "@") }
    }

    /// A hint for an error's subject: empty, or `did you mean …?`.
    public static func suggestion(for name: String, among names: some Collection<String>) -> String {
        of(name, among: names).map { " (did you mean \($0)?)" } ?? ""
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour (optimal string alignment);
    /// nil if more than `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        var previousLeast = 0
        for row in left.indices {
            var current = [row + 1]
            var least = row + 1
            for column in right.indices {
                let (leftByte, rightByte) = (left[row], right[column])
                var best = min(
                    previous[column] + (leftByte == rightByte ? 0 : 1),
                    previous[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
                least = min(least, best)
            }
            // Every later row builds on these two, at no smaller a distance.
            if least > limit, previousLeast > limit { return nil }
            beforePrevious = previous
            previous = current
            previousLeast = least
        }
        return previous[right.count] <= limit ? previous[right.count] : nil
    }
}
