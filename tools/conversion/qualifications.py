"""Qualification versions: units with codes that are unique and points that are exact."""

from dataclasses import dataclass, field
from decimal import Decimal

from conversion import points
from conversion.lines import Lines, identifier, words
from conversion.points import Inexpressible


@dataclass
class Unit:
    """A unit, or a part of one, where `parent` names the unit."""

    code: str
    title: str
    points: Decimal | None = None
    parent: str | None = None

    def document(self) -> dict:
        """As Accrue's documents write it."""
        document = {"code": self.code, "title": self.title, "outcomes": []}
        if self.points is not None:
            document["points"] = points.text(self.points)
        if self.parent is not None:
            document["parent"] = self.parent
        return document


@dataclass
class Units:
    """The units of one qualification version, in order."""

    items: list[Unit] = field(default_factory=list)

    def add(self, code: str, title: str, amount: Decimal | None, parent: str | None = None) -> Unit:
        """Adds a unit under a code of its own: a code that is taken gets `-2`, `-3` …"""
        code = identifier(code)
        taken = {unit.code for unit in self.items}
        free, number = code, 1
        while free in taken:
            number += 1
            free = f"{code}-{number}"
        unit = Unit(free, words(title), amount, parent)
        self.items.append(unit)
        return unit

    def sum(self, parts: bool) -> str:
        """The sum of the points of all units, or of all parts of units."""
        return points.text(sum((unit.points or Decimal(0) for unit in self.items if (unit.parent is not None) == parts),
                               Decimal(0)))

    def summary(self) -> dict:
        """Counts and sums, to compare with."""
        top = [unit for unit in self.items if unit.parent is None]
        return {
            "units": len(top),
            "unitsWithoutPoints": sum(unit.points is None for unit in top),
            "unitPoints": self.sum(parts=False),
            "parts": len(self.items) - len(top),
            "partPoints": self.sum(parts=True),
        }


def publish(lines: Lines, effective: str, units: Units, **document) -> str:
    """Publishes a qualification version, and answers its identifier `id@version`.

    Raises Inexpressible for a version that Accrue's documents cannot express.
    """
    words(document["title"])
    if "@" in words(document["id"]):
        raise Inexpressible(f"the id {document['id']} has an @, which parts id and version")
    enrolment_end, transition_end = document.get("validUntil"), document.get("transitionEnd")
    if enrolment_end and enrolment_end < effective:
        raise Inexpressible(f"it is valid until {enrolment_end}, before its first day {effective}")
    if transition_end and transition_end < (enrolment_end or effective):
        raise Inexpressible(f"its transition ends on {transition_end}, before {enrolment_end or effective}")
    if len(units.items) > 65_535:
        raise Inexpressible(f"{len(units.items)} units are more than 65,535")
    name = identifier(f"{document['id']}@{document['version']}")
    return lines.introduce(
        "qualification-published", name, effective, **document, units=[unit.document() for unit in units.items]
    )
