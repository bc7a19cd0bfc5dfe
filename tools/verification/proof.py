"""Verifies the proof of one event (C2SP tlog-proof)."""

import sys
from pathlib import Path

from .notes import from_base64, verify_checkpoint
from .record import decode
from .refusal import Refused
from .tree import leaf_hash, root_by_path


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
    event, _ = decode(entry, index + 1)
    print(f"The event at position {index + 1} is among them:")
    for name, value in event.shown().items():
        print(f"  {name:12} {value}")
    print("Not proved: who the learner is, that no later event takes it back, and that it was decided rightly.")
