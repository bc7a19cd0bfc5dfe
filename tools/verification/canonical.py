"""Canonical JSON (RFC 8785) of what a bundle has: whole numbers, texts, truth values, lists and objects."""

import json

GREATEST = 2**53 - 1


def write(value):
    """The canonical text of a value. Names of members are of plain letters, so that their order is that of bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read(line):
    """The value of a line; ValueError where it is not byte for byte the canonical form of what it says."""
    text = line.decode("utf-8")
    value = json.loads(text, parse_float=refuse, parse_constant=refuse, parse_int=whole)
    if write(value) != text:
        raise ValueError("not in canonical form")
    return value


def whole(text):
    number = int(text)
    if not 0 <= number <= GREATEST:
        raise ValueError(f"{text} is out of range")
    return number


def refuse(text):
    raise ValueError(f"{text} is no whole number")
