import Credit
import Testing

@testable import AccrueCommand
@testable import EventLog

/// Whatever the doctor can see that is not fine, it says what to do about it.
@Suite struct ExaminationStepTests {
    private typealias Observation = StoreExamination.Observation

    private static let error = AccrueError(.inputOutput, "a file")
    private static let position = Position(rawValue: 7)
    private static let instant = Instant(rawValue: 1)

    /// One of each sort, one after the other: a switch, so that a new one cannot be forgotten here.
    private static func next(after observation: Observation?) -> [Observation] {
        switch observation {
        case nil: [.storeFound]
        case .storeFound: [.storeMissing]
        case .storeMissing: [.storeUnreadable(error)]
        case .storeUnreadable: [.writable]
        case .writable: [.readOnly]
        case .readOnly: [.localFileSystem]
        case .localFileSystem: [.networkFileSystem(error)]
        case .networkFileSystem: [.format(1)]
        case .format: [.formatNewer(error)]
        case .formatNewer: [.openHere(error)]
        case .openHere: [.noWriter]
        case .noWriter: [.writer(process: nil)]
        case .writer: [.readers(1, maximum: 2)]
        case .readers: [.deadReaders(1)]
        case .deadReaders: [.dataFile(bytes: 1)]
        case .dataFile: [.dataFileDamaged(error)]
        case .dataFileDamaged: [.freePagesDamaged(error)]
        case .freePagesDamaged: [.dataFileMissing]
        case .dataFileMissing: [.headMissing]
        case .headMissing: [.headLost]
        case .headLost: [.head(position)]
        case .head: [.headOfOtherLog]
        case .headOfOtherLog: [.headUnreadable(error)]
        case .headUnreadable: [.logShorter(end: position, held: position)]
        case .logShorter: [.logReplaced(position)]
        case .logReplaced: [.records(events: 1, learners: 1)]
        case .records: [.recordDamaged(error, at: position)]
        case .recordDamaged: [.moreDamaged(1)]
        case .moreDamaged: [.run(from: 1, to: 2)]
        case .run: [.runUnreadable(error)]
        case .runUnreadable: [.runOfOtherLog]
        case .runOfOtherLog: [.runOfOtherState(from: 1, to: 2)]
        case .runOfOtherState: [.runUnused(from: 1, to: 2)]
        case .runUnused: [.indexDiffers(error, at: nil)]
        case .indexDiffers: [.runsFolderMissing]
        case .runsFolderMissing: [.unsealed(1)]
        case .unsealed: [.runsMissing(1)]
        case .runsMissing: [.leftover]
        case .leftover: [.unfinished]
        case .unfinished: [.unfinishedStore]
        case .unfinishedStore: [.checkpoints(1, last: 1)]
        case .checkpoints: [.noCheckpoints]
        case .noCheckpoints: [.checkpointDamaged(error)]
        case .checkpointDamaged: [.checkpointDiverges(error)]
        case .checkpointDiverges: [.slot(1, learners: 1, position: position)]
        case .slot: [.slotUnfinished(1, error)]
        case .slotUnfinished: [.slotOutdated(1, error)]
        case .slotOutdated: [.slotDamaged(1, serves: true, error)]
        case .slotDamaged(let number, serves: true, let error): [.slotDamaged(number, serves: false, error)]
        case .slotDamaged(_, serves: false, _): [.pointerDamaged(error)]
        case .pointerDamaged: [.hidden(error)]
        case .hidden: [.unfinishedWork]
        case .unfinishedWork: [.strange]
        case .strange: [.diskSpace(free: 1, log: 1)]
        case .diskSpace: [.diskShort(free: 1, log: 1)]
        case .diskShort: [.clock(last: instant)]
        case .clock: [.clockBehind(now: instant, last: instant)]
        case .clockBehind: [.clockFar(now: instant, last: instant)]
        case .clockFar: []
        }
    }

    @Test func `each observation that is not fine has a step, and what is fine has none`() {
        var seen: [Observation] = []
        while let next = Self.next(after: seen.last).first { seen.append(next) }
        #expect(seen.count > 50)
        for observation in seen {
            let finding = StoreExamination.Finding(observation: observation, path: "a folder/file")
            let steps = finding.steps(store: "a folder")
            #expect(steps.isEmpty == (observation.severity == .fine), "\(observation)")
            for step in steps {
                // A command, and no path that a shell would take apart.
                #expect(!step.hasPrefix(" ") && !step.contains(" a folder"), "\(observation): \(step)")
            }
        }
    }
}
