internal import Credit
internal import Rules

/// Puts a qualification version into words: its terms, how units form it, and what units are.
struct StandardAccount {
    private let version: Qualification
    private let standard: Standard?

    init(_ version: Qualification, _ standard: Standard?) {
        (self.version, self.standard) = (version, standard)
    }

    var heading: String { "\(version.title) (\(version.identifier), \(version.country))" }

    /// - Parameter terms: What the log says of it.
    func say(_ terms: [(label: String, says: String)], in answer: inout Answer) {
        answer.skip()
        var terms = terms
        if let until = version.validUntil { terms.append(("Enrolment until", "\(until)")) }
        if let end = version.transitionEnd { terms.append(("Completion until", "\(end)")) }
        if let level = version.eqfLevel { terms.append(("EQF level", "\(level)")) }
        if let level = version.nationalLevel { terms.append(("National level", level)) }
        terms.append(("Points", version.points.map { "\($0) \(version.scheme)" } ?? version.scheme))
        if let days = version.appealDays { terms.append(("Appeal within", "\(days) days")) }
        answer.list(terms)
        answer.skip()
        if let standard {
            answer.show(tree(standard))
            sayUnlisted(standard, in: &answer)
        } else {
            answer.say("It has no formation rule: nothing lays down how units form it.")
        }
        let saysMore = version.units.contains { $0.parent != nil || $0.validMonths != nil || !$0.outcomes.isEmpty }
        if standard == nil || saysMore {
            answer.skip()
            answer.show(units)
        }
    }

    // MARK: How units form it

    private func tree(_ standard: Standard) -> Table {
        var table = Table([
            .text("Group, unit"), .text("Title", shrinks: true), .text("Asks for"), .number(version.scheme),
        ])
        append(standard.formation.root, isRequired: false, depth: 0, standard.printed, to: &table)
        return table
    }

    private func append(
        _ group: FormationGroup,
        isRequired: Bool,
        depth: Int,
        _ printed: [String: Points],
        to table: inout Table
    ) {
        func append(_ name: String, _ title: String?, _ asks: [String?], points: String = "", deeper: Int = 1) {
            let indent = String(repeating: "  ", count: depth + deeper)
            table.append(
                [indent + name, title ?? "", asks.compactMap(\.self).joined(separator: ", "), points],
                depth + deeper == 0 ? .strong : nil
            )
        }
        func required(_ isRequired: Bool) -> String? { isRequired ? "required" : nil }
        let total = printed[group.id].map { "\($0) points as printed" }
        append(
            group.id,
            group.title,
            [required(isRequired), group.points.ofPoints, group.count.ofParts, total],
            deeper: 0
        )
        for child in group.children {
            switch child.content {
            case .unit(let code):
                let unit = version.units.first { $0.code == code }
                append(code, unit?.title, [required(child.isRequired)], points: unit?.points.map { "\($0)" } ?? "none")
            case .group(let group):
                self.append(group, isRequired: child.isRequired, depth: depth + 1, printed, to: &table)
            case .open(let slot):
                let qualifications = slot.qualifications.joined(separator: ", ")
                let from = "units of \(qualifications.isEmpty ? "any other qualification" : qualifications)"
                append(
                    slot.id,
                    slot.title,
                    [required(child.isRequired), slot.points.ofPoints, slot.count.ofParts, from]
                )
            }
        }
    }

    private func sayUnlisted(_ standard: Standard, in answer: inout Answer) {
        let listed = standard.formation.root.unitCodes
        let others = version.units.map(\.code).filter { !listed.contains($0) }
        guard !others.isEmpty else { return }
        answer.skip()
        answer.say("In no group: \(others.joined(separator: ", "))")
    }

    // MARK: What units are

    private var units: Table {
        var table = Table([
            .text("Unit, outcome"), .text("Title, statement", shrinks: true), .text("Kind"), .number(version.scheme),
            .text("Part of"), .text("Holds"),
        ])
        for unit in version.units {
            table.append([
                unit.code, unit.title, "", unit.points.map { "\($0)" } ?? "none", unit.parent ?? "",
                unit.validMonths.map { "\($0) months" } ?? "",
            ])
            for outcome in unit.outcomes {
                table.append(["  " + outcome.code, outcome.text, outcome.kind.rawValue])
            }
        }
        return table
    }
}

extension FormationGroup {
    /// The codes of all units that are listed in it.
    fileprivate var unitCodes: Set<String> {
        children.reduce(into: []) { codes, child in
            switch child.content {
            case .unit(let code): codes.insert(code)
            case .group(let group): codes.formUnion(group.unitCodes)
            case .open: break
            }
        }
    }
}
