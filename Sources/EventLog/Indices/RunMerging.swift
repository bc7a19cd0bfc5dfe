internal import Credit

extension Run {
    /// Merges runs that follow each other into one, without holding more than a piece of each in memory. O(*n*).
    static func merge(_ runs: [Run], in folder: String, _ files: Files) throws(AccrueError) -> Run {
        guard let first = runs.first, let last = runs.last else { throw AccrueError(.indexDiffers, "nothing to merge") }
        var statement = last.statement
        statement.from = first.statement.from
        var keyCount = 0
        for run in runs {
            for table in Table.allCases where table.isFiltered { keyCount += run.entryCount(of: table) }
        }
        var merging: Merging?
        return try write(statement, keyCount: keyCount, in: folder, files) {
            (table, piece) throws(AccrueError) in
            if merging?.table != table { merging = Merging(runs, table) }
            try merging?.fill(&piece)
        }
    }
}

/// The entries of one table of several runs, in the order of keys.
private struct Merging {
    private struct Source {
        let run: Run
        var piece: RunPiece
        var index = 0
        /// The block that is read next, nil after the last.
        var next: Int? = 0

        var isAtEnd: Bool { index == piece.count && next == nil }

        /// Up to where entries may be taken before another source has the next key; one at least.
        func end(before key: RunPiece.Rank?, atMost count: Int) -> Int {
            var end = index + 1
            let last = min(piece.count, index + count)
            while end < last, key.map({ piece.ranks[end] < $0 }) ?? true { end += 1 }
            return end
        }

        /// Reads on where the piece is used up.
        mutating func refill(_ table: Run.Table) throws(AccrueError) {
            guard index == piece.count, let block = next else { return }
            piece.removeAll()
            index = 0
            next = try run.read(table, from: block, into: &piece)
        }
    }

    let table: Run.Table
    private var sources: [Source]

    init(_ runs: [Run], _ table: Run.Table) {
        self.table = table
        sources = runs.map { Source(run: $0, piece: RunPiece(table)) }
    }

    mutating func fill(_ piece: inout RunPiece) throws(AccrueError) {
        while !piece.isFull {
            for index in sources.indices { try sources[index].refill(table) }
            guard let (least, next) = leastAndNext else { return }
            let end = sources.span[least].end(before: next, atMost: RunPiece.size - piece.count)
            piece.append(sources.span[least].index..<end, of: sources.span[least].piece)
            sources[least].index = end
        }
    }

    /// The source with the least key, and the least key of all others.
    private var leastAndNext: (source: Int, next: RunPiece.Rank?)? {
        // As a span, so that no source is copied to be looked at.
        let sources = sources.span
        var (least, first, next): (Int?, RunPiece.Rank?, RunPiece.Rank?) = (nil, nil, nil)
        for index in sources.indices where !sources[index].isAtEnd {
            let rank = sources[index].piece.ranks[sources[index].index]
            if let known = first, known < rank {
                if next.map({ rank < $0 }) ?? true { next = rank }
            } else {
                (least, first, next) = (index, rank, first)
            }
        }
        return least.map { ($0, next) }
    }
}
