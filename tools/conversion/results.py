"""Results of a class: each row of a table is an assessment and, where it has been decided on, its validation and recognition.

The first row names the columns, in any order. A row that cannot be converted keeps all of them back.
"""

import csv
import re
from decimal import Decimal
from pathlib import Path

from conversion import points
from conversion.lines import Lines, day, event_id, identifier, words
from conversion.points import Inexpressible

REQUIRED = ["learner", "institution", "qualification", "unit", "assessed", "assessor", "result"]
DECIDED = ["decided", "decider", "points", "scheme"]
OPTIONAL = ["attempt", "enrolment", "scale", "grade", *DECIDED]
RESULTS = ["positive", "negative", "partial"]


class Table:
    """The rows of a file: of each the line in which it ends, and its cells by column."""

    def __init__(self, name: str):
        self.name = name
        content = Path(name).read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            advice = f"a table saved by a spreadsheet may be Windows-1250: iconv -f CP1250 -t UTF-8 {name}"
            raise ValueError(f"not UTF-8 at byte {error.start + 1}; {advice}") from error
        head = text.partition("\n")[0]
        rows = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=head.count), strict=True)
        try:
            self.columns = [cell.strip() for cell in next(rows, [])]
            self.rows = [(rows.line_num, [cell.strip() for cell in row]) for row in rows if any(map(str.strip, row))]
        except csv.Error as error:
            raise ValueError(f"line {rows.line_num}: {error}") from error
        self.require_columns()

    def require_columns(self):
        """Requires the columns that there must be, and no others."""
        missing = [column for column in REQUIRED if column not in self.columns]
        unknown = [column for column in self.columns if column not in REQUIRED + OPTIONAL]
        twice = {column for column in self.columns if self.columns.count(column) > 1}
        for what, columns in (("lacks", missing), ("does not know", unknown), ("has twice", sorted(twice))):
            if columns:
                known = f"there are {', '.join(REQUIRED)}, and optional {', '.join(OPTIONAL)}"
                raise ValueError(f"line 1: the table {what} the columns {', '.join(columns)}; {known}")


def read(name: str) -> Table:
    """Reads a table. Raises OSError or ValueError where it is none."""
    return Table(name)


def convert(tables: list, lines: Lines) -> dict:
    """Writes the events of all rows, or, where one is refused, none; and answers the summary."""
    draft, seen = Lines(), {}
    for table in tables:
        for number, cells in table.rows:
            where = f"{table.name}:{number}"
            if len(cells) != len(table.columns):
                draft.refuse(where, f"it has {len(cells)} cells, and there are {len(table.columns)} columns")
                continue
            row = Row(where, {column: cell for column, cell in zip(table.columns, cells) if cell}, draft)
            row.convert()
            if (other := seen.setdefault(row.key, where)) != where:
                draft.refuse(where, f"{other} is about the same attempt of the same learner")
    if draft.refusals:
        draft.written = []
    lines.take(draft)
    return {"events": len(draft.written), "rows": sum(len(table.rows) for table in tables)}


class Row:
    """One row; its faults are refused one by one, each with its column."""

    def __init__(self, where: str, cells: dict, lines: Lines):
        self.where, self.cells, self.lines = where, cells, lines
        self.attempt = self.read("attempt", attempt) or 1
        self.key = tuple(cells.get(column, "") for column in ["learner", "institution", "qualification", "unit"])
        self.key += (str(self.attempt),)

    def read(self, column: str, reading, required: bool = False):
        """What a cell says; None, with the reason told, where it says nothing that can be read."""
        try:
            if column in self.cells:
                return reading(self.cells[column])
            if required:
                raise Inexpressible("it is missing")
        except Inexpressible as error:
            self.lines.refuse(f"{self.where}: {column}", str(error))
        return None

    def name(self):
        """By which a correction names the assessment: tine:lipnica:pek@2020:KR:1. None where it would be too long."""
        try:
            return identifier(":".join(self.key))
        except Inexpressible:
            return None

    def convert(self):
        """Writes the row's events."""
        shared = {name: self.read(name, identifier, True) for name in ["learner", "institution", "qualification", "unit"]}
        shared["enrolment"] = self.read("enrolment", identifier)
        assessed = self.read("assessed", date, True)
        result = self.read("result", one_of(RESULTS), True)
        self.lines.event(
            self.key, "assessment-recorded", assessed, **shared, actor=self.read("assessor", identifier, True),
            attempt=self.attempt, result=result, scale=self.read("scale", identifier), grade=self.read("grade", words),
            identifier=self.name(),
        )
        given = [column for column in DECIDED if column in self.cells]
        if not given:
            return
        if result != "positive":
            return self.lines.refuse(f"{self.where}: {given[0]}", "only a positive result is decided on; leave it empty")
        decided = self.read("decided", date, True)
        if "enrolment" not in self.cells:
            self.lines.refuse(f"{self.where}: enrolment", "it is missing; a decision is for one")
        shared |= {"decided": decided, "actor": self.read("decider", identifier, True), "result": "positive"}
        validation = self.lines.event(
            self.key, "validation-decided", decided, **shared, answers=event_id("assessment-recorded", *self.key)
        )
        self.lines.event(
            self.key, "recognition-decided", decided, **shared, answers=validation, procedure="local",
            points=self.read("points", amount), scheme=self.read("scheme", identifier),
        )


def attempt(text: str) -> int:
    """The number of an attempt."""
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise Inexpressible(f"{text!r} is no number of an attempt, 1 for the first")
    return int(text)


def date(text: str) -> str:
    """A day: 2025-06-12, or 12. 6. 2025."""
    if found := re.fullmatch(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})", text):
        dayed, month, year = found.groups()
        return day(f"{year}-{int(month):02}-{int(dayed):02}")
    return day(text)


def amount(text: str) -> str:
    """Points: 7.5, or 7,5."""
    if not re.fullmatch("[0-9]+([.,][0-9]+)?", text):
        raise Inexpressible(f"{text!r} is not a number of points")
    return points.text(points.exact(Decimal(text.replace(",", "."))))


def one_of(known: list):
    """Reads one of these words."""

    def reading(text: str) -> str:
        if text not in known:
            raise Inexpressible(f"{text!r} is none of {', '.join(known)}")
        return text

    return reading
