internal import Credit

/// What is lacking of the whole.
public enum FormationCompletion: Hashable, Sendable {
    /// The fewest further units, and of those the ones with the fewest points and the smallest codes; none where the whole is
    /// satisfied already.
    case by([HeldUnit])
    /// No further units suffice.
    case impossible
    /// The search took more steps than it may.
    case unknown

    /// The units that complete it; nil where there are none, or nobody knows.
    public var units: [HeldUnit]? {
        if case .by(let units) = self { units } else { nil }
    }
}

extension FormationSolver {
    /// A shortest way is looked for once a learner is asked about, so that it may take longer: some tenths of a second.
    private static let boundOfCompletion = 10

    /// The fewest further units, and of those the ones with the fewest points and the smallest codes, with which some
    /// units form the whole.
    ///
    /// - Parameters:
    ///   - held: The units that are held.
    ///   - available: Units that could be added; those that are held already are left out, unless they would count otherwise
    ///     if they were taken again: in no share, or for a residency.
    ///   - limits: Shares, residencies and replacements, by places in `held`. Further units are thought to be taken at home:
    ///     they count for every residency, and for no share, and become no others.
    public func completion(
        of held: [HeldUnit],
        from available: [HeldUnit],
        _ limits: FormationLimits = FormationLimits()
    ) -> FormationCompletion {
        // What others would have to be given up for may also be taken, and what limits of the whole keep out.
        let made = limits.replacements.reduce(into: Set<Int>()) { $0.formUnion($1.targets) }
        let codes = Set(
            held.indices.filter {
                !made.contains($0) && held[$0].qualification == nil && !held[$0].isPart
                    && !limits.mayKeepOut($0, of: held)
            }.map { held[$0].code }
        )
        let foreign = Set(held.lazy.filter { $0.qualification != nil }.map { Foreign(unit: $0) })
        let own = available.filter { $0.qualification == nil && !codes.contains($0.code) }
        let others = available.filter { $0.qualification != nil && !foreign.contains(Foreign(unit: $0)) }
        let need = FormationNeed(tree, limits)
        let further = (own + representatives(of: others, need)).sorted {
            ($0.code, $0.qualification ?? "") < ($1.code, $1.qualification ?? "")
        }
        let order = Self.order(of: held)
        let units = order.map { held[$0] } + further
        var limits = limits.renumbered(by: order)
        for index in limits.residencies.indices { limits.residencies[index].units.formUnion(held.count..<units.count) }
        var search = FormationSearch(
            tree,
            units,
            heldCount: held.count,
            limits,
            bound: bound * Self.boundOfCompletion,
            need: need
        )
        let best = search.fewest(search.root)
        if search.isExhausted { return .unknown }
        guard let best, best.value.isPresent else { return .impossible }
        return .by(units.indices.filter { $0 >= held.count && best.seats[$0] != nil }.map { units[$0] })
    }

    private struct Foreign: Hashable {
        var code: String
        var qualification: String?

        init(unit: HeldUnit) { (code, qualification) = (unit.code, unit.qualification) }
    }

    /// What nobody could tell apart but by the name: units that the same slots take, and that have the same points.
    private struct Likeness: Hashable {
        var places: [Int]
        var points: Points?
    }

    /// Of units of other qualifications that are alike as many with the smallest codes as could be needed, and none than
    /// which others are better everywhere; the rest would never be chosen.
    private func representatives(of units: [HeldUnit], _ need: FormationNeed) -> [HeldUnit] {
        var alike: [Likeness: [HeldUnit]] = [:]
        var seen: Set<Foreign> = []
        for unit in units.sorted(by: { ($0.code, $0.qualification ?? "") < ($1.code, $1.qualification ?? "") }) {
            let places = tree.places(of: unit)
            guard !places.isEmpty, seen.insert(Foreign(unit: unit)).inserted else { continue }
            alike[Likeness(places: places, points: unit.points), default: []].append(unit)
        }
        return alike.flatMap { likeness, units -> [HeldUnit] in
            let points = likeness.points ?? .zero
            let isOutdone = alike.contains { other, others in
                let fewer = other.points ?? .zero
                return other.places == likeness.places && fewer < points && need.isEnough(fewer, at: other.places)
                    && others.count >= need.most(of: fewer, at: other.places)
            }
            return isOutdone ? [] : Array(units.prefix(need.most(of: points, at: likeness.places)))
        }
    }
}

extension FormationLimits {
    /// Whether a unit is in a share in which more is held than may count, or is none of those that count for a residency.
    fileprivate func mayKeepOut(_ unit: Int, of held: [HeldUnit]) -> Bool {
        shares.contains { share in
            share.units.contains(unit)
                && share.units.reduce(Points.zero) { $0 + (held[$1].points ?? .zero) } > share.most
        } || residencies.contains { !$0.units.contains(unit) }
    }
}
