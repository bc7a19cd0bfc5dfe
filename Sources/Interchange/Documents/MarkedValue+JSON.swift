internal import Credit
internal import EventCoding

extension MarkedValue {
    /// Reads a file of JSON.
    ///
    /// - Throws: Why it is none, and where.
    public init(json bytes: [UInt8]) throws(FileFault) {
        let lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        // The number of lines that begin at the offset or before it, by bisection.
        func place(_ offset: Int) -> Int {
            var (low, high) = (0, lineStarts.count)
            while low < high {
                let middle = (low + high) / 2
                if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
            }
            return low
        }
        func lines(of value: JSONValue, at line: Int) -> LineTree {
            var tree = LineTree(line: line)
            for member in value.object?.members ?? [] {
                tree.members[member.key] = lines(of: member.value, at: place(member.keyOffset))
            }
            for element in value.array ?? [] {
                // The reader keeps places of members only; an element is where its first one is.
                let first = element.object?.members.first.map { place($0.keyOffset) }
                tree.elements.append(lines(of: element, at: first ?? line))
            }
            return tree
        }
        do throws(JSONSyntaxError) {
            let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: Self.largestFile)
            self.init(value, isUntyped: false, lines: lines(of: value, at: 1))
        } catch {
            if case .duplicateKey = error.kind, let fault = KeyTwice.fault(json: bytes) { throw fault }
            throw FileFault(place(error.offset), AccrueError(syntax: error))
        }
    }
}

extension AccrueError {
    fileprivate init(syntax error: JSONSyntaxError) {
        switch error.kind {
        case .duplicateKey(let key, _): self.init(.keyTwice, String(key.unicodeScalars.prefix(100)))
        case .tooDeep: self.init(.tooDeep)
        case .tooLarge: self.init(.documentTooLarge)
        default: self.init(.jsonMalformed, error.message)
        }
    }
}
