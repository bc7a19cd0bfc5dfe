// The normal form is part of the standard library and of no interface that is stable yet.
@_spi(_Unicode) import Swift

extension String {
    /// True for a text in Unicode normal form C: texts that look the same and compare as the same are the same bytes then.
    var isComposed: Bool {
        // Below U+0300 nothing composes with anything (Unicode Standard Annex #15, quick check).
        unicodeScalars.allSatisfy { $0.value < 0x300 } || _nfc.elementsEqual(unicodeScalars)
    }
}
