/// On which line each part of a tree begins.
struct LineTree: Sendable {
    /// The line of the part itself, from 1.
    var line: Int
    /// Of its members, by key.
    var members: [String: LineTree] = [:]
    /// Of its elements.
    var elements: [LineTree] = []

    /// The line of a part such as `rules[2].attempts.counts`, or of what it should stand in.
    func line(of path: some StringProtocol) -> Int {
        let rest = path.drop { $0 == "." }
        guard let first = rest.first else { return line }
        if first == "[" {
            let step = rest.prefix { $0 != "]" }
            guard let index = Int(step.dropFirst()), elements.indices.contains(index) else { return line }
            return elements[index].line(of: rest.dropFirst(step.count + 1))
        }
        let name = rest.prefix { $0 != "." && $0 != "[" }
        guard let member = members[String(name)] else { return line }
        return member.line(of: rest.dropFirst(name.count))
    }
}
