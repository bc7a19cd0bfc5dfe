"""How this program says no, and how many."""

from contextlib import contextmanager


class Refused(Exception):
    """The evidence does not hold; says where, and what."""


class Unfounded(Exception):
    """The evidence holds, and what is claimed does not follow from it; says where, and what."""


@contextmanager
def within(place):
    """Puts a place before what is refused inside."""
    try:
        yield
    except Refused as refused:
        raise Refused(f"{place}: {refused}")


def count(number, thing, plural="s"):
    """A number of things, in words."""
    return f"{number} {thing}" + ("" if number == 1 else plural)


def at(position, what):
    """A refusal that names the position of an event."""
    return Refused(f"position {position}: {what}")


def of(event, what):
    """A refusal that names an event, and its line where it has one."""
    line = f"line {event.line}, " if event.line else ""
    return Refused(f"{line}position {event.position}: {what}")
