import Accrue
import Foundation
import Synchronization

/// Flips bits of stores' files, and cuts them at each page, small ones at each sector: the answers are the same as before, or
/// an error that says what is damaged; and so they are after more was appended.
///
/// Of a very small store each bit is flipped in turn. Of larger ones, of which the writer was closed or killed, of a backup, and
/// of slots and checkpoints, as many as there is time for.
struct BitFlips {
    private static let perProcess = 200
    /// Files up to this size are cut at each sector, too.
    private static let smallFile = 16_384

    let folder: String
    let seed: UInt64

    /// What came of it.
    struct Outcome {
        /// Damages of the very small store, and of all of them how many were looked at.
        var smallDone = 0
        var small = 0
        /// The same of the other stores.
        var othersDone = 0
        var others = 0
        var moments = Moments()
    }

    /// What can be damaged of a store: every bit of every file, and the sizes to which these may be cut.
    private struct Damages {
        let kind: FlippedStore.Kind
        let store: String
        private var files: [(name: String, bits: Int)] = []
        /// How many bits there are.
        private var bits = 0
        private(set) var cuts: [String] = []

        init(_ kind: FlippedStore.Kind, of store: String) throws {
            (self.kind, self.store) = (kind, store)
            for file in FileManager.default.enumerator(atPath: store)?.compactMap({ $0 as? String }).sorted() ?? []
            where kind.holds(file) {
                let attributes = try FileManager.default.attributesOfItem(atPath: store + "/" + file)
                guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
                else {
                    continue
                }
                files.append((file, 8 * size))
                bits += 8 * size
                let step = size <= BitFlips.smallFile ? 512 : 4_096
                cuts += stride(from: 0, to: size, by: step).map { "\(file):\(-$0 - 1)" }
            }
        }

        var count: Int { bits + cuts.count }

        /// The damage of a number: first cuts, then bits.
        subscript(number: Int) -> String {
            if number < cuts.count { return cuts[number] }
            var bit = number - cuts.count
            for file in files {
                if bit < file.bits { return "\(file.name):\(bit)" }
                bit -= file.bits
            }
            return cuts[0]
        }
    }

    /// Damages of one store that are looked at together.
    private struct Share {
        let kind: FlippedStore.Kind
        let store: String
        let damages: [String]
    }

    /// What is looked at next.
    private final class Queue: Sendable {
        private struct State {
            var random: SeededRandom
            /// The numbers of the small store's damages that are left.
            var small: [Int]
            /// Of each other store, how many shares were taken.
            var rounds: [Int]
            var taken = 0
        }

        private let small: Damages
        private let others: [Damages]
        private let state: Mutex<State>

        init(_ small: Damages, _ others: [Damages], _ seed: UInt64) {
            var random = SeededRandom(seed: seed)
            let numbers = (0..<small.count).shuffled(using: &random)
            (self.small, self.others) = (small, others)
            state = Mutex(State(random: random, small: numbers, rounds: others.map { _ in 0 }))
        }

        /// How many damages were taken.
        var taken: Int { state.withLock { $0.taken } }

        /// The next share of the small store, or of others: of these all cuts, then bits as chance has it.
        func take(ofSmall: Bool) -> Share {
            state.withLock { state in
                let next: (Damages, [Int])
                if ofSmall, !state.small.isEmpty {
                    next = (small, state.small.suffix(BitFlips.perProcess))
                    state.small.removeLast(next.1.count)
                } else {
                    let index = state.rounds.indices.min { state.rounds[$0] < state.rounds[$1] } ?? 0
                    let (damages, start) = (others[index], state.rounds[index] * BitFlips.perProcess)
                    state.rounds[index] += 1
                    let cuts = Array((0..<damages.cuts.count).dropFirst(start).prefix(BitFlips.perProcess))
                    let bits = (cuts.count..<BitFlips.perProcess).map { _ in
                        damages.cuts.count + Int(state.random.next() % UInt64(damages.count - damages.cuts.count))
                    }
                    next = (damages, cuts + bits)
                }
                state.taken += next.1.count
                return Share(kind: next.0.kind, store: next.0.store, damages: next.1.map { next.0[$0] })
            }
        }
    }

    func run(_ progress: Progress, until isOver: @escaping @Sendable (Int) -> Bool) async throws -> Outcome {
        let stores = try await FlippedStore.make(in: folder, seed).map { try Damages($0.kind, of: $0.store) }
        guard let small = stores.first(where: { $0.kind == .small }) else { throw Finding("no small store") }
        let others = stores.filter { $0.kind != .small }
        let queue = Queue(small, others, seed)
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            // One goes through the small store; one does every other share of it, and the others in between.
            for lane in 0...1 {
                group.addTask {
                    var (found, round) = (Outcome(), 0)
                    while !Task.isCancelled, !isOver(queue.taken) {
                        round += 1
                        let share = queue.take(ofSmall: lane == 0 || round % 2 == 0)
                        try examine(share, lane, &found.moments)
                        if share.kind == .small {
                            found.smallDone += share.damages.count
                        } else {
                            found.othersDone += share.damages.count
                        }
                        if lane == 0 { progress.advance("flips", found.smallDone) }
                    }
                    return found
                }
            }
            var all = Outcome(small: small.count, others: others.reduce(0) { $0 + $1.count })
            for try await found in group {
                all.smallDone += found.smallDone
                all.othersDone += found.othersDone
                all.moments.take(found.moments)
            }
            return all
        }
    }

    /// Lets another process open damaged copies, as a fault inside the map ends it; then one more does the rest.
    private func examine(_ share: Share, _ lane: Int, _ moments: inout Moments) throws {
        var rest = share.damages[...]
        while !rest.isEmpty {
            let process = Process()
            let pipe = Pipe()
            let copy = "\(folder)/flipped-\(lane)"
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            process.arguments = ["flipped", share.kind.rawValue, share.store, copy] + rest
            process.standardOutput = pipe
            try process.run()
            let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            let lines = output.split(separator: "\n")
            if let wrong = lines.first(where: { $0.hasPrefix("WRONG") }) {
                throw Finding("\(share.kind.rawValue), seed \(seed): \(wrong) [\(share.store)]")
            }
            for line in lines { moments.take("\(share.kind.rawValue): \(line)") }
            rest = rest.dropFirst(lines.count)
            guard let next = rest.first else { break }
            guard process.terminationReason == .exit, process.terminationStatus == 7 else {
                let how = process.terminationReason == .exit ? "with" : "by signal"
                throw Finding("\(next): ended \(how) \(process.terminationStatus) [\(share.store)]")
            }
            moments.take("\(share.kind.rawValue): ended inside the map")
            rest = rest.dropFirst()
        }
    }
}
