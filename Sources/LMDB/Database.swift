/// One key-value tree of an environment: a handle, valid as long as its environment is open.
///
/// A file with one tree uses the unnamed database. With several, the unnamed one holds their names and should hold
/// nothing else.
@frozen
public struct Database: Sendable, Hashable {
    @usableFromInline let index: UInt32
    /// The environment's ``Calls``; lets a transaction refuse the handle of another environment, which LMDB would
    /// take for one of its own.
    @usableFromInline let owner: ObjectIdentifier

    init(index: UInt32, owner: ObjectIdentifier) {
        self.index = index
        self.owner = owner
    }
}
