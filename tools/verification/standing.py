"""What stands on a day: nothing removed, corrected, or resting on what is."""

REMOVALS = {"revoked", "withdrawn", "annulled"}
ASSESSMENTS = {"assessment-recorded", "assessment-corrected", "assessment-superseded"}


APPEALS = {"appeal-lodged", "appeal-suspended", "appeal-decided"}
RESTING = ASSESSMENTS | {
    "credit-documented", "transfer-sent", "transfer-received", "validation-decided", "recognition-decided",
    "points-converted", "qualification-awarded", "interrupted", "resumed", "left", "moved", "agreement-signed",
    "agreement-amended", "group-declared", "exception-granted",
}  # fmt: skip


class Standing:
    """The events of one learner, in the order of the log, as they stand on a day."""

    def __init__(self, events, day):
        self.day, self.events, self.by_position = day, [], {}
        for event in events:
            if self.acts(event):
                self.events.append(event)
                self.by_position[event.position] = event
        self.removed_by, self.replaced_by, self.appeals, self.upheld = {}, {}, {}, {}
        self.lost, self.changes = {}, {}
        for event in reversed(self.events):
            if event.kind in REMOVALS and event.position not in self.removed_by:
                self.removed_by[event.answers] = event.position
        for event in self.events:
            if event.kind == "assessment-corrected" and event.position not in self.removed_by:
                self.replaced_by[event.replaces] = event.position
        self.follow_appeals()
        self.settled = set()
        for event in self.events:
            self.settle(event)

    def acts(self, event):
        """Whether an event says something about the day at all."""
        if event.effective <= self.day:
            return True
        if event.kind in REMOVALS:
            return event.result == "from-start"
        return event.kind == "assessment-corrected" and event.replaces in self.by_position

    def follow_appeals(self):
        """Which events are contested, and by which appeal: undecided, or upheld without a new decision since."""
        subjects = {}
        for event in self.events:
            if event.position in self.removed_by:
                continue
            if event.kind == "appeal-lodged":
                subjects[event.position] = event.answers
                self.appeals[event.answers] = event.position
            elif event.kind == "appeal-decided" and event.answers in subjects:
                subject = subjects[event.answers]
                if event.result == "negative":
                    self.appeals.pop(subject, None)
                else:
                    self.upheld[subject] = event.position
            for subject in self.upheld:
                if subject not in self.replaced_by and self.decides_again(event, subject):
                    self.replaced_by[subject] = event.position
                    self.appeals.pop(subject, None)

    def decides_again(self, event, subject):
        earlier = self.by_position.get(subject)
        if earlier is None or event.position <= subject:
            return False
        if event.kind == "assessment-superseded":
            return event.replaces == subject
        if (event.kind, event.enrolment) != (earlier.kind, earlier.enrolment):
            return False
        if event.kind == "qualification-awarded":
            return True
        if event.kind not in ("validation-decided", "recognition-decided"):
            return False
        is_of_one_version = event.qualification == earlier.qualification
        if is_of_one_version and event.unit != earlier.unit:
            return False
        if not event.answers and not earlier.answers:
            return is_of_one_version
        return bool(self.credits(event) & self.credits(earlier))

    def credits(self, decision):
        """What was assessed, and by whom, on which a decision rests."""
        credits, way = set(), [decision]
        for event in way:
            if event.kind in ASSESSMENTS:
                credits.add((event.institution, event.qualification, event.unit))
                continue
            for named in [*event.sources, event.answers]:
                if named in self.by_position and self.by_position[named] not in way:
                    way.append(self.by_position[named])
        return credits

    def supports(self, event):
        """What an event rests on directly."""
        if event.kind not in RESTING:
            return []
        return [*event.sources, *filter(None, (event.answers, event.enrolment))]

    def settle(self, event):
        """Finds out whether an event is lost and, where it stands, whether it is to be decided again."""
        if event.position in self.settled:
            return
        self.settled.add(event.position)
        if removal := self.removed_by.get(event.position):
            self.lost[event.position] = ("removed", removal)
            return
        if replacement := self.replaced_by.get(event.position):
            self.lost[event.position] = ("replaced", replacement)
            return
        for support in self.supports(event):
            now = self.current(support)
            if now not in self.by_position:
                continue
            # A correction or new decision comes after what rests on it.
            self.settle(self.by_position[now])
            fails = now != support and self.by_position[now].result == "negative"
            if now in self.lost or fails:
                if event.kind != "qualification-awarded" or support == event.enrolment:
                    self.lost[event.position] = ("cascaded", now)
                    return
            elif now > event.position:
                self.changes[event.position] = now
            elif self.upheld.get(support, 0) > event.position:
                self.changes[event.position] = support
            elif (change := self.changes.get(support)) and (change > event.position or change in self.upheld):
                self.changes[event.position] = change

    def root(self, position):
        """The event whose own loss took a lost one along."""
        manner, cause = self.lost.get(position, (None, 0))
        while manner == "cascaded":
            position = cause
            manner, cause = self.lost.get(position, (None, 0))
        return position

    def is_contested(self, position):
        """Whether an appeal against an event that stands is open, or upheld and not followed by a new decision."""
        return position in self.appeals and position not in self.lost

    def stands(self, position):
        return position in self.by_position and position not in self.lost

    def current(self, position):
        """The event that stands in the place of one after corrections and new decisions."""
        while position in self.replaced_by:
            position = self.replaced_by[position]
        return position
