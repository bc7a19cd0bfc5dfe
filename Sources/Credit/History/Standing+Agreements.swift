extension Standing {
    /// The first version of the agreement of which the event at a position is a version.
    func origin(ofAgreement position: Position) -> Position {
        var origin = position
        while let earlier = event(at: origin)?.replaces, earlier < origin { origin = earlier }
        return origin
    }

    /// The withdrawal that stands of the agreement of which the event at a position is a version, or nil. O(*n*).
    public func withdrawal(ofAgreement position: Position) -> Event? {
        let origin = origin(ofAgreement: position)
        return events.first { event in
            event.kind == .agreementWithdrawn && stands(event.position)
                && event.agreement.map { self.origin(ofAgreement: $0) == origin } ?? false
        }
    }
}
