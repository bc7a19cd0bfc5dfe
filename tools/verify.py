#!/usr/bin/env python3
"""Verifies proofs of an Accrue log, with nothing but Python's standard library.

Written from the documentation (the article on proofs, RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint,
tlog-cosignature, tlog-tiles and tlog-proof), and sharing nothing with the program that made them.

Exit codes: 0 all holds, 2 usage, 7 something does not hold.
"""

import argparse
import base64
import hashlib
import struct
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

FIXED_PART = 128
SALT = 16
TILE_WIDTH = 256


class Refused(Exception):
    """Something does not hold; says what, and where."""


# --- Ed25519, RFC 8032, section 5.1 ---------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def add(one, two):
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def is_signature(public, message, signature):
    """Whether 64 bytes are the key's signature over a message (RFC 8032, section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(s, BASE), add(r, multiply(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- Keys, notes and checkpoints ------------------------------------------------------------------------------------


def from_base64(text, where):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(f"{where}: not base64")
    if base64.b64encode(data).decode() != text:
        raise Refused(f"{where}: not canonical base64")
    return data


class Key:
    """A verifier key, name+hash+key: kind 1 signs as a log, kind 4 cosigns as a witness."""

    def __init__(self, argument):
        path = Path(argument)
        text = (path.read_text() if path.is_file() else argument).strip()
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Refused(f"{text}: no verifier key")
        self.name, stated, material = parts
        data = from_base64(material, "key")
        self.kind, self.public = data[0], data[1:]
        self.hash = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.hash.hex() != stated or self.kind not in (1, 4) or len(self.public) != 32:
            raise Refused(f"{self.name}: no verifier key, or not the one that its hash names")


class Note:
    """A text with signatures below it."""

    def __init__(self, content):
        lines = content.split("\n")
        if lines[-1] != "" or "" not in lines[:-1]:
            raise Refused("the note: no signatures")
        gap = len(lines) - 2 - lines[-2::-1].index("")
        self.text = "".join(line + "\n" for line in lines[:gap])
        self.signatures = []
        for number, line in enumerate(lines[gap + 1 : -1], gap + 2):
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014":
                raise Refused(f"the note, line {number}: no signature")
            self.signatures.append((words[1], from_base64(words[2], f"the note, line {number}")))
        rows = self.text.split("\n")
        if len(rows) < 4 or rows[1] != str(int(rows[1]) if rows[1].isdigit() else -1):
            raise Refused("the note: no checkpoint")
        self.origin, self.size = rows[0], int(rows[1])
        self.root = from_base64(rows[2], "the note, line 3")

    def signatures_of(self, key):
        """All that claim to be the key's; each is verified, as their order means nothing."""
        return [data[4:] for name, data in self.signatures if name == key.name and data[:4] == key.hash]

    def verify(self, key):
        signatures = self.signatures_of(key)
        if not signatures:
            raise Refused(f"{key.name}: has not signed the checkpoint")
        for signature in signatures:
            if key.kind != 1 or not is_signature(key.public, self.text.encode(), signature):
                raise Refused(f"{key.name}: its signature is not over this checkpoint")
        if self.origin != key.name:
            raise Refused(f"{self.origin}: another log's checkpoint")

    def cosigned(self, key):
        """When a witness saw it last; None where it did not."""
        latest = None
        for data in self.signatures_of(key):
            time = int.from_bytes(data[:8], "big")
            if key.kind != 4 or len(data) != 72 or time >= 2**63:
                raise Refused(f"{key.name}: no cosignature")
            if not is_signature(key.public, f"cosignature/v1\ntime {time}\n{self.text}".encode(), data[8:]):
                raise Refused(f"{key.name}: its cosignature is not over this checkpoint")
            latest = time if latest is None else max(latest, time)
        return latest


def instant(seconds):
    try:
        return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return "after all calendars"


def verify_checkpoint(content, options):
    note, witnesses = Note(content), [Key(witness) for witness in options.witness]
    note.verify(Key(options.log))
    print(f"{note.origin} signed this over {note.size} events.")
    seen = [(key, note.cosigned(key)) for key in witnesses]
    for key, time in seen:
        if time is not None:
            print(f"{key.name} saw it on {instant(time)}.")
    # A key counts once, however often and under however many names it is given.
    count = len({key.public for key, time in seen if time is not None})
    needed = len(witnesses) if options.at_least is None else options.at_least
    if count < needed:
        raise Refused(f"{count} of {needed} witnesses have cosigned")
    return note


# --- The tree, RFC 6962, section 2.1 --------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves):
    """The root over some leaves: full subtrees from the left, folded from the right."""
    stack = []
    for index, leaf in enumerate(leaves, 1):
        while index % 2 == 0:
            leaf = node_hash(stack.pop(), leaf)
            index //= 2
        stack.append(leaf)
    root = stack.pop() if stack else hashlib.sha256(b"").digest()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def root_by_path(leaf, index, size, path):
    """The root to which an audit path leads (RFC 9162, section 2.1.3.2)."""
    node, last = index, size - 1
    for sibling in path:
        if last == 0:
            raise Refused("the proof has too many hashes")
        if node & 1 or node == last:
            leaf = node_hash(sibling, leaf)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            leaf = node_hash(leaf, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Refused("the proof has too few hashes")
    return leaf


# --- Entries: the article on the record format ----------------------------------------------------------------------


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def decode(entry, position):
    """The fields of an entry that say what it is; its checksum and its position are verified."""
    if len(entry) < FIXED_PART + SALT:
        raise Refused(f"position {position}: {len(entry)} bytes are no entry")
    version, kind = entry[0], entry[1]
    (checksum,) = struct.unpack_from("<I", entry, 4)
    (stated,) = struct.unpack_from("<Q", entry, 8)
    if version != 1:
        raise Refused(f"position {position}: format {version} is not known here")
    if crc32c(entry[:4] + bytes(4) + entry[8:]) != checksum:
        raise Refused(f"position {position}: its checksum does not hold")
    if stated != position:
        raise Refused(f"position {position}: the entry says {stated}")
    recorded, effective = struct.unpack_from("<qi", entry, 32)
    learner_version, learner, points = struct.unpack_from("<IIq", entry, 48)
    return {
        "kind": kind,
        "id": entry[16:32].hex(),
        "effective": date(1970, 1, 1) + timedelta(days=effective),
        "recorded at": datetime(1970, 1, 1) + timedelta(microseconds=recorded),
        "learner": learner,
        "version": learner_version,
        "points": None if points == -(2**63) else points,
    }


def points_text(points):
    whole, part = divmod(abs(points), 10_000)
    text = f"{whole}.{part:04}".rstrip("0").rstrip(".")
    return "-" + text if points < 0 else text


# --- Commands -------------------------------------------------------------------------------------------------------


def verify_proof(options):
    content = sys.stdin.read() if options.file == "-" else Path(options.file).read_text()
    lines = content.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3 or not lines[1].startswith("extra "):
        raise Refused("line 1: no proof of an Accrue log")
    entry = from_base64(lines[1][6:], "line 2")
    if not lines[2].startswith("index ") or lines[2] != f"index {int(lines[2][6:] or -1)}":
        raise Refused("line 3: no index")
    index, end = int(lines[2][6:]), lines.index("", 3)
    path = [from_base64(line, f"line {number}") for number, line in enumerate(lines[3:end], 4)]
    note = verify_checkpoint("\n".join(lines[end + 1 :]), options)
    if not index < note.size:
        raise Refused(f"index {index}: the log has {note.size} events")
    if root_by_path(leaf_hash(entry), index, note.size, path) != note.root:
        raise Refused(f"position {index + 1}: the proof leads to another root")
    fields = decode(entry, index + 1)
    print(f"The event at position {index + 1} is among them:")
    for name, value in fields.items():
        if value is not None:
            print(f"  {name:12} {points_text(value) if name == 'points' else value}")
    print("Not proved: who the learner is, that no later event takes it back, and that it was decided rightly.")


def tile_name(index):
    groups = []
    while True:
        groups.insert(0, f"{index % 1000:03}" if not groups else f"x{index % 1000:03}")
        index //= 1000
        if index == 0:
            return "/".join(groups)


def read_bundles(folder, size):
    """Every entry in order."""
    for tile in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
        count = min(TILE_WIDTH, size - tile * TILE_WIDTH)
        name = tile_name(tile) + ("" if count == TILE_WIDTH else f".p/{count}")
        path, hashes = folder / "tile/entries" / name, (folder / "tile/0" / name).read_bytes()
        data, offset = path.read_bytes(), 0
        for place in range(count):
            position = tile * TILE_WIDTH + place + 1
            (length,) = struct.unpack_from(">H", data, offset) if offset + 2 <= len(data) else (0,)
            entry = data[offset + 2 : offset + 2 + length]
            offset += 2 + length
            if leaf_hash(entry) != hashes[32 * place : 32 * place + 32]:
                raise Refused(f"position {position}: its entry is not that of the tile")
            yield position, entry
        if offset != len(data):
            raise Refused(f"{path}: bytes behind the last entry")


def verify_log(options):
    folder = Path(options.folder)
    note = verify_checkpoint((folder / "checkpoint").read_text(), options)
    if note.size == 0:
        raise Refused("the log is empty, and proves nothing")
    leaves, streams, last_instant = [], {}, None
    for position, entry in read_bundles(folder, note.size):
        fields = decode(entry, position)
        expected = streams.get(fields["learner"], 0) + 1
        if fields["version"] != expected:
            raise Refused(f"position {position}: version {fields['version']} of its stream, not {expected}")
        if last_instant is not None and fields["recorded at"] < last_instant:
            raise Refused(f"position {position}: recorded before the event before it")
        last_instant = fields["recorded at"]
        streams[fields["learner"]] = expected
        leaves.append(leaf_hash(entry))
    if tree_root(leaves) != note.root:
        raise Refused(f"the {note.size} entries have another root than was signed")
    learners = sum(number > 0 for number in streams)
    print(f"All {note.size} entries of {learners} learners are those that were signed, none is missing or out of order.")
    for earlier in options.earlier:
        old = Note(Path(earlier).read_text())
        old.verify(Key(options.log))
        if old.size > note.size or tree_root(leaves[: old.size]) != old.root:
            raise Refused(f"{earlier}: the log is not a continuation of what was signed over {old.size} events")
        print(f"They continue the {old.size} that were signed in {earlier}.")
    print("Not proved: that events were decided rightly, and that what happened was recorded at all.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, argument, text in [
        ("proof", verify_proof, "file", "verify the proof of an event, as accrue proof writes it"),
        ("log", verify_log, "folder", "verify a published log, as accrue log publish --entries writes it"),
    ]:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(argument)
        command.add_argument("--log", required=True, help="the log's verifier key, or a file of it")
        command.add_argument("--witness", action="append", default=[], help="a witness's verifier key; again for each")
        command.add_argument("--at-least", type=int, help="how many witnesses must have cosigned (default: all)")
        if name == "log":
            command.add_argument("--earlier", action="append", default=[], help="a checkpoint that you kept")
        command.set_defaults(run=run)
    options = parser.parse_args()
    try:
        options.run(options)
    except Refused as refused:
        print(f"Does not hold: {refused}", file=sys.stderr)
        return 7
    except (OSError, UnicodeDecodeError, ValueError, IndexError, struct.error) as error:
        print(f"Does not hold: cannot be read: {error}", file=sys.stderr)
        return 7
    return 0


if __name__ == "__main__":
    sys.exit(main())
