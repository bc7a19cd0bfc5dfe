"""Slovenian programmes: the rows of a curriculum (predmetnik) become units with credit points (KT).

General subjects (A), modules (B), in-company training (Č, PUD), activities (D), the open part (E) and the final
examination are units. Practical lessons (C) are held within the modules, and subtotals only repeat: neither is a unit.
Points that the source states for the whole are kept as stated; where the rows give another sum, that is said.
"""

from decimal import Decimal

from conversion import points, schemes
from conversion.lines import Lines, day, name_of
from conversion.points import Inexpressible
from conversion.qualifications import Units, publish

# Level of the programme: European and Slovenian framework.
LEVELS = {"NPI": (3, "SOK 3"), "SPI": (4, "SOK 4"), "SSI": (4, "SOK 5"), "PTI": (4, "SOK 5"), "PT": (4, "SOK 5")}


def convert(sources: list, lines: Lines) -> dict:
    """Writes every programme of the sources, and answers the summary."""
    catalogues = {}
    for programme in (programme for source in sources for programme in source):
        where = name_of(programme, "id")
        written = lines.attempt(where, lambda draft: convert_programme(programme, where, draft))
        catalogues |= written or {}
    return {"catalogues": catalogues}


def convert_programme(programme: dict, where: str, lines: Lines) -> dict:
    """Publishes one programme, and answers its summary under its identifier."""
    units = programme_units(programme)
    total = stated_total(programme, where, lines)
    compare(programme, total, where, lines)
    stated = None if total is None else points.text(total)
    eqf, national = LEVELS.get(programme["level"], (None, None))
    scheme = schemes.scheme(lines, "KT")
    name = publish(
        lines, day(f"{programme['programme_year']}-09-01"), units,
        id=programme["id"], version=str(programme["programme_year"]), title=programme["name"], country="SI",
        scheme=scheme, points=stated, eqfLevel=eqf, nationalLevel=national,
    )
    return {name: units.summary() | {"points": stated}}


def programme_units(programme: dict) -> Units:
    """The units of a programme, in the order of the curriculum."""
    units = Units()
    for row in (programme.get("general") or []) + programme["modules"]:
        if any(unit.code == row["code"] for unit in units.items):
            raise Inexpressible(f"two units have the code {row['code']}")
        units.add(row["code"], row["title"], points.exact(row["kt"]))
    for title, (_, amount) in own_rows(programme):
        code, _, words = title.partition(" ")
        lettered = len(code) == 1
        units.add(code if lettered else "Z", words if lettered else title, points.exact(amount))
    return units


def own_rows(programme: dict) -> list:
    """The other rows that are units of their own: no subtotal, and no practical lessons, which modules hold."""
    return [
        (title, row) for title, row in (programme.get("other") or {}).items()
        if "skupaj" not in title.lower() and not title.startswith("C ")
    ]


def stated_total(programme: dict, where: str, lines: Lines) -> Decimal | None:
    """The total as the curriculum's table states it, else the nominal one."""
    table, nominal = points.exact(programme.get("table_total_kt")), points.exact(programme.get("nominal_kt"))
    if table is not None and nominal is not None and table != nominal:
        lines.note(where, f"the table states {table} KT, nominal are {nominal}; the table's {table} are kept")
    return nominal if table is None else table


def compare(programme: dict, total: Decimal | None, where: str, lines: Lines):
    """Says where the printed sums and the rows disagree."""
    for letter, rows in (("A", "general"), ("B", "modules")):
        _, printed = programme.get(f"subtotal_{letter}") or (None, None)
        derived = programme.get(f"derived_{rows}")
        if printed is None or not derived:
            continue
        chosen = (derived.get("mandatory_kt") or 0) + (derived.get("elective_kt") or 0)
        if chosen != printed:
            lines.note(where, f"row {letter} prints {printed} KT, its units give {chosen}")
    printed = [(programme.get(f"subtotal_{letter}") or (None, 0))[1] for letter in "AB"]
    whole = sum(printed) + sum(row[1] or 0 for _, row in own_rows(programme))
    if total is not None and whole != total:
        lines.note(where, f"its rows sum to {whole} KT, stated are {total}, which are kept"
                   + (f" ({programme['note']})" if programme.get("note") else ""))
