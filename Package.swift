// swift-tools-version: 6.2
import PackageDescription

/// Language features that every target shares; each makes an implicit habit explicit.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335: boxes are visible
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444: members come from what the file imports
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409: a dependency leaks only where it is said
    .enableExperimentalFeature("Lifetimes"),  // spans that cannot outlive their transaction
]

let package = Package(
    name: "accrue",
    products: [
        .library(
            name: "Accrue",
            targets: [
                "Accrue", "Projections", "EventLog", "Evidence", "EventCoding", "Rules", "Credit", "Transparency",
            ]
        ),
        .executable(name: "accrue", targets: ["AccrueCommand"]),
        .executable(name: "accrue-verify", targets: ["AccrueVerify"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The store's engine, as Debian ships it.
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "LMDB", dependencies: ["CLMDB"], swiftSettings: settings),
        // The hardware's CRC-32C instruction, which Swift cannot name.
        .target(name: "CRC32C"),
        .target(name: "Credit", swiftSettings: settings),
        .target(name: "Rules", dependencies: ["Credit"], swiftSettings: settings),
        .target(
            name: "EventCoding",
            dependencies: ["Credit", "Rules", "CRC32C", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "Transparency",
            dependencies: ["Credit", "EventCoding", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "Evidence",
            dependencies: ["Credit", "EventCoding", "Rules", "Transparency"],
            swiftSettings: settings
        ),
        .target(
            name: "EventLog",
            dependencies: ["LMDB", "Credit", "EventCoding", "Transparency"],
            swiftSettings: settings
        ),
        .target(
            name: "Interchange",
            dependencies: ["Credit", "EventCoding", "Rules", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),
        .target(
            name: "Projections",
            dependencies: ["Credit", "EventCoding", "EventLog", "LMDB", "Rules"],
            swiftSettings: settings
        ),
        .target(
            name: "Accrue",
            dependencies: ["Credit", "EventCoding", "EventLog", "Evidence", "Projections", "Rules", "Transparency"],
            swiftSettings: settings
        ),
        .target(
            name: "CommandOptions",
            dependencies: ["Transparency", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "AccrueCommand",
            dependencies: [
                "Accrue", "CommandOptions", "Credit", "EventCoding", "EventLog", "Evidence", "Interchange",
                "Projections", "Rules", "Transparency",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "AccrueVerify",
            dependencies: [
                "CommandOptions", "Credit", "EventCoding", "Evidence", "Transparency",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "AccrueTestKit",
            dependencies: ["Accrue", "Credit", "EventCoding", "EventLog", "LMDB", "Rules"],
            path: "Tests/AccrueTestKit",
            swiftSettings: settings
        ),
        .testTarget(
            name: "LMDBTests",
            dependencies: ["LMDB", "AccrueTestKit"],
            exclude: ["Refusals"],  // snippets that must not compile
            swiftSettings: settings
        ),
        .testTarget(
            name: "CreditTests",
            dependencies: ["Accrue", "Credit", "EventCoding", "AccrueTestKit"],
            swiftSettings: settings
        ),
        .testTarget(name: "RulesTests", dependencies: ["Rules", "Credit", "AccrueTestKit"], swiftSettings: settings),
        .testTarget(
            name: "EventCodingTests",
            dependencies: ["Accrue", "EventCoding", "Rules", "Credit", "AccrueTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TransparencyTests",
            dependencies: ["Accrue", "Transparency", "EventCoding"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EvidenceTests",
            dependencies: [
                "Evidence", "Accrue", "EventLog", "EventCoding", "Rules", "Credit", "Transparency", "AccrueTestKit",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Accrue", "Interchange", "Rules", "EventCoding", "Credit", "AccrueTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLogTests",
            dependencies: ["Accrue", "EventLog", "EventCoding", "Credit", "LMDB", "Transparency", "AccrueTestKit"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProjectionsTests",
            dependencies: [
                "Projections", "Accrue", "EventLog", "EventCoding", "Rules", "Credit", "LMDB", "AccrueTestKit",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AccrueTests",
            dependencies: [
                "Accrue", "EventLog", "EventCoding", "Rules", "Credit", "Transparency", "AccrueTestKit",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "AccrueCommand", "AccrueVerify", "Accrue", "Credit", "EventCoding", "EventLog", "LMDB", "Projections",
                "Transparency", "AccrueTestKit",
            ],
            swiftSettings: settings
        ),
    ]
)
