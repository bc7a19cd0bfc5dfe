import Foundation

/// What a worker did to its files, in order, as the recorder noted it.
struct Recording {
    enum Operation {
        case create(String)
        case write(String, offset: Int, bytes: [UInt8], isThrough: Bool)
        case truncate(String, size: Int)
        case sync(String)
        case rename(String, to: String)
        case unlink(String)
        case makeFolder(String)
        case failure(String, Failure)
    }

    /// A call that was made to fail.
    struct Failure {
        /// By its C name.
        let call: String
        let error: Int32
        /// What it was to write; nothing where it was to write nothing.
        let range: Range<Int>
    }

    private(set) var operations: [Operation] = []
    /// Of each operation, the thread that did it.
    private(set) var threads: [Int] = []

    /// Reads what lies in a file; paths lose the prefix `folder`.
    init(_ file: String, in folder: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        var next = 0
        func number(_ size: Int) -> Int {
            defer { next += size }
            return bytes[next..<next + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func text(_ size: Int) -> String {
            defer { next += size }
            let text = String(decoding: bytes[next..<next + size], as: UTF8.self)
            if text == folder { return "" }
            return text.hasPrefix(folder + "/") ? String(text.dropFirst(folder.count + 1)) : text
        }
        while next < bytes.count {
            let kind = number(1)
            threads.append(number(4))
            let path = text(number(4))
            let offset = number(8)
            let length = number(4)
            switch kind {
            case 1: operations.append(.create(path))
            case 2, 3:
                let data = Array(bytes[next..<next + length])
                next += length
                operations.append(.write(path, offset: offset, bytes: data, isThrough: kind == 3))
            case 4: operations.append(.truncate(path, size: offset))
            case 5: operations.append(.sync(path))
            case 6: operations.append(.rename(path, to: text(length)))
            case 7: operations.append(.unlink(path))
            case 8: operations.append(.makeFolder(path))
            case 9:
                let words = text(length).split(separator: " ")
                let numbers = words.prefix(3).compactMap { Int($0) }
                guard words.count == 4, numbers.count == 3 else { throw Finding("a failure in \(file)") }
                let start = max(0, numbers[1])
                let failure = Failure(
                    call: String(words[3]),
                    error: Int32(numbers[0]),
                    range: start..<start + (numbers[1] < 0 ? 0 : numbers[2])
                )
                operations.append(.failure(path, failure))
            default: throw Finding("operation \(kind) in \(file)")
            }
        }
    }
}
