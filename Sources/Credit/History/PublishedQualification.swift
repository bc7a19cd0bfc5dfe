/// A qualification version in the registry, with what is often asked of it at hand.
///
/// It is shared and never copied: every credit asks its version for a unit.
@dynamicMemberLookup
public final class PublishedQualification: Sendable {
    /// The event that published it.
    public let position: Position
    /// The version as it was published.
    public let document: Qualification
    /// The scheme of its points: the event that introduced it.
    public let schemePosition: Position?

    private let numbers: [String: UInt16]
    /// For each unit, by number, its parts.
    private let parts: [[UInt16]]
    /// Whether a unit is a part of another.
    let hasParts: Bool

    init(_ document: Qualification, at position: Position, scheme: Position?) {
        self.position = position
        self.document = document
        schemePosition = scheme
        let numbers = Dictionary(document.units.enumerated().map { ($1.code, UInt16($0 + 1)) }) { first, _ in first }
        var parts = Array(repeating: [UInt16](), count: document.units.count)
        for (index, unit) in document.units.enumerated() {
            if let whole = unit.parent.flatMap({ numbers[$0] }) { parts[Int(whole) - 1].append(UInt16(index + 1)) }
        }
        self.numbers = numbers
        self.parts = parts
        hasParts = parts.contains { !$0.isEmpty }
    }

    /// A field of the document.
    @inlinable
    public subscript<Value>(dynamicMember field: KeyPath<Qualification, Value>) -> Value { document[keyPath: field] }

    /// Its units, numbered from 1 in this order.
    var units: [Unit] { document.units }

    /// The unit of this number, or nil.
    public func unit(_ number: UInt16) -> Unit? { document.unit(number) }

    /// The id of the group or slot of this number, or nil.
    public func group(_ number: UInt16) -> String? { document.group(number) }

    /// The number of the unit with this code, or nil.
    public func number(ofUnit code: String) -> UInt16? { numbers[code] }

    /// The unit of this number as a line refers to it, or nil.
    func reference(to number: UInt16) -> CreditLine.UnitReference? {
        number > 0 && Int(number) <= units.count ? CreditLine.UnitReference(version: self, number: number) : nil
    }

    /// The units that are parts of the unit of this number, which the version has.
    func parts(of number: UInt16) -> [UInt16] { parts[Int(number) - 1] }

    /// The code of the unit of which the unit of this number is a part, or nil. The version has the unit.
    func parent(of number: UInt16) -> String? { units[Int(number) - 1].parent }

    /// The codes of the units of which the unit with this code is a part, the nearest first.
    public func wholes(of code: String) -> [String] {
        // Documents have no cycles: they were judged when they were published.
        Array(sequence(first: code) { self.number(ofUnit: $0).flatMap(self.parent) }.dropFirst())
    }

    /// For how many months the credit of the unit of this number holds, or nil for ever. The version has the unit.
    func validMonths(of number: UInt16) -> UInt16? { units[Int(number) - 1].validMonths }
}
