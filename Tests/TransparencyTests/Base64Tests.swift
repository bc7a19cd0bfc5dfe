import Testing

@testable import Transparency

@Suite struct Base64Tests {
    @Test func `the examples of RFC 4648, section 10`() {
        let texts = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
        for (count, text) in texts.enumerated() {
            let bytes = Array("foobar".utf8.prefix(count))
            #expect(Base64.text(of: bytes) == text)
            #expect(Base64.bytes(from: text) == bytes)
        }
    }

    @Test func `all bytes of all lengths are read as they were written`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 251) }
            #expect(Base64.bytes(from: Base64.text(of: bytes)) == bytes)
        }
        #expect(Base64.text(of: [0xFB, 0xFF, 0xFE]) == "+//+")
    }

    @Test func `every text of four characters is read as one writes it, or not at all`() {
        // All that can end a text, and what other alphabets have.
        let characters = Array("AQghw+/=-_ \n.")
        for first in characters {
            for second in characters {
                for third in characters {
                    for fourth in characters {
                        let text = String([first, second, third, fourth])
                        if let bytes = Base64.bytes(from: text) { #expect(Base64.text(of: bytes) == text) }
                    }
                }
            }
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAAAA", "AA=", "AA==AA==", "A===", "====", "=AAA", "AA=A", "AB==", "AAB=", "AAA=AAAA",
        "AAA-", "AAA_", " AAA", "AAA\n", "AAAA\n", "AAAA\r\n", "AAÄ", "A\u{301}AA", "AA\u{212A}", "A\u{0}AA",
    ]) func `what is not Base64 is refused`(text: String) {
        #expect(Base64.bytes(from: text) == nil)
    }
}
