import Credit
import Testing

@Suite struct DecisionRuleSetTests {
    @Test func `who drafted a version cannot publish it`() throws {
        var scenario = try Scenario()
        let draft = try scenario.submit(.ruleSetDrafted, on: "2024-01-15") {
            $0.details.document = .ruleSet(Scenario.rules())
        }
        scenario.refuses(.publishedByAuthor, at: "actor") { step throws(AccrueError) in
            try step.submit(.ruleSetPublished, on: "2024-02-01") {
                $0.answers = draft
                $0.details.identifier = "rules@1"
            }
        }
        let version = try scenario.submit(.qualificationDrafted, on: "2024-01-15") {
            $0.details.document = .qualification(Scenario.wood(version: "7"))
        }
        scenario.refuses(.publishedByAuthor, at: "actor") { step throws(AccrueError) in
            try step.submit(.qualificationPublished, on: "2024-02-01") {
                $0.answers = version
                $0.details.identifier = "wood@7"
            }
        }
    }

    @Test func `who drafted a version cannot publish other words of it past the draft`() throws {
        var scenario = try Scenario()
        try scenario.submit(.qualificationDrafted, on: "2024-01-15") {
            $0.details.document = .qualification(Scenario.wood(version: "7"))
        }
        var other = Scenario.wood(version: "7")
        other.title = "Mizar!"
        for words in [other, Scenario.wood(version: "7")] {
            scenario.refuses(.publishedPastDraft, at: "answers") { step throws(AccrueError) in
                try step.submit(.qualificationPublished, on: "2024-02-01") {
                    $0.details.identifier = "wood@7"
                    $0.details.document = .qualification(words)
                }
            }
        }
        // What nobody drafted here was designed elsewhere.
        try scenario.submit(.qualificationPublished, on: "2024-02-01") {
            $0.details.identifier = "wood@8"
            $0.details.document = .qualification(Scenario.wood(version: "8"))
        }
    }

    @Test func `a publication names what was drafted, and not before it was`() throws {
        var scenario = try Scenario()
        let board = try scenario.introduce(.actorIntroduced, "board", .actor(Actor(role: "board")))
        let draft = try scenario.submit(.ruleSetDrafted, on: "2024-01-15") {
            $0.details.document = .ruleSet(Scenario.rules())
        }
        let home = scenario.home
        func publish(
            _ answers: Position,
            as name: String,
            on day: CivilDate,
            _ step: inout Scenario
        ) throws(AccrueError) -> Position {
            try step.submit(.ruleSetPublished, on: day) {
                ($0.actor, $0.answers) = (board, answers)
                $0.details.identifier = name
            }
        }
        scenario.refuses(.documentContradictory, at: "identifier") { step throws(AccrueError) in
            try publish(draft, as: "rules@2", on: "2024-02-01", &step)
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try publish(draft, as: "rules@1", on: "2024-01-14", &step)
        }
        scenario.refuses(.referenceWrongKind, at: "answers") { step throws(AccrueError) in
            try publish(home, as: "rules@1", on: "2024-02-01", &step)
        }
        #expect(scenario.registry.ruleSets.isEmpty)
        _ = try publish(draft, as: "rules@1", on: "2024-02-01", &scenario)
        #expect(try scenario.registry.ruleSet(published: "rules@1").text == Scenario.rules())
    }

    @Test func `what is published is not drafted again`() throws {
        var scenario = try Scenario()
        _ = try scenario.publishRules()
        scenario.refuses(.identifierTaken, at: "document.version") { step throws(AccrueError) in
            try step.submit(.ruleSetDrafted, on: "2024-03-01") {
                $0.details.document = .ruleSet(Scenario.rules())
            }
        }
        try scenario.submit(.qualificationPublished, on: "2024-02-01") {
            $0.details.identifier = "wood@7"
            $0.details.document = .qualification(Scenario.wood(version: "7"))
        }
        scenario.refuses(.identifierTaken, at: "document.version") { step throws(AccrueError) in
            try step.submit(.qualificationDrafted, on: "2024-03-01") {
                $0.details.document = .qualification(Scenario.wood(version: "7"))
            }
        }
        try scenario.submit(.qualificationDrafted, on: "2024-03-01") {
            $0.details.document = .qualification(Scenario.wood(version: "8"))
        }
    }

    @Test func `a version is in force from its day to the day of its end, and not twice at once`() throws {
        var scenario = try Scenario()
        let published = try scenario.publishRules()
        func isInForce(_ day: CivilDate) -> Bool { scenario.registry.ruleSetsInForce(on: day).count == 1 }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.submit(.ruleSetActivated, on: "2024-01-31") { $0.answers = published }
        }
        let first = try scenario.submit(.ruleSetActivated, on: "2024-09-01") { $0.answers = published }
        #expect(!isInForce("2024-08-31") && isInForce("2024-09-01"))
        scenario.refuses(.alreadyInForce, at: "answers") { step throws(AccrueError) in
            try step.submit(.ruleSetActivated, on: "2025-09-01") { $0.answers = published }
        }
        scenario.refuses(.dateOrder, at: "effective") { step throws(AccrueError) in
            try step.submit(.ruleSetDeactivated, on: "2024-08-31") { $0.answers = first }
        }
        try scenario.submit(.ruleSetDeactivated, on: "2025-07-31") { $0.answers = first }
        #expect(isInForce("2025-07-30") && !isInForce("2025-07-31"))
        scenario.refuses(.alreadyEnded, at: "answers") { step throws(AccrueError) in
            try step.submit(.ruleSetDeactivated, on: "2025-08-31") { $0.answers = first }
        }
        scenario.refuses(.alreadyInForce, at: "answers") { step throws(AccrueError) in
            try step.submit(.ruleSetActivated, on: "2025-07-30") { $0.answers = published }
        }
        try scenario.submit(.ruleSetActivated, on: "2025-07-31") { $0.answers = published }
        #expect(isInForce("2025-07-31") && isInForce("2030-01-01"))
    }

    @Test func `a qualification that was drafted is published with the draft's words`() throws {
        var scenario = try Scenario()
        let board = try scenario.introduce(.actorIntroduced, "board", .actor(Actor(role: "board")))
        let draft = try scenario.submit(.qualificationDrafted, on: "2024-01-15") {
            $0.details.document = .qualification(Scenario.wood(version: "7"))
        }
        #expect(scenario.registry.qualification(at: draft) == nil)
        scenario.refuses(.fieldUnknown, at: "document") { step throws(AccrueError) in
            try step.submit(.qualificationPublished, on: "2024-02-01") {
                ($0.actor, $0.answers) = (board, draft)
                $0.details.identifier = "wood@7"
                $0.details.document = .qualification(Scenario.wood(version: "7"))
            }
        }
        scenario.refuses(.fieldMissing, at: "document") { step throws(AccrueError) in
            try step.submit(.qualificationPublished, on: "2024-02-01") { $0.details.identifier = "wood@7" }
        }
        let published = try scenario.submit(.qualificationPublished, on: "2024-02-01") {
            ($0.actor, $0.answers) = (board, draft)
            $0.details.identifier = "wood@7"
        }
        #expect(scenario.registry.qualification(at: published)?.identifier == "wood@7")
        try scenario.enrol { $0.qualification = published }
    }
}
