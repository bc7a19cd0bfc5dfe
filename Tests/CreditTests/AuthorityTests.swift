import Credit
import Testing

@Suite struct AuthorityTests {
    @Test(
        arguments: [nil, "2024-06-30"] as [CivilDate?],
        [nil, "2024-03-01", "2024-01-01", "2025-01-01"] as [CivilDate?]
    )
    func `an authority holds from its first day to its last`(until: CivilDate?, ended: CivilDate?) throws {
        var scenario = try Scenario()
        let grant = try scenario.grant(.assess, to: scenario.body, on: "2024-01-10", until: until)
        // What has ended by itself is not ended once more.
        if let ended, until.map({ ended <= $0 }) ?? true {
            try scenario.submit(.authorityEnded, on: max(ended, "2024-01-10")) { $0.answers = grant }
        }
        let authority = try #require(scenario.registry.authorities(of: scenario.body).last)
        #expect(authority.position == grant)
        for day in CivilDate("2023-12-01").rawValue...CivilDate("2025-03-01").rawValue {
            let day = CivilDate(rawValue: day)
            #expect(authority.holds(on: day) == (day >= authority.from && authority.lastDay.map { day <= $0 } ?? true))
        }
        #expect((authority.lastDay == nil) == (until == nil && ended == nil))
    }
}
