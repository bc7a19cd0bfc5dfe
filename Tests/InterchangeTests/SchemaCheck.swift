import EventCoding

/// As much of JSON Schema as the published schemas use, to hold the fixtures to them.
struct SchemaCheck {
    let root: JSONValue

    /// The paths at which a value is not as the schema has it. In an untyped tree a text may be a number or truth value.
    func faults(of value: JSONValue, by schema: JSONValue? = nil, at path: String = "$") throws -> [String] {
        guard let schema = (schema ?? root).object else { return ["\(path): no schema"] }
        if let reference = schema["$ref"]?.string, let name = reference.split(separator: "/").last {
            return try faults(of: value, by: root.object?["$defs"]?.object?[String(name)], at: path)
        }
        var found: [String] = []
        if let types = schema["type"], !Self.matches(value, types) { found.append("\(path): type") }
        if let constant = schema["const"], constant != value { found.append("\(path): const") }
        if let words = schema["enum"]?.array, !words.contains(value) { found.append("\(path): enum") }
        if let pattern = schema["pattern"]?.string, let text = value.string,
            try Regex(pattern).wholeMatch(in: text) == nil
        {
            found.append("\(path): \(text) is not \(pattern)")
        }
        for required in schema["required"]?.array ?? [] where value.object?[required.string ?? ""] == nil {
            found.append("\(path): \(required.string ?? "") is missing")
        }
        if let options = schema["oneOf"]?.array {
            let matching = try options.count { try faults(of: value, by: $0, at: path).isEmpty }
            if matching != 1 { found.append("\(path): \(matching) of oneOf") }
        }
        for (index, element) in (value.array ?? []).enumerated() where schema["items"] != nil {
            found += try faults(of: element, by: schema["items"], at: "\(path)[\(index)]")
        }
        guard let properties = schema["properties"]?.object else { return found }
        for member in value.object?.members ?? [] {
            if let property = properties[member.key] {
                found += try faults(of: member.value, by: property, at: "\(path).\(member.key)")
            } else if schema["additionalProperties"] == .bool(false) {
                found.append("\(path).\(member.key): unknown")
            }
        }
        return found
    }

    private static func matches(_ value: JSONValue, _ types: JSONValue) -> Bool {
        (types.array ?? [types]).contains { type in
            switch (type, value) {
            case ("integer", .string(let text)), ("number", .string(let text)): Int(text) != nil
            case ("integer", .number), ("boolean", .string("true")), ("boolean", .string("false")): true
            default: type.string == value.typeName
            }
        }
    }
}
