import Credit
import EventLog
import Projections

/// A stored projection of the store that is mistreated.
enum Projecting {
    private static let definition = ProjectionDefinition(on: CivilDate(rawValue: 20_000))

    /// Brings the slot that serves forward; the first time it is built, from where that was cut off, and serves.
    static func work(_ log: LMDBEventLog) async throws {
        let slots = SlotFolder(of: log)
        let building = try SlotBuilding(slots, workers: 1)
        if let serving = try slots.pointer()?.current {
            let slot = try slots.finishedSlot(serving, writes: true)
            try await building.bringForward(slot)
            try slot.close()
        } else if let slot = try await building.build(definition) {
            try slot.close()
            try slots.point(to: slot.number)
        }
    }

    /// Requires that each row and summary of each slot is what the log gives, and that the slot that is to serve does.
    static func require(_ log: LMDBEventLog) async throws {
        let slots = SlotFolder(of: log)
        for number in try slots.numbers {
            let slot = try slots.slot(number)
            let faults = try await SlotBuilding(slots, workers: 1).faults(of: slot)
            guard faults.isEmpty else { throw Finding("slot \(number) is not what the log gives: \(faults)") }
            try slot.close()
        }
        if try slots.pointer() != nil { try slots.current().close() }
    }
}
