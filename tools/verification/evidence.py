"""The lines of an evidence bundle: the article on evidence bundles."""

from . import canonical
from .notes import Note, from_base64
from .record import DETAILS, day_text, day_value, decode, read_parts
from .refusal import Refused, at
from .tree import leaf_hash

ORDER = ["fact", "checkpoint", "event", "tree", "head", "balance", "verdict"]
CLAIMS = {"fact", "balance", "verdict"}
# Kinds of which the details are never withheld, as claims follow from them.
DECIDED_BY_DETAILS = {"agreement-signed", "agreement-amended", "exception-granted"}


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_text(value):
    return isinstance(value, str)


def is_day(value):
    try:
        return is_text(value) and day_text(day_value(value)) == value
    except ValueError:
        return False


def is_list_of(is_member):
    return lambda value: isinstance(value, list) and all(is_member(member) for member in value)


# What the members of a line are; those of a scope may all be left out.
COUNTS = {name: is_number for name in ["balance", "checkpoint", "event", "fact", "head", "verdict"]}
SCOPE = {name: is_number for name in ["learner", "institution", "qualification", "ruleSet"]}
SCOPE |= {name: is_day for name in ["from", "until"]}
SHAPES = {
    "bundle": {
        "counts": lambda value: has_shape(value, COUNTS),
        "format": is_text,
        "heads": lambda value: value is None or is_number(value),
        "known": is_number,
        "on": is_day,
        "origin": is_text,
        "registry": lambda value: value in ("whole", "closed"),
        "scope": lambda value: has_shape(value, SCOPE, is_partial=True),
        "size": is_number,
    },
    "checkpoint": {"note": is_text},
    "event": {
        "entry": is_text,
        "parts": is_list_of(lambda part: part is None or is_text(part)),
        "position": is_number,
    },
    "tree": {"hashes": is_list_of(is_text)},
    "head": {"position": is_number, "proof": is_list_of(is_text), "stream": is_number, "version": is_number},
}


def has_shape(value, shape, is_partial=False):
    if not isinstance(value, dict) or not value.keys() <= shape.keys():
        return False
    if not is_partial and len(value) != len(shape):
        return False
    return all(shape[name](member) for name, member in value.items())


class Evidence:
    """What a bundle holds, once its lines and its events are read."""

    def __init__(self, file):
        self.header, self.notes, self.hashes, self.heads = None, [], [], []
        self.first_line = {}
        self.claims = {name: [] for name in CLAIMS}
        self.events, self.leaves, self.withheld = [], [], 0
        self.raw = []
        self.read_lines(file)
        self.read_events()

    # Lines

    def read_lines(self, file):
        number = 0
        due = iter(["bundle"])
        for number, line in enumerate(file, 1):
            kind = next(due, None)
            if kind is None:
                raise Refused(f"line {number}: it is behind the last line")
            value = read_line(line, number, kind)
            if kind == "bundle":
                self.header = value
                counts = self.header["counts"]
                if value["format"] != "accrue-evidence/1":
                    raise Refused(f"line 1: the format {value['format']} is not known here")
                if not counts["event"] or not counts["checkpoint"]:
                    raise Refused("line 1: a bundle without events or checkpoints proves nothing")
                due, first = (name for name in ORDER for _ in range(counts.get(name, 1))), 2
                for name in ORDER:
                    self.first_line[name] = first
                    first += counts.get(name, 1)
            elif kind in CLAIMS:
                self.claims[kind].append((number, line))
            else:
                getattr(self, f"take_{kind}")(value, number)
        if number == 0:
            raise Refused("the bundle is empty, and proves nothing")
        if (kind := next(due, None)) is not None:
            raise Refused(f"line {number + 1}: it is missing; a line of {kind} is due")

    def take_checkpoint(self, value, number):
        note = Note(value["note"], f"line {number}: the checkpoint")
        note.line = number
        if self.notes and note.size <= self.notes[-1].size:
            raise Refused(f"line {number}: a checkpoint out of order")
        self.notes.append(note)

    def take_event(self, value, number):
        if self.raw and value["position"] <= self.raw[-1][1]:
            raise Refused(f"line {number}, position {value['position']}: out of order")
        where = f"line {number}, position {value['position']}"
        entry = from_base64(value["entry"], where)
        parts = [None if part is None else from_base64(part, where) for part in value["parts"]]
        self.raw.append((number, value["position"], entry, parts))

    def take_tree(self, value, number):
        self.hashes = [a_hash(one, number) for one in value["hashes"]]

    def take_head(self, value, number):
        if self.heads and value["stream"] <= self.heads[-1][1]["stream"]:
            raise Refused(f"line {number}: the head of stream {value['stream']} is out of order")
        value["proof"] = [a_hash(one, number) for one in value["proof"]]
        self.heads.append((number, value))

    # Events

    def read_events(self):
        identities, last = {}, None
        for number, position, entry, parts in self.raw:
            try:
                event, table = decode(entry, position)
                read_parts(event, table, parts)
                for (kind, _, _), part in zip(table, parts):
                    if part is None:
                        self.withhold(event, kind)
                if last is not None and event.recorded < last:
                    raise at(position, "recorded before the event before it")
                if position > self.header["known"]:
                    raise at(position, f"behind position {self.header['known']}, of which the bundle speaks")
                if event.id in identities:
                    raise at(position, f"it has the id of the event at position {identities[event.id]}")
            except Refused as refused:
                raise Refused(f"line {number}, {refused}")
            identities[event.id], last, event.line = position, event.recorded, number
            self.events.append(event)
            self.leaves.append(leaf_hash(entry))
        self.raw = None

    def withhold(self, event, kind):
        is_needed = event.stream == 0 or event.kind in DECIDED_BY_DETAILS
        is_needed |= event.kind == "recognition-decided" and event.result == "partial"
        if kind != DETAILS or is_needed:
            raise at(event.position, f"its part of type {kind} may not be withheld")
        self.withheld += 1


def read_line(line, number, kind):
    """What a line says, if it is of this kind."""
    if not line.endswith(b"\n"):
        raise Refused(f"line {number}: it does not end")
    try:
        value = canonical.read(line[:-1])
    except (ValueError, RecursionError) as error:
        raise Refused(f"line {number}: {error}")
    if not isinstance(value, dict) or value.pop("line", None) != kind:
        raise Refused(f"line {number}: a line of {kind} is due")
    if kind in SHAPES and not has_shape(value, SHAPES[kind]):
        raise Refused(f"line {number}: its members are not those of a line of {kind}")
    return value


def a_hash(text, number):
    data = from_base64(text, f"line {number}")
    if len(data) != 32:
        raise Refused(f"line {number}: a hash of {len(data)} bytes")
    return data
