internal import Credit
internal import EventCoding
internal import EventLog
internal import Rules

/// Puts into words what a learner is exempted from, and on which legal basis.
struct ExemptionAccount {
    private let exemption: Exemption

    init(_ exemption: Exemption) {
        self.exemption = exemption
    }

    /// A table of exemptions.
    static func table(
        of exemptions: [Exemption],
        _ wording: Wording<some LogReading>
    ) throws(AccrueError) -> Table {
        var table = Table([
            .text("Exempted from"), .text("Legal basis", shrinks: true), .text("By", shrinks: true),
            .number("Position"),
        ])
        for exemption in exemptions {
            table.append([
                "\(exemption.clause)", exemption.legalBasis, try wording.name(exemption.institution),
                "\(exemption.position)",
            ])
        }
        return table
    }

    var document: JSONValue {
        .present([
            "exemptedFrom": .string("\(exemption.clause)"), "legalBasis": .string(exemption.legalBasis),
            "position": .integer(exemption.position.rawValue),
        ])
    }
}
