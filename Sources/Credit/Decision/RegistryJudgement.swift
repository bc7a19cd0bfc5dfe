/// One command of the registry, or one that introduces a learner, and what it is judged against.
struct RegistryJudgement {
    let command: Command
    let registry: Registry
    let heads: HeadsText?

    func decide() throws(AccrueError) {
        try require(command.actor, .actorIntroduced, at: .actor)
        try require(command.institution, .institutionIntroduced, at: .institution)
        switch (command.kind, command.details.document) {
        case (.learnerIntroduced, _): try requirePseudonym()
        case (.schemeIntroduced, .scheme(let scheme)): try requireText(scheme.name, "name")
        case (.scaleIntroduced, .scale(let scale)): try decide(scale)
        case (.actorIntroduced, .actor(let actor)): try requireText(actor.role, "role")
        case (.institutionIntroduced, .institution(let institution)):
            try requireText(institution.name, "name")
            try requireCountry(institution.country)
        case (.ruleSetDrafted, .ruleSet(let ruleSet)): try decide(ruleSet)
        case (.ruleSetPublished, _): try decideRuleSetPublished()
        case (.ruleSetActivated, _): try decideRuleSetActivated()
        case (.ruleSetDeactivated, _): try decideRuleSetDeactivated()
        case (.qualificationDrafted, .qualification(let qualification)):
            try decide(qualification)
            let published = registry.position(of: qualification.identifier, in: .qualification)
            try requireUnpublished(qualification.identifier, published)
        case (.qualificationPublished, _): try decideQualificationPublished()
        case (.authorityGranted, .authority(let scope)): try decide(scope)
        case (.authorityEnded, _): try decideAuthorityEnded()
        case (.memorandumConcluded, .memorandum(let memorandum)): try decide(memorandum)
        case (.memorandumAmended, .memorandum(let memorandum)):
            try requireMemorandumOpen()
            try decide(memorandum)
        case (.memorandumEnded, _): try requireMemorandumOpen()
        case (.headsRecorded, .heads(let stated)): try decide(stated)
        case (.keyRotated, .keyRotation(let rotation)): try decide(rotation)
        default: throw AccrueError(.typeWrong, "not the document of \(command.kind.name)", at: .document)
        }
    }

    /// An error in the document.
    func contradiction(_ subject: String, _ field: String) -> AccrueError {
        AccrueError(.documentContradictory, subject, field: "document.\(field)")
    }

    /// Requires a text that is not empty.
    func requireText(_ text: String, _ field: String) throws(AccrueError) {
        guard !text.allSatisfy(\.isWhitespace) else { throw contradiction("empty", field) }
    }

    /// Requires two capital letters, as in ISO 3166-1.
    func requireCountry(_ country: String) throws(AccrueError) {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        guard country.utf8.count == 2, country.utf8.allSatisfy(letters.contains) else {
            throw contradiction("\(country); write two capital letters", "country")
        }
    }

    /// Requires that no text occurs twice.
    func requireUnique(_ texts: [String], _ field: String) throws(AccrueError) {
        var seen: Set<String> = []
        for text in texts where !seen.insert(text).inserted { throw contradiction("\(text) twice", field) }
    }

    func require(_ position: Position?, _ kind: EventKind, at field: EventField) throws(AccrueError) {
        guard let position else { return }
        guard let found = registry.kind(at: position) else {
            throw AccrueError(.referenceUnknown, "position \(position)", at: field)
        }
        guard found == kind else {
            throw AccrueError(.referenceWrongKind, "\(found.name) at position \(position)", at: field)
        }
    }

    func requireNotBefore(_ date: CivilDate) throws(AccrueError) {
        guard command.effective >= date else {
            throw AccrueError(.dateOrder, "\(command.effective), before \(date)", field: "effective")
        }
    }

    private func requireUntil(_ until: CivilDate?) throws(AccrueError) {
        guard let until, until < command.effective else { return }
        throw contradiction("\(until), before \(command.effective)", "until")
    }
}

// MARK: - The smaller documents

extension RegistryJudgement {
    /// No personal data may enter the log: a national number tells birth date and sex.
    private func requirePseudonym() throws(AccrueError) {
        guard let identifier = command.details.identifier, isNationalNumber(identifier) else { return }
        throw AccrueError(.nationalNumber, "", at: .identifier)
    }

    private func decide(_ scale: GradeScale) throws(AccrueError) {
        try requireText(scale.name, "name")
        guard !scale.grades.isEmpty, scale.grades.count <= UInt16.max else {
            throw contradiction("\(scale.grades.count) grades", "grades")
        }
        for (index, grade) in scale.grades.enumerated() { try requireText(grade.code, "grades[\(index)].code") }
        try requireUnique(scale.grades.map(\.code), "grades")
    }

    private func decide(_ scope: AuthorityScope) throws(AccrueError) {
        try requireUntil(scope.until)
        for (index, id) in scope.qualifications.enumerated() {
            try requireText(id, "qualifications[\(index)]")
            // It would never match, since authority is for all versions; an id may be published later.
            if id.contains("@") {
                throw contradiction("\(id); write the id without version", "qualifications[\(index)]")
            }
        }
        try requireUnique(scope.qualifications, "qualifications")
    }

    private func decideAuthorityEnded() throws(AccrueError) {
        try require(command.answers, .authorityGranted, at: .answers)
        guard let authority = registry.authority(at: command.answers) else { return }
        try requireNotBefore(authority.from)
        if let end = authority.ended ?? authority.scope.until, authority.ended != nil || end < command.effective {
            throw AccrueError(.alreadyEnded, "\(end)", at: .answers)
        }
    }

    private func decide(_ memorandum: Memorandum) throws(AccrueError) {
        try requireUntil(memorandum.until)
        try requireUnique(memorandum.parties, "parties")
        guard memorandum.parties.count >= 2 else { throw contradiction("needs two parties", "parties") }
        for (index, party) in memorandum.parties.enumerated()
        where registry.position(of: party, in: .institution) == nil {
            throw AccrueError(.referenceUnknown, party, field: "document.parties[\(index)]")
        }
    }

    private func requireMemorandumOpen() throws(AccrueError) {
        try require(command.answers, .memorandumConcluded, at: .answers)
        guard let terms = registry.memorandum(at: command.answers) else { return }
        if let end = terms.ended { throw AccrueError(.alreadyEnded, "\(end)", at: .answers) }
        if let last = terms.texts.last { try requireNotBefore(last.from) }
    }
}

// MARK: - The log itself

extension RegistryJudgement {
    /// What the log states of itself is so.
    private func decide(_ stated: HeadsText) throws(AccrueError) {
        guard stated == heads else {
            let truth = heads.map { "\($0.root) of \($0.streams) streams" } ?? "unknown"
            throw AccrueError(.headsDiffer, "\(stated.root) of \(stated.streams) streams, not \(truth)", at: .document)
        }
    }

    /// The key that signs now hands over to another one. Whether both have signed is for proofs to tell.
    private func decide(_ rotation: KeyRotationText) throws(AccrueError) {
        guard rotation.from != rotation.to else { throw contradiction("\(rotation.to), to itself", "to") }
        guard registry.keyRotations.allSatisfy({ $0.from != rotation.to }) else {
            throw AccrueError(.keyNotInForce, "\(rotation.to), which was given up", field: "document.to")
        }
        if let key = registry.keyRotations.last?.to, key != rotation.from {
            throw AccrueError(.keyNotInForce, "\(rotation.from), not \(key)", field: "document.from")
        }
    }
}
