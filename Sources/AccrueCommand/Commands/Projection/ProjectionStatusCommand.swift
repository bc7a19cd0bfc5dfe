internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection status`: the slots, and which one serves.
struct ProjectionStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the slots: of which day and rules, for which position they speak, and which one serves."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let slots = try global.slots()
        let pointer = try slots.pointer()
        let end = try slots.log.read { (snapshot) throws(AccrueError) in snapshot.position }
        var table = Table([
            .number("Slot"), .text("State"), .text("Day"), .text("Rules", shrinks: true), .number("Learners"),
            .number("Position"), .number("Behind"),
        ])
        var documents: [JSONValue] = []
        for number in try slots.numbers {
            let (state, following): (SlotState, SlotState?)
            do throws(AccrueError) {
                let slot = try slots.slot(number)
                (state, following) = (try slot.state(), try slot.following())
            } catch {
                // Its file may be gone, too.
                guard [.slotDamaged, .slotMissing].contains(error.code) else { throw error }
                let role = ["damaged", place(number, pointer)].compactMap(\.self).joined(separator: ", ")
                table.append(["\(number)", role], .bad)
                documents.append(.object(["damaged": .string(error.subject), "number": .integer(number)]))
                continue
            }
            var roles = [
                state.isOutdated ? "outdated" : nil, place(number, pointer),
                state.isReady ? nil : "\(state.built) of \(state.learners)",
            ].compactMap(\.self)
            if roles.isEmpty { roles = ["ready"] }
            if let following { roles.append("\(following.built) of \(following.learners) anew") }
            let behind = end.rawValue - min(end.rawValue, state.position.rawValue)
            table.append([
                "\(number)", roles.joined(separator: ", "), "\(state.definition.on)",
                state.definition.rules.words.joined(separator: ", "), "\(state.built)", "\(state.position)",
                "\(behind)",
            ])
            documents.append(state.document(number: number, following: following))
        }
        var answer = Answer(
            .present([
                "current": pointer.map { .integer($0.current) },
                "position": .integer(end.rawValue),
                "previous": pointer?.previous.map { .integer($0) },
                "slots": .array(documents),
            ])
        )
        if table.isEmpty {
            answer.say("There are no slots yet; make one with accrue projection rebuild.")
        } else {
            answer.show(table)
        }
        try answer.write(json: global.json)
    }

    /// What a slot is to readers; nil for one that never served, or no longer can be gone back to.
    private func place(_ number: Int, _ pointer: SlotFolder.Pointer?) -> String? {
        if pointer?.current == number { return "serves" }
        return pointer?.previous == number ? "served before" : nil
    }
}
