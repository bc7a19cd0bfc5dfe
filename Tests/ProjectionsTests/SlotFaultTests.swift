import Accrue
import AccrueTestKit
import Credit
import EventLog
import Foundation
import LMDB
import Testing

@testable import Projections

/// What befalls slots: a full disk, an older definition, appends while they are built.
@Suite struct SlotFaultTests {
    @Test(arguments: [Call.put, .transactionCommit], [1, 2, 3])
    func `a full disk under a slot stops the build, and neither log nor slot is harmed`(
        call: Call,
        number: Int
    ) async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 8, learners: 20)
            try await scenario.append(300)
            let plan = FaultPlan()
            var slots = scenario.slots
            slots.faults = plan
            var building = try SlotBuilding(slots, workers: 2)
            building.learnersAtOnce = 3
            building.pause = .zero
            let small = building
            let definition = ProjectionDefinition(on: SlotScenario.today)
            plan.fail(call, number: number, with: .noSpace)
            await #expect(throws: AccrueError(.diskFull)) { _ = try await small.build(definition) }
            #expect(plan.fired == [call])
            // The log goes on, and so does the slot once there is room.
            try await scenario.append(200)
            let slot = try #require(try await small.build(definition))
            #expect(try slot.state().position == ledger.log.position)
            #expect(try await small.faults(of: slot).isEmpty)
            plan.fail(call, number: number, with: .noSpace)
            try await scenario.append(50)
            if number == 1 {
                await #expect(throws: AccrueError(.diskFull)) { try await small.bringForward(slot) }
                try await scenario.append(50)
            }
            plan.disarm()
            try await small.bringForward(slot)
            #expect(try await small.faults(of: slot).isEmpty)
            #expect(ledger.log.check().findings.isEmpty)
        }
    }

    @Test func `a slot of an older definition is not read, and another is built beside it`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 3)
            try await scenario.append(.max)
            try #require(try await scenario.build()).close()
            try scenario.slots.point(to: 1)
            let slot = try scenario.slots.slot(1, writes: true)
            let state = try slot.state()
            var older = state
            older.definition = ProjectionDefinition(version: 1, on: SlotScenario.today, under: .formationAlone)
            try slot.write([], older, expecting: state)
            #expect(try slot.state().isOutdated)
            try slot.close()
            #expect(throws: AccrueError(.slotOutdated)) { try scenario.slots.current() }
            #expect(throws: AccrueError(.slotOutdated)) { try scenario.slots.finishedSlot(1) }
            let other = try #require(try await scenario.build())
            #expect(other.number == 2)
            try other.close()
            try scenario.slots.point(to: 2)
            #expect(throws: AccrueError(.slotOutdated)) { try scenario.slots.pointBack() }
            try scenario.slots.drop(1)
            #expect(try scenario.slots.current().number == 2)
        }
    }

    @Test func `an unfinished slot of an older definition is not gone on with`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 3)
            try await scenario.append(.max)
            let old = ProjectionDefinition(version: 1, on: SlotScenario.today, under: .inForce)
            try scenario.slots.makeSlot(old).close()
            let slot = try #require(try await scenario.build())
            #expect(slot.number == 2)
            #expect(try await scenario.building.faults(of: slot).isEmpty)
        }
    }

    @Test func `a slot that is built while events are appended ends where the log does`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 12, learners: 40)
            try await scenario.append(400)
            var building = try scenario.building
            building.learnersAtOnce = 2
            building.pause = .zero
            let small = building
            let start = try ledger.log.position
            async let slot = small.build(ProjectionDefinition(on: SlotScenario.today))
            while !scenario.isAtEnd { try await scenario.append(17) }
            let built = try #require(try await slot)
            #expect(try ledger.log.position > start)
            try await small.bringForward(built)
            #expect(try built.state().position == ledger.log.position)
            #expect(try await small.faults(of: built).isEmpty)
        }
    }

    @Test func `whatever fails while the pointer is written, one slot or the other serves`() async throws {
        try await withLedger { ledger in
            var scenario = SlotScenario(ledger, seed: 5, learners: 3)
            try await scenario.append(.max)
            for _ in 1...2 { try #require(try await scenario.build()).close() }
            let plan = FaultPlan()
            var failing = scenario.slots
            failing.faults = plan
            try failing.point(to: 1)
            // What a process leaves that was killed before the pointer had its name.
            let part = Data(#"{"current":2,"#.utf8)
            try part.write(to: URL(fileURLWithPath: failing.pointerPath + ".1.part"))
            var fired: [Call] = []
            for call in [Call.fileOpen, .fileWrite, .fileSync, .fileRename] {
                for moment in [FaultPlan.Moment.before, .after] {
                    for number in 1...9 {
                        let earlier = try #require(try scenario.slots.pointer())
                        let wanted = 3 - earlier.current
                        plan.fail(call, number: number, with: .noSpace, moment: moment)
                        let count = plan.fired.count
                        do throws(AccrueError) {
                            try failing.point(to: wanted)
                        } catch {
                            #expect(error.code == .diskFull, "\(call) \(number)")
                        }
                        plan.disarm()
                        let now = try #require(try scenario.slots.pointer())
                        let following = SlotFolder.Pointer(current: wanted, previous: earlier.current)
                        #expect(now == earlier || now == following)
                        #expect(try scenario.slots.current().number == now.current)
                        guard plan.fired.count > count else { break }
                        fired.append(call)
                        // Until it had its name nothing was changed, and with room it is.
                        if [.fileWrite, .fileRename].contains(call), moment == .before { #expect(now == earlier) }
                        try failing.point(to: wanted)
                        #expect(try scenario.slots.current().number == wanted)
                    }
                }
            }
            #expect(Set(fired) == [.fileOpen, .fileWrite, .fileSync, .fileRename])
            let left = try FileManager.default.contentsOfDirectory(atPath: failing.path).filter { $0.hasSuffix("part") }
            #expect(left == ["current.1.part"])
        }
    }
}
