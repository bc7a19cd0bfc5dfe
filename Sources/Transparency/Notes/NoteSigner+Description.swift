/// What is shown of a signer, in messages and in a debugger alike: its public key, never its secret.
extension NoteSigner: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The verifier key.
    public var description: String { key.description }
    /// The verifier key.
    public var debugDescription: String { key.description }
    /// The verifier key alone.
    public var customMirror: Mirror { Mirror(self, children: ["key": key.description]) }
}
