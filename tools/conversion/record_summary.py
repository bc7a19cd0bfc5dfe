"""What a learner record holds, told from the source alone, so that a log's balance can be compared with it.

Of a unit and its parts one level counts: the unit where it is passed and has a size of its own, else its parts.
"""

from decimal import Decimal

from conversion import points, schemes


def summarise(record: dict) -> dict:
    """For each attempt: what is passed or recognised, the points that count, and sizes that are in no fit scheme."""
    return {"attempts": [summarise_attempt(attempt) for attempt in record["attempts"]]}


def summarise_attempt(attempt: dict) -> dict:
    """The same for one attempt."""
    scheme = schemes.prevailing(attempt["units"])
    counted, recognitions, quarantined = Decimal(0), 0, 0
    for unit in attempt["units"]:
        parts = unit.get("parts") or []
        for item in [unit, *parts]:
            recognitions += counts(item)
            quarantined += item.get("credits") is not None and size(item, scheme) is None
        whole = size(unit, scheme) if counts(unit) else None
        counted += sum(size(part, scheme) or 0 for part in parts if counts(part)) if whole is None else whole
    return {
        "qualification": attempt["qualification"], "recognitions": recognitions, "quarantined": quarantined,
        "scheme": scheme, "points": points.text(counted),
    }


def size(unit: dict, scheme: str) -> Decimal | None:
    """The size of a unit, where it has one that can be counted in the scheme."""
    if schemes.FINNISH_CODES.get(unit.get("creditUnit")) != scheme:
        return None
    try:
        return points.exact(unit.get("credits"))
    except points.Inexpressible:
        return None


def counts(unit: dict) -> bool:
    """True if the unit is passed, or recognised from elsewhere."""
    return bool(unit.get("recognised")) or any(each["passed"] for each in unit.get("assessments") or [])
