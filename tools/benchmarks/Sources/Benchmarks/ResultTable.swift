import Foundation

/// Figures beside their floors.
struct ResultTable {
    struct Row {
        let name: String
        let figure: String
        let floor: String
        let ratio: String
    }

    private(set) var rows: [Row] = []

    /// A rate, and that of the floor: greater is better.
    mutating func rate(_ name: String, _ count: Int, _ time: Duration, floor: Duration?) {
        let rate = Double(count) / (time / .seconds(1))
        let floorRate = floor.map { Double(count) / ($0 / .seconds(1)) }
        add(
            name,
            "\(Self.grouped(rate))/s",
            floorRate.map { "\(Self.grouped($0))/s" } ?? "",
            floorRate.map { String(format: "%.2f", rate / $0) } ?? ""
        )
    }

    /// A ratio by itself: greater is better.
    mutating func ratio(_ name: String, _ ratio: Double) {
        add(name, "", "", String(format: "%.2f", ratio))
    }

    /// Times of single questions; the ratio says how many times faster than the floor the median is.
    mutating func latency(_ name: String, _ times: [Duration], floor: [Duration]) {
        func at(_ part: Double, of times: [Duration]) -> Duration {
            times.sorted()[Int(Double(times.count - 1) * part)]
        }
        for (label, part) in [("median", 0.5), ("99 of 100", 0.99)] {
            let (own, other) = (at(part, of: times), at(part, of: floor))
            add("\(name), \(label)", Self.text(own), Self.text(other), String(format: "%.2f", other / own))
        }
    }

    static func text(_ time: Duration) -> String { String(format: "%.0f µs", time / .microseconds(1)) }

    mutating func add(_ name: String, _ figure: String, _ floor: String = "", _ ratio: String = "") {
        rows.append(Row(name: name, figure: figure, floor: floor, ratio: ratio))
        FileHandle.standardError.write(Data("\(name): \(figure) \(floor) \(ratio)\n".utf8))
    }

    func print() {
        let heads = Row(name: "", figure: "Accrue", floor: "C", ratio: "ratio")
        func width(_ field: KeyPath<Row, String>) -> Int {
            (rows + [heads]).map { $0[keyPath: field].count }.max() ?? 0
        }
        let (name, figure, floor, ratio) = (width(\.name), width(\.figure), width(\.floor), width(\.ratio))
        func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: width - text.count) + text }
        for row in [heads] + rows {
            let first = row.name + String(repeating: " ", count: name - row.name.count)
            Swift.print(
                [first, right(row.figure, figure), right(row.floor, floor), right(row.ratio, ratio)].joined(
                    separator: "   "
                )
            )
        }
    }

    static func grouped(_ number: Double) -> String {
        let digits = String(Int(number.rounded()))
        var text = ""
        for (place, digit) in digits.reversed().enumerated() {
            if place > 0 && place.isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
