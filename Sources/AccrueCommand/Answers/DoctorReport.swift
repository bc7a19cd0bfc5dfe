internal import Accrue
internal import Credit
internal import EventCoding
internal import EventLog

/// What `accrue doctor` did and found, in words.
struct DoctorReport {
    /// In text so many findings of damage are shown; JSON has more.
    private static let longestList = 20

    private let store: String
    private var rebuilt: IndexRebuild?
    private var refusal: AccrueError?
    private var examination: StoreExamination?

    init(store: String) {
        self.store = store
    }

    /// Makes again what is computed from the log, or notes why not.
    mutating func rebuild() {
        do throws(AccrueError) {
            rebuilt = try LMDBEventLog.rebuildIndices(at: store)
        } catch {
            refusal = error
        }
    }

    /// Looks at the store as it is now.
    mutating func examine(_ progress: (CheckProgress) -> Void) {
        var examination = StoreExamination(of: store, progress)
        examination.examineBeside()
        self.examination = examination
    }

    /// How the process ends.
    var status: ExitStatus {
        let findings = examination?.findings ?? []
        if let severity = examination?.severity, severity >= .lost { return .integrity }
        if let closed = findings.lazy.compactMap(\.observation.refusal).first { return ExitStatus(closed) }
        if let refusal { return ExitStatus(refusal.code) }
        return examination?.severity == .derived ? .no : .success
    }

    /// The answer as text and as JSON.
    var answer: Answer {
        let findings = examination?.findings ?? []
        var answer = Answer(document(findings))
        say(rebuilt, to: &answer)
        var listed = 0
        for finding in findings {
            if case .recordDamaged = finding.observation {
                listed += 1
                if listed > Self.longestList { continue }
            }
            say(finding, to: &answer)
        }
        if listed > Self.longestList {
            answer.say("         … and \(listed - Self.longestList) more records; accrue check lists them")
        }
        answer.skip()
        let (summary, emphasis) = summary
        answer.say(summary, emphasis)
        return answer
    }

    private func say(_ rebuilt: IndexRebuild?, to answer: inout Answer) {
        if let refusal { answer.say("Nothing was rebuilt: \(Language.preferred.text(of: refusal))", .caution) }
        guard let rebuilt else { return }
        let runs = rebuilt.runs.counted("index run")
        answer.say("Rebuilt: \(runs) through position \(rebuilt.position), from the log, which was only read.", .good)
        for path in rebuilt.removed { answer.say("Removed: \(path)") }
    }

    private func say(_ finding: StoreExamination.Finding, to answer: inout Answer) {
        let emphasis: Emphasis? =
            switch finding.severity {
            case .fine: nil
            case .warning: .caution
            case .derived, .lost, .damage: .bad
            }
        let label = finding.severity.rawValue
        let indent = String(repeating: " ", count: 9)
        answer.say(label + indent.dropFirst(label.count) + finding.observation.text, emphasis)
        guard finding.severity > .fine else { return }
        answer.say(indent + "where: \(finding.path)")
        for step in finding.steps(store: store) { answer.say(indent + "do:    \(step)") }
    }

    private var summary: (String, Emphasis) {
        let counts = count { $0 > .warning }
        switch status {
        case .success where count { $0 == .warning } > 0:
            return ("The store is sound. \(count { $0 == .warning }.counted("thing")) to know: see above.", .good)
        case .success: return ("The store is sound.", .good)
        case .no:
            let what = "The log is sound. \(counts.counted("thing")) computed from it must be made again:"
            let isSlots =
                examination?.findings.contains { $0.severity == .derived && $0.observation.isOfSlots } ?? false
            return ("\(what) \(isSlots ? "see above" : "accrue doctor --rebuild")", .caution)
        case .integrity where examination?.severity == .lost:
            return (
                "The log is sound. Checkpoints beside it are damaged, which nobody can compute again: see above.", .bad
            )
        case .integrity where isListOfFreePagesAllThatIsDamaged:
            return ("All events are here, and nothing can be appended to them: take the steps above.", .bad)
        case .integrity:
            return ("The log is damaged. Keep the folder as it is, and take the first step above.", .bad)
        default: return ("The store cannot be used as things are; nothing speaks of damage.", .caution)
        }
    }

    private var isListOfFreePagesAllThatIsDamaged: Bool {
        let damage = examination?.findings.filter { $0.severity == .damage } ?? []
        return !damage.isEmpty
            && damage.allSatisfy { if case .freePagesDamaged = $0.observation { true } else { false } }
    }

    private func count(_ isMeant: (StoreExamination.Severity) -> Bool) -> Int {
        examination?.findings.count { isMeant($0.severity) } ?? 0
    }

    private func document(_ findings: [StoreExamination.Finding]) -> JSONValue {
        let list = findings.map { finding in
            JSONValue.present([
                "code": .text(finding.observation.error?.code.rawValue),
                "finding": .string(finding.observation.name), "next": finding.next(store: store),
                "path": .string(finding.path), "position": finding.observation.position.map { .integer($0.rawValue) },
                "severity": .string(finding.severity.rawValue), "text": .string(finding.observation.text),
            ])
        }
        let done = rebuilt.map { rebuilt in
            JSONValue.object([
                "position": .integer(rebuilt.position.rawValue), "removed": .array(rebuilt.removed.map { .string($0) }),
                "runs": .integer(rebuilt.runs),
            ])
        }
        return .present([
            "findings": .array(list), "rebuilt": done, "refusal": refusal?.document,
            "severity": .text(examination?.severity.rawValue), "store": .string(store),
        ])
    }
}

extension StoreExamination.Finding {
    fileprivate func next(store: String) -> JSONValue? {
        let steps = steps(store: store)
        return steps.isEmpty ? nil : .array(steps.map { .string($0) })
    }
}
