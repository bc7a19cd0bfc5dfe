extension RegistryJudgement {
    /// Drafted or published: a version that does not contradict itself. A total that differs from the sum of its units is the
    /// standard's own affair, since choices and misprints exist (domain trap 17).
    func decide(_ qualification: Qualification) throws(AccrueError) {
        let isNamed = command.kind != .qualificationPublished || command.details.identifier == qualification.identifier
        guard isNamed, !qualification.id.isEmpty, !qualification.version.isEmpty, !qualification.id.contains("@")
        else {
            let subject = "\(command.details.identifier ?? ""), not \(qualification.identifier)"
            throw AccrueError(.documentContradictory, subject, at: .identifier)
        }
        try requireText(qualification.title, "title")
        try requireCountry(qualification.country)
        guard registry.position(of: qualification.scheme, in: .scheme) != nil else {
            throw AccrueError(.referenceUnknown, qualification.scheme, field: "document.scheme")
        }
        if let level = qualification.eqfLevel, !(1...8).contains(level) {
            throw contradiction("\(level), not 1 to 8", "eqfLevel")
        }
        try requireNotNegative(qualification.points, "points")
        if let until = qualification.validUntil, until < command.effective {
            throw contradiction("\(until), before \(command.effective)", "validUntil")
        }
        if let end = qualification.transitionEnd, end < qualification.validUntil ?? command.effective {
            throw contradiction("\(end), before the last enrolment", "transitionEnd")
        }
        try decide(qualification.units)
    }

    private func decide(_ units: [Unit]) throws(AccrueError) {
        guard units.count <= UInt16.max else { throw contradiction("\(units.count) units", "units") }
        try requireUnique(units.map(\.code), "units")
        for (index, unit) in units.enumerated() {
            let place = "units[\(index)]"
            try requireText(unit.code, "\(place).code")
            try requireNotNegative(unit.points, "\(place).points")
            if unit.validMonths == 0 { throw contradiction("0", "\(place).validMonths") }
            try requireUnique(unit.outcomes.map(\.code), "\(place).outcomes")
            for (number, outcome) in unit.outcomes.enumerated() {
                try requireText(outcome.code, "\(place).outcomes[\(number)].code")
            }
        }
        try requireTree(units)
    }

    /// Requires that parents exist and that no unit is a part of itself. O(*n*): each unit is passed once.
    private func requireTree(_ units: [Unit]) throws(AccrueError) {
        var parents: [String: String] = [:]
        for unit in units { parents[unit.code] = unit.parent }
        let codes = Set(units.map(\.code))
        // Units from which the way up is known to end.
        var settled: Set<String> = []
        for (index, unit) in units.enumerated() {
            var way: Set<String> = [unit.code]
            var ancestor = unit.parent
            while let code = ancestor, !settled.contains(code) {
                guard codes.contains(code) else {
                    throw contradiction("no unit \(code)", "units[\(index)].parent")
                }
                guard way.insert(code).inserted else {
                    throw contradiction("\(unit.code) is a part of itself", "units[\(index)].parent")
                }
                ancestor = parents[code]
            }
            settled.formUnion(way)
        }
    }

    private func requireNotNegative(_ points: Points?, _ field: String) throws(AccrueError) {
        guard let points, points < .zero else { return }
        throw contradiction("\(points)", field)
    }
}
