"""Verifies an evidence bundle, in the order of the article on evidence bundles."""

from pathlib import Path

from .claims import verify_claims
from .closure import verify_closed
from .evidence import Evidence
from .heads import Heads, Rotation, keys_of_log
from .multiproof import roots
from .notes import Key, Note, verify_witnesses
from .refusal import Refused, count, of, within
from .registry import Registry


def name_of(stream):
    return f"learner {stream}" if stream else "the registry"


class Bundle:
    def __init__(self, options):
        with open(options.file, "rb") as file:
            self.evidence = Evidence(file)
        self.header, self.events = self.evidence.header, self.evidence.events
        self.options, self.given, self.seen = options, Key(options.log), []
        self.earlier = [(name, Note(Path(name).read_text(), name)) for name in options.earlier]
        self.verify_checkpoints()
        # Before the tree, where an event that is not here shows as a wrong hash only.
        self.ends = self.verify_streams()
        self.verify_heads()
        self.verify_tree()
        self.registry = Registry()
        for event in self.events:
            if event.stream == 0:
                self.registry.take(event)
        verify_closed(self.events, self.registry, self.header["registry"] == "whole")

    # Checkpoints

    def verify_checkpoints(self):
        rotations = [Rotation(event) for event in self.events if event.kind == "key-rotated"]
        current, joined = keys_of_log(self.given, rotations)
        self.successor = current if current.public != self.given.public else None
        notes, header = self.evidence.notes, self.header
        for note in notes:
            with within(f"line {note.line}"):
                try:
                    note.verify_any([current] if note is notes[-1] else joined)
                except Refused as refused:
                    raise Refused(f"the checkpoint, {refused}") from None
                if note.origin != header["origin"]:
                    raise Refused(f"the checkpoint is of {note.origin}, not of {header['origin']}")
        if notes[-1].size != header["size"]:
            raise Refused(f"line {notes[-1].line}: the last checkpoint is of {notes[-1].size}, not {header['size']}")
        if header["known"] > header["size"]:
            raise Refused(f"line 1: it speaks of position {header['known']}, behind {header['size']} signed events")
        witnesses = [Key(witness) for witness in self.options.witness]
        with within(f"line {notes[-1].line}"):
            self.seen = verify_witnesses(notes[-1], witnesses, self.options.at_least)
        known = self.events[-1]
        if known.position != header["known"] or not known.is_batch_end:
            raise Refused(f"line 1: position {header['known']} is not there, or not the end of a batch")
        for name, note in self.earlier:
            with within(name):
                if note.origin != self.given.name:
                    raise Refused(f"it is of {note.origin}, not of {self.given.name}")
                note.verify_any(joined)

    def verify_tree(self):
        notes, size = self.evidence.notes, self.header["size"]
        for name, note in self.earlier:
            if note.size > size:
                raise Refused(f"{name}: the bundle ends at {size}, before the {note.size} events signed there")
        positions, sizes = [event.position for event in self.events], [note.size for note in notes]
        noted = [note.size for _, note in self.earlier]
        with within(f"line {self.evidence.first_line['tree']}"):
            found = roots(positions, self.evidence.leaves, self.evidence.hashes, sizes, noted)
        before = 0
        for note in notes:
            if found[note.size] != note.root:
                span = f"positions {before + 1} to {note.size}"
                raise Refused(f"line {note.line}, {span}: the events are not those that were signed")
            before = note.size
        for name, note in self.earlier:
            if note.size not in found:
                raise Refused(f"{name}: the bundle cannot tell the root at {note.size} events")
            if found[note.size] != note.root:
                raise Refused(f"{name}: the log is not a continuation of the {note.size} events signed there")

    # Streams

    def verify_streams(self):
        """The end of each stream: version and position."""
        ends, learners = {}, {}
        for event in self.events:
            version, _ = ends.get(event.stream, (0, 0))
            is_whole = event.stream > 0 or self.header["registry"] == "whole"
            if is_whole and event.version != version + 1:
                stream = name_of(event.stream)
                raise of(event, f"version {version + 1} of {stream} is missing before version {event.version}")
            ends[event.stream] = (event.version, event.position)
            if event.stream and event.version == 1 and event.kind == "learner-introduced":
                learners[event.stream] = event.position
            elif event.stream and event.learner != learners.get(event.stream):
                raise of(event, f"it is in the stream of {name_of(event.stream)}, and names another learner")
        return ends

    def verify_heads(self):
        header = self.header
        if header["heads"] is None:
            for number, event in enumerate(self.events, 1):
                if event.position != number:
                    raise Refused(f"line {event.line}, position {number}: it is missing, and there are no heads")
            if header["known"] != header["size"] or header["registry"] != "whole" or self.evidence.heads:
                raise Refused(f"line 1: without heads, all {header['size']} events must be there")
            return
        event = self.events[-1]
        if header["heads"] != header["known"]:
            raise Refused(f"line 1: heads at {header['heads']}, and it speaks of position {header['known']}")
        if event.kind != "heads-recorded":
            raise of(event, "it does not record heads")
        heads, ends = Heads(event), dict(self.ends)
        ends.pop(0, None)
        if header["registry"] == "whole":
            registry = [(one.version, one.position) for one in self.events[:-1] if one.stream == 0]
            ends[0] = registry[-1] if registry else (0, 0)
            if event.version != ends[0][0] + 1:
                raise of(event, f"version {event.version} of the registry, where {ends[0][0] + 1} is due")
        for number, head in self.evidence.heads:
            stream = head["stream"]
            with within(f"line {number}: {name_of(stream)}"):
                if stream not in ends:
                    raise Refused("there is a head, and no event")
                version, position = ends.pop(stream)
                if head["version"] > version:
                    newest = f"version {head['version']}, at position {head['position']}"
                    raise Refused(f"the newest event was left out: {newest}; the last one here is version {version}")
                if (head["version"], head["position"]) != (version, position):
                    raise Refused(f"its events end at version {version}, position {position}, and not as the head says")
                heads.verify(stream, version, position, head["proof"])
        if ends:
            line = self.evidence.first_line["head"] + len(self.evidence.heads)
            raise Refused(f"line {line}: there is no head of {name_of(min(ends))}")

    # What holds

    def tell(self, computed):
        header, evidence = self.header, self.evidence
        learners = len(computed.balances)
        print(f"{header['origin']} signed {count(header['size'], 'event')}.")
        for line in self.seen:
            print(line)
        for note in evidence.notes[:-1]:
            print(f"They continue the {note.size} that were signed before.")
        for name, note in self.earlier:
            print(f"They continue the {note.size} that were signed in {name}.")
        print(
            f"{count(len(self.events), 'event')} lead with {count(len(evidence.hashes), 'other hash', 'es')} "
            "to the root that was signed."
        )
        print(f"Of {count(learners, 'learner')}, no event up to position {header['known']} is left out.")
        facts = count(len(evidence.claims["fact"]), "fact")
        print(
            f"{count(learners, 'balance')} of {header['on']}, with {count(computed.credits, 'credit')} and {facts}, "
            "follow from them."
        )
        if evidence.header["scope"].get("learner"):
            for line in computed.awards:
                print(line)
        print("Not proved:")
        for line in self.unproved(len(computed.verdicts)):
            print(f"- {line}")

    def unproved(self, verdicts):
        if verdicts:
            yield f"{count(verdicts, 'verdict')}: rules are judged by accrue-verify, and not here"
        yield "that events were decided rightly, or that what happened was recorded at all"
        yield "who a learner is"
        yield f"what happened after position {self.header['known']}"
        if self.successor:
            key = self.successor
            yield f"that {key.name}+{key.hash.hex()} is the log's key: the log says so itself, signed by the key before; compare it"
        if len(self.events) != self.header["size"]:
            yield "that these are all learners of the scope"
        if self.evidence.withheld:
            yield f"what {count(self.evidence.withheld, 'withheld part')} say; their digests are in the log"
        if not self.seen:
            yield "that others were shown the same log: no witness was asked for"
        if not self.earlier:
            yield "that it continues what was signed before: no earlier checkpoint was given"


def verify_bundle(options):
    bundle = Bundle(options)
    bundle.tell(verify_claims(bundle.evidence, bundle.registry))
