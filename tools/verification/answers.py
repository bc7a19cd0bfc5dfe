"""Answers questions, to be compared with another program: `python3 -m verification.answers < questions`, in `tools`.

`history` begins a history, `event` and a record in base64 adds an event, `balance`, a learner's position, a day and the
last known position asks who has what. `verify` and arguments asks what `verify.py` says to them: its status and words.
An answer is lines, the last one of `=`.
"""

import base64
import contextlib
import io
import shlex
import sys

import verify

from .balance import Balance
from .identities import histories
from .record import TABLE_ENTRY, day_text, day_value, decode, points_text, read_parts
from .registry import Registry


def read_record(record, position):
    """An event from its record: entry and parts in one."""
    length = 128 + int.from_bytes(record[80:84], "little")
    event, table = decode(record[:length], position)
    parts, offset = [], length
    for _, size, _ in table:
        parts.append(record[offset : offset + size])
        offset += size
    read_parts(event, table, parts)
    return event


def text(balance):
    """A balance as lines: credits, sums, enrolments."""
    lines = []
    for line in balance.lines:
        unit = f"{line.qualification}/{line.unit}" if line.unit else "-"
        points = "-" if line.points is None else points_text(line.points)
        reason = f"{line.exclusion} {line.cause}" if line.exclusion else "-"
        lines.append(
            f"{line.bucket} {unit} {points} {line.scheme} {line.enrolment} by {line.decision} on {line.trail}; {reason}"
        )
    for scheme, buckets in balance.sums():
        lines += [f"{scheme} {bucket} {points_text(sum)}" for bucket, sum in buckets.items()]
    for enrolment in balance.enrolments:
        by = f" {enrolment.by}" if enrolment.by else ""
        start = day_text(enrolment.start)
        lines.append(f"enrolment {enrolment.position} {enrolment.qualification} {start} {enrolment.state}{by}")
    return "".join(line + "\n" for line in lines)


def verified(arguments):
    """The status of `verify.py`, and all that it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = verify.main(arguments)
    return f"{status}\n{said.getvalue()}"


def main():
    events, registry = [], Registry()
    for question in sys.stdin:
        words = question.split()
        if words[0] == "history":
            events, registry = [], Registry()
        elif words[0] == "event":
            event = read_record(base64.b64decode(words[1]), len(events) + 1)
            events.append(event)
            if event.stream == 0:
                registry.take(event)
        elif words[0] == "verify":
            print(verified(shlex.split(question)[1:]) + "=")
        else:
            learner, day, known = int(words[1]), day_value(words[2]), int(words[3])
            own = histories([event for event in events if event.stream and event.position <= known])
            print(text(Balance(own[learner], registry, day)) + "=")


if __name__ == "__main__":
    main()
