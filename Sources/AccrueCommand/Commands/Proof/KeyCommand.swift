internal import Accrue
internal import ArgumentParser
internal import Credit
internal import EventCoding
internal import EventLog
internal import Transparency

/// `accrue key`: keys that sign checkpoints, and keys that witnesses cosign with.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key, show the part of it that others need to verify, protect it, hand it over to another.",
        subcommands: [New.self, Show.self, Protect.self, Rotate.self]
    )

    /// `accrue key new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key in a new file that only its owner may read.",
            discussion: """
                Whoever has the file can sign as this log or witness: keep it away from the store and its backups. What \
                is printed is for everybody; give it to auditors by a way of its own, such as a printed page.

                A passphrase is taken from ACCRUE_KEY_PASSPHRASE, or asked for on the terminal.
                """
        )

        @Argument(help: "The new file.", completion: .file())
        var file: String

        @Option(help: "The name of the log or witness, like an address without a scheme: school.example/log.")
        var name: String

        @Flag(help: "A witness's key, which cosigns checkpoints of others.")
        var witness = false

        @Flag(help: "Protect the file by a passphrase.")
        var passphrase = false

        @OptionGroup var output: JSONOption

        func run() throws {
            let seed = StoreOptions.systemRandomBytes(32)
            guard let signer = NoteSigner(name: name, kind: witness ? .cosignature : .log, seed: seed) else {
                throw ValidationError("A name has neither spaces nor plus signs: \(name)")
            }
            let secret = passphrase ? try Passphrase.new(for: file) : nil
            try KeyFile.write(signer, to: file, protectedBy: secret)
            try KeyFile.answer(signer.key).write(json: output.json)
        }
    }

    /// `accrue key show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what others need to verify a key's signatures.")

        @Argument(help: "The file of the key.", completion: .file())
        var file: String

        @OptionGroup var output: JSONOption

        func run() throws {
            try KeyFile.answer(try KeyFile.readKey(file)).write(json: output.json)
        }
    }

    /// `accrue key protect`.
    struct Protect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Protect a key by a passphrase, in a new file.",
            discussion: """
                The passphrase is taken from ACCRUE_KEY_PASSPHRASE, or asked for on the terminal. Remove the old file \
                when the new one was tried.
                """
        )

        @Argument(help: "The file of the key.", completion: .file())
        var file: String

        @Argument(help: "The new file.", completion: .file())
        var to: String

        @OptionGroup var output: JSONOption

        func run() throws {
            let signer = try KeyFile.read(file)
            try KeyFile.write(signer, to: to, protectedBy: try Passphrase.new(for: to))
            try KeyFile.answer(signer.key).write(json: output.json)
        }
    }

    /// `accrue key rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand the log's key over to another one, and record it in the log.",
            discussion: """
                Both keys sign it, and have the same name. From then on the new key signs checkpoints, and the old one \
                does not; whoever was given the old one can follow it to the new one. Sign a checkpoint at once, have it \
                witnessed, and give the new verifier key to witnesses and auditors.
                """
        )

        @Argument(help: "The file of the key that has signed so far.", completion: .file())
        var from: String

        @Argument(help: "The file of the key that signs from now on.", completion: .file())
        var to: String

        @Option(help: "Who does it: the identifier of an actor.")
        var actor: String?

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let (old, new) = (try KeyFile.read(from), try KeyFile.read(to))
            let log = try LMDBEventLog(path: global.store)
            let ledger = Ledger(log)
            let position = try actor.map { (actor) in
                try ledger.read { (view) throws(AccrueError) in try view.entry(actor, in: .actor).position }
            }
            let checkpoints = Checkpoints(ofStore: global.store)
            let event = try await ledger.rotate(old, to: new, by: position, after: checkpoints)
            try log.closeTelling()
            var answer = Answer(
                .object([
                    "from": .string("\(old.key)"), "position": .integer(event.position.rawValue),
                    "to": .string("\(new.key)"),
                ])
            )
            answer.say("The key was handed over, as position \(event.position). From now on this one signs:")
            answer.say("\(new.key)", .strong)
            answer.say("Sign with it at once, have it witnessed, and give it to witnesses and auditors.")
            try answer.write(json: global.json)
        }
    }
}
