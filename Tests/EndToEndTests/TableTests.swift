import Testing

@testable import AccrueCommand

struct TableTests {
    @Test func `columns are aligned and no line ends in a space`() {
        var table = Table([.text("Unit"), .number("Points"), .text("Note")])
        table.append(["Algebra", "7.5", ""])
        table.append(["Law", "12", "re-sit"])
        table.append([])
        #expect(
            table.rendered() == """
                Unit     Points  Note
                Algebra     7.5
                Law          12  re-sit


                """
        )
    }

    @Test(
        arguments: [
            ("Žiga Čebašek", 12), ("Z\u{30C}iga C\u{30C}ebas\u{30C}ek", 12), ("Ääkkönen", 8),
            ("A\u{308}a\u{308}kkönen", 8),
            ("東京", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ﾃｽﾄ", 3), ("Ａ", 2), ("🎓", 2), ("👩‍🎓", 2), ("🇸🇮", 2),
            ("❤", 1), ("❤\u{FE0F}", 2), ("naïve", 5), ("a\u{200B}b", 2), ("", 0), ("–…·", 3),
        ]
    )
    func `width is counted in columns of the terminal`(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test func `names in either spelling and of any script keep the columns straight`() {
        var table = Table([.text("Name"), .number("ECTS")])
        let names = ["Živa", "Z\u{30C}iva", "Yrjö", "李明", "Ann 🎓"]
        for name in names { table.append([name, "60"]) }
        let starts = table.rendered().split(separator: "\n").dropFirst()
            .map { $0.prefix { $0 != "6" }.displayWidth }
        #expect(starts == Array(repeating: 10, count: names.count))
    }

    @Test func `a terminal too narrow cuts the widest column that may be cut, and only it`() {
        var table = Table([.text("Id"), .text("Institution", shrinks: true), .number("Points")])
        table.append(["01234567", "Univerza v Ljubljani", "60"])
        table.append(["89abcdef", "東京大学東京大学", "7.5"])
        let lines = table.rendered(width: 30).split(separator: "\n")
        #expect(lines.map(\.displayWidth) == [30, 30, 30])
        #expect(lines[1] == "01234567  Univerza v…       60")
        #expect(lines[2] == "89abcdef  東京大学東…      7.5")
        #expect(table.rendered(width: 10).contains("01234567  Univerz…"))
    }

    @Test func `a table is never cut where there is no terminal`() {
        var table = Table([.text("Title", shrinks: true)])
        let title = String(repeating: "long ", count: 100) + "title"
        table.append([title])
        #expect(table.rendered().contains(title))
    }

    @Test func `a name cannot break a row, move the cursor or turn the direction of the line`() {
        var table = Table([.text("Name"), .number("ECTS")])
        table.append(["a\u{1B}[2Jb\nc\td\u{202E}e\u{7F}", "1"])
        let lines = table.rendered().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[1] == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}e\u{FFFD}     1")
    }

    @Test func `emphasis marks headings and rows without moving a column`() {
        var table = Table([.text("Unit"), .number("Points")])
        table.append(["Algebra", "7.5"], .dim)
        table.appendRule()
        table.append(["Sum", "7.5"])
        let style = Style.fitting(terminal: true, environment: ["TERM": "xterm"])
        #expect(
            table.rendered(style: style) == """
                \u{1B}[1mUnit     Points\u{1B}[0m
                \u{1B}[2mAlgebra     7.5\u{1B}[0m
                \u{1B}[2m───────────────\u{1B}[0m
                Sum         7.5

                """
        )
    }

    @Test(
        arguments: [
            (true, ["TERM": "xterm"], true), (true, [:], true), (true, ["NO_COLOR": ""], true),
            (true, ["NO_COLOR": "1"], false), (true, ["TERM": "dumb"], false), (false, ["TERM": "xterm"], false),
        ] as [(Bool, [String: String], Bool)]
    )
    func `emphasis is for terminals that understand it and readers who want it`(
        terminal: Bool,
        environment: [String: String],
        marked: Bool
    ) {
        let style = Style.fitting(terminal: terminal, environment: environment)
        #expect((style("no", .bad) != "no") == marked)
    }
}
