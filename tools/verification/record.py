"""Entries and parts, byte by byte: the article on the record format."""

import hashlib
import json
import re
import struct
from datetime import date, datetime, timedelta
from unicodedata import is_normalized

from .kinds import FUNCTIONS, KINDS, PROCEDURES, REASONS, RESULTS
from .refusal import at

LAYOUT = struct.Struct("<BBHIQ16sqiiIIqBBBBHHHHHHI11I")
TABLE_ENTRY = struct.Struct("<HHI32s")
# Random bytes before the content of each part.
SALT = 16
NO_DATE = -(2**31)
NO_POINTS = -(2**63)

DETAILS, SOURCES, MOVED = 1, 2, 3


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = crc32c_table()


def crc32c(data):
    crc, table = 0xFFFFFFFF, CRC_TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Event:
    """One event as its entry states it, and what its parts say. References are positions, 0 where there is none."""

    __slots__ = (
        "position", "kind", "is_batch_end", "id", "recorded", "effective", "decided", "version", "stream",
        "points", "function", "result", "procedure", "attempt", "unit", "grade", "reason",
        "learner", "actor", "institution", "qualification", "scale", "scheme", "enrolment", "answers", "replaces",
        "agreement", "decision", "details", "sources", "moved", "line",
    )  # fmt: skip

    def shown(self):
        """What it says of itself, as names and texts."""
        facts = {
            "kind": self.kind,
            "id": "-".join(self.id[a:b] for a, b in [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]),
            "effective": day_text(self.effective),
            "recorded at": datetime(1970, 1, 1) + timedelta(microseconds=self.recorded),
            "learner": self.stream,
            "version": self.version,
            "result": self.result,
            "points": None if self.points is None else points_text(self.points),
        }
        return {name: value for name, value in facts.items() if value is not None}


def word(words, number, position, field):
    """The word of a number; 0 is none."""
    if number not in words:
        raise at(position, f"{field} {number} is not known here")
    return words[number]


def decode(entry, position):
    """An event without its parts, and the table of these: type, length and digest, both with the salt."""
    if len(entry) < LAYOUT.size:
        raise at(position, f"{len(entry)} bytes are no entry")
    (
        version, kind, flags, checksum, stated, identity, recorded, effective, decided, number, stream, points,
        function, result, procedure, reserved, attempt, unit, grade, group, reason, reserved2, length, *references,
    ) = LAYOUT.unpack_from(entry)  # fmt: skip
    if version != 1:
        raise at(position, f"format {version} is not known here")
    if crc32c(entry[:4] + bytes(4) + entry[8:]) != checksum:
        raise at(position, "its checksum does not hold")
    if stated != position:
        raise at(position, f"the entry says {stated}")
    if len(entry) != LAYOUT.size + length or length % TABLE_ENTRY.size:
        raise at(position, f"a table of {length} bytes does not fit its entry of {len(entry)}")
    if flags & ~3 or reserved or reserved2:
        raise at(position, "reserved bits are not zero")
    if kind not in KINDS:
        raise at(position, f"kind {kind} is not known here")
    if max(references) == 2**32 - 1:
        raise at(position, "it refers to a position that no event has")
    event = Event()
    event.position, event.kind, event.is_batch_end, event.id = position, KINDS[kind], bool(flags & 1), identity.hex()
    event.recorded, event.effective = recorded, effective
    event.decided = None if decided == NO_DATE else decided
    event.version, event.stream = number, stream
    event.points = None if points == NO_POINTS else points
    event.function = word(FUNCTIONS, function, position, "function")
    event.result = word(RESULTS, result, position, "result")
    event.procedure = word(PROCEDURES, procedure, position, "procedure")
    event.attempt, event.unit, event.grade = attempt, unit, grade
    event.reason = word(REASONS, reason, position, "reason")
    (
        event.learner, event.actor, event.institution, event.qualification, event.scale, event.scheme,
        event.enrolment, event.answers, event.replaces, event.agreement, event.decision,
    ) = references  # fmt: skip
    event.details, event.sources, event.moved, event.line = {}, (), (), 0
    table, last = [], 0
    for offset in range(LAYOUT.size, len(entry), TABLE_ENTRY.size):
        kind_of_part, reserved, size, digest = TABLE_ENTRY.unpack_from(entry, offset)
        if reserved or kind_of_part <= last:
            raise at(position, "its table of parts is not in order")
        if size < SALT:
            raise at(position, f"its part of type {kind_of_part} has {size} bytes")
        if kind_of_part not in (DETAILS, SOURCES, MOVED):
            raise at(position, f"parts of type {kind_of_part} are not known here")
        table.append((kind_of_part, size, digest))
        last = kind_of_part
    return event, table


def read_parts(event, table, parts):
    """Reads what the parts say into an event; each is held to its digest. What is withheld (None) stays unread."""
    if len(parts) != len(table):
        raise at(event.position, f"{len(parts)} parts, and its table has {len(table)}")
    for (kind, size, digest), part in zip(table, parts):
        if part is None:
            continue
        if len(part) != size or hashlib.sha256(part).digest() != digest:
            raise at(event.position, f"its part of type {kind} is not the one of its table")
        part = part[SALT:]
        if kind == DETAILS:
            event.details = read_details(part, event)
        elif kind in (SOURCES, MOVED):
            if len(part) % 4:
                raise at(event.position, f"its part of type {kind} is no list of positions")
            positions = struct.unpack(f"<{len(part) // 4}I", part)
            if kind == SOURCES:
                event.sources = positions
            else:
                event.moved = positions


def read_details(part, event):
    position = event.position
    try:
        details = json.loads(part, object_pairs_hook=unique_members)
    except (ValueError, RecursionError) as error:
        raise at(position, f"its details cannot be read: {error}")
    if not isinstance(details, dict):
        raise at(position, "its details are no object")
    # Keys are told by their whole text.
    if event.kind != "key-rotated" and (name := uncomposed(details)) is not None:
        raise at(position, f"the identifier {name} is not in normal form C")
    return details


# What is said in words. All other texts are identifiers, or have no letters that could be written otherwise.
WORDS = {
    "text", "legalBasis", "evidence", "title", "name", "role", "nationalLevel", "by", "grades", "grade", "shown",
    "country",
}  # fmt: skip


def uncomposed(value):
    """The first identifier that is not in Unicode normal form C, or None."""
    if isinstance(value, str):
        return None if is_normalized("NFC", value) else value
    members = value if isinstance(value, list) else []
    if isinstance(value, dict):
        members = [member for name, member in value.items() if name not in WORDS]
    return next((name for name in map(uncomposed, members) if name is not None), None)


def unique_members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def points_value(text):
    """Points as they are written, in ten-thousandths."""
    match = re.fullmatch("(-?)([0-9]+)(?:[.]([0-9]{1,4}))?", text)
    if match is None:
        raise ValueError(f"{text}: no points")
    sign, whole, part = match.groups("")
    points = int(whole) * 10_000 + int(part.ljust(4, "0"))
    return -points if sign else points


def points_text(points):
    whole, part = divmod(abs(points), 10_000)
    text = f"{whole}.{part:04}".rstrip("0").rstrip(".")
    return "-" + text if points < 0 else text


EPOCH = date(1970, 1, 1)


def day_text(day):
    """A day as YYYY-MM-DD."""
    return str(EPOCH + timedelta(days=day))


def day_value(text):
    return (date.fromisoformat(text) - EPOCH).days
