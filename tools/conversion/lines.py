"""Accrue's lines: one event a line, in canonical JSON, under ids that depend only on what the event is."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from conversion.points import Inexpressible

T = TypeVar("T")

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://accrue.invalid/conversion")

ALWAYS = "1900-01-01"
"""From when on something holds whose beginning the source does not tell: the first day that Accrue knows."""


def event_id(*key: str) -> str:
    """The id of the event with this readable key; the same key always gives the same id."""
    return str(uuid.uuid5(NAMESPACE, "\n".join(key)))


def day(text: str) -> str:
    """The text, which is a day that Accrue knows. Raises Inexpressible for any other."""
    try:
        if text == date.fromisoformat(text).isoformat() and ALWAYS <= text < "2200":
            return text
    except (TypeError, ValueError):
        pass
    raise Inexpressible(f"{text!r} is no day between 1900-01-01 and 2199-12-31")


def words(text) -> str:
    """The text, which is one that an event can carry. Raises Inexpressible for anything else."""
    if isinstance(text, str) and text.strip() and len(text.encode()) <= 4_000:
        return text
    raise Inexpressible(f"{str(text)[:40]!r} is no text of 1 to 4,000 bytes")


MISSHAPEN = (Inexpressible, AttributeError, LookupError, TypeError, ValueError)
"""What is raised where a source is not shaped as expected, or says what Accrue cannot express."""


def reason(error: Exception) -> str:
    """Why something is refused, in words."""
    if isinstance(error, Inexpressible):
        return str(error)
    return f"it has no {error}" if isinstance(error, KeyError) else f"it is not shaped as expected ({error})"


def identifier(text: str) -> str:
    """The text as an outside identifier, with spaces made hyphens.

    Raises Inexpressible where it stays impossible: empty, longer than 200 bytes, or with control characters.
    """
    joined = "-".join(words(text).split())
    if not joined or len(joined.encode()) > 200 or not joined.isprintable():
        raise Inexpressible(f"{text!r} cannot be an identifier (1 to 200 bytes, no spaces or control characters)")
    return joined


def name_of(item, field: str) -> str:
    """What to call an item of the source in remarks."""
    name = item.get(field) if isinstance(item, dict) else None
    return name if isinstance(name, str) else f"an item without {field}"


class Lines:
    """The events written so far, and what there is to say about them."""

    def __init__(self):
        self.written: list[str] = []
        self.notes: list[str] = []
        self.refusals = 0
        self._ids: set[str] = set()

    def event(self, key: tuple[str, ...], kind: str, effective: str, **fields) -> str:
        """Writes an event and answers its id; fields that are None are left out.

        An id that is written already is not written again: what everybody shares needs to be introduced once.
        """
        identity = event_id(kind, *key)
        if identity not in self._ids:
            self._ids.add(identity)
            content = {"id": identity, "kind": kind, "effective": effective}
            content |= {name: value for name, value in fields.items() if value is not None}
            self.written.append(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        return identity

    def introduce(self, kind: str, identity: str, effective: str = ALWAYS, /, **document) -> str:
        """Writes what introduces something under an outside identifier, and answers that identifier."""
        document = {field: value for field, value in document.items() if value is not None}
        self.event((identity,), kind, effective, identifier=identity, document=document)
        return identity

    def attempt(self, where: str, convert: Callable[["Lines"], T]) -> T | None:
        """Writes what `convert` writes and answers what it answers, or refuses the whole by name, with the reason."""
        draft = Lines()
        try:
            answer = convert(draft)
        except MISSHAPEN as error:
            self.refuse(where, reason(error))
            return None
        self.take(draft)
        return answer

    def take(self, other: "Lines"):
        """Writes what `other` has written and this has not."""
        for line in other.written:
            identity = json.loads(line)["id"]
            if identity not in self._ids:
                self._ids.add(identity)
                self.written.append(line)
        self.notes += other.notes
        self.refusals += other.refusals

    def note(self, where: str, remark: str):
        """Something that a reader of the source should know."""
        self.notes.append(f"{where}: {remark}")

    def refuse(self, where: str, reason: str):
        """Something that is not converted, by name and with the reason."""
        self.refusals += 1
        self.note(where, f"refused: {reason}")
