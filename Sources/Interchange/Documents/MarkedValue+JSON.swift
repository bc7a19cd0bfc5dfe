internal import Credit
internal import EventCoding

extension MarkedValue {
    /// Reads a file of JSON.
    ///
    /// - Throws: Why it is none, and where.
    public init(json bytes: [UInt8]) throws(FileFault) {
        let lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        // The number of lines that begin at the offset or before it, by bisection.
        func line(at offset: Int) -> Int {
            var (low, high) = (0, lineStarts.count)
            while low < high {
                let middle = (low + high) / 2
                if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
            }
            return low
        }
        var lines: [String: Int] = [:]
        func mark(_ value: JSONValue, _ path: String) {
            switch value {
            case .object(let object):
                for member in object.members {
                    let path = path.isEmpty ? member.key : "\(path).\(member.key)"
                    lines[path] = line(at: member.keyOffset)
                    mark(member.value, path)
                }
            case .array(let elements):
                for (index, element) in elements.enumerated() {
                    let path = "\(path)[\(index)]"
                    // The reader keeps places of members only; an element is where its first one is.
                    lines[path] = element.object?.members.first.map { line(at: $0.keyOffset) }
                    mark(element, path)
                }
            default: break
            }
        }
        do throws(JSONSyntaxError) {
            let value = try JSONReader.value(from: bytes.span.bytes, maximumSize: Self.largestFile)
            mark(value, "")
            self.init(value, isUntyped: false, lines: lines)
        } catch {
            throw FileFault(line(at: error.offset), AccrueError(syntax: error))
        }
    }
}

extension AccrueError {
    fileprivate init(syntax error: JSONSyntaxError) {
        switch error.kind {
        case .duplicateKey(let key): self.init(.keyTwice, key)
        case .tooDeep: self.init(.tooDeep)
        case .tooLarge: self.init(.documentTooLarge)
        default: self.init(.jsonMalformed, error.message)
        }
    }
}
