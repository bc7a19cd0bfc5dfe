/// The name a person may have meant.
public enum NearestName {
    /// The one of `names` that needs the fewest changes of a letter to become `name`, if that is at most a third of
    /// its letters; the first of several.
    static func of(_ name: String, among names: some Sequence<String>) -> String? {
        // Longer names than any known one are not worth a look, however long the sender made them.
        guard name.utf8.count <= 64 else { return nil }
        let limit = max(1, name.utf8.count / 3)
        var nearest: (name: String, distance: Int)?
        for candidate in names {
            let distance = distance(Array(name.utf8), Array(candidate.utf8))
            if distance <= limit, distance < nearest?.distance ?? .max { nearest = (candidate, distance) }
        }
        return nearest?.name
    }

    /// A hint for an error's subject: empty, or `did you mean …?`.
    public static func suggestion(for name: String, among names: some Sequence<String>) -> String {
        of(name, among: names).map { " (did you mean \($0)?)" } ?? ""
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, leftByte) in left.enumerated() {
            var current = [row + 1]
            for (column, rightByte) in right.enumerated() {
                var best = min(
                    previous[column] + (leftByte == rightByte ? 0 : 1),
                    previous[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, leftByte == right[column - 1], left[row - 1] == rightByte {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
