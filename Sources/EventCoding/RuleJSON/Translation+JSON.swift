internal import Credit
internal import Rules

extension Equivalence {
    init?(_ reader: inout ObjectReader) {
        let sources = reader.identifiers("from", required: true)
        let sourceQualification = reader.identifier("fromQualification", required: false)
        let targets = reader.identifiers("to", required: true)
        let targetQualification = reader.identifier("toQualification", required: false)
        let partial = reader.word("partial", Partial.words, required: false)
        self.init(
            sources: sources,
            of: sourceQualification,
            targets: targets,
            of: targetQualification,
            partial: partial ?? .none
        )
    }

    var json: JSONValue {
        .present([
            "from": .array(sources.map { .string($0) }),
            "fromQualification": .text(sourceQualification),
            "partial": .string(Partial.words.word(of: partial)),
            "to": .array(targets.map { .string($0) }),
            "toQualification": .text(targetQualification),
        ])
    }
}

extension Conversion {
    init?(_ reader: inout ObjectReader) {
        let (source, amount) = (reader.identifier("from"), reader.points("amount"))
        let (target, gives) = (reader.identifier("to"), reader.points("gives"))
        let decimals = reader.integer("decimals", in: 0...4 as ClosedRange<UInt8>, required: false)
        let rounding = reader.word("rounding", Rounding.words, required: false)
        guard let source, let amount, let target, let gives else { return nil }
        self.init(
            from: source,
            amount: amount,
            to: target,
            gives: gives,
            decimals: decimals ?? 4,
            rounding: rounding ?? .halfEven
        )
    }

    var json: JSONValue {
        .object([
            "amount": .string("\(amount)"), "decimals": .integer(decimals), "from": .string(source),
            "gives": .string("\(gives)"), "rounding": .string(Rounding.words.word(of: rounding)),
            "to": .string(target),
        ])
    }
}

extension GradeDisplay {
    init?(_ reader: inout ObjectReader) {
        let (source, target) = (reader.identifier("from"), reader.identifier("to"))
        let grades = reader.objects("grades").compactMap { reader -> Entry? in
            var reader = reader
            let (grade, shown) = (reader.text("grade"), reader.text("shown"))
            reader.finish()
            guard let grade, let shown else { return nil }
            return Entry(grade: grade, shown: shown)
        }
        guard let source, let target else { return nil }
        self.init(from: source, to: target, grades: grades)
    }

    var json: JSONValue {
        let grades = grades.map { JSONValue.object(["grade": .string($0.grade), "shown": .string($0.shown)]) }
        return .object(["from": .string(source), "grades": .array(grades), "to": .string(target)])
    }
}
