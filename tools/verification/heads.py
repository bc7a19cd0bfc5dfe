"""The ends of streams, and the rotation of keys: the article on the record format."""

import struct

from .notes import Key, from_base64
from .ed25519 import is_signature
from .refusal import Refused, of
from .tree import leaf_hash, root_by_path


class Heads:
    """What a heads event states: the number of streams, and the root over where each ended."""

    def __init__(self, event):
        document = event.details.get("document", {})
        self.streams, root = document.get("streams"), document.get("root")
        try:
            self.root = bytes.fromhex(root)
        except (TypeError, ValueError):
            raise of(event, "it states no root of heads")
        if not isinstance(self.streams, int) or len(self.root) != 32:
            raise of(event, "it states no heads")

    def verify(self, stream, version, position, proof):
        if not stream < self.streams:
            raise Refused(f"the heads are of {self.streams} streams")
        leaf = leaf_hash(struct.pack("<II", version, position))
        if root_by_path(leaf, stream, self.streams, proof) != self.root:
            raise Refused("its proof leads to another root")


class Rotation:
    """One key hands over to the next."""

    def __init__(self, event):
        document = event.details.get("document", {})
        try:
            self.old, self.new = Key.of(document["from"]), Key.of(document["to"])
            text = f"accrue key rotation v1\n{document['from']}\n{document['to']}\n".encode()
            signatures = [
                (key, from_base64(document[name], "a signature"))
                for key, name in [(self.old, "fromSignature"), (self.new, "toSignature")]
            ]
        except (KeyError, TypeError, AttributeError):
            raise of(event, "it rotates no key")
        except Refused as refused:
            raise of(event, str(refused))
        if self.old.name != self.new.name:
            raise of(event, "it hands over to a key of another name")
        for key, signature in signatures:
            if not is_signature(key.public, text, signature):
                raise of(event, f"the signature of {key.hash.hex()} over the rotation does not hold")


def keys_of_log(given, rotations):
    """The key to which the given one leads, and all that rotations join with it."""
    current, joined = given, {given.public: given}
    for rotation in rotations:
        if rotation.old.public == current.public:
            current = rotation.new
    size = 0
    while size < len(joined):
        size = len(joined)
        for rotation in rotations:
            if rotation.old.public in joined or rotation.new.public in joined:
                joined[rotation.old.public], joined[rotation.new.public] = rotation.old, rotation.new
    return current, list(joined.values())
