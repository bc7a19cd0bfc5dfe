// Where a credit stands, and what there is to remark.

extension CreditFold {
    /// Puts a line into its bucket.
    ///
    /// - Parameters:
    ///   - head: The furthest step.
    ///   - trail: The whole way.
    func place(_ line: inout CreditLine, _ head: Int, _ trail: [Int]) {
        let isAssessed = events[head].kind.isAssessment
        if isAssessed {
            placeAssessed(&line, trail)
        } else if let loss = standing.loss(of: events[head].position) {
            line.exclusion = exclusion(for: loss)
        } else {
            placeStep(&line, head)
        }
        annotate(&line, head, trail)
        guard isUnsettled else { return }
        if let appeal = appeal(against: line, isAssessed, supports(of: head), trail) {
            line.bucket = .contested
            line.exclusion = nil
            if let upheld = upholding(appeal) { line.notes.append(.decideAgain(since: upheld)) }
        }
    }

    private func placeStep(_ line: inout CreditLine, _ head: Int) {
        switch events[head].kind {
        case .recognitionDecided:
            placeDecided(&line, events[head].result, positive: .recognised)
            if events[head].result == .positive {
                line.points = events[head].points
                line.scheme = events[head].scheme ?? line.scheme
            }
        case .validationDecided: placeDecided(&line, events[head].result, positive: .validated)
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
        if let passed = lastAttempt(.positive, trail) {
            line.bucket = .assessed
            line.decision = events[passed].position
            return
        }
        line.exclusion = .notPositive
        if let partial = lastAttempt(.partial, trail) {
            line.exclusion = .partial
            line.decision = events[partial].position
            return
        }
        let attempts = trail.lazy.filter { events[$0].kind.isAssessment }
        if let last = attempts.last, let loss = standing.loss(of: events[last].position),
            !attempts.contains(where: { standing.stands(events[$0].position) })
        {
            line.exclusion = exclusion(for: loss)
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
            deciding = trail.filter { events[$0].kind.isAssessment }.map { events[$0].position }
            deciding += deciding.compactMap { standing.loss(of: $0)?.cause }
        }
        return deciding.lazy.compactMap { standing.appeal(against: $0) }.first
    }

    /// The decision that upheld an appeal, or nil.
    private func upholding(_ appeal: Position) -> Position? {
        events.indices.first {
            events[$0].kind == .appealDecided && events[$0].answers == appeal
                && events[$0].result != .negative && standing.stands(events[$0].position)
        }
        .map { events[$0].position }
    }

    // MARK: Remarks

    private func annotate(_ line: inout CreditLine, _ head: Int, _ trail: [Int]) {
        if line.exclusion == nil, let change = standing.change(under: line.decision) {
            line.notes.append(.decideAgain(since: change))
        }
        let passed = lastAttempt(.positive, trail)
        if let passed, let failed = lastAttempt(.negative, trail), failed > passed,
            events[failed].attempt != events[passed].attempt
        {
            line.notes.append(.passStays(despite: events[failed].position))
        }
        if line.exclusion == .refused, let passed, events[passed].agreement != nil {
            line.notes.append(.refusedDespiteAgreement)
        }
        if line.bucket == .recognised, events[head].procedure == .application {
            line.notes.append(.outsideAgreement)
        }
        for index in trail where events[index].kind == .pointsConverted {
            guard standing.stands(events[index].position), let points = events[index].points,
                let scheme = events[index].scheme
            else { continue }
            line.notes.append(.converted(points, scheme: scheme, by: events[index].position))
        }
    }

    /// The last attempt that stands and ended so, or nil.
    private func lastAttempt(_ result: DecisionResult, _ trail: [Int]) -> Int? {
        trail.last {
            events[$0].kind.isAssessment && events[$0].result == result && standing.stands(events[$0].position)
        }
    }
}
