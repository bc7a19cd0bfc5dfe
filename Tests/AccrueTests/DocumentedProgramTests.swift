import Foundation
import Testing

/// The program that the documentation shows is `DocumentedProgram.swift`, which is compiled with these tests.
@Suite struct DocumentedProgramTests {
    @Test(arguments: ["README.md", "Sources/Accrue/Accrue.docc/FirstSteps.md"])
    func `the documented program is the compiled one`(article: String) throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let program = try String(contentsOf: here.appending(path: "DocumentedProgram.swift"), encoding: .utf8)
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: article), encoding: .utf8)
        #expect(text.contains("```swift\n\(program)```"))
    }
}
