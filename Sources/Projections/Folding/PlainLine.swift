internal import Credit

/// A line of a plain fold; 0 stands for none.
struct PlainLine {
    var points = PlainFold.noPoints
    /// Of a surplus, the points before it that still count.
    var countedBefore: Int64 = 0
    var enrolment: UInt32
    /// The version of the unit by its number in the table, −1 where there is no unit.
    var version: Int32 = -1
    /// The unit's place in the table.
    var place: Int32 = -1
    var scheme: UInt32 = 0
    var decision: UInt32 = 0
    /// The line before it that counts and has the same code.
    var sameCode: Int32 = -1
    var unit: UInt16 = 0
    var bucket = Bucket.excluded
    var exclusion: Exclusion.Kind?

    /// Whether it counts, with points.
    var counts: Bool { bucket == .recognised && points != PlainFold.noPoints }
}

/// An enrolment of a plain fold.
struct PlainEnrolment {
    let position: UInt32
    let home: UInt32
    let qualification: UInt32
    let from: Int32
    var state = Enrolment.State.Kind.running
}
