import Foundation

/// How much memory the process has held.
enum Memory {
    /// The most bytes that were resident; since now on, if it is reset before. 0 where the system does not tell.
    static func peak(afterReset resets: Bool = false) -> Int {
        if resets { try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8) }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 << 10 } ?? 0
    }
}
