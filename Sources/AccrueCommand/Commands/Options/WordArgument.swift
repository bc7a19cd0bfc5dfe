internal import Credit
internal import EventCoding

/// The case whose word an argument is.
func word<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
where Value.RawValue == String {
    if let value = Value(rawValue: text) { return value }
    let suggestion = NearestName.suggestion(for: text, among: Value.allCases.map(\.rawValue))
    throw AccrueError(.valueUnknown, "\(text)\(suggestion)")
}
