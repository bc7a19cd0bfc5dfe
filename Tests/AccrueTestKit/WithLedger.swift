public import Accrue
public import EventLog

/// Gives `body` a ledger over a new store in a temporary folder.
public func withLedger(_ body: (Ledger<LMDBEventLog>) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var options = StoreOptions()
    options.mapSize = 64 << 20
    try LMDBEventLog.create(at: folder["store"], options: options)
    let log = try LMDBEventLog(path: folder["store"], options: options)
    try await body(Ledger(log))
    try log.close()
}
