"""The enrolments of a learner, as they stand."""


class Enrolment:
    __slots__ = ("position", "home", "qualification", "start", "state", "by")

    def __init__(self, event):
        self.position, self.home, self.qualification = event.position, event.institution, event.qualification
        self.start, self.state, self.by = event.effective, "running", 0


STATES = {"interrupted": "interrupted", "left": "left", "qualification-awarded": "awarded"}


def enrolments(standing):
    """In the order of the log; what changes them acts in that order, too."""
    found = {}
    for event in standing.events:
        if not standing.stands(event.position):
            continue
        if event.kind == "enrolled":
            found[event.position] = Enrolment(event)
        enrolment = found.get(event.enrolment)
        if enrolment is None:
            continue
        if event.kind in STATES:
            enrolment.state, enrolment.by = STATES[event.kind], event.position
        elif event.kind == "resumed":
            enrolment.state, enrolment.by = "running", 0
        elif event.kind == "moved":
            enrolment.qualification = event.qualification
    return list(found.values())
