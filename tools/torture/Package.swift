// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "torture",
    products: [.library(name: "Recorder", type: .dynamic, targets: ["Recorder"])],
    dependencies: [.package(name: "accrue", path: "../..")],
    targets: [
        // Loaded before libc, so that every write of a store is noted in its order.
        .target(name: "Recorder", linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("pthread")]),
        .executableTarget(
            name: "Torture",
            dependencies: [.product(name: "Accrue", package: "accrue")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
