internal import Credit
internal import EventLog

extension LMDBEventLog {
    /// Closes the log, and says what could not be done behind it: no other process can tell.
    func closeTelling(on console: Console = .standard) throws(AccrueError) {
        try close()
        // How far the log went was written down by closing it, whatever came before.
        for work in BackgroundWork.allCases where work != .anchoring {
            guard let failure = failures[work] else { continue }
            let reason = Language.preferred.text(of: failure)
            console.note("accrue: all is written, but \(work) failed and will be tried again: \(reason)")
        }
    }
}
