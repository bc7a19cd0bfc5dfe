"""Formation rules of Finnish qualifications: the register's tree as the tree of groups of Accrue's documents.

The register says neither which groups are required nor that one speciality is chosen. So

- sibling specialisations (`osaamisala`) become one required choice of exactly one, and so do siblings that are called
  alternatives (`Vaihtoehto 1`);
- a group with a positive least of points, or of parts where it counts parts, is required, unless it is a specialisation,
  a heading (`tutkintonimike`) or open; and so is one in which something is, where the group around it has no least of its
  own and so would ask for nothing;
- a unit that is mandatory in its group is required there;
- what the register leaves undefined (`määrittelemätön`), or takes from elsewhere (`vieras`), is an open slot, unless it
  says of what it is. Beside units with voluntary parts (those that all have in common) it is for these, too, one of those
  that have one code, as they are the same part in several languages: they are no part of the unit's own points.

Groups have no names of their own in the register. Their ids say where they stand: `1.2.3` is the third child of the second
child of the whole, which is `1`. A choice is called after the group in which it is.
"""

from decimal import Decimal

from conversion import points
from conversion.points import Inexpressible
from conversion.qualifications import Units

SPECIALISATION, HEADING = "osaamisala", "tutkintonimike"
OPEN = ("määrittelemätön", "vieras")
ALTERNATIVE = "vaihtoehto"
"""How the names of groups begin of which one is chosen: nothing else tells them from parts that are all required."""


def formation(rule: dict, codes: dict[str, str], voluntary: dict, units: Units) -> dict:
    """The rule as documents write it; `codes` are those of the units, by their codes in the register, and `voluntary` has
    their voluntary parts. Those that have a place become units beside that of which they are.

    Raises Inexpressible for a rule that the units cannot satisfy, or nothing satisfies.
    """
    whole = group(rule, "1", codes, voluntary)
    most(whole, {unit.code: unit.points or Decimal(0) for unit in units.items})
    if not asks(whole):
        raise Inexpressible("its rule asks for nothing")
    return whole


def group(rule: dict, place: str, codes: dict[str, str], voluntary: dict) -> dict:
    """One group with its children, in the order of the source; a unit that it lists twice stands once."""
    whole = {"group": place} | named(rule) | bounds(rule)
    children, sections, choices = [], [], {}
    for number, child in enumerate(rule.get("children") or [], 1):
        inner = f"{place}.{number}"
        if "unit" in child:
            if (converted := unit(child, codes)) not in children:
                children.append(converted)
        elif child.get("role") in OPEN and not child.get("children"):
            beside = [voluntary[other["unit"]] for other in rule["children"] if other.get("unit") in voluntary]
            children.append(open_to(beside, inner, named(child) | bounds(child)))
        else:
            converted = group(child, inner, codes, voluntary)
            if choice := choice_of(converted, child.get("role")):
                if choice not in choices:
                    choices[choice] = choose_one(f"{place}.{choice}")
                    children.append(choices[choice])
                choices[choice]["children"].append(converted)
            else:
                children.append(converted)
                if child.get("role") != HEADING:
                    sections.append(converted)
    children = with_count_of_parts(whole, children)
    for section in sections:
        section |= required(has_least(section) or not has_least(whole) and asks(section))
    return whole | {"children": children}


def open_to(voluntary: list[dict[str, list]], place: str, terms: dict) -> dict:
    """An open slot, which voluntary parts, by the codes of their parts, may fill, too."""
    if not voluntary:
        return {"open": place} | terms
    choices = []
    for code, parts in ((code, parts) for unit in voluntary for code, parts in unit.items()):
        for part in parts:
            part.parent = None
        listed = [{"unit": part.code} for part in parts]
        one = {"group": f"{place}.voluntary.{code}", "count": {"max": 1}, "children": listed}
        choices += listed if len(listed) == 1 else [one]
    return {"group": place} | terms | {
        "children": [{"group": f"{place}.voluntary", "children": choices}, {"open": f"{place}.other"}]
    }


def choice_of(converted: dict, role: str | None) -> str | None:
    """The choice to which a group belongs, by its name in ids; none where it is no matter of choice."""
    if role == SPECIALISATION:
        return "speciality"
    return "alternative" if converted.get("title", "").lower().startswith(ALTERNATIVE) else None


def choose_one(place: str) -> dict:
    """A choice, of which the children are still to come."""
    return {"group": place, "required": True, "count": {"min": 1, "max": 1}, "children": []}


def with_count_of_parts(whole: dict, children: list) -> list:
    """The children, those that are no groups in one of their own where the number that is asked for is one of these.

    What is to be chosen besides has a number of its own.
    """
    groups = [child for child in children if "group" in child]
    parts = [child for child in children if "group" not in child]
    if "count" not in whole or not parts or not groups:
        return children
    return [{"group": f"{whole['group']}.parts", "required": True, "count": whole.pop("count"), "children": parts}, *groups]


def unit(child: dict, codes: dict[str, str]) -> dict:
    """A unit where a group lists it."""
    if child["unit"] not in codes:
        raise Inexpressible(f"its rule lists the unit {child['unit']}, which it does not have")
    return {"unit": codes[child["unit"]]} | required(child.get("mandatory"))


def required(is_required: bool) -> dict:
    """The member that says so, where it is."""
    return {"required": True} if is_required else {}


def has_least(part: dict) -> bool:
    """Whether bounds ask for points or parts."""
    return any(Decimal(part.get(member, {}).get("min", 0)) > 0 for member in ("points", "count"))


def asks(part: dict) -> bool:
    """Whether a group asks for anything."""
    return has_least(part) or any(child.get("required") for child in part["children"])


def named(rule: dict) -> dict:
    """The Finnish name, else any; nothing where the source has none."""
    names = rule.get("group") or {}
    name = names.get("fi") or next(filter(None, names.values()), None)
    return {"title": name} if name else {}


def bounds(rule: dict) -> dict:
    """The least and the most points, and parts."""
    found = {}
    for field, member, value in (
        ("credits", "points", lambda amount: points.text(points.exact(amount))), ("count", "count", int),
    ):
        ends = zip(("min", "max"), rule.get(field) or [], strict=False)
        if stated := {end: value(amount) for end, amount in ends if amount is not None}:
            found[member] = stated
    return found


def most(part: dict, sizes: dict[str, Decimal]) -> Decimal:
    """The most points that a part can bring, with units of these sizes.

    Raises Inexpressible for a group in which units of a size that is fixed do not reach the least.
    """
    if "unit" in part:
        return sizes[part["unit"]]
    stated = part.get("points", {})
    if "open" in part:
        return Decimal(stated.get("max", "Infinity"))
    amounts = sorted((most(child, sizes) for child in part["children"]), reverse=True)
    within = sum(amounts[:part.get("count", {}).get("max")], Decimal(0))
    name = part.get("title") or f"group {part['group']}"
    if Decimal(stated.get("min", 0)) > within:
        raise Inexpressible(f"{name} asks for {stated['min']} points, and those that are fixed come to {within}")
    if part.get("count", {}).get("min", 0) > len(amounts):
        raise Inexpressible(f"{name} asks for {part['count']['min']} parts, and has {len(amounts)}")
    return min(Decimal(stated.get("max", "Infinity")), within)
