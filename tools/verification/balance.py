"""What a learner has on a day."""

from .counting import Counting
from .credits import Credits
from .enrolments import enrolments
from .plans import planned
from .standing import Standing

BUCKETS = [
    "planned", "assessed", "documented", "in-transfer", "validated", "recognised", "surplus", "excluded", "contested",
    "expired",
]  # fmt: skip


class Balance:
    """The lines, sums and enrolments of a learner's own events, in the order of the log, on a day."""

    def __init__(self, events, registry, day):
        standing = Standing(events, day)
        self.enrolments = enrolments(standing)
        self.changes = standing.changes
        lines = Credits(standing, registry).lines + planned(standing, registry)
        lines.sort(key=lambda line: line.decision)
        Counting(lines, standing, registry, self.enrolments)
        self.lines = sorted(lines, key=lambda line: (line.decision, BUCKETS.index(line.bucket)))

    def sums(self):
        """The sums of each scheme: its position, and the points of each bucket that has a line."""
        sums = {}
        for line in self.lines:
            if line.scheme:
                buckets = sums.setdefault(line.scheme, {})
                buckets[line.bucket] = buckets.get(line.bucket, 0) + (line.points or 0)
        return [
            (scheme, {bucket: sums[scheme][bucket] for bucket in BUCKETS if bucket in sums[scheme]})
            for scheme in sorted(sums)
        ]
