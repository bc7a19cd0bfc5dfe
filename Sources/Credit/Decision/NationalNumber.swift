/// True if an identifier looks like a national identity number: a Slovenian EMŠO or a Finnish henkilötunnus, with a
/// date that exists and the right check digit.
func isNationalNumber(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return isSlovenianNumber(bytes) || isFinnishNumber(bytes)
}

/// DDMMYYYRRBBBK: birth date with three digits of the year, register, serial number, check digit modulo 11
/// (Zakon o centralnem registru prebivalstva, Article 9 and the regulation on the EMŠO).
private func isSlovenianNumber(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 13, let digits = digits(bytes) else { return false }
    let year = number(digits[4..<7])
    guard isBirthday(digits, year: year + (year >= 800 ? 1_000 : 2_000)) else { return false }
    let sum = zip([7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], digits).reduce(0) { $0 + $1.0 * $1.1 }
    let check = (11 - sum % 11) % 11
    return check == digits[12]
}

/// DDMMYYCZZZQ: birth date, sign of the century, serial number, check character modulo 31
/// (Valtioneuvoston asetus väestötietojärjestelmästä 128/2010, 2 §, with the signs added in 2023).
private func isFinnishNumber(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 11, let birth = digits(bytes[0..<6]), let serial = digits(bytes[7..<10]) else { return false }
    let century: Int
    switch Character(Unicode.Scalar(bytes[6])).uppercased() {
    case "+": century = 1_800
    case "-", "Y", "X", "W", "V", "U": century = 1_900
    case "A", "B", "C", "D", "E", "F": century = 2_000
    default: return false
    }
    guard isBirthday(birth, year: century + number(birth[4..<6])) else { return false }
    let characters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")
    let check = characters[(number(birth[...]) * 1_000 + number(serial[...])) % 31]
    return Character(Unicode.Scalar(bytes[10])).uppercased() == String(check)
}

private func digits(_ bytes: some Sequence<UInt8>) -> [Int]? {
    var digits: [Int] = []
    for byte in bytes {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        digits.append(Int(byte - UInt8(ascii: "0")))
    }
    return digits
}

private func number(_ digits: ArraySlice<Int>) -> Int { digits.reduce(0) { $0 * 10 + $1 } }

private func isBirthday(_ digits: [Int], year: Int) -> Bool {
    CivilDate(year: year, month: number(digits[2..<4]), day: number(digits[0..<2])) != nil
}
