"""What a learner record holds, told from the source alone, so that a log's balance can be compared with it.

Of a unit and its parts one level counts: the unit where it is passed and has a size of its own, else its parts.
"""

from collections import defaultdict
from decimal import Decimal

from conversion import points, schemes


def summarise(record: dict) -> dict:
    """Units that are passed or recognised, and the points that count, by attempt and scheme."""
    attempts = []
    for attempt in record["attempts"]:
        counted: defaultdict[str, Decimal] = defaultdict(Decimal)
        recognised = 0
        for unit in attempt["units"]:
            parts = [part for part in unit.get("parts") or [] if counts(part)]
            recognised += len(parts) + counts(unit)
            level = [unit] if counts(unit) and unit.get("credits") is not None else parts
            for item in level:
                if item.get("credits") is not None:
                    scheme = schemes.FINNISH_CODES.get(item.get("creditUnit"), "unknown")
                    counted[scheme] += points.exact(item["credits"])
        attempts.append({
            "qualification": attempt["qualification"],
            "recognitions": recognised,
            "points": {scheme: points.text(amount) for scheme, amount in sorted(counted.items())},
        })
    return {"attempts": attempts}


def counts(unit: dict) -> bool:
    """True if the unit is passed, or recognised from elsewhere."""
    return bool(unit.get("recognised")) or any(each["passed"] for each in unit.get("assessments") or [])
