internal import ArgumentParser
internal import Credit
internal import EventCoding

/// `accrue error`: explains a code.
struct ErrorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "error",
        abstract: "Explain an error code, or list them all."
    )

    @Argument(
        help: "The code, such as E-DEC-002.",
        completion: .list(ErrorCode.allCases.map(\.rawValue))
    )
    var code: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
        guard let code else { return try list() }
        guard let known = ErrorCode(rawValue: code.uppercased()) else {
            throw AccrueError(.notFound, code, field: "error code")
        }
        var answer = Answer(known.document)
        answer.say(known.rawValue, .strong)
        answer.say("English:    \(known.english)")
        answer.say("Slovenian:  \(known.slovenian)")
        answer.say("Exit code:  \(ExitStatus(known).rawValue)")
        try answer.write(json: global.json)
    }

    private func list() throws {
        var answer = Answer(.object(["errors": .array(ErrorCode.allCases.map(\.document))]))
        var table = Table([.text("Code"), .number("Exit"), .text("What went wrong, and what to do", shrinks: true)])
        for code in ErrorCode.allCases {
            table.append([code.rawValue, "\(ExitStatus(code).rawValue)", Language.preferred.text(of: code)])
        }
        answer.show(table)
        try answer.write(json: global.json)
    }
}

extension ErrorCode {
    fileprivate var document: JSONValue {
        .object([
            "code": .string(rawValue), "english": .string(english), "exit": .integer(ExitStatus(self).rawValue),
            "slovenian": .string(slovenian),
        ])
    }
}
