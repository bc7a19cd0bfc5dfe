import Foundation

/// How much memory the process has held.
enum Memory {
    /// The most bytes that were resident; since now on, if it is reset before. 0 where the system does not tell.
    static func peak(afterReset resets: Bool = false) -> Int {
        if resets { try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8) }
        return status("VmHWM:")
    }

    /// The bytes that are resident and of no file. 0 where the system does not tell.
    static var anonymous: Int { status("RssAnon:") }

    private static func status(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first.map { $0 << 10 } ?? 0
    }
}
