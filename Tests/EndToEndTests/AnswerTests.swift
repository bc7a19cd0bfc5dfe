import EventCoding
import Testing

@testable import AccrueCommand

struct AnswerTests {
    @Test func `a number that not every reader takes exactly is text in an answer, and nothing is left out`() {
        let greatest = UInt64(1) << 53 - 1
        let document = JSONValue.object([
            "sizes": .array([.integer(greatest), .integer(greatest + 1), .integer(UInt64.max), .number(text: "1.5")]),
            "state": .object(["lowest": .integer(Int64.min), "word": "ä", "none": .null, "yes": .bool(true)]),
        ])
        let sizes = #""sizes":[9007199254740991,"9007199254740992","18446744073709551615","1.5"]"#
        let state = #""state":{"lowest":"-9223372036854775808","none":null,"word":"ä","yes":true}"#
        #expect(document.line == "{\(sizes),\(state)}\n")
        #expect(JSONValue.object(["size": .integer(7)]).line == "{\"size\":7}\n")
    }
}
