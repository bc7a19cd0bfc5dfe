"""Keys, signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import hashlib
from datetime import datetime, timezone
from pathlib import Path

from .ed25519 import is_signature
from .refusal import Refused


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
        """A key, or the file of one."""
        path = Path(argument)
        self.read((path.read_text() if path.is_file() else argument).strip())

    @classmethod
    def of(cls, text):
        key = cls.__new__(cls)
        key.read(text)
        return key

    def read(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Refused(f"{text}: no verifier key, name+hash+key")
        self.name, stated, material = parts
        data = from_base64(material, "key")
        if len(data) != 33 or data[0] not in (1, 4):
            raise Refused(f"{self.name}: no verifier key of Ed25519")
        self.kind, self.public = data[0], data[1:]
        self.hash = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.hash.hex() != stated:
            raise Refused(f"{self.name}: not the key that its hash names")


class Note:
    """A checkpoint with signatures below it."""

    def __init__(self, content, where="the note"):
        lines = content.split("\n")
        if lines[-1] != "" or "" not in lines[:-1]:
            raise Refused(f"{where}: no signatures")
        gap = len(lines) - 2 - lines[-2::-1].index("")
        self.text = "".join(line + "\n" for line in lines[:gap])
        self.signatures = []
        for number, line in enumerate(lines[gap + 1 : -1], gap + 2):
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014":
                raise Refused(f"{where}, line {number}: no signature")
            self.signatures.append((words[1], from_base64(words[2], f"{where}, line {number}")))
        rows = lines[:gap]
        if len(rows) < 3 or not rows[1].isascii() or not rows[1].isdigit() or rows[1] != str(int(rows[1])):
            raise Refused(f"{where}: no checkpoint")
        self.origin, self.size = rows[0], int(rows[1])
        self.root = from_base64(rows[2], f"{where}, line 3")

    def signatures_of(self, key):
        """All that claim to be the key's; each is verified, as their order means nothing."""
        return [data[4:] for name, data in self.signatures if name == key.name and data[:4] == key.hash]

    def verify(self, key):
        signatures = self.signatures_of(key)
        if not signatures:
            raise Refused(f"{key.name}: no signature of this key")
        for signature in signatures:
            if key.kind != 1 or not is_signature(key.public, self.text.encode(), signature):
                raise Refused(f"{key.name}: the signature is not over this text")
        if self.origin != key.name:
            raise Refused(f"{self.origin}: is of another log")

    def verify_any(self, keys):
        """Holds it to the signatures of these keys, of which one must have signed."""
        signed = [key for key in keys if self.signatures_of(key)]
        if not signed:
            raise Refused(f"{keys[0].name}: no signature of this key")
        for key in signed:
            self.verify(key)

    def cosigned(self, key):
        """When a witness saw it last; None where it did not."""
        latest = None
        for data in self.signatures_of(key):
            time = int.from_bytes(data[:8], "big")
            if key.kind != 4 or len(data) != 72 or time >= 2**63:
                raise Refused(f"{key.name}: no cosignature")
            if not is_signature(key.public, f"cosignature/v1\ntime {time}\n{self.text}".encode(), data[8:]):
                raise Refused(f"{key.name}: the signature is not over this text")
            latest = time if latest is None else max(latest, time)
        return latest


def instant(seconds):
    try:
        return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return "after all calendars"


def verify_witnesses(note, witnesses, at_least):
    """Holds a checkpoint to so many witnesses, all where no number is given; who saw it when, in words."""
    seen = [(key, note.cosigned(key)) for key in witnesses]
    # A key counts once, however often and under however many names it is given.
    count = len({key.public for key, time in seen if time is not None})
    needed = len(witnesses) if at_least is None else at_least
    if count < needed:
        raise Refused(f"{count} of {needed}: too few witnesses have cosigned")
    return [f"{key.name} saw it on {instant(time)}." for key, time in seen if time is not None]


def verify_checkpoint(content, options):
    """A checkpoint that the log's key and enough witnesses have signed."""
    note = Note(content)
    note.verify(Key(options.log))
    print(f"{note.origin} signed this over {note.size} events.")
    for line in verify_witnesses(note, [Key(witness) for witness in options.witness], options.at_least):
        print(line)
    return note
