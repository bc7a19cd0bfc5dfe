"""The Merkle tree (RFC 9162, section 2.1)."""

import hashlib

from .refusal import Refused


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
