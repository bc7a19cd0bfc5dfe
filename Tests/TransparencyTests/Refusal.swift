import Transparency

/// Why a body is refused, or nil where it is not.
func refusal(_ body: () throws -> Void) -> TransparencyError? {
    do {
        try body()
        return nil
    } catch {
        return error as? TransparencyError
    }
}

/// The same in one word.
func reason(_ body: () throws -> Void) -> TransparencyError.Reason? { refusal(body)?.reason }
