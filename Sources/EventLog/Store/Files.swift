package import Credit
internal import Glibc
package import LMDB

/// The one funnel through which a store calls the operating system for its own files, as LMDB is called through another.
///
/// Here, and only here, a test can make a chosen call fail (``LMDB/FaultPlan``). Errors name the call and the path.
package struct Files: Sendable {
    private let faults: FaultPlan?
    /// Who may read what is made, where the process's own mask lets them: its group, as LMDB has it, or everyone.
    private let mode: (file: mode_t, folder: mode_t)

    /// - Parameters:
    ///   - faults: Makes chosen calls fail, in tests.
    ///   - arePublic: Whether what is made is for everyone; otherwise it is for the owner and the group to read.
    package init(faults: FaultPlan? = nil, arePublic: Bool = false) {
        self.faults = faults
        mode = arePublic ? (0o666, 0o777) : (0o640, 0o750)
    }

    /// Makes a call that gives −1 and `errno` on failure.
    @discardableResult
    func make(_ call: Call, _ path: String, _ body: () -> Int) throws(AccrueError) -> Int {
        let (result, code) = faults.system(call, body)
        guard code == 0 else { throw AccrueError(file: path, errno: code, during: call.rawValue) }
        return result
    }

    // MARK: Looking

    /// Whether there is a file or folder.
    package func has(_ path: String) throws(AccrueError) -> Bool {
        try answer(no: [.notFound]) { () throws(AccrueError) in
            try make(.fileAccess, path) { Int(access(path, F_OK)) }
        }
    }

    /// Whether there is a file or folder that this process may write to.
    func mayWrite(_ path: String) throws(AccrueError) -> Bool {
        try answer(no: [.notFound, .notPermitted]) { () throws(AccrueError) in
            try make(.fileAccess, path) { Int(access(path, W_OK)) }
        }
    }

    /// Whether there is a folder.
    func isFolder(_ path: String) throws(AccrueError) -> Bool {
        try answer(no: [.notFound]) { () throws(AccrueError) in _ = try open(path, O_RDONLY | O_DIRECTORY) }
    }

    /// Whether a call succeeds, where some errors are a no. What the system refuses otherwise is none.
    private func answer<Result>(
        no: [ErrorCode],
        _ call: () throws(AccrueError) -> Result
    ) throws(AccrueError) -> Bool {
        do throws(AccrueError) {
            _ = try call()
            return true
        } catch {
            guard no.contains(error.code) else { throw error }
            return false
        }
    }

    /// Requires that there is a file that may be read.
    func requireReadable(_ path: String) throws(AccrueError) {
        try make(.fileAccess, path) { Int(access(path, R_OK)) }
    }

    /// The names in a folder, sorted; none where there is no folder.
    package func names(in folder: String) throws(AccrueError) -> [String] {
        var names: [String] = []
        do throws(AccrueError) {
            try make(.folderRead, folder) {
                names = []
                guard let directory = opendir(folder) else { return -1 }
                defer { closedir(directory) }
                errno = 0
                while let entry = readdir(directory) {
                    let name = withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    }
                    if name != "." && name != ".." { names.append(name) }
                }
                return errno == 0 ? 0 : -1
            }
        } catch {
            if error.code != .notFound { throw error }
        }
        return names.sorted()
    }

    /// How many bytes may still be written where a path lies; nil where the system does not say.
    func freeBytes(_ path: String) -> Int? {
        var status = statvfs()
        guard (try? make(.fileSystemStatus, path) { Int(statvfs(path, &status)) }) != nil else { return nil }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        )
    }

    /// The content of a small file, or nil where there is none.
    package func content(of file: String) throws(AccrueError) -> [UInt8]? {
        do throws(AccrueError) {
            return try open(file, O_RDONLY).content()
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    // MARK: Opening

    /// Opens a file, which is closed when it is let go of.
    func open(_ path: String, _ flags: Int32) throws(AccrueError) -> OpenFile {
        var descriptor: Int32 = -1
        do throws(AccrueError) {
            try make(.fileOpen, path) {
                descriptor = Glibc.open(path, flags | O_CLOEXEC, mode.file)
                return Int(descriptor)
            }
        } catch {
            if descriptor >= 0 { Glibc.close(descriptor) }
            throw error
        }
        return OpenFile(path, descriptor, self)
    }

    // MARK: Making

    /// Makes a folder in one that is there, durably.
    package func makeFolder(_ folder: String) throws(AccrueError) {
        try make(.folderMake, folder) { Int(mkdir(folder, mode.folder)) }
        do throws(AccrueError) {
            try sync(Self.parent(of: folder))
        } catch {
            try? remove(folder)
            throw error
        }
    }

    /// Makes a folder where there is none.
    package func makeFolderIfMissing(_ folder: String) throws(AccrueError) {
        if try !has(folder) { try makeFolder(folder) }
    }

    /// Makes a folder and those in which it lies, as far as there are none.
    package func makeFolders(_ folder: String) throws(AccrueError) {
        guard !folder.isEmpty, try !has(folder) else { return }
        try makeFolders(folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "")
        try makeFolder(folder)
    }

    /// Makes the entries of a folder durable.
    package func sync(_ folder: String) throws(AccrueError) {
        try open(folder, O_RDONLY).sync()
    }

    /// Gives a finished file or folder its final name, durably.
    package func move(_ from: String, to: String) throws(AccrueError) {
        try make(.fileRename, to) { Int(rename(from, to)) }
        try sync(Self.parent(of: to))
    }

    /// The folder that a path names something in.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Writes a small file whole: either the old content is there, or the new.
    ///
    /// - Parameter durably: Whether it must outlast a power cut; a file that can be made again need not.
    package func replace(_ file: String, with bytes: [UInt8], durably: Bool = true) throws(AccrueError) {
        // Of this process alone: two may replace one file at a time.
        let part = "\(file).\(getpid())\(Self.partSuffix)"
        do throws(AccrueError) {
            let output = try open(part, O_WRONLY | O_CREAT | O_TRUNC)
            try output.write(bytes, at: 0)
            if durably {
                try output.sync()
                try move(part, to: file)
            } else {
                try make(.fileRename, file) { Int(rename(part, file)) }
            }
        } catch {
            try? remove(part)
            throw error
        }
    }

    private static let partSuffix = ".part"

    /// The files in a folder that processes which are gone began to write whole, and never finished.
    func abandonedParts(in folder: String) throws(AccrueError) -> [String] {
        try names(in: folder).compactMap { name in
            guard name.hasSuffix(Self.partSuffix) else { return nil }
            let process = name.dropLast(Self.partSuffix.utf8.count).split(separator: ".").last.flatMap { Int32($0) }
            return process.map(Self.isGone) ?? false ? folder + "/" + name : nil
        }
    }

    /// Whether there is no process of that number, as far as can be seen.
    static func isGone(_ process: Int32) -> Bool { process > 0 && kill(process, 0) != 0 && errno == ESRCH }

    /// Copies a file to where none is, durably.
    func copy(_ from: String, to: String) throws(AccrueError) {
        let source = try open(from, O_RDONLY)
        let target = try open(to, O_WRONLY | O_CREAT | O_EXCL)
        try source.copy(to: target)
        try target.sync()
    }

    /// Removes a file, or a folder with all that is in it; nothing where nothing is.
    package func remove(_ path: String) throws(AccrueError) {
        do throws(AccrueError) {
            var isFolder = false
            try make(.fileRemove, path) {
                let code = unlink(path)
                isFolder = code != 0 && errno == EISDIR
                return Int(isFolder ? 0 : code)
            }
            guard isFolder else { return }
            for name in try names(in: path) { try remove(path + "/" + name) }
            try make(.folderRemove, path) { Int(rmdir(path)) }
        } catch {
            if error.code != .notFound { throw error }
        }
    }
}
