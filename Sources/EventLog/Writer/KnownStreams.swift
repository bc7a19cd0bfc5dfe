internal import Credit

/// The streams of learners that were met lately, found by their introductions.
struct KnownStreams {
    /// A learner's stream, pending events included.
    struct Stream {
        var number: UInt32
        var version: UInt32
    }

    /// So many are remembered before all are let go.
    private static let most = 1 << 20

    private var streams: [Stream] = []
    /// Where the stream of an introduction stands in ``streams``, counted from 1.
    private var table = PositionTable()

    /// The stream, or nil where it was not met lately. Stream 0 is that of no introduction.
    subscript(introduction: Position) -> Stream? {
        table[slot(of: introduction)].map { streams[Int($0) - 1] }
    }

    /// The stream with one more event, or nil where it was not met lately.
    mutating func advance(_ introduction: Position) -> Stream? {
        guard let known = table[slot(of: introduction)] else { return nil }
        streams[Int(known) - 1].version += 1
        return streams[Int(known) - 1]
    }

    /// Takes in a stream that was not met.
    mutating func insert(_ stream: Stream, _ introduction: Position) {
        if streams.count >= Self.most { removeAll() }
        streams.append(stream)
        table.put(UInt32(streams.count), Self.hash(introduction), in: slot(of: introduction))
    }

    /// Something that lies where the stream of an introduction is looked for.
    func glance(at introduction: Position) -> UInt64 { table.glance(at: Self.hash(introduction)) }

    mutating func removeAll() {
        streams.removeAll(keepingCapacity: true)
        table = PositionTable()
    }

    private func slot(of introduction: Position) -> Int {
        // No two introductions have one hash.
        table.slot(of: Self.hash(introduction)) { _ in true }
    }

    /// One to one, as the factor is odd.
    private static func hash(_ introduction: Position) -> UInt32 { introduction.rawValue &* 0x9E37_79B1 }
}
