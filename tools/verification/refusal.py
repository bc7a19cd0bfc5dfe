"""How this program says no."""


class Refused(Exception):
    """The evidence does not hold; says where, and what."""


class Unfounded(Exception):
    """The evidence holds, and what is claimed does not follow from it; says where, and what."""


def at(position, what):
    """A refusal that names the position of an event."""
    return Refused(f"position {position}: {what}")
