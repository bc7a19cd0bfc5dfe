import Credit
import Rules
import Testing

/// Exact conversions and parts.
@Suite struct TranslationTests {
    @Test(
        arguments: [
            (.halfEven, 2, "0.01", "0"), (.halfEven, 2, "0.03", "0.02"), (.halfUp, 2, "0.01", "0.01"),
            (.down, 2, "0.03", "0.01"), (.halfEven, 0, "5", "2"), (.halfEven, 0, "7", "4"), (.halfUp, 0, "-5", "-3"),
            (.halfEven, 4, "120", "60"),
        ] as [(Conversion.Rounding, UInt8, String, String)]
    )
    func `two SCQF give one ECTS, rounded once`(
        rounding: Conversion.Rounding,
        decimals: UInt8,
        points: String,
        result: String
    ) throws {
        let conversion = Conversion(
            from: "SCQF",
            amount: try Points("2"),
            to: "ECTS",
            gives: try Points("1"),
            decimals: decimals,
            rounding: rounding
        )
        #expect(conversion.convert(try Points(points)) == (try Points(result)))
    }

    @Test func `a conversion neither divides by nothing nor overflows`() throws {
        let least = Points(rawValue: 1)
        #expect(Conversion(from: "a", amount: .zero, to: "b", gives: least).convert(.largest) == nil)
        let largest = Conversion(from: "a", amount: least, to: "b", gives: .largest)
        #expect(largest.convert(Points(rawValue: .max)) == nil)
    }

    @Test(arguments: [("2/3", "2/3"), ("50%", "1/2"), ("12.5 %", "1/8"), ("4/6", "2/3"), ("0%", "0/1"), ("1/1", "1/1")])
    func `a part is a fraction or a percentage`(text: String, written: String) throws {
        #expect(try Ratio(text).description == written)
    }

    @Test(arguments: ["", "2", "0.5", "3/2", "1/0", "-1/2", "1/-2", "+1/2", "1/2/3", "101%", "%", " %", "½", "1e1%"])
    func `what is no part of a whole is refused`(text: String) {
        #expect(throws: AccrueError(.ratioInvalid)) { try Ratio(text) }
    }

    @Test func `two thirds of 180 points are 120`() throws {
        #expect(try Ratio("2/3").of(Points("180")) == Points("120"))
        // At most a third of 140 is a little less than at least a third of it.
        #expect(try Ratio("1/3").of(Points("140")) == Points("46.6666"))
        #expect(try Ratio("1/3").of(Points("140"), roundedUp: true) == Points("46.6667"))
    }
}
