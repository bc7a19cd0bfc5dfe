public import Foundation

/// Open catalogues and learner records that lie beside the project, and what `tools/convert` makes of them.
public enum ConvertedData {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    /// Where they lie.
    public static let folder = root.appending(path: "../shared/data").standardized
    /// Whether they lie there.
    public static let isThere = FileManager.default.fileExists(
        atPath: folder.appending(path: "fi-qualifications.json").path
    )

    /// What the converter wrote to standard output.
    ///
    /// - Parameters:
    ///   - source: What is converted, such as `fi-qualifications`.
    ///   - options: Options of the converter.
    public static func output(of source: String, _ options: String...) throws -> Data {
        let process = Process()
        process.executableURL = root.appending(path: "tools/convert")
        process.arguments = [source] + options + [folder.appending(path: "\(source).json").path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return bytes
    }

    /// The rule documents of the Finnish qualifications, by name, `id@version.json`.
    public static func finnishDocuments() throws -> [(name: String, bytes: [UInt8])] {
        let folder = try TemporaryFolder()
        _ = try output(of: "fi-qualifications", "--documents", folder["documents"])
        return try FileManager.default.contentsOfDirectory(atPath: folder["documents"]).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: URL(filePath: folder["documents"]).appending(path: name))))
        }
    }
}
