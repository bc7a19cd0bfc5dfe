package import Credit

// What the log's own events say, and what it stands for here.

extension HeadsText {
    /// What a tree says.
    package init(_ tree: inout HeadsTree) {
        self.init(streams: tree.count, root: "\(tree.root())")
    }

    /// What an event states; nil where it is another kind of event.
    package init?(statedBy event: Event) {
        guard event.kind == .headsRecorded, case .heads(let stated) = event.details.document else { return nil }
        self = stated
    }
}

extension KeyRotation {
    /// Reads what an event holds, and verifies both signatures.
    package init(_ text: KeyRotationText) throws(TransparencyError) {
        try self.init(
            from: text.from,
            to: text.to,
            fromSignature: text.fromSignature,
            toSignature: text.toSignature
        )
    }
}
