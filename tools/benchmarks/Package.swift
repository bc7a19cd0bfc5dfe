// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "accrue", path: "../..")],
    targets: [
        // What is measured against: the same work in C on the same liblmdb.
        .target(name: "CFloor", linkerSettings: [.linkedLibrary("lmdb")]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CFloor", .product(name: "Accrue", package: "accrue"),
                // Built beside it, and run.
                .product(name: "accrue", package: "accrue"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
