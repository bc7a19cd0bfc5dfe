/// Called by libFuzzer with bytes of its invention; whatever does not hold ends the process, which keeps them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(PropertyFailure) {
        try RecordProperty.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
