internal import Credit

extension HeadsText {
    init?(_ reader: inout ObjectReader) {
        let streams = reader.integer("streams", in: 1...UInt32.max)
        let text = reader.string("root")
        let root = reader.parsed(text, "root") { (text) throws(AccrueError) in
            guard Digest(hex: text) != nil else {
                throw AccrueError(.valueUnknown, "\(text), not 64 digits of SHA-256")
            }
            return text
        }
        guard let streams, let root else { return nil }
        self.init(streams: streams, root: root)
    }

    var json: JSONValue { .object(["root": .string(root), "streams": .integer(streams)]) }
}

extension KeyRotationText {
    init?(_ reader: inout ObjectReader) {
        let (from, to) = (reader.text("from"), reader.text("to"))
        let (fromSignature, toSignature) = (reader.text("fromSignature"), reader.text("toSignature"))
        guard let from, let to, let fromSignature, let toSignature else { return nil }
        self.init(from: from, to: to, fromSignature: fromSignature, toSignature: toSignature)
    }

    var json: JSONValue {
        .object([
            "from": .string(from), "fromSignature": .string(fromSignature), "to": .string(to),
            "toSignature": .string(toSignature),
        ])
    }
}
