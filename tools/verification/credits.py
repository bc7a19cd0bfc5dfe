"""Gathers events into credits, each in one bucket: the article on the fold of balances, steps 4 and 5."""

from .standing import APPEALS, ASSESSMENTS, REMOVALS

# The furthest step first.
STEPS = [
    {"recognition-decided"},
    {"validation-decided"},
    {"transfer-received"},
    {"transfer-sent"},
    {"credit-documented"},
    ASSESSMENTS,
    {"import-quarantined"},
]
DECISIONS = STEPS[0] | STEPS[1]
UNDECIDED = {"transfer-received": "in-transfer", "transfer-sent": "in-transfer", "credit-documented": "documented"}
ATTACHED = REMOVALS | APPEALS | {"points-converted"}
REFUSALS = {"partial": "partial", "conditional": "conditional"}


class Line:
    """One credit in one bucket. Positions are 0 and points None where there are none."""

    __slots__ = (
        "bucket", "points", "scheme", "enrolment", "qualification", "unit", "decision", "trail", "exclusion", "cause",
        "again",
    )  # fmt: skip

    def __init__(self, decision, trail):
        self.bucket, self.points, self.scheme, self.enrolment = "excluded", None, 0, 0
        self.qualification, self.unit = 0, 0
        self.decision, self.trail, self.exclusion, self.cause = decision, trail, None, 0
        self.again = False

    def name_unit(self, registry, qualification, number):
        """The unit to which it belongs, with its points in that version."""
        unit = registry.unit(qualification, number)
        if unit is not None:
            self.qualification, self.unit = qualification, number
            self.points, self.scheme = unit.points, registry.qualifications[qualification].scheme

    def exclude(self, reason, cause=0):
        self.bucket, self.exclusion, self.cause = "excluded", reason, cause


class Credits:
    """The lines of a learner, but for what is planned, and before it is seen what counts."""

    def __init__(self, standing, registry):
        self.standing, self.registry, self.lines = standing, registry, []
        self.attempts, self.revisable, self.attached = {}, [], []
        heads = [[] for _ in STEPS]
        has_moved = any(event.kind == "moved" for event in standing.events)
        for event in standing.events:
            if event.kind in ATTACHED or event.kind in DECISIONS and self.is_overruled(event):
                self.attached.append(event)
                continue
            for place, step in enumerate(STEPS):
                if event.kind in step:
                    heads[place].append(event)
            if event.kind in DECISIONS and (has_moved or event.result != "positive"):
                self.revisable.append(event)
            elif event.kind in ASSESSMENTS:
                self.attempts.setdefault(self.attempted(event), []).append(event.position)
        taken = set()
        for step in heads:
            for head in reversed(step):
                if head.position not in taken:
                    line, trail = self.line(head)
                    taken |= trail
                    self.lines.append(line)

    @staticmethod
    def attempted(event):
        return event.institution, event.qualification, event.unit

    def is_overruled(self, decision):
        """Whether another decision stands in its place, or it was a refusal and is removed."""
        manner, _ = self.standing.lost.get(decision.position, (None, 0))
        return manner == "replaced" or manner == "removed" and decision.result != "positive" and decision.answers != 0

    # What belongs to a credit

    def follow(self, way, leaves_passes=False):
        """Adds to positions, as far as it is missing, all that they rest on, as it was and as it stands now."""
        waiting = list(way)
        for position in waiting:
            event = self.standing.by_position[position]
            found = [self.standing.current(position)]
            if event.kind not in ASSESSMENTS:
                found += [*event.sources, event.answers]
            for one in found:
                if one in self.standing.by_position and one not in way and not (leaves_passes and self.is_pass(one)):
                    way.add(one)
                    waiting.append(one)

    def is_pass(self, position):
        event = self.standing.by_position[position]
        return event.kind in ASSESSMENTS and event.result == "positive" and self.standing.stands(position)

    def leaves_passes(self, head):
        """Whether a pass on which an event does not rest is a credit of its own: it is lost, refused, or partly so."""
        if head.kind in ASSESSMENTS:
            return False
        return head.kind in DECISIONS and head.result != "positive" or not self.standing.stands(head.position)

    def trail(self, head, ground):
        """The ground of a credit, other attempts, earlier decisions on it, and whatever answers one of these."""
        trail, size, leaves_passes = set(ground), 0, self.leaves_passes(head)
        while size < len(trail):
            size = len(trail)
            self.follow(trail, leaves_passes)
            for position in list(trail):
                event = self.standing.by_position[position]
                if event.kind in ASSESSMENTS:
                    attempts = self.attempts[self.attempted(event)]
                    trail.update(one for one in attempts if not (leaves_passes and self.is_pass(one)))
            for earlier in self.revisable:
                if earlier.position not in trail and any(self.is_revised(earlier, later, trail) for later in trail):
                    trail.add(earlier.position)
        for event in self.attached:
            if event.answers in trail or self.standing.current(event.position) in trail:
                trail.add(event.position)
        return trail

    def is_revised(self, earlier, later, trail):
        """Whether a decision is taken further by a later one about the same credit."""
        later = self.standing.by_position[later]
        if (earlier.kind, earlier.enrolment) != (later.kind, later.enrolment) or earlier.position >= later.position:
            return False
        if not (self.standing.stands(earlier.position) and self.standing.stands(later.position)):
            return False
        if earlier.qualification == later.qualification:
            if earlier.unit != later.unit or earlier.result == "positive":
                return False
        elif earlier.kind == "recognition-decided" and earlier.result == "positive":
            return False
        if not earlier.answers:
            return not later.answers and self.code(earlier) == self.code(later)
        return earlier.answers in trail

    def code(self, event):
        unit = self.registry.unit(event.qualification, event.unit)
        return unit.code if unit else None

    # Where it stands

    def line(self, head):
        ground = {head.position}
        self.follow(ground)
        trail = self.trail(head, ground)
        events = [self.standing.by_position[position] for position in sorted(trail)]
        attempts = [event for event in events if event.kind in ASSESSMENTS]
        line = Line(head.position, [event.position for event in events])
        named = head if head.kind in DECISIONS or not attempts else attempts[0]
        line.name_unit(self.registry, named.qualification, named.unit)
        line.enrolment = head.enrolment or next(
            (e.enrolment for e in events if e.enrolment and e.kind in ASSESSMENTS | {"transfer-received"}), 0
        )
        if head.kind in ASSESSMENTS:
            self.place_attempts(line, attempts)
        elif not self.exclude_lost(line):
            self.place_step(line, head)
        line.again = line.decision in self.standing.changes
        if self.is_contested(line, head, ground, attempts):
            line.bucket, line.exclusion, line.cause = "contested", None, 0
        return line, trail

    def exclude_lost(self, line):
        """Excludes a line whose decision does not stand."""
        manner, cause = self.standing.lost.get(line.decision, (None, 0))
        if manner == "removed":
            line.exclude("removed", cause)
        elif manner is not None:
            line.exclude("rests-on-lost", self.standing.root(line.decision))
        return manner is not None

    def place_step(self, line, head):
        if head.kind in UNDECIDED:
            line.bucket = UNDECIDED[head.kind]
        elif head.kind == "import-quarantined":
            line.exclude("quarantined")
        elif head.result != "positive":
            line.exclude(REFUSALS.get(head.result, "refused"))
        elif head.kind == "validation-decided":
            line.bucket = "validated"
        else:
            line.bucket, line.points, line.scheme = "recognised", head.points, head.scheme or line.scheme

    def place_attempts(self, line, attempts):
        """The best attempt that stands decides; of equal ones the last."""
        standing = [attempt for attempt in attempts if self.standing.stands(attempt.position)]
        for result, bucket in [("positive", "assessed"), ("partial", "excluded")]:
            best = [attempt for attempt in standing if attempt.result == result]
            if best:
                line.decision, line.bucket = best[-1].position, bucket
                line.exclusion = "partial" if result == "partial" else None
                return
        if standing or not self.exclude_lost(line):
            line.exclude("not-positive")

    def is_contested(self, line, head, ground, attempts):
        """Whether there is an appeal against what decides a line or, where that is lost, against its removal."""
        manner, cause = self.standing.lost.get(line.decision, (None, 0))
        if manner is not None:
            if manner == "cascaded":
                cause = self.standing.lost.get(self.standing.root(line.decision), (None, 0))[1]
            deciding = {cause}
        elif head.kind not in ASSESSMENTS:
            deciding = ground
        elif line.exclusion is None:
            deciding = {line.decision}
        else:
            # An appeal on any attempt may still make a pass of a fail.
            deciding = {attempt.position for attempt in attempts}
            deciding |= {self.standing.lost[position][1] for position in deciding if position in self.standing.lost}
        return any(self.standing.is_contested(position) for position in deciding)
