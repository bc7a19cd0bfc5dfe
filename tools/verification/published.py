"""Verifies a published log with its entries (C2SP tlog-tiles)."""

import struct
from pathlib import Path

from .notes import Key, Note, verify_checkpoint
from .record import decode
from .refusal import Refused, at
from .tree import leaf_hash, tree_root

TILE_WIDTH = 256


def tile_name(index):
    groups = []
    while True:
        groups.insert(0, f"{index % 1000:03}" if not groups else f"x{index % 1000:03}")
        index //= 1000
        if index == 0:
            return "/".join(groups)


def read_entries(folder, size):
    """Every entry in order, with its leaf hash."""
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
            leaf = leaf_hash(entry)
            if leaf != hashes[32 * place : 32 * place + 32]:
                raise at(position, "its entry is not that of the tile")
            yield position, entry, leaf
        if offset != len(data):
            raise Refused(f"{path}: bytes behind the last entry")


def verify_log(options):
    folder = Path(options.folder)
    note = verify_checkpoint((folder / "checkpoint").read_text(), options)
    if note.size == 0:
        raise Refused("the log is empty, and proves nothing")
    leaves, streams, last_instant = [], {}, None
    for position, entry, leaf in read_entries(folder, note.size):
        event, _ = decode(entry, position)
        expected = streams.get(event.stream, 0) + 1
        if event.version != expected:
            raise at(position, f"version {event.version} of its stream, not {expected}")
        if last_instant is not None and event.recorded < last_instant:
            raise at(position, "recorded before the event before it")
        last_instant = event.recorded
        streams[event.stream] = expected
        leaves.append(leaf)
    if tree_root(leaves) != note.root:
        raise Refused(f"the {note.size} entries have another root than was signed")
    learners = sum(number > 0 for number in streams)
    print(f"All {note.size} entries of {learners} learners are those that were signed.")
    print("None is missing or out of order.")
    for earlier in options.earlier:
        old = Note(Path(earlier).read_text(), earlier)
        old.verify(Key(options.log))
        if old.size > note.size or tree_root(leaves[: old.size]) != old.root:
            raise Refused(f"{earlier}: the log is not a continuation of what was signed over {old.size} events")
        print(f"They continue the {old.size} that were signed in {earlier}.")
    print("Not proved: that events were decided rightly, and that what happened was recorded at all.")
