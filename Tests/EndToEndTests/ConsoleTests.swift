import Glibc
import Testing

@testable import AccrueCommand

struct ConsoleTests {
    @Test func `data for a pipe waits in the buffer until flushed, and comes before what is said after it`() throws {
        let pipe = try Pipe()
        let console = Console(output: pipe.writing, errors: pipe.writing)
        try console.write("one\n")
        #expect(pipe.written() == "")
        console.note("two")
        #expect(pipe.written() == "one\ntwo\n")
        try console.write("three\n")
        try console.flush()
        #expect(pipe.written() == "three\n")
    }

    @Test func `a full buffer is written out by itself`() throws {
        let null = open("/dev/null", O_WRONLY)
        defer { close(null) }
        let pipe = try Pipe()
        let console = Console(output: pipe.writing, errors: null)
        let line = String(repeating: "x", count: 1_023) + "\n"
        for _ in 0..<63 { try console.write(line) }
        #expect(pipe.written() == "")
        // The 64th fills both the buffer and the pipe, which holds just as much.
        try console.write(line)
        #expect(pipe.written().utf8.count == 65_536)
    }

    @Test func `a terminal gets data at once, and its width is known`() throws {
        let terminal = try PseudoTerminal(columns: 132)
        let console = Console(output: terminal.terminal, errors: terminal.terminal)
        try console.write("now")
        #expect(terminal.written() == "now")
        #expect(console.width == 132)
    }

    @Test func `a pipe has no width, so nothing is cut`() throws {
        let pipe = try Pipe()
        #expect(Console(output: pipe.writing, errors: pipe.writing).width == nil)
    }

    @Test func `a reader that has gone is a broken pipe, once, and does not end the process`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let console = Console(output: ends[1], errors: ends[1])
        try console.write("data")
        let error = #expect(throws: OutputError.self) { try console.flush() }
        #expect(error?.isBrokenPipe == true)
        try console.flush()
        console.note("talk is dropped")
    }

    @Test func `data that does not fit on the disk is an error, not a silence`() throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        defer { close(full) }
        let console = Console(output: full, errors: full)
        try console.write("data")
        let error = #expect(throws: OutputError.self) { try console.flush() }
        #expect(error?.code == ENOSPC)
        #expect(error?.isBrokenPipe == false)
    }
}
