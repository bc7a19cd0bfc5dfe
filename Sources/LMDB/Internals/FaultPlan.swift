import Glibc
import Synchronization

/// Makes chosen calls of one environment fail, so that tests can see what each failure leaves behind.
///
/// A plan belongs to the environment that was opened with it, so tests that run side by side do not disturb each
/// other. Without a plan a call costs one comparison with nil.
package final class FaultPlan: Sendable {
    /// When a call fails.
    package enum Moment: Sendable {
        /// Instead of the call: nothing has happened.
        case before
        /// After the call has done its work: it reports a failure that did not take place.
        case after
    }

    private struct Fault: Sendable {
        var call: Call?
        var remaining: Int
        var code: LMDBError.Code
        var moment: Moment
    }

    private struct State: Sendable {
        var faults: [Fault] = []
        var calls: [Call] = []
        var fired: [Call] = []
        var interruption: (remaining: Int, body: @Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// A plan without faults, which still records the calls.
    package init() {}

    /// Makes the `number`-th call from now on (counted from 1) fail with `code`; counts every call when none is named.
    package func fail(
        _ call: Call? = nil,
        number: Int = 1,
        with code: LMDBError.Code,
        moment: Moment = .before
    ) {
        state.withLock { state in
            state.faults.append(Fault(call: call, remaining: number, code: code, moment: moment))
        }
    }

    /// Does something before the `number`-th call from now on, as another process may at any moment.
    package func interrupt(before number: Int, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.interruption = (number, body) }
    }

    /// The calls made so far, in order.
    package var calls: [Call] {
        state.withLock { $0.calls }
    }

    /// The calls that were made to fail, in order.
    package var fired: [Call] {
        state.withLock { $0.fired }
    }

    /// Forgets the faults that have not fired.
    package func disarm() {
        state.withLock { $0.faults.removeAll() }
    }

    /// Makes the call, or fails it as planned.
    func run(_ call: Call, _ body: () -> Int32) -> Int32 {
        interruption()?()
        guard let fault = due(call) else { return body() }
        if fault.moment == .after {
            _ = body()
        }
        return fault.code.rawValue
    }

    private func interruption() -> (@Sendable () -> Void)? {
        state.withLock { state in
            state.interruption?.remaining -= 1
            guard state.interruption?.remaining == 0 else { return nil }
            defer { state.interruption = nil }
            return state.interruption?.body
        }
    }

    private func due(_ call: Call) -> Fault? {
        state.withLock { state in
            state.calls.append(call)
            var due: Fault?
            for index in state.faults.indices where state.faults[index].call.map({ $0 == call }) ?? true {
                state.faults[index].remaining -= 1
                if state.faults[index].remaining == 0, due == nil {
                    due = state.faults[index]
                    state.fired.append(call)
                }
            }
            state.faults.removeAll { $0.remaining <= 0 }
            return due
        }
    }
}

extension FaultPlan? {
    /// Makes a system call that gives −1 and `errno` on failure, again when a signal interrupted it, or fails it as
    /// planned.
    package func system(_ call: Call, _ body: () -> Int) -> (result: Int, code: Int32) {
        var result = -1
        func once() -> Int32 {
            result = body()
            return result == -1 ? errno : 0
        }
        var code: Int32
        repeat {
            code = self?.run(call, once) ?? once()
        } while code == EINTR
        return (result, code)
    }
}
