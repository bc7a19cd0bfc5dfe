/// File systems whose locks or shared maps cannot carry a store, by the number `statfs` gives.
enum FileSystemKind {
    private static let networks: [UInt32: String] = [
        0x0000_6969: "NFS", 0x0000_517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x6573_5546: "FUSE",
        0x5346_414F: "AFS", 0x0102_1997: "9P", 0x00C3_6400: "Ceph", 0x0000_564C: "NCP", 0x7375_7245: "Coda",
        0x7461_636F: "OCFS2", 0x0116_1970: "GFS2", 0x0BD0_0BD0: "Lustre",
    ]

    /// The network file system's name, or nil when the number is not that of one.
    static func network(_ kind: UInt32) -> String? {
        networks[kind]
    }
}
