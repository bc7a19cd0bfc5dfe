// Where a credit stands, and what there is to remark.

extension CreditFold {
    /// Puts a line into its bucket.
    ///
    /// - Parameters:
    ///   - event: The furthest step.
    ///   - supports: It, and what it rests on.
    ///   - trail: The whole way.
    func place(_ line: inout CreditLine, _ event: Event, _ supports: [Int], _ trail: [Int]) {
        let isAssessed = event.command.kind.isAssessment
        if isAssessed {
            placeAssessed(&line, trail)
        } else if let loss = standing.loss(of: event.position) {
            line.exclusion = exclusion(for: loss)
        } else {
            placeStep(&line, event)
        }
        annotate(&line, event, trail)
        if let appeal = appeal(against: line, isAssessed, supports, trail) {
            line.bucket = .contested
            line.exclusion = nil
            if let upheld = upholding(appeal) { line.notes.append(.decideAgain(since: upheld)) }
        }
    }

    private func placeStep(_ line: inout CreditLine, _ event: Event) {
        switch event.command.kind {
        case .recognitionDecided:
            placeDecided(&line, event.command.result, positive: .recognised)
            if event.command.result == .positive {
                line.points = event.command.points
                line.scheme = event.command.scheme ?? line.scheme
            }
        case .validationDecided: placeDecided(&line, event.command.result, positive: .validated)
        case .transferReceived, .transferSent: line.bucket = .inTransfer
        case .creditDocumented: line.bucket = .documented
        default: line.exclusion = .quarantined
        }
    }

    private func placeDecided(_ line: inout CreditLine, _ result: DecisionResult?, positive: Bucket) {
        switch result {
        case .positive: line.bucket = positive
        case .partial: line.exclusion = .partial
        case .conditional: line.exclusion = .conditional
        default: line.exclusion = .refused
        }
    }

    /// The best attempt that stands decides.
    private func placeAssessed(_ line: inout CreditLine, _ trail: [Int]) {
        let recorded = trail.filter { events[$0].command.kind.isAssessment }
        let attempts = recorded.filter { standing.stands(events[$0].position) }
        if let passed = attempts.last(where: { events[$0].command.result == .positive }) {
            line.bucket = .assessed
            line.decision = events[passed].position
        } else if let partial = attempts.last(where: { events[$0].command.result == .partial }) {
            line.exclusion = .partial
            line.decision = events[partial].position
        } else if attempts.isEmpty, let last = recorded.last, let loss = standing.loss(of: events[last].position) {
            line.exclusion = exclusion(for: loss)
        } else {
            line.exclusion = .notPositive
        }
    }

    // MARK: Loss and appeal

    private func exclusion(for loss: Standing.Loss) -> Exclusion {
        loss.manner == .removed ? .removed(by: loss.cause) : .restsOnLost(root(of: loss))
    }

    /// The event whose own loss took the others along.
    private func root(of loss: Standing.Loss) -> Position {
        var root = loss.cause
        while let deeper = standing.loss(of: root), deeper.manner == .cascaded { root = deeper.cause }
        return root
    }

    /// The appeal that keeps a line contested: against what decides it or, where that is lost, against its removal.
    private func appeal(against line: CreditLine, _ isAssessed: Bool, _ supports: [Int], _ trail: [Int]) -> Position? {
        var deciding = supports.map { events[$0].position }
        if let loss = standing.loss(of: line.decision) {
            let removal = loss.manner == .removed ? loss.cause : standing.loss(of: root(of: loss))?.cause
            deciding = [removal].compactMap { $0 }
        } else if isAssessed, line.exclusion == nil {
            deciding = [line.decision]
        } else if isAssessed {
            // An appeal on any attempt may still make a pass of a fail.
            deciding = trail.filter { events[$0].command.kind.isAssessment }.map { events[$0].position }
            deciding += deciding.compactMap { standing.loss(of: $0)?.cause }
        }
        return deciding.lazy.compactMap { standing.appeal(against: $0) }.first
    }

    /// The decision that upheld an appeal, or nil.
    private func upholding(_ appeal: Position) -> Position? {
        events.indices.first {
            events[$0].command.kind == .appealDecided && events[$0].command.answers == appeal
                && events[$0].command.result != .negative && standing.stands(events[$0].position)
        }
        .map { events[$0].position }
    }

    // MARK: Remarks

    private func annotate(_ line: inout CreditLine, _ event: Event, _ trail: [Int]) {
        if line.exclusion == nil, let change = standing.change(under: line.decision) {
            line.notes.append(.decideAgain(since: change))
        }
        let attempts = trail.filter {
            events[$0].command.kind.isAssessment && standing.stands(events[$0].position)
        }
        let passed = attempts.last { events[$0].command.result == .positive }
        let failed = attempts.last { events[$0].command.result == .negative }
        if let passed, let failed, failed > passed, events[failed].command.attempt != events[passed].command.attempt {
            line.notes.append(.passStays(despite: events[failed].position))
        }
        if line.exclusion == .refused, let passed, events[passed].command.agreement != nil {
            line.notes.append(.refusedDespiteAgreement)
        }
        if line.bucket == .recognised, event.command.procedure == .application { line.notes.append(.outsideAgreement) }
        for index in trail where events[index].command.kind == .pointsConverted {
            guard standing.stands(events[index].position), let points = events[index].command.points,
                let scheme = events[index].command.scheme
            else { continue }
            line.notes.append(.converted(points, scheme: scheme, by: events[index].position))
        }
    }
}
