"""The roots to which the leaves of a bundle and the hashes between them lead: the article on evidence bundles."""

from bisect import bisect_left, bisect_right

from .refusal import Refused
from .tree import node_hash


def segments(positions, sizes, size):
    """Leaves that are here (their place among these) and subtrees that are not (None), each with where it ends."""
    ranges = [(0, size)]
    while ranges:
        low, high = ranges.pop()
        first, last = bisect_left(positions, low + 1), bisect_left(positions, high + 1)
        if first == last and bisect_right(sizes, low) == bisect_left(sizes, high):
            yield None, high
        elif high - low == 1:
            yield first, high
        else:
            middle = low + (1 << (high - low - 1).bit_length() - 1)
            ranges += [(middle, high), (low, middle)]


def roots(positions, leaves, hashes, sizes, noted):
    """The root at each size of a checkpoint, ascending, and at each noted size that can be told."""
    found, stack, at, used = {}, [], 0, 0
    wanted = set(sizes) | set(noted)
    for place, end in segments(positions, sizes, sizes[-1]):
        if place is None:
            if used == len(hashes):
                raise Refused("the tree has too few hashes")
            node, used = hashes[used], used + 1
        else:
            node = leaves[place]
        width, at = end - at, end
        while stack and stack[-1][0] == width:
            node, width = node_hash(stack.pop()[1], node), 2 * width
        stack.append((width, node))
        if at in wanted:
            root = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                root = node_hash(left, root)
            found[at] = root
    if used < len(hashes):
        raise Refused(f"the tree has {len(hashes) - used} hashes too many")
    return found
