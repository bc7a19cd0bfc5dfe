import Glibc

/// Called by libFuzzer with bytes of its invention; whatever does not hold ends the process, which keeps them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLines(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(PropertyFailure) {
        try LineProperty.check(bytes)
        // Now and then a piece of the input, many times over: what takes more than linear time shows there.
        if count > 8, checksum(bytes) % 256 == 0 { try checkTime(bytes) }
    } catch {
        fatalError("\(error)")
    }
    return 0
}

/// Repeats a piece of the bytes in its place until there are 256 kB, and gives the parser 20 µs a byte.
private func checkTime(_ bytes: [UInt8]) throws(PropertyFailure) {
    let (first, second) = (Int(bytes[1]) * bytes.count / 256, Int(bytes[2]) * bytes.count / 256)
    let piece = bytes[min(first, second)...max(first, second)]
    var long = Array(bytes[..<piece.startIndex])
    while long.count < 1 << 18 { long += piece }
    long += bytes[piece.endIndex...]
    let before = processorTime()
    try LineProperty.check(long)
    let time = processorTime() - before
    try PropertyFailure.require(time < 20e-6 * Double(long.count), "\(long.count) bytes took \(time) s")
}

private func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 8
}

private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
