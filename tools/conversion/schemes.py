"""The credit schemes and grade scales that the sources use."""

import hashlib
import json
from collections import Counter

from conversion.lines import Lines, identifier, words

SCHEMES = {
    "KT": "Kreditne točke (Slovenija)",
    "osp": "Osaamispiste",
    "op": "Opintopiste",
    "ov": "Opintoviikko",
}

# The Finnish code list opintojenlaajuusyksikko: in what the amount of studies is counted.
FINNISH_CODES = {"1": "ov", "2": "op", "6": "osp", "OPINTOVIIKKO": "ov", "OPINTOPISTE": "op", "OSAAMISPISTE": "osp"}

# Grades from lowest to highest, with whether they pass.
SCALES = {
    "arviointiasteikkoammatillinenhyvaksyttyhylatty": [("Hylätty", False), ("Hyväksytty", True)],
    "arviointiasteikkomuuammatillinenkoulutus": [("Hylätty", False), ("Hyväksytty", True), ("Suoritettu", True)],
    "arviointiasteikkoammatillinent1k3": [
        ("0", False), ("Hylätty", False), ("Hyväksytty", True), ("1", True), ("2", True), ("3", True)
    ],
    "arviointiasteikkoammatillinen15": [
        ("0", False), ("Hylätty", False), ("Hyväksytty", True),
        ("1", True), ("2", True), ("3", True), ("4", True), ("5", True),
    ],
}


def prevailing(units: list) -> str:
    """The scheme in which most of these Finnish units and their parts are counted; osp where none is stated."""
    counted = Counter(
        FINNISH_CODES[item["creditUnit"]] for unit in units for item in [unit, *(unit.get("parts") or [])]
        if item.get("credits") is not None and item.get("creditUnit") in FINNISH_CODES
    )
    return counted.most_common(1)[0][0] if counted else "osp"


def scheme(lines: Lines, code: str) -> str:
    """Introduces a scheme, and answers its identifier."""
    return lines.introduce("scheme-introduced", code, name=SCHEMES[code])


def scale(lines: Lines, name: str, seen: dict[str, bool]) -> str:
    """Introduces the scale on which these grades were given, and answers its identifier.

    A scale that is not known, or that has other grades, is made of the grades seen, failing ones first; its identifier
    then tells it apart.
    """
    known = SCALES.get(words(name), [])
    grades, code = known, name
    if not seen.items() <= dict(known).items():
        grades = sorted((dict(known) | seen).items(), key=lambda grade: (grade[1], grade[0]))
        code = f"{name}-{hashlib.sha256(json.dumps(grades).encode()).hexdigest()[:8]}"
    code = identifier(code)
    document = [{"code": grade, "passes": passes} for grade, passes in grades]
    return lines.introduce("scale-introduced", code, name=name, grades=document)
