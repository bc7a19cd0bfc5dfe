/// What did not hold of an input that any bytes may be.
///
/// The properties are checked by ordinary tests on kept inputs, and by the fuzzers of `tools/fuzz` on new ones, which
/// link these files; so they know no test library.
struct PropertyFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Requires that something holds.
    static func require(_ holds: Bool, _ description: @autoclosure () -> String) throws(PropertyFailure) {
        if !holds { throw PropertyFailure(description()) }
    }
}
