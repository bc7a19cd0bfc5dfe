import Transparency

extension NoteSigner {
    /// A signer whose secret is one byte, again and again.
    init(_ name: String, _ kind: NoteKey.Kind, of byte: UInt8) {
        guard let signer = NoteSigner(name: name, kind: kind, seed: [UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("\(name) is no name of a key")
        }
        self = signer
    }
}
