internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Projections

/// `accrue projection compare`: how two slots differ, and why.
struct ProjectionCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two slots row by row, and say why they differ.",
        discussion: """
            Both are brought to the same position first. Where rows differ, both are folded again from the log: what \
            each slot's own day and rules give is explained, anything else is not, such as a row that is damaged.

            What a row has as missing is what present parts lack, as missingPoints of accrue progress --json; the table \
            of accrue progress also takes what unfinished parts have so far, and may show less.

            Exit codes: 0 no difference, or all are explained; 1 some are not.
            """
    )

    @Argument(help: "Two slots; without them the one that serves, and the newest other one.")
    var slots: [Int] = []

    @OptionGroup var work: ProjectionWork
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard slots.isEmpty || slots.count == 2 && slots[0] != slots[1] else {
            throw ValidationError("Name two slots, or none.")
        }
    }

    func run() async throws {
        let folder = try global.slots()
        let (first, second) = try numbers(folder)
        let progress = ProgressLine("Comparing", "learners", between: .seconds(5))
        defer { progress.finish() }
        let comparison = try await SlotBuilding(folder, workers: work.workers)
            .compare(folder.finishedSlot(first, writes: true), folder.finishedSlot(second, writes: true)) {
                progress.advance($0)
            }
        progress.finish()
        try answer(comparison).write(json: global.json)
        if !comparison.isExplained { throw EndedWith(.no) }
    }

    private func numbers(_ folder: SlotFolder) throws(AccrueError) -> (Int, Int) {
        if slots.count == 2 { return (slots[0], slots[1]) }
        guard let current = try folder.pointer()?.current else { throw AccrueError(.noSlotServes, "") }
        guard let other = try folder.numbers.last(where: { $0 != current }) else {
            throw AccrueError(.slotMissing, "there is none to compare slot \(current) with")
        }
        return (current, other)
    }

    private func answer(_ comparison: SlotComparison) -> Answer {
        let (first, second) = comparison.slots
        var answer = Answer(document(comparison))
        answer.say("Slots \(first) and \(second) at position \(comparison.position)", .strong)
        answer.skip()
        for slot in comparison.miscounted {
            answer.say("Summaries of slot \(slot) are not the sums of its rows: accrue projection check \(slot)", .bad)
        }
        let count = comparison.differences.count
        if count == 0 {
            let unlike = definitions(comparison).map { ", though they differ in \($0)" } ?? ""
            answer.say(
                "No row differs of \(comparison.learners.counted("learner")), byte for byte\(unlike)."
            )
            return answer
        }
        var table = Table([
            .text("Learner", shrinks: true), .text("What", shrinks: true), .number("Slot \(first)"),
            .number("Slot \(second)"), .text("Why", shrinks: true),
        ])
        for difference in comparison.differences {
            let reasons = reasons(difference, comparison)
            for index in 0..<max(difference.changes.count, reasons.count) {
                let change = index < difference.changes.count ? difference.changes[index] : nil
                table.append(
                    [
                        index == 0 ? difference.name : "", change?.place ?? "", change.map { $0.before ?? "—" } ?? "",
                        change.map { $0.after ?? "—" } ?? "", index < reasons.count ? reasons[index] : "",
                    ],
                    difference.unexplained.isEmpty ? nil : .bad
                )
            }
        }
        answer.show(table)
        answer.skip()
        if comparison.differences.contains(where: { $0.changes.contains { $0.place.hasSuffix(" missing") } }) {
            answer.say(
                "Missing is what present parts lack; accrue progress shows less where unfinished ones have something."
            )
        }
        let unexplained = comparison.differences.count { !$0.unexplained.isEmpty }
        let verdict = unexplained == 0 ? "all explained" : "\(unexplained) not explained"
        answer.say(
            "\(count.counted("learner")) of \(comparison.learners) \(count == 1 ? "differs" : "differ"), \(verdict).",
            unexplained == 0 ? nil : .bad
        )
        return answer
    }

    /// In what the slots' definitions differ, nil where they are the same.
    private func definitions(_ comparison: SlotComparison) -> String? {
        let (one, other) = comparison.definitions
        var parts: [String] = []
        if one.on != other.on { parts.append("day (\(one.on) / \(other.on))") }
        if one.rules != other.rules {
            let rules = [one, other].map { $0.rules.words.joined(separator: ", ") }
            parts.append("rules (\(rules[0]) / \(rules[1]))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    /// Why a learner's rows differ, each reason once.
    private func reasons(_ difference: SlotComparison.Difference, _ comparison: SlotComparison) -> [String] {
        let (one, other) = comparison.definitions
        guard difference.unexplained.isEmpty else {
            return difference.unexplained.map { slot in
                difference.damaged.contains(slot)
                    ? "slot \(slot): damaged, not what was written" : "slot \(slot): not what the log gives"
            }
        }
        return difference.reasons.map { reason in
            switch reason {
            case .event(let position, let date): "event \(position) takes effect on \(date)"
            case .expiry(let position): "the credit of event \(position) expires"
            case .clause(let clause): "\(clause)"
            case .day: "day \(one.on) / \(other.on)"
            case .rules:
                "rules \(one.rules.words.joined(separator: ", ")) / \(other.rules.words.joined(separator: ", "))"
            }
        }
    }

    private func document(_ comparison: SlotComparison) -> JSONValue {
        .object([
            "differences": .array(
                comparison.differences.map { difference in
                    .object([
                        "changes": .array(
                            difference.changes.map { change in
                                .present([
                                    "after": .text(change.after), "before": .text(change.before),
                                    "place": .string(change.place),
                                ])
                            }
                        ),
                        "explained": .bool(difference.unexplained.isEmpty),
                        "learner": .string(difference.name),
                        "reasons": .array(reasons(difference, comparison).map { .string($0) }),
                    ])
                }
            ),
            "explained": .bool(comparison.isExplained),
            "knownAt": .integer(comparison.position.rawValue),
            "learners": .integer(comparison.learners),
            "miscounted": .array(comparison.miscounted.map { .integer($0) }),
            "slots": .array([.integer(comparison.slots.0), .integer(comparison.slots.1)]),
        ])
    }
}
