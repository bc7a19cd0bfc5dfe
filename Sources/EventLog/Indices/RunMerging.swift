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
            var least: (source: Int, rank: RunPiece.Rank)?
            for index in sources.indices {
                try sources[index].refill(table)
                guard !sources[index].isAtEnd else { continue }
                let rank = sources[index].piece.ranks[sources[index].index]
                if least.map({ rank < $0.rank }) ?? true { least = (index, rank) }
            }
            guard let least else { return }
            piece.append(sources[least.source].index, of: sources[least.source].piece)
            sources[least.source].index += 1
        }
    }
}
