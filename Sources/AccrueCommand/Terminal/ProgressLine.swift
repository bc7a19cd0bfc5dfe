import Synchronization

/// Tells a person at a terminal how far long work has come: count, total, rate and the time left.
///
/// Work that is done at once shows nothing. Where standard error is no terminal, nothing is shown either, or a line now
/// and then. The line may be advanced from any thread.
final class ProgressLine: Sendable {
    /// Work shorter than this needs no line.
    private static let patience: Duration = .milliseconds(500)
    /// Drawing more often than this would only flicker.
    private static let interval: Duration = .milliseconds(100)

    private struct State {
        var count = 0
        var total: Int?
        var nextDrawing: Duration
        var isFinished = false
    }

    private let verb: String
    private let noun: String
    private let console: Console
    /// How often a line is written where none can be redrawn; nil means never.
    private let pause: Duration?
    private let elapsed: @Sendable () -> Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - verb: What is being done: "Importing".
    ///   - noun: What is counted, in the plural: "events".
    ///   - total: How many there will be, if that is known.
    ///   - pause: How often a line is written where standard error is no terminal; nil means never.
    ///   - elapsed: The time since the work began.
    init(
        _ verb: String,
        _ noun: String,
        total: Int? = nil,
        between pause: Duration? = nil,
        on console: Console = .standard,
        elapsed: @escaping @Sendable () -> Duration = ProgressLine.sinceNow()
    ) {
        self.verb = verb
        self.noun = noun
        self.console = console
        self.elapsed = elapsed
        self.pause = pause
        state = Mutex(State(total: total, nextDrawing: console.canRedraw ? Self.patience : pause ?? .zero))
    }

    /// Takes note that `count` of them are done, and of how many if that is known only now, and draws the line if it is
    /// time, with a remark behind it.
    func advance(to count: Int, of total: Int? = nil, note: String? = nil) {
        guard let interval = console.canRedraw ? Self.interval : pause else { return }
        let now = elapsed()
        let line = state.withLock { state -> String? in
            state.count = max(state.count, count)
            state.total = total ?? state.total
            guard !state.isFinished, now >= state.nextDrawing else { return nil }
            state.nextDrawing = now + interval
            let text = Self.text(verb, noun, count: state.count, total: state.total, elapsed: now)
            return note.map { "\(text)  \($0)" } ?? text
        }
        guard let line else { return }
        if console.canRedraw { console.showProgress(line) } else { console.note(line) }
    }

    /// Takes the line away. Call it however the work ended, as by `defer`.
    func finish() {
        state.withLock { $0.isFinished = true }
        console.clearProgress()
    }

    /// The line: `Importing  120 000 of 1 000 000 events  12 %  60 000/s  15 s left`.
    static func text(_ verb: String, _ noun: String, count: Int, total: Int?, elapsed: Duration) -> String {
        var parts = [verb]
        parts.append(total.map { "\(grouped(count)) of \(grouped($0)) \(noun)" } ?? "\(grouped(count)) \(noun)")
        if let total, total > 0 { parts.append("\(Int(100 * Double(count) / Double(total))) %") }
        // Over the whole time: steadier than a rate of the last moment, and what the time left is judged by.
        let rate = elapsed > .zero ? Double(count) / (elapsed / .seconds(1)) : 0
        if rate > 0 {
            parts.append("\(grouped(Int(rate)))/s")
            if let total, total > count {
                let left = Double(total - count) / rate
                parts.append(left < 360_000 ? "\(duration(Int(left.rounded(.up)))) left" : "more than 4 days left")
            }
        }
        return parts.joined(separator: "  ")
    }

    /// A stopwatch that starts now.
    static func sinceNow() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }

    /// Digits in groups of three, apart by a space (ISO 80000-1).
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0 && place.isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
        default: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }
}
