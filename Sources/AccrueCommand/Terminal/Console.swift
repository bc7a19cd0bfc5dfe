import Foundation
import Glibc
import Synchronization

/// Standard output could not be written.
struct OutputError: Error {
    /// What the system said.
    let code: Int32

    /// Whether the reader has gone, as `head` does when it has seen enough: a reason to stop, none to complain.
    var isBrokenPipe: Bool { code == EPIPE }
}

/// The command's two outputs: data on one, talk on the other.
///
/// Data must arrive: writing it throws, and it is buffered where no person is watching, so that whoever started the
/// command calls ``flush()`` at its end. Talk must never stop the work: what cannot be said is dropped. A progress line
/// is taken away before anything else is written, on either output.
final class Console: Sendable {
    /// The process's standard output and standard error.
    static let standard = Console(output: STDOUT_FILENO, errors: STDERR_FILENO)

    /// Bytes gathered before they are written to a file or a pipe.
    private static let bufferSize = 1 << 16

    private struct State {
        var buffer: [UInt8] = []
        var showsProgress = false
    }

    /// How standard output marks text.
    let style: Style
    /// How standard error marks text.
    let errorStyle: Style
    /// Whether a line on standard error can be written over.
    let canRedraw: Bool

    private let output: Int32
    private let errors: Int32
    private let outputIsTerminal: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - output: The descriptor data goes to.
    ///   - errors: The descriptor talk goes to.
    ///   - environment: Where `NO_COLOR` and `TERM` are looked up.
    init(output: Int32, errors: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        // A reader that goes away is an error of the write, not a signal that ends the process within a transaction.
        signal(SIGPIPE, SIG_IGN)
        self.output = output
        self.errors = errors
        outputIsTerminal = isatty(output) == 1
        let errorsAreTerminal = isatty(errors) == 1
        style = .fitting(terminal: outputIsTerminal, environment: environment)
        errorStyle = .fitting(terminal: errorsAreTerminal, environment: environment)
        canRedraw = errorsAreTerminal && environment["TERM"] != "dumb"
    }

    /// The columns of the terminal that standard output is, or `nil` where it is none. Asked anew, as windows change.
    var width: Int? { Self.width(of: output) }

    /// Writes data, as it is.
    func write(_ text: String) throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            state.buffer.append(contentsOf: text.utf8)
            if outputIsTerminal || state.buffer.count >= Self.bufferSize { try flush(&state) }
        }
    }

    /// Writes a table, fitted to the terminal and marked if the output is one.
    func write(_ table: Table) throws(OutputError) {
        try write(table.rendered(width: width, style: style))
    }

    /// Writes out what is still buffered.
    func flush() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in try flush(&state) }
    }

    /// Says something in a line of its own on standard error, after the data written so far.
    func note(_ text: String) {
        state.withLock { state in
            // The data's own next write or flush reports why it could not be written.
            try? flush(&state)
            clearProgress(&state)
            try? Self.send(Array((text + "\n").utf8), to: errors)
        }
    }

    /// Draws a progress line over the one before, cut to the terminal's width; nothing where it cannot be redrawn.
    func showProgress(_ line: String) {
        guard canRedraw else { return }
        // The last column stays free: some terminals wrap as soon as it is written.
        let text = line.printable.truncated(toWidth: (Self.width(of: errors) ?? 80) - 1)
        state.withLock { state in
            state.showsProgress = true
            try? Self.send(Array("\r\u{1B}[K\(text)".utf8), to: errors)
        }
    }

    /// Takes the progress line away, if there is one.
    func clearProgress() {
        state.withLock { clearProgress(&$0) }
    }

    private func clearProgress(_ state: inout State) {
        guard state.showsProgress else { return }
        state.showsProgress = false
        try? Self.send(Array("\r\u{1B}[K".utf8), to: errors)
    }

    private func flush(_ state: inout State) throws(OutputError) {
        guard !state.buffer.isEmpty else { return }
        clearProgress(&state)
        // Emptied before the attempt: what failed once is not written a second time, half.
        let bytes = state.buffer
        state.buffer.removeAll(keepingCapacity: true)
        try Self.send(bytes, to: output)
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            let code = errno
            switch code {
            case EINTR: continue
            case EAGAIN:
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            default: throw OutputError(code: code)
            }
        }
    }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
