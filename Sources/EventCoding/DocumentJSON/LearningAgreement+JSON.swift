internal import Credit

extension LearningAgreement {
    init?(_ reader: inout ObjectReader) {
        let version = reader.integer("version", in: 1...UInt16.max)
        let (memorandum, host) = (reader.identifier("memorandum"), reader.identifier("host"))
        let (from, until) = (reader.date("from"), reader.date("until"))
        let units = reader.objects("units").compactMap { reader in
            var reader = reader
            return PlannedUnit(&reader)
        }
        var signatures = Signatures(home: nil, host: nil, learner: nil)
        if var reader = reader.object("signatures") {
            signatures.home = reader.date("home", required: false)
            signatures.host = reader.date("host", required: false)
            signatures.learner = reader.date("learner", required: false)
            reader.finish()
        }
        guard let version, let memorandum, let host, let from, let until else { return nil }
        self.init(
            version: version,
            memorandum: memorandum,
            host: host,
            from: from,
            until: until,
            units: units,
            signatures: signatures
        )
    }

    var json: JSONValue {
        let signed = JSONValue.present([
            "home": .text(signatures.home), "host": .text(signatures.host), "learner": .text(signatures.learner),
        ])
        return .object([
            "from": .string("\(from)"),
            "host": .string(host),
            "memorandum": .string(memorandum),
            "signatures": signed,
            "units": .array(units.map(\.json)),
            "until": .string("\(until)"),
            "version": .integer(version),
        ])
    }
}

extension LearningAgreement.PlannedUnit {
    fileprivate init?(_ reader: inout ObjectReader) {
        let hostQualification = reader.identifier("hostQualification")
        let (hostUnit, homeUnit) = (reader.identifier("hostUnit"), reader.identifier("homeUnit"))
        reader.finish()
        guard let hostQualification, let hostUnit, let homeUnit else { return nil }
        self.init(hostQualification: hostQualification, hostUnit: hostUnit, homeUnit: homeUnit)
    }

    fileprivate var json: JSONValue {
        .object([
            "homeUnit": .string(homeUnit),
            "hostQualification": .string(hostQualification),
            "hostUnit": .string(hostUnit),
        ])
    }
}
