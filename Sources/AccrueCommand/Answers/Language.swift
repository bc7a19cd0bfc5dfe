internal import Credit
import Foundation

/// The language in which errors are told.
enum Language {
    case english
    case slovenian

    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set.
    static let preferred = Language(environment: ProcessInfo.processInfo.environment)

    init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self = locale?.hasPrefix("sl") == true ? .slovenian : .english
    }

    /// What went wrong, and what to do.
    func text(of code: ErrorCode) -> String {
        switch self {
        case .english: code.english
        case .slovenian: code.slovenian
        }
    }

    /// An error in a line: `E-VAL-001 points: not a decimal number; …: sedem`.
    func text(of error: AccrueError) -> String {
        let place = error.field.map { "\($0): " } ?? ""
        let subject = error.subject.isEmpty ? "" : ": \(error.subject)"
        return "\(error.code.rawValue) \(place)\(text(of: error.code))\(subject)".printable
    }
}
