import Accrue
import Credit
import EventCoding

/// What must hold of any bytes that are read as lines of events: each line gives a command or coded errors, never a
/// trap, and what is accepted is written canonically and read again to the same, as a line and as a record.
enum LineProperty {
    /// Checks every line of the bytes.
    static func check(_ bytes: [UInt8]) throws(PropertyFailure) {
        let lines = EventLines(bytes).lines
        var end = 0
        for line in lines {
            try PropertyFailure.require(line.range.lowerBound >= end, "lines overlap")
            end = line.range.upperBound
            try verify(Array(bytes[line.range]))
        }
    }

    private static func verify(_ line: [UInt8]) throws(PropertyFailure) {
        let submission: Submission
        do throws(SubmissionErrors) {
            submission = try Submission(line: line.span.bytes)
        } catch {
            try PropertyFailure.require(!error.errors.isEmpty, "refused without an error")
            for error in error.errors {
                try PropertyFailure.require("\(error)".utf8.count < 4_096, "an error of \(error.code) is too long")
            }
            return
        }
        let (names, members) = try names(line)
        if members.contains("grade"), !members.contains("scale") { return try verifyScaleIsMissed(submission, names) }
        let command = try command(submission, names)
        let written = try text(of: command, names)
        let again: Submission
        do throws(SubmissionErrors) {
            again = try Submission(line: written.span.bytes)
        } catch {
            throw PropertyFailure("its canonical line is refused: \(error.errors)")
        }
        try PropertyFailure.require(try Self.command(again, names) == command, "its canonical line is another event")
        try PropertyFailure.require(try text(of: command, names) == written, "its canonical line changes")
        // Nothing of what was accepted is left out.
        let (_, kept) = try Self.names(written)
        try PropertyFailure.require(members == kept, "of \(members) only \(kept) are kept")
        try verifyRecord(of: command)
    }

    /// A grade says nothing without its scale, however many names are known.
    private static func verifyScaleIsMissed(_ submission: Submission, _ names: AnyNames) throws(PropertyFailure) {
        do throws(SubmissionErrors) {
            _ = try submission.command(resolving: names)
        } catch {
            return try PropertyFailure.require(
                error.errors.map(\.code) == [.scaleMissing],
                "refused for \(error.errors)"
            )
        }
        throw PropertyFailure("a grade without a scale is resolved")
    }

    private static func command(_ submission: Submission, _ names: AnyNames) throws(PropertyFailure) -> Command {
        do throws(SubmissionErrors) {
            return try submission.command(resolving: names)
        } catch {
            throw PropertyFailure("not resolved, though every name is known: \(error.errors)")
        }
    }

    private static func text(of command: Command, _ names: AnyNames) throws(PropertyFailure) -> [UInt8] {
        do throws(AccrueError) {
            return try CommandJSON.line(of: command, naming: names)
        } catch {
            throw PropertyFailure("not written: \(error)")
        }
    }

    private static func verifyRecord(of command: Command) throws(PropertyFailure) {
        let event = Event(
            command,
            position: Position(rawValue: 1 << 20),
            recordedAt: Instant(rawValue: 0),
            learnerNumber: 1,
            learnerVersion: 1,
            flags: []
        )
        do throws(AccrueError) {
            try EventRecord.requireLegible(command)
            let salts = [UInt8](repeating: 7, count: EventRecord.saltSize(of: command))
            let record = EventRecord.bytes(of: event, salts: salts)
            try PropertyFailure.requireSame(try Event(record: record.span.bytes), event)
        } catch {
            throw PropertyFailure("accepted as a line, not as a record: \(error)")
        }
    }

    /// Names that know all that a line refers to, and the keys of its members but for those that say nothing.
    private static func names(_ line: [UInt8]) throws(PropertyFailure) -> (AnyNames, Set<String>) {
        guard let value = try? JSONReader.value(from: line.span.bytes, maximumSize: line.count),
            let object = value.object
        else { throw PropertyFailure("accepted, though it is no JSON object") }
        let remarks = ["position", "recordedAt", "learnerVersion"]
        let members = object.members.filter { $0.value != .array([]) && !remarks.contains($0.key) }
        let names = AnyNames(
            unit: object["unit"]?.string,
            grade: object["grade"]?.string,
            group: object["group"]?.string
        )
        return (names, Set(members.map(\.key)))
    }
}

extension PropertyFailure {
    fileprivate static func requireSame(_ read: Event, _ written: Event) throws(AccrueError) {
        if read != written { throw AccrueError(.recordDamaged, "read as another event") }
    }
}

/// Knows every name, by its exact bytes, and the documents that give a unit and a grade their numbers.
private final class AnyNames: ReferenceNamer, ReferenceResolver {
    private struct Name: Hashable {
        var space: ReferenceSpace
        var bytes: [UInt8]
    }

    private let unit: String?
    private let grade: String?
    private let group: String?
    private var names: [Name] = []
    private var positions: [Name: Position] = [:]

    init(unit: String?, grade: String?, group: String?) {
        self.unit = unit
        self.grade = grade
        self.group = group
    }

    func position(of text: ReferenceName, in space: ReferenceSpace) -> Position? {
        let name = Name(space: space, bytes: Array(text.description.utf8))
        if let position = positions[name] { return position }
        names.append(name)
        let position = Position(rawValue: UInt32(names.count))
        positions[name] = position
        return position
    }

    func name(of position: Position, in space: ReferenceSpace) -> String {
        String(decoding: names[Int(position.rawValue) - 1].bytes, as: UTF8.self)
    }

    func document(at position: Position) -> Document? {
        switch names[Int(position.rawValue) - 1].space {
        case .qualification:
            var qualification = Qualification(id: "q", version: "1", title: "Q", country: "SI", scheme: "kt")
            qualification.groups = group.map { [$0] } ?? []
            if let unit { qualification.units = [Unit(code: unit, title: "U", points: nil, outcomes: [])] }
            return .qualification(qualification)
        case .scale:
            return .scale(GradeScale(name: "S", grades: grade.map { [GradeScale.Grade(code: $0, passes: true)] } ?? []))
        default: return nil
        }
    }
}
