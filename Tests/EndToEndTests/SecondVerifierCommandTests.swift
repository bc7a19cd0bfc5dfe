import AccrueTestKit
import Foundation
import Testing

@testable import AccrueCommand

/// `tools/verify.py bundle` as an auditor runs it: with a bundle, a key and a checkpoint noted before.
@Suite(.enabled(if: SecondVerifier.isThere)) struct SecondVerifierCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func accrue(_ arguments: String...) async throws -> String {
        let run = try await RunningAccrue(arguments, store: folder["store"], input: nil).ended()
        #expect(run.status == 0, "\(run.errors)")
        return run.output
    }

    private func verify(_ arguments: String...) async throws -> SecondVerifier.Run {
        try await SecondVerifier.verify(arguments)
    }

    @Test func `a bundle holds, is forged, is altered, is empty, or is of another history`() async throws {
        let (log, noted, bundle) = (folder["log.pub"], folder["noted"], folder["bundle"])
        func write(_ text: String, _ path: String) throws {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write(await accrue("key", "new", folder["log.key"], "--name", "school.example/log"), log)
        _ = try await accrue("init")
        _ = try await accrue("append", AccrueProcess.fixture("catalogue.ndjson"))
        try write(await accrue("checkpoint", "sign", "--key", folder["log.key"]), noted)
        _ = try await accrue("append", AccrueProcess.fixture("story.ndjson"))
        _ = try await accrue("checkpoint", "sign", "--key", folder["log.key"])
        _ = try await accrue("audit", "export", bundle)
        let good = try await verify("bundle", bundle, "--log", log, "--earlier", noted)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains("14 balances") && good.output.contains("Not proved:"))

        let text = try String(contentsOfFile: bundle, encoding: .utf8)
        let counting = "{\"buckets\":{\"recognised\":\"16\"}"
        let forged = text.replacing(counting, with: counting.replacing("16", with: "61"))
        #expect(forged != text)
        try write(forged, bundle)
        let claim = try await verify("bundle", bundle, "--log", log)
        #expect(claim.status == 1 && claim.errors.contains("learner 1 "), "\(claim.errors)")

        try write(text.replacing("\"position\":100}", with: "\"position\":101}"), bundle)
        let altered = try await verify("bundle", bundle, "--log", log)
        #expect(altered.status == 7 && altered.errors.contains("position 101"))

        try write("", bundle)
        let empty = try await verify("bundle", bundle, "--log", log)
        #expect(empty.status == 7 && empty.errors.contains("proves nothing"))
        #expect(try await verify("bundle", bundle).status == 2)

        // The same events, recorded anew: another history under the same key.
        try FileManager.default.moveItem(atPath: folder["store"], toPath: folder["old"])
        _ = try await accrue("init")
        _ = try await accrue("append", AccrueProcess.fixture("catalogue.ndjson"))
        _ = try await accrue("append", AccrueProcess.fixture("story.ndjson"))
        _ = try await accrue("checkpoint", "sign", "--key", folder["log.key"])
        try FileManager.default.removeItem(atPath: bundle)
        _ = try await accrue("audit", "export", bundle)
        #expect(try await verify("bundle", bundle, "--log", log).status == 0)
        let other = try await verify("bundle", bundle, "--log", log, "--earlier", noted)
        #expect(other.status == 7 && other.errors.contains("noted"))
    }
}
