import Credit
import EventCoding
import Foundation
import Rules

/// The formation rules of real Finnish qualifications: `tools/convert` makes them of `../shared/data/fi-qualifications.json`
/// beside the project.
struct RealRules {
    struct Named {
        let name: String
        let rule: FormationRule
        let units: [HeldUnit]
        let groups: Int
    }

    private(set) var rules: [Named] = []

    init() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<5 { root.deleteLastPathComponent() }
        let data = root.deletingLastPathComponent().appendingPathComponent("shared/data/fi-qualifications.json")
        guard FileManager.default.fileExists(atPath: data.path) else { throw MissingRules() }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("real-rules-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let convert = Process()
        convert.executableURL = root.appendingPathComponent("tools/convert")
        convert.arguments = ["fi-qualifications", "--documents", folder.path, data.path]
        convert.standardOutput = FileHandle.nullDevice
        convert.standardError = FileHandle.nullDevice
        try convert.run()
        convert.waitUntilExit()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: bytes.count)
            if case .standard(let standard) = try RuleDocument(value) { rules.append(Named(standard)) }
        }
        rules.sort { ($0.groups, $0.units.count, $0.name) < ($1.groups, $1.units.count, $1.name) }
    }
}

extension RealRules.Named {
    fileprivate init(_ standard: Standard) {
        let units = standard.qualification.units.filter { $0.parent == nil }
        groups = standard.formation.groupCount
        name = "\(standard.qualification.identifier), \(groups) groups, \(units.count) units"
        rule = standard.formation
        self.units = units.map { HeldUnit(code: $0.code, credit: Position(rawValue: 1), points: $0.points) }
    }
}

extension FormationRule {
    /// How many groups and open slots it has.
    fileprivate var groupCount: Int {
        var count = 0
        var groups = [root]
        while let group = groups.popLast() {
            count += 1
            for child in group.children {
                switch child.content {
                case .unit: continue
                case .open: count += 1
                case .group(let inner): groups.append(inner)
                }
            }
        }
        return count
    }
}

struct MissingRules: Error, CustomStringConvertible {
    var description: String { "no fi-qualifications.json in ../shared/data: progress, solver and impact need it" }
}
