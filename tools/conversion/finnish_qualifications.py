"""Finnish qualifications: snapshots of the national register's standards, one qualification version for each mode.

The qualification's id is the standard's diary number. A version is its first day and the mode: `ops` (by points) and
`naytto` (by count, without points) are two older ways to complete a qualification, `reformi` is the present one. Each has
the formation rule of the register (`finnish_formation`).
Compulsory and voluntary sizes of a part (osa-alue) are two parts, the second with `-voluntary`. Where the rule has a place
for voluntary ones beside the unit, they are units of their own.
"""

import json

from conversion import finnish_formation, points, schemes
from conversion.lines import Lines, day, name_of
from conversion.points import Inexpressible
from conversion.qualifications import Units, publish


def convert(sources: list, lines: Lines) -> dict:
    """Writes every snapshot of the sources, and answers the summary."""
    catalogues, published = {}, {}
    for snapshot in (snapshot for source in sources for snapshot in source["qualifications"]):
        name = f"{name_of(snapshot, 'diary')} ({name_of(snapshot, 'source').rpartition('/')[2]})"
        for mode in lines.attempt(name, lambda _: sorted(snapshot["modes"])) or []:
            where = f"{name} {mode}"
            written = lines.attempt(where, lambda draft: convert_mode(snapshot, mode, published, where, draft))
            catalogues |= written or {}
    return {"catalogues": catalogues}


def content(snapshot: dict) -> str:
    """All that a snapshot says, to compare with another."""
    return json.dumps({**snapshot, "source": None}, sort_keys=True, default=str)


def free_version(snapshot: dict, mode: str, published: dict) -> str:
    """A name for this mode of the snapshot: its first day and the mode, with `-2`, `-3` … where others have it.

    Raises Inexpressible where one of these others says the same.
    """
    name = version = f"{day(snapshot['validFrom'])}-{mode}"
    number = 1
    while earlier := published.get((snapshot["diary"], version)):
        if earlier[1] == content(snapshot):
            raise Inexpressible(f"it is published already, with the same content, by {earlier[0]}")
        number += 1
        version = f"{name}-{number}"
    return version


def convert_mode(snapshot: dict, mode: str, published: dict, where: str, lines: Lines) -> dict:
    """Publishes one mode of a snapshot, and answers its summary under its identifier."""
    version = free_version(snapshot, mode, published)
    catalogue = snapshot["modes"][mode]
    counted_in = catalogue.get("creditUnit") or "OSAAMISPISTE"
    if counted_in not in schemes.FINNISH_CODES:
        raise Inexpressible(f"points are counted in {counted_in}, which is no known scheme")
    units, codes, voluntary = mode_units(catalogue["units"], lines, where)
    rule = catalogue.get("rule")
    total = whole_points(rule or {}, lines, where)
    formation = convert_rule(rule, codes, voluntary, units, where, lines)
    scheme = schemes.scheme(lines, schemes.FINNISH_CODES[counted_in])
    name = publish(
        lines, snapshot["validFrom"], units,
        id="fi-" + snapshot["diary"].replace("/", "."), version=version, title=title(snapshot["name"]), country="FI",
        scheme=scheme, points=total, validUntil=optional_day(snapshot.get("validTo")),
        transitionEnd=optional_day(snapshot.get("transitionEnds")),
        formation=formation,
    )
    published[snapshot["diary"], version] = (where, content(snapshot))
    return {name: units.summary() | {"points": total}}


def convert_rule(
    rule: dict | None, codes: dict, voluntary: dict, units: Units, where: str, lines: Lines,
) -> dict | None:
    """The formation rule; none, with a remark, where units of fixed sizes cannot tell whether it is satisfied."""
    try:
        return finnish_formation.formation(rule, codes, voluntary, units) if rule else None
    except Inexpressible as error:
        lines.note(where, f"published without its formation rule: {error}")
        return None


def whole_points(rule: dict, lines: Lines, where: str) -> str | None:
    """The points of the whole qualification: the least that its rule demands."""
    bounds = rule.get("credits")
    if not bounds or bounds[0] is None:
        return None
    if bounds[0] != bounds[1]:
        lines.note(where, f"the whole is {bounds[0]} to {bounds[1]} points; the least are kept")
    return points.text(points.exact(bounds[0]))


def mode_units(source: dict, lines: Lines, where: str) -> tuple[Units, dict[str, str], dict[str, dict]]:
    """The units and their parts, in the order of the source; by the code of each unit in the source its code, and its
    voluntary parts by their codes there.
    """
    units, codes, all_voluntary = Units(), {}, {}
    for code, standard in source.items():
        amount, most = points.exact(standard.get("credits")), points.exact(standard.get("maxCredits"))
        if most is not None and most != amount:
            lines.note(where, f"unit {code} has {amount} to {most} points; "
                       + (f"{amount} are kept" if amount else "none is fixed, so it carries none"))
            amount = amount or None
        unit = units.add(code, title(standard["name"]), amount)
        codes[code] = unit.code
        parts = standard.get("subUnits") or []
        for number, part in enumerate(parts, 1):
            part_code = f"{unit.code}.{part.get('code') or number}"
            mandatory, voluntary = points.exact(part.get("mandatory")), points.exact(part.get("optional"))
            if mandatory is not None or voluntary is None:
                units.add(part_code, title(part["name"]), mandatory, unit.code)
            if voluntary is not None:
                added = units.add(f"{part_code}-voluntary", title(part["name"]), voluntary, unit.code)
                all_voluntary.setdefault(code, {}).setdefault(part.get("code") or str(number), []).append(added)
        counted = sum(points.exact(part.get("mandatory")) or 0 for part in parts)
        if counted and counted != amount:
            lines.note(where, f"unit {code} has {amount} points, its compulsory parts {counted}; both are kept")
    return units, codes, all_voluntary


def optional_day(text: str | None) -> str | None:
    """The day, where there is one."""
    return None if text is None else day(text)


def title(names: dict) -> str:
    """The Finnish name, else any."""
    return names.get("fi") or next(filter(None, names.values()), None) or "–"
