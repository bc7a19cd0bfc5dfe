internal import Credit
internal import Glibc
package import LMDB

/// The folder of a store: where its files are.
package struct StoreFolder: Sendable {
    /// Its path.
    package let path: String
    /// By which its files are read and written.
    package let files: Files

    /// The folder of a store; slashes behind its name are left out, as names are made of it.
    package init(path: String, faults: FaultPlan? = nil) {
        var path = path[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        self.init(String(path), Files(faults: faults))
    }

    private init(_ path: String, _ files: Files) {
        (self.path, self.files) = (path, files)
    }

    /// The LMDB environment of the log.
    var log: String { path + "/log" }
    /// The data file of the log.
    var data: String { log + "/data.mdb" }
    /// The sealed indices.
    var runs: String { path + "/runs" }
    /// The full tiles of the Merkle tree.
    var tree: String { path + "/tree" }
    /// Signed checkpoints.
    package var checkpoints: String { path + "/checkpoints" }
    /// Stored projections.
    package var projections: String { path + "/projections" }
    /// How far the log went when it was last sealed or closed.
    var head: String { path + "/head" }
    /// Locked by the one process that appends.
    var lock: String { path + "/writer.lock" }

    /// Removes what processes that are gone left of small files. What cannot be removed stays for another time.
    func removeAbandonedParts() {
        for folder in [path, tree, checkpoints, projections] {
            for part in (try? files.abandonedParts(in: folder)) ?? [] { try? files.remove(part) }
        }
    }

    /// Requires that there is a store that may be read.
    ///
    /// - Throws: ``Credit/ErrorCode/storeMissing``, or ``Credit/ErrorCode/storeDamaged`` where what lies around the data file
    ///   is there and the file is gone.
    func requireStore() throws(AccrueError) {
        do throws(AccrueError) {
            try files.requireReadable(data)
        } catch {
            guard error.code == .notFound else { throw error }
            for other in [head, runs, lock] {
                if try files.has(other) { throw AccrueError(.storeDamaged, "\(data) is gone") }
            }
            throw AccrueError(.storeMissing, path)
        }
    }

    /// Makes a folder beside this place, in which a store is made before it is moved here.
    ///
    /// Its name is of nobody else: another task of this process may make a store for the same place, and a process of the
    /// same number may have died over it.
    func makePart() throws(AccrueError) -> StoreFolder {
        for number in 1...Self.mostParts {
            let part = "\(path).part-\(getpid())\(number == 1 ? "" : "-\(number)")"
            do throws(AccrueError) {
                try files.makeFolder(part)
                return StoreFolder(part, files)
            } catch {
                guard error.code == .fileExists else { throw error }
            }
        }
        throw AccrueError(.fileExists, "\(path).part-\(getpid())-\(Self.mostParts)")
    }

    private static let mostParts = 1_000

    /// Stores beside this one that were begun to be made in its place by processes that are gone.
    func unfinishedStores() throws(AccrueError) -> [String] {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return try files.names(in: parent).compactMap { other in
            guard other.hasPrefix(name + ".part-"),
                let process = Int32(other.dropFirst(name.count + 6).prefix { $0 != "-" }), Files.isGone(process)
            else { return nil }
            return slash == nil ? other : parent + (parent == "/" ? "" : "/") + other
        }
    }
}
