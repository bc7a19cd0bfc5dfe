"""Finnish qualifications: snapshots of the national register's standards, one qualification version for each mode.

The qualification's id is the standard's diary number. A version is its first day and the mode: `ops` (by points) and
`naytto` (by count, without points) are two older ways to complete a qualification, `reformi` is the present one.
Compulsory and voluntary sizes of a part (osa-alue) are two parts, the second with `-voluntary`.
"""

import json

from conversion import points, schemes
from conversion.lines import Lines
from conversion.points import Inexpressible
from conversion.qualifications import Units, publish
from conversion.slovenian_programmes import reason


def convert(sources: list, lines: Lines) -> dict:
    """Writes every snapshot of the sources, and answers the summary."""
    catalogues, published = {}, {}
    for snapshot in (snapshot for source in sources for snapshot in source["qualifications"]):
        for mode in sorted(snapshot["modes"]):
            where = f"{snapshot['diary']} {mode} ({snapshot['source'].rpartition('/')[2]})"
            try:
                version = f"{snapshot['validFrom']}-{mode}"
                content = json.dumps({**snapshot, "source": None}, sort_keys=True, default=str)
                earlier = published.get((snapshot["diary"], version))
                if earlier:
                    same = "the same content" if earlier[1] == content else "other content"
                    raise Inexpressible(f"this version is published already, with {same}, by {earlier[0]}")
                name, units, total = publish_mode(lines, snapshot, mode, version, where)
                published[snapshot["diary"], version] = (where, content)
            except (Inexpressible, KeyError) as error:
                lines.refuse(where, reason(error))
                continue
            catalogues[name] = units.summary() | {"points": total}
    return {"catalogues": catalogues}


def publish_mode(lines: Lines, snapshot: dict, mode: str, version: str, where: str) -> tuple:
    """Publishes one mode of a snapshot; answers its identifier, its units and the points of the whole."""
    content = snapshot["modes"][mode]
    unit_code = content.get("creditUnit") or "OSAAMISPISTE"
    if unit_code not in schemes.FINNISH_CODES:
        raise Inexpressible(f"points are counted in {unit_code}, which is no known scheme")
    units = mode_units(content["units"], lines, where)
    total = whole_points(content.get("rule") or {}, lines, where)
    scheme = schemes.scheme(lines, schemes.FINNISH_CODES[unit_code])
    name = publish(
        lines, snapshot["validFrom"], units,
        id="fi-" + snapshot["diary"].replace("/", "."), version=version, title=title(snapshot["name"]), country="FI",
        scheme=scheme, points=total, validUntil=snapshot.get("validTo"), transitionEnd=snapshot.get("transitionEnds"),
    )
    return name, units, total


def whole_points(rule: dict, lines: Lines, where: str) -> str | None:
    """The points of the whole qualification: the least that its rule demands."""
    bounds = rule.get("credits")
    if not bounds or bounds[0] is None:
        return None
    if bounds[0] != bounds[1]:
        lines.note(where, f"the whole is {bounds[0]} to {bounds[1]} points; the least are kept")
    return points.text(points.exact(bounds[0]))


def mode_units(source: dict, lines: Lines, where: str) -> Units:
    """The units and their parts, in the order of the source."""
    units = Units()
    for code, content in source.items():
        amount, most = points.exact(content.get("credits")), points.exact(content.get("maxCredits"))
        if most is not None and most != amount:
            lines.note(where, f"unit {code} has {amount} to {most} points; "
                       + (f"{amount} are kept" if amount else "none is fixed, so it carries none"))
            amount = amount or None
        unit = units.add(code, title(content["name"]), amount)
        parts = content.get("subUnits") or []
        for number, part in enumerate(parts, 1):
            part_code = f"{unit.code}.{part.get('code') or number}"
            mandatory, voluntary = points.exact(part.get("mandatory")), points.exact(part.get("optional"))
            if mandatory is not None or voluntary is None:
                units.add(part_code, title(part["name"]), mandatory, unit.code)
            if voluntary is not None:
                units.add(f"{part_code}-voluntary", title(part["name"]), voluntary, unit.code)
        counted = sum(points.exact(part.get("mandatory")) or 0 for part in parts)
        if counted and counted != amount:
            lines.note(where, f"unit {code} has {amount} points, its compulsory parts {counted}; both are kept")
    return units


def title(names: dict) -> str:
    """The Finnish name, else any."""
    return names.get("fi") or next(filter(None, names.values()), None) or "–"
