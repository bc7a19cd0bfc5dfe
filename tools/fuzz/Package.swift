// swift-tools-version: 6.2
import PackageDescription

/// An executable whose `main` is libFuzzer's, which calls `LLVMFuzzerTestOneInput`; `tools/fuzz/run` builds it so.
func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: [.product(name: "Accrue", package: "accrue")],
        swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]
    )
}

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "accrue", path: "../..")],
    targets: [fuzzer("FuzzRecord"), fuzzer("FuzzLines")]
)
