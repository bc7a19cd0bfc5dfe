internal import ArgumentParser
internal import Credit
internal import EventCoding
import Foundation

/// Tells why a command could not do its work, and with which status the process ends.
struct Failure {
    let status: ExitStatus
    private let text: String
    private let document: JSONValue

    init(_ error: AccrueError) {
        status = ExitStatus(error.code)
        text = "accrue: " + Language.preferred.text(of: error)
        document = error.document
    }

    init(_ refusal: FileRefusal) {
        status = ExitStatus(refusal.error.code)
        text = refusal.text
        let place = [("file", JSONValue.string(refusal.file)), ("line", .integer(refusal.line))].map {
            JSONObject.Member(key: $0, value: $1)
        }
        document = .object(JSONObject((refusal.error.document.object?.members ?? []) + place))
    }

    init(usage text: String) {
        status = .usage
        self.text = text
        document = .present(["message": .string(text)])
    }

    init(unexpected error: any Error) {
        status = .internalError
        text = "accrue: internal error: \(error)"
        document = .present(["message": .string("internal error: \(error)")])
    }

    /// Says it on standard error.
    func report(json: Bool, on console: Console = .standard) {
        if json {
            console.note(
                String(JSONValue.object(["error": document, "status": .integer(status.rawValue)]).line.dropLast())
            )
        } else {
            console.note(text)
        }
    }
}

extension AccrueError {
    /// The error as JSON.
    var document: JSONValue {
        .present([
            "code": .string(code.rawValue),
            "field": .text(field),
            "message": .string(Language.preferred.text(of: code)),
            "subject": subject.isEmpty ? nil : .string(subject),
        ])
    }
}

extension AccrueError {
    /// An error of standard output, on its way through code that throws only errors of the ledger.
    init(output error: OutputError) {
        let reason = error.isBrokenPipe ? Self.brokenPipe : String(cString: strerror(error.code))
        self.init(.inputOutput, reason, field: "standard output")
    }

    /// True where who read our output has gone.
    var isBrokenPipe: Bool { code == .inputOutput && subject == Self.brokenPipe }

    private static let brokenPipe = "the reader has gone"
}
