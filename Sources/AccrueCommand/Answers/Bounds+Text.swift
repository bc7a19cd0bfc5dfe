internal import Credit
internal import Rules

extension Bounds where Value: CustomStringConvertible {
    /// `15`, `15+`, `up to 20` or `15–20`; nil where both are open.
    private var text: String? {
        switch (least.map { "\($0)" }, most.map { "\($0)" }) {
        case (nil, nil): nil
        case (let least?, nil): "\(least)+"
        case (nil, let most?): "up to \(most)"
        case (let least?, let most?): least == most ? least : "\(least)–\(most)"
        }
    }

    /// As bounds of points.
    var ofPoints: String? { text.map { "\($0) points" } }

    /// As bounds of a count.
    var ofParts: String? { text.map { "\($0) of its parts" } }
}
