internal import Credit
internal import Crypto
internal import CryptoExtras
internal import EventLog
import Foundation
internal import Transparency

/// A key that signs, encrypted by a passphrase: AES-256-GCM under a key that scrypt (RFC 7914) makes of it.
///
/// ```
/// accrue encrypted key v1 scrypt 17 8 1
/// school.example/log+1c2f3a4b+AQ…
/// base64 of salt (16), nonce (12), the encrypted text of the key, tag (16)
/// ```
///
/// The numbers are the binary logarithm of scrypt's cost, its block size and its parallelism. The first two lines are
/// authenticated with the text.
struct ProtectedKey: CustomStringConvertible {
    /// By what signatures of the key are verified.
    let key: NoteKey
    private let cost: Int
    private let salt: [UInt8]
    /// Nonce, encrypted text and tag.
    private let sealed: AES.GCM.SealedBox

    private static let heading = "accrue encrypted key v1 scrypt"
    private static let (blockSize, parallelism) = (8, 1)
    /// 2^17 blocks of 1 KB: 128 MB, and less than a second.
    static let usualCost = 17
    /// A file must not be able to ask for all memory.
    private static let costs = 10...20

    /// Encrypts a key.
    init(_ signer: NoteSigner, by passphrase: String, cost: Int = usualCost) throws(AccrueError) {
        let salt = StoreOptions.systemRandomBytes(16)
        let head = Self.head(signer.key, cost)
        do {
            let secret = try Self.secret(passphrase, salt, cost)
            sealed = try AES.GCM.seal(Data(signer.secret.utf8), using: secret, authenticating: Data(head.utf8))
        } catch {
            throw AccrueError(.keyUnusable, "\(error)", field: "key")
        }
        (key, self.cost, self.salt) = (signer.key, cost, salt)
    }

    /// Reads a file; nil where it is no protected key.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, lines[0].hasPrefix(Self.heading + " "),
            let cost = Int(lines[0].dropFirst(Self.heading.count + 1).prefix { $0 != " " }), Self.costs.contains(cost),
            let key = try? NoteKey(verifierKey: String(lines[1])), text.hasPrefix(Self.head(key, cost)),
            let bytes = Data(base64Encoded: String(lines[2])), bytes.count > 16,
            let sealed = try? AES.GCM.SealedBox(combined: bytes.dropFirst(16))
        else { return nil }
        (self.key, self.cost, self.sealed) = (key, cost, sealed)
        salt = Array(bytes.prefix(16))
        // One key has one text: unused bits of base64 are zero.
        guard description == text else { return nil }
    }

    /// The file.
    var description: String {
        let bytes = Data(salt) + sealed.nonce + sealed.ciphertext + sealed.tag
        return Self.head(key, cost) + bytes.base64EncodedString() + "\n"
    }

    /// Decrypts the key.
    ///
    /// - Throws: ``Credit/ErrorCode/passphraseWrong``.
    func signer(by passphrase: String, _ file: String) throws(AccrueError) -> NoteSigner {
        let head = Self.head(key, cost)
        guard let secret = try? Self.secret(passphrase, salt, cost),
            let text = try? AES.GCM.open(sealed, using: secret, authenticating: Data(head.utf8)),
            let signer = try? NoteSigner(String(decoding: text, as: UTF8.self)), signer.key == key
        else { throw AccrueError(.passphraseWrong, file, field: "key") }
        return signer
    }

    private static func head(_ key: NoteKey, _ cost: Int) -> String {
        "\(heading) \(cost) \(blockSize) \(parallelism)\n\(key)\n"
    }

    private static func secret(_ passphrase: String, _ salt: [UInt8], _ cost: Int) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Data(passphrase.utf8),
            salt: salt,
            outputByteCount: 32,
            rounds: 1 << cost,
            blockSize: blockSize,
            parallelism: parallelism
        )
    }
}
