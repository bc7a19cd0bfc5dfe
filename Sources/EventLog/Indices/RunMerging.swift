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
        return try write(statement, keyCount: keyCount, in: folder, files) { (table, writer) throws(AccrueError) in
            var merging = Merging(runs, table)
            try merging.write(to: &writer)
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
        private var memory: [UInt8] = []

        init(_ run: Run, _ table: Run.Table) {
            (self.run, piece) = (run, RunPiece(table))
        }

        /// The next key.
        var rank: RunPiece.Rank { piece.ranks[index] }

        /// Up to where entries may be taken before another source has the next key; one at least.
        func end(before key: RunPiece.Rank?) -> Int {
            guard let key else { return piece.count }
            var end = index + 1
            while end < piece.count, piece.ranks[end] < key { end += 1 }
            return end
        }

        /// Reads on where the piece is used up; false at the end.
        mutating func refill(_ table: Run.Table) throws(AccrueError) -> Bool {
            while index == piece.count {
                guard let block = next else { return false }
                piece.removeAll()
                index = 0
                next = try run.read(table, from: block, into: &piece, &memory)
            }
            return true
        }
    }

    private let table: Run.Table
    /// Those that have a next key.
    private var sources: [Source]

    init(_ runs: [Run], _ table: Run.Table) {
        self.table = table
        sources = runs.map { Source($0, table) }
    }

    mutating func write(to writer: inout RunWriter) throws(AccrueError) {
        for index in sources.indices.reversed() { try refill(index) }
        while !sources.isEmpty {
            let (least, next) = leastAndNext
            let end = sources.span[least].end(before: next)
            try writer.append(sources.span[least].index..<end, of: sources.span[least].piece)
            sources[least].index = end
            try refill(least)
        }
    }

    /// Lets go of a source that is at its end.
    private mutating func refill(_ index: Int) throws(AccrueError) {
        if try !sources[index].refill(table) { sources.remove(at: index) }
    }

    /// The source with the least key, and the least key of all others.
    private var leastAndNext: (source: Int, next: RunPiece.Rank?) {
        // As a span, so that no source is copied to be looked at.
        let sources = sources.span
        var (least, first, next) = (0, sources[0].rank, RunPiece.Rank?.none)
        for index in 1..<sources.count {
            let rank = sources[index].rank
            if first < rank {
                if next.map({ rank < $0 }) ?? true { next = rank }
            } else {
                (least, first, next) = (index, rank, first)
            }
        }
        return (least, next)
    }
}
