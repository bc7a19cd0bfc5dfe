/// Rows under headings, aligned by display width.
struct Table {
    enum Alignment {
        case left
        case right
    }

    struct Column {
        var title: String
        var alignment: Alignment
        /// Whether its cells may be cut with `…` to fit a terminal. Numbers and identifiers stay whole.
        var shrinks: Bool

        /// A column of words or identifiers.
        static func text(_ title: String, shrinks: Bool = false) -> Column {
            Column(title: title, alignment: .left, shrinks: shrinks)
        }

        /// A column of numbers, aligned at the right.
        static func number(_ title: String) -> Column {
            Column(title: title, alignment: .right, shrinks: false)
        }
    }

    private enum Row {
        case cells([String], Emphasis?)
        case rule
    }

    private static let gap = "  "
    /// A column that shrinks keeps this many columns, so that a cell can still be recognised.
    private static let narrowest = 8

    private let columns: [Column]
    private var rows: [Row] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Whether no row has been added.
    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; cells that are not given are blank, and those beyond the last column are a programming error.
    mutating func append(_ cells: [String], _ emphasis: Emphasis? = nil) {
        precondition(cells.count <= columns.count, "more cells than columns")
        let blank = Array(repeating: "", count: columns.count - cells.count)
        rows.append(.cells(cells.map(\.printable) + blank, emphasis))
    }

    /// Adds a line across the table, as above a sum.
    mutating func appendRule() {
        rows.append(.rule)
    }

    /// The table as comma-separated values, its headings first.
    var commaSeparated: String {
        let cells = rows.compactMap { row in
            if case .cells(let cells, _) = row { cells } else { nil }
        }
        return CommaSeparated.text([columns.map(\.title)] + cells)
    }

    /// The table as lines, each ending in a line feed and none in a space.
    ///
    /// - Parameters:
    ///   - width: The columns of the terminal, or `nil` where the output is none: then nothing is cut.
    ///   - style: Marks the headings and the rows that have an emphasis.
    func rendered(width: Int? = nil, style: Style = .plain) -> String {
        let widths = fitted(naturalWidths, into: width)
        var text = style(line(columns.map(\.title), widths), .strong) + "\n"
        for row in rows {
            switch row {
            case .cells(let cells, let emphasis):
                let line = line(cells, widths)
                text += emphasis.map { style(line, $0) } ?? line
            case .rule:
                text += style(String(repeating: "─", count: Self.total(widths)), .dim)
            }
            text += "\n"
        }
        return text
    }

    private var naturalWidths: [Int] {
        var widths = columns.map(\.title.displayWidth)
        for case .cells(let cells, _) in rows {
            for (column, cell) in cells.enumerated() {
                widths[column] = max(widths[column], cell.displayWidth)
            }
        }
        return widths
    }

    private static func total(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + gap.count * max(0, widths.count - 1)
    }

    /// Takes what is too much from the widest column that shrinks, one terminal column at a time.
    private func fitted(_ natural: [Int], into width: Int?) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        var excess = Self.total(widths) - width
        while excess > 0 {
            let candidates = widths.indices.filter { columns[$0].shrinks && widths[$0] > Self.narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        // Spaces are written only when something follows them.
        var pending = 0
        for (column, whole) in cells.enumerated() {
            let cell = whole.truncated(toWidth: widths[column])
            let padding = widths[column] - cell.displayWidth
            if columns[column].alignment == .right { pending += padding }
            if !cell.isEmpty {
                line += String(repeating: " ", count: pending) + cell
                pending = 0
            }
            if columns[column].alignment == .left { pending += padding }
            pending += Self.gap.count
        }
        return line
    }
}
