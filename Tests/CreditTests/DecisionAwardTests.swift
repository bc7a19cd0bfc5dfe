import Credit
import Testing

@Suite struct DecisionAwardTests {
    @Test
    func `a qualification is awarded once, by a competent body, when the points of its version are reached`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.recogniseLocally("U1", for: enrolment)
        scenario.refuses(.awardIncomplete, at: "enrolment") { step throws(AccrueError) in
            try step.award(enrolment, for: [first])
        }
        scenario.refuses(.awardIncomplete, at: "enrolment") { step throws(AccrueError) in
            try step.award(enrolment, for: [first]) { $0.reason = .exception }
        }
        let second = try scenario.recogniseLocally("U2", for: enrolment)
        let home = scenario.home
        scenario.refuses(.notCompetent, at: "institution") { step throws(AccrueError) in
            try step.award(enrolment, for: [first, second]) { $0.institution = home }
        }
        let foreign = scenario.hostQualification
        scenario.refuses(.otherQualification, at: "qualification") { step throws(AccrueError) in
            try step.award(enrolment, for: [first, second]) { $0.qualification = foreign }
        }
        scenario.refuses(.referenceWrongKind, at: "sources") { step throws(AccrueError) in
            try step.award(enrolment, for: [enrolment])
        }
        try scenario.award(enrolment, for: [first, second])
        scenario.refuses(.awardedTwice, at: "enrolment") { step throws(AccrueError) in
            try step.award(enrolment, for: [first, second])
        }
        scenario.refuses(.enrolmentNotRunning, at: "enrolment") { step throws(AccrueError) in
            try step.recogniseExperience(as: "U3", for: enrolment, on: "2025-06-21")
        }
    }

    @Test func `an award by exception names its reason and legal basis`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        let first = try scenario.recogniseLocally("U1", for: enrolment)
        try scenario.award(enrolment, for: [first]) {
            $0.reason = .exception
            $0.details.legalBasis = "Decision of the minister"
        }
    }

    @Test func `only positive recognitions of the enrolment stand behind an award`() throws {
        var scenario = try Scenario()
        var wood = Scenario.wood(version: "2")
        wood.points = nil
        let version = try scenario.publish(wood)
        let enrolment = try scenario.enrol(in: version)
        let other = try scenario.enrol(in: scenario.hostQualification)
        let refused = try scenario.recogniseExperience(as: "U1", for: enrolment) {
            $0.result = .negative
            $0.reason = .evidenceMissing
            $0.points = nil
            $0.scheme = nil
        }
        scenario.refuses(.resultImpossible, at: "sources") { step throws(AccrueError) in
            try step.award(enrolment, for: [refused])
        }
        scenario.refuses(.awardIncomplete, at: "enrolment") { step throws(AccrueError) in
            try step.award(enrolment, for: [])
        }
        let positive = try scenario.recogniseExperience(as: "U1", for: enrolment)
        scenario.refuses(.referenceOtherEnrolment, at: "sources") { step throws(AccrueError) in
            try step.award(other, for: [positive])
        }
        try scenario.award(enrolment, for: [positive])
    }

    @Test func `the points of a unit recognised on two levels or twice are reached once`() throws {
        var scenario = try Scenario()
        let enrolment = try scenario.enrol()
        for code in ["U4", "U4a", "U1", "U1"] { try scenario.recogniseExperience(as: code, for: enrolment) }
        // U4 10 and U1 6 make 16 of 14; without U4's second level and U1's second time.
        try scenario.award(enrolment, for: [])
        var short = try Scenario()
        let other = try short.enrol()
        for code in ["U4", "U4a", "U4b", "U4"] { try short.recogniseExperience(as: code, for: other) }
        short.refuses(.awardIncomplete, at: "enrolment") { step throws(AccrueError) in try step.award(other, for: []) }
    }

    @Test func `a version is completed until its transition ends`() throws {
        var scenario = try Scenario()
        var wood = Scenario.wood(version: "2")
        wood.transitionEnd = "2025-06-30"
        let enrolment = try scenario.enrol(in: scenario.publish(wood))
        for code in ["U1", "U2"] { try scenario.recogniseExperience(as: code, for: enrolment) }
        scenario.refuses(.qualificationClosed, at: "qualification") { step throws(AccrueError) in
            try step.award(enrolment, for: [], on: "2025-07-01")
        }
        try scenario.award(enrolment, for: [], on: "2025-06-30")
    }
}
