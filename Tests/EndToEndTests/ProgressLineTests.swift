import Synchronization
import Testing

@testable import AccrueCommand
@testable import Projections

struct ProgressLineTests {
    /// A stopwatch that shows what the test says.
    private final class Stopwatch: Sendable {
        private let time = Mutex(Duration.zero)

        func show(_ duration: Duration) { time.withLock { $0 = duration } }
        var elapsed: @Sendable () -> Duration {
            { self.time.withLock { $0 } }
        }
    }

    private static let environment = ["TERM": "xterm"]

    @Test(
        arguments: [
            (0, 10, 1, "Importing  0 of 10 events  0 %"),
            (120_000, 1_000_000, 2, "Importing  120 000 of 1 000 000 events  12 %  60 000/s  15 s left"),
            (1_000, 100_000, 10, "Importing  1 000 of 100 000 events  1 %  100/s  16 min 30 s left"),
            (1_000, 1_000_000, 10, "Importing  1 000 of 1 000 000 events  0 %  100/s  2 h 46 min left"),
            (1, 1_000_000_000, 10, "Importing  1 of 1 000 000 000 events  0 %  0/s  more than 4 days left"),
            (10, 10, 1, "Importing  10 of 10 events  100 %  10/s"),
            (999, nil, 1, "Importing  999 events  999/s"),
        ] as [(Int, Int?, Int, String)]
    )
    func `the line tells count, total, share, rate and the time left`(
        count: Int,
        total: Int?,
        seconds: Int,
        line: String
    ) {
        #expect(
            ProgressLine.text("Importing", "events", count: count, total: total, elapsed: .seconds(seconds)) == line
        )
    }

    @Test func `short work shows nothing and long work ten lines a second at most`() throws {
        let terminal = try PseudoTerminal(columns: 80)
        let console = Console(output: terminal.terminal, errors: terminal.terminal, environment: Self.environment)
        let watch = Stopwatch()
        let progress = ProgressLine("Checking", "events", total: 1_000, on: console, elapsed: watch.elapsed)
        for count in 0..<1_000 {
            watch.show(.milliseconds(count))
            progress.advance(to: count)
        }
        // At 500 ms, 600 ms … 900 ms.
        #expect(terminal.written().count(of: "Checking") == 5)
        progress.finish()
        #expect(terminal.written() == "\r\u{1B}[K")
        watch.show(.seconds(10))
        progress.advance(to: 1_000)
        #expect(terminal.written() == "")
    }

    @Test func `the line is never wider than the terminal`() throws {
        let terminal = try PseudoTerminal(columns: 20)
        let console = Console(output: terminal.terminal, errors: terminal.terminal, environment: Self.environment)
        console.showProgress("Importing  120 000 of 1 000 000 events")
        #expect(terminal.written() == "\r\u{1B}[KImporting  120 000…")
    }

    @Test func `the line gives way to an error and to data`() throws {
        let terminal = try PseudoTerminal(columns: 80)
        let console = Console(output: terminal.terminal, errors: terminal.terminal, environment: Self.environment)
        console.showProgress("Importing")
        console.note("error: line 7")
        #expect(terminal.written() == "\r\u{1B}[KImporting\r\u{1B}[Kerror: line 7\r\n")
        console.showProgress("Importing")
        try console.write("data\n")
        #expect(terminal.written() == "\r\u{1B}[KImporting\r\u{1B}[Kdata\r\n")
        console.clearProgress()
        #expect(terminal.written() == "")
    }

    @Test
    func `elsewhere than on a terminal a rebuild writes a line every five seconds, with lag and what is unjudged`()
        throws
    {
        let pipe = try Pipe()
        let piped = Console(output: pipe.writing, errors: pipe.writing, environment: Self.environment)
        let watch = Stopwatch()
        let progress = ProgressLine(
            "Rebuilding",
            "learners",
            between: .seconds(5),
            on: piped,
            elapsed: watch.elapsed
        )
        for second in 0...11 {
            watch.show(.seconds(second))
            let done = UInt32(100 * second)
            progress.advance(
                SlotBuilding.Progress(
                    done: done,
                    learners: 2_000,
                    lag: done == 1_000 ? 1 : 17,
                    unjudged: Int64(done) / 250
                )
            )
        }
        #expect(
            pipe.written() == """
                Rebuilding  500 of 2 000 learners  25 %  100/s  15 s left  log 17 events ahead  2 unjudged
                Rebuilding  1 000 of 2 000 learners  50 %  100/s  10 s left  log 1 event ahead  4 unjudged

                """
        )
        progress.finish()
        #expect(pipe.written() == "")
    }

    @Test func `nothing is drawn where standard error is no terminal, or one that cannot redraw`() throws {
        let pipe = try Pipe()
        let piped = Console(output: pipe.writing, errors: pipe.writing, environment: Self.environment)
        let watch = Stopwatch()
        watch.show(.seconds(10))
        ProgressLine("Checking", "events", on: piped, elapsed: watch.elapsed).advance(to: 1)
        #expect(pipe.written() == "")

        let terminal = try PseudoTerminal(columns: 80)
        let dumb = Console(output: terminal.terminal, errors: terminal.terminal, environment: ["TERM": "dumb"])
        ProgressLine("Checking", "events", on: dumb, elapsed: watch.elapsed).advance(to: 1)
        #expect(terminal.written() == "")
    }
}

extension String {
    fileprivate func count(of part: String) -> Int {
        ranges(of: part).count
    }
}
