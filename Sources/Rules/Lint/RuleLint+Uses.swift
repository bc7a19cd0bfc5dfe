internal import Credit

// Qualifications and units that rules name, and whether there are any.

extension RuleLint {
    /// Units that a rule names and its qualification version, if it is known, does not have; and where it is known what is
    /// published, qualifications that nobody knows.
    mutating func checkUses(in documents: [RuleDocument], _ published: [Qualification]?) {
        var versions: [String: [String: Set<String>]] = [:]
        func know(_ qualification: Qualification) {
            versions[qualification.id, default: [:]][qualification.identifier] = Set(qualification.units.map(\.code))
        }
        published?.forEach(know)
        for case .standard(let standard) in documents { know(standard.qualification) }
        let all = versions.values.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        func expect(_ name: String, among names: some Sequence<String>, at path: String, in document: Int) {
            guard published != nil, !names.contains(name) else { return }
            let subject = name + NearestName.suggestion(for: name, among: names.sorted())
            add(.qualificationUnknown, subject, at: path, in: document, .warning)
        }
        for (index, document) in documents.enumerated() {
            guard case .ruleSet(let set) = document else {
                if case .standard(let standard) = document {
                    for use in standard.formation.root.uses(at: "formation") {
                        expect(use.name, among: versions.keys, at: use.path, in: index)
                    }
                }
                continue
            }
            // A unit may be of any version, for a rule outlives them.
            let own = set.qualifications.compactMap { versions[$0] }
            let known =
                own.isEmpty || own.count < set.qualifications.count
                ? nil : own.flatMap(\.values).reduce(into: Set<String>()) { $0.formUnion($1) }
            for (number, id) in set.qualifications.enumerated() {
                expect(id, among: versions.keys, at: "qualifications[\(number)]", in: index)
            }
            for (number, rule) in set.rules.enumerated() {
                for use in rule.uses {
                    let path = "rules[\(number)]\(use.path)"
                    switch use.what {
                    case .version(let identifier): expect(identifier, among: all.keys, at: path, in: index)
                    case .unit(let code, let version):
                        guard let codes = version.map({ all[$0] }) ?? known, !codes.contains(code) else { continue }
                        let suggestion = NearestName.suggestion(for: code, among: codes.sorted())
                        add(.unitUnknown, code + suggestion, at: path, in: index)
                    }
                }
            }
        }
    }
}

extension FormationGroup {
    /// The qualifications of which open slots in it take units, and where they are named; as deep as documents go.
    fileprivate func uses(at path: String, depth: Int = 0) -> [(name: String, path: String)] {
        guard depth < 64 else { return [] }
        var uses: [(name: String, path: String)] = []
        for (index, child) in children.enumerated() {
            let place = "\(path).children[\(index)]"
            switch child.content {
            case .unit: continue
            case .group(let group): uses += group.uses(at: place, depth: depth + 1)
            case .open(let slot):
                uses += slot.qualifications.enumerated().map { ($1, "\(place).qualifications[\($0)]") }
            }
        }
        return uses
    }
}

/// Something that a rule names, and where.
private struct Use {
    enum What {
        /// A qualification version, `id@version`.
        case version(String)
        /// A unit, of a version, or of the learner's own.
        case unit(String, of: String?)
    }

    var what: What
    var path: String
}

extension Rule {
    fileprivate var uses: [Use] {
        policy.uses(at: "")
            + exceptions.enumerated().flatMap { index, exception in
                let path = ".exceptions[\(index)]"
                return Policy.uses(of: exception.condition.units, nil, at: "\(path).when.units")
                    + (exception.instead?.uses(at: path) ?? [])
            }
    }
}

extension Policy {
    fileprivate func uses(at path: String) -> [Use] {
        let path = "\(path).\(kind.rawValue)"
        switch self {
        case .standard(let version): return [Use(what: .version(version), path: path)]
        case .expiry(let expiry): return Self.uses(of: expiry.units, nil, at: "\(path).units")
        case .outcomePoints(let outcomes):
            return outcomes.enumerated().map { Use(what: .unit($1.unit, of: nil), path: "\(path)[\($0)].unit") }
        case .equivalences(let equivalences):
            return equivalences.enumerated().flatMap { index, equivalence in
                let path = "\(path)[\(index)]"
                return Self.uses(of: equivalence.sources, equivalence.sourceQualification, at: "\(path).from")
                    + Self.uses(of: equivalence.targets, equivalence.targetQualification, at: "\(path).to")
            }
        default: return []
        }
    }

    /// Units in a list, and the version of which they are where it is named beside it.
    fileprivate static func uses(of units: [String], _ version: String?, at path: String) -> [Use] {
        let named = version.map { Use(what: .version($0), path: "\(path)Qualification") }
        return [named].compactMap(\.self)
            + units.enumerated().map { Use(what: .unit($1, of: version), path: "\(path)[\($0)]") }
    }
}
