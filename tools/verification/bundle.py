"""Verifies an evidence bundle, in the order of the article on evidence bundles."""

from pathlib import Path

from .claims import verify_claims
from .closure import verify_closed
from .evidence import Evidence
from .heads import Heads, Rotation, keys_of_log
from .multiproof import roots
from .notes import Key, Note, verify_witnesses
from .refusal import Refused, at
from .registry import Registry


class Bundle:
    def __init__(self, options):
        with open(options.file, "rb") as file:
            self.evidence = Evidence(file)
        self.header, self.events = self.evidence.header, self.evidence.events
        self.options, self.given, self.seen = options, Key(options.log), []
        self.earlier = [(name, Note(Path(name).read_text(), name)) for name in options.earlier]
        self.verify_checkpoints()
        self.verify_tree()
        self.ends = self.verify_streams()
        self.verify_heads()
        self.registry = Registry()
        for event in self.events:
            if event.stream == 0:
                self.registry.take(event)
        verify_closed(self.events, self.registry, self.header["registry"] == "whole")

    # Checkpoints

    def verify_checkpoints(self):
        rotations = [Rotation(event) for event in self.events if event.kind == "key-rotated"]
        current, joined = keys_of_log(self.given, rotations)
        notes, header = self.evidence.notes, self.header
        for note in notes:
            where = f"the checkpoint of {note.size} events"
            if note.origin != header["origin"] or note.origin != self.given.name:
                raise Refused(f"{where}: it is of {note.origin}, not of {self.given.name}")
            note.verify_any([current] if note is notes[-1] else joined, where)
        if notes[-1].size != header["size"]:
            raise Refused(f"the last checkpoint is of {notes[-1].size} events, and the bundle of {header['size']}")
        if header["known"] > header["size"]:
            raise Refused(f"the bundle speaks of position {header['known']}, behind the {header['size']} signed events")
        witnesses = [Key(witness) for witness in self.options.witness]
        self.seen = verify_witnesses(notes[-1], witnesses, self.options.at_least)
        known = self.events[-1]
        if known.position != header["known"] or not known.is_batch_end:
            raise Refused(f"position {header['known']} is not there, or not the end of a batch")
        for name, note in self.earlier:
            if note.origin != self.given.name:
                raise Refused(f"{name}: it is of {note.origin}, not of {self.given.name}")
            note.verify_any(joined, name)

    def verify_tree(self):
        notes, size = self.evidence.notes, self.header["size"]
        for name, note in self.earlier:
            if note.size > size:
                raise Refused(f"{name}: the bundle ends at {size}, before the {note.size} events signed there")
        positions = [event.position for event in self.events]
        noted = [note.size for _, note in self.earlier]
        found = roots(positions, self.evidence.leaves, self.evidence.hashes, [note.size for note in notes], noted)
        before = 0
        for note in notes:
            if found[note.size] != note.root:
                raise Refused(f"positions {before + 1} to {note.size}: they are not the events that were signed")
            before = note.size
        for name, note in self.earlier:
            if note.size not in found:
                raise Refused(f"{name}: the bundle cannot tell the root at {note.size} events")
            if found[note.size] != note.root:
                raise Refused(f"{name}: the log is not a continuation of the {note.size} events signed there")

    # Streams

    def verify_streams(self):
        """The end of each stream: version and position."""
        ends, is_partial = {}, self.header["heads"] is not None and self.header["registry"] == "closed"
        for number, event in enumerate(self.events, 1):
            version, _ = ends.get(event.stream, (0, 0))
            is_next = event.version > version if is_partial and event.stream == 0 else event.version == version + 1
            if not is_next:
                of = f"learner {event.stream}" if event.stream else "the registry"
                raise at(event.position, f"version {event.version} of {of}, where {version + 1} is due")
            if self.header["heads"] is None and event.position != number:
                raise Refused(f"position {number}: it is missing")
            ends[event.stream] = (event.version, event.position)
        return ends

    def verify_heads(self):
        header = self.header
        if header["heads"] is None:
            if header["known"] != header["size"]:
                raise Refused(f"position {header['known'] + 1}: it is missing, and there are no heads")
            if self.evidence.heads:
                raise Refused(f"line {self.evidence.heads[0][0]}: a head, where there are none")
            return
        event = self.events[-1]
        if event.kind != "heads-recorded" or header["heads"] != header["known"]:
            raise Refused(f"position {header['heads']}: it does not record heads, or is not the last event")
        heads, ends = Heads(event), dict(self.ends)
        if header["registry"] == "whole":
            ends[0] = next(
                ((e.version, e.position) for e in reversed(self.events[:-1]) if e.stream == 0), (0, 0)
            )
        else:
            ends.pop(0, None)
        for number, head in self.evidence.heads:
            stream = head["stream"]
            of = f"learner {stream}" if stream else "the registry"
            if stream not in ends:
                raise Refused(f"line {number}: the head of {of}, of which there is nothing")
            version, position = ends.pop(stream)
            if head["version"] > version:
                raise Refused(f"line {number}: the newest event of {of} was left out: version {head['version']}")
            if (head["version"], head["position"]) != (version, position):
                raise Refused(f"line {number}: {of} ended at version {version}, position {position}")
            try:
                heads.verify(stream, version, position, head["proof"])
            except Refused as refused:
                raise Refused(f"line {number}: the head of {of}: {refused}")
        if ends:
            raise Refused(f"there is no head of stream {min(ends)}")
        if header["registry"] == "whole" and event.version != self.ends_of_registry() + 1:
            raise at(event.position, "the heads are not the next event of the registry")

    def ends_of_registry(self):
        return max((event.version for event in self.events[:-1] if event.stream == 0), default=0)

    # What holds

    def tell(self, computed):
        header, evidence = self.header, self.evidence
        learners = len(computed.balances)
        print(f"{header['origin']} signed {header['size']} events.")
        for line in self.seen:
            print(line)
        for note in evidence.notes[:-1]:
            print(f"They continue the {note.size} that were signed before.")
        for name, note in self.earlier:
            print(f"They continue the {note.size} that were signed in {name}.")
        print(f"{len(self.events)} events and {len(evidence.hashes)} hashes lead to the root that was signed.")
        print(f"{learners} learners have no other event up to position {header['known']}.")
        credits = f"with {computed.credits} credits, {len(evidence.claims['fact'])} facts"
        print(f"{learners} balances of {header['on']}, {credits}, follow from them.")
        print(f"Not judged here: {len(computed.verdicts)} verdicts.")
        print("Not proved:")
        for line in self.unproved():
            print(f"- {line}")

    def unproved(self):
        yield "that events were decided rightly, or that what happened was recorded at all"
        yield "who a learner is"
        yield f"what happened after position {self.header['known']}"
        if len(self.events) != self.header["size"]:
            yield "that these are all learners of the scope"
        if self.evidence.withheld:
            yield f"what {self.evidence.withheld} withheld parts say"
        if not self.seen:
            yield "that others were shown the same log: no witness was asked for"
        if not self.earlier:
            yield "that it continues what was signed before: no earlier checkpoint was given"


def verify_bundle(options):
    bundle = Bundle(options)
    bundle.tell(verify_claims(bundle.evidence, bundle.registry))
