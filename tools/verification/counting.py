"""What counts: each unit once, on one level, while it is valid, up to the total."""

import copy
from calendar import monthrange
from datetime import date, timedelta

from .record import EPOCH


class Counting:
    """Moves recognised lines that do not count into the buckets where they belong. Lines are in their order."""

    def __init__(self, lines, standing, registry, enrolments):
        self.lines, self.standing, self.registry, self.enrolments = lines, standing, registry, enrolments
        self.expire()
        self.count_once()
        self.count_one_level()
        for enrolment in enrolments:
            self.cap(enrolment)

    def recognised(self):
        return [line for line in self.lines if line.bucket == "recognised"]

    def unit(self, line):
        return self.registry.unit(line.qualification, line.unit)

    def expire(self):
        """Validity ends so many months after the recognition, unless an award has frozen it before."""
        for line in self.recognised():
            unit = self.unit(line)
            if unit is None or unit.valid_months is None:
                continue
            end = months_later(self.standing.by_position[line.decision].effective, unit.valid_months)
            if self.standing.day >= end and not self.is_frozen(line, end):
                line.bucket = "expired"

    def is_frozen(self, line, end):
        for enrolment in self.enrolments:
            if enrolment.position == line.enrolment and enrolment.state == "awarded":
                award = self.standing.by_position[enrolment.by]
                return award.effective < end and (not award.sources or line.decision in award.sources)
        return False

    def count_once(self):
        """The first decision counts, unless it is to be decided again and a later one is not."""
        counted = {}
        for line in self.recognised():
            unit = self.unit(line)
            if unit is None:
                continue
            first = counted.setdefault((line.enrolment, unit.code), line)
            if first is line:
                continue
            if first.again and not line.again:
                first.exclude("counts-already", line.decision)
                counted[line.enrolment, unit.code] = line
            else:
                line.exclude("counts-already", first.decision)

    def count_one_level(self):
        """A part of a unit that counts is in that unit's points."""
        for line in self.recognised():
            unit = self.unit(line)
            if line.points is None or unit is None:
                continue
            units = {unit.code: unit for unit in self.registry.qualifications[line.qualification].units}
            code = unit.parent
            while code is not None:
                whole = next((other for other in self.recognised() if self.is_whole(other, code, line)), None)
                if whole is not None:
                    line.exclude("part-of-counted", whole.decision)
                    break
                code = units[code].parent if code in units else None

    def is_whole(self, other, code, line):
        unit = self.unit(other)
        return other.points is not None and other.enrolment == line.enrolment and unit is not None and unit.code == code

    def cap(self, enrolment):
        """What exceeds the total is surplus, from the last decision on; a line across it is divided."""
        version = self.registry.qualifications.get(enrolment.qualification)
        if version is None or version.points is None:
            return
        rest = version.points
        for line in self.recognised():
            if line.enrolment != enrolment.position or line.scheme != version.scheme or line.points is None:
                continue
            if line.points <= rest:
                rest -= line.points
                continue
            if rest > 0:
                counted = copy.copy(line)
                counted.points = rest
                self.lines.append(counted)
            line.points, line.bucket, rest = line.points - rest, "surplus", 0


def months_later(day, months):
    """The same day of a later month, or its last day where it has none such."""
    start = EPOCH + timedelta(days=day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return (date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) - EPOCH).days
