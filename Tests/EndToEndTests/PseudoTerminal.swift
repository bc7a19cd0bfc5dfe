import Glibc
import Testing

/// A terminal without a window: what is written to `terminal` can be read back, and `isatty` says yes.
struct PseudoTerminal: ~Copyable {
    /// The end a command writes to.
    let terminal: Int32
    private let controller: Int32

    // Linux's requests of a pseudo-terminal, which Swift does not import: unlock it, and open its other end.
    private static let unlock: UInt = 0x4004_5431
    private static let openPeer: UInt = 0x5441

    /// A terminal of so many columns.
    init(columns: UInt16) throws {
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var locked: Int32 = 0
        try #require(ioctl(controller, Self.unlock, &locked) == 0)
        let terminal = ioctl(controller, Self.openPeer, O_RDWR | O_NOCTTY)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
        (self.controller, self.terminal) = (controller, terminal)
    }

    deinit {
        close(terminal)
        close(controller)
    }

    /// Types something, as a person would.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(controller, bytes, bytes.count)
    }

    /// What has been written since the last call; empty if nothing was.
    func written() -> String {
        var text: [UInt8] = []
        var ready = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while poll(&ready, 1, 20) > 0 {
            let count = read(controller, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// A pipe, as between two commands of a shell.
struct Pipe: ~Copyable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// What has been written since the last call; empty if nothing was.
    func written() -> String {
        var ready = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        guard poll(&ready, 1, 0) > 0 else { return "" }
        let count = read(reading, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }
}
