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
        """Validity ends with the day so many months after the recognition, unless an award has frozen it by then."""
        for line in self.recognised():
            unit = self.unit(line)
            if unit is None or unit.valid_months is None:
                continue
            end = months_later(self.standing.by_position[line.decision].effective, unit.valid_months)
            if self.standing.day > end and not self.is_frozen(line, end):
                line.bucket = "expired"

    def is_frozen(self, line, end):
        for enrolment in self.enrolments:
            if enrolment.position == line.enrolment and enrolment.state == "awarded":
                award = self.standing.by_position[enrolment.by]
                return award.effective <= end and (not award.sources or line.decision in award.sources)
        return False

    def count_once(self):
        """Of one unit of a qualification the first decision counts, or a later one of a lower rank."""
        units = {}
        for line in self.recognised():
            unit = self.unit(line)
            if unit is not None:
                units.setdefault((self.registry.qualifications[line.qualification].id, unit.code), []).append(line)
        for lines in units.values():
            counted = min(lines, key=self.rank)
            for line in lines:
                if line is not counted:
                    line.exclude("counts-already", counted.decision)

    def rank(self, line):
        """What an enrolment that was left has comes last, and what is to be decided again after what is not."""
        left = any(one.position == line.enrolment and one.state == "left" for one in self.enrolments)
        return left, line.again

    def count_one_level(self):
        """A part of a unit that counts is in that unit's points."""
        for line in self.recognised():
            unit = self.unit(line)
            if line.points is None or unit is None:
                continue
            version = self.registry.qualifications[line.qualification]
            units = {unit.code: unit for unit in version.units}
            code = unit.parent
            while code is not None:
                whole = next((other for other in self.recognised() if self.is_unit(other, version.id, code)), None)
                if whole is not None:
                    line.exclude("part-of-counted", whole.decision)
                    break
                code = units[code].parent if code in units else None

    def is_unit(self, other, qualification, code):
        unit = self.unit(other)
        if other.points is None or unit is None or unit.code != code:
            return False
        return self.registry.qualifications[other.qualification].id == qualification

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
