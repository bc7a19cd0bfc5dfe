internal import Accrue
internal import Credit
internal import EventLog
internal import Rules

// Units that have other points in the balance than in the version by which progress is judged.

extension ProgressAccount {
    /// What the decision says of a unit that was recognised with the points of another version of the qualification; nil
    /// where both are the same, or rules give it other points.
    func decision(
        withOtherPoints unit: HeldUnit
    ) throws(AccrueError) -> (points: Points, version: String)? {
        let judging = progress.qualification
        guard let line = progress.credits[unit.credit], let decided = line.unit, unit.qualification == nil,
            decided.qualification != judging.position, decided.code == unit.code,
            unit.points == judging.number(ofUnit: unit.code).flatMap({ judging.unit($0)?.points }),
            // The line may have a part of them, where the total cut it in two.
            let points = try wording.view.log.event(at: line.decision).points, points != unit.points
        else { return nil }
        return (points, try wording.name(decided.qualification))
    }

    /// What there is to say of a unit in its place: `2 beyond what counts`, `8 in the balance`.
    func remark(on placement: FormationResult.Placement) throws(AccrueError) -> String {
        let beyond = placement.surplus > .zero ? "\(placement.surplus) beyond what counts" : nil
        let decided = try decision(withOtherPoints: placement.unit).map { "\($0.points) in the balance" }
        return [beyond, decided].compactMap(\.self).joined(separator: "; ")
    }

    /// Says once why that is so.
    func sayOtherPoints(in answer: inout Answer) throws(AccrueError) {
        var versions: [String] = []
        for placement in formation.placements {
            guard let version = try decision(withOtherPoints: placement.unit)?.version, !versions.contains(version)
            else { continue }
            versions.append(version)
        }
        guard !versions.isEmpty else { return }
        answer.skip()
        answer.say(
            "The balance keeps the points of the decision, by \(versions.joined(separator: ", ")); here a unit has those of "
                + "\(progress.qualification.identifier)."
        )
    }
}
