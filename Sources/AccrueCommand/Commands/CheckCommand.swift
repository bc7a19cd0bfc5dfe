internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog

/// `accrue check`: reads everything again and compares.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read every record, reference and index again, and compare.",
        discussion: "Others may read and append meanwhile. Findings end it with exit code 7."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let progress = ProgressLine("Checking", "events")
        defer { progress.finish() }
        let report = try LMDBEventLog.check(at: global.store) {
            progress.advance(to: Int($0.position.rawValue), of: Int($0.last.rawValue))
        }
        progress.finish()
        try answer(report).write(json: global.json)
        if !report.isSound { throw EndedWith(.integrity) }
    }

    private func answer(_ report: CheckReport) -> Answer {
        let findings = report.findings.map { finding in
            JSONValue.present([
                "error": finding.error.document, "position": finding.position.map { .integer($0.rawValue) },
            ])
        }
        var answer = Answer(
            .present([
                "events": .integer(report.events), "findingCount": .integer(report.findingCount),
                "findings": .array(findings), "indexRuns": .integer(report.runs),
                "learners": .integer(report.learners), "leaf": .text(report.leaf),
                "position": .integer(report.position.rawValue), "sound": .bool(report.isSound),
            ])
        )
        for finding in report.findings {
            let place = finding.position.map { "position \($0): " } ?? ""
            answer.say(place + Language.preferred.text(of: finding.error), .bad)
        }
        if report.findings.count < report.findingCount {
            answer.say("… and \(report.findingCount - report.findings.count) more")
        }
        let looked = "\(report.events.counted("event")) of \(Int(report.learners).counted("learner")), through position"
        answer.say("\(looked) \(report.position), and \(report.runs.counted("sealed index run")) were checked.")
        if let leaf = report.leaf { answer.say("Digest of the last event: \(leaf)") }
        if report.isSound {
            answer.say("Everything is as it was written.", .good)
        } else {
            answer.say("\(report.findingCount.counted("finding")).", .bad)
        }
        return answer
    }
}
