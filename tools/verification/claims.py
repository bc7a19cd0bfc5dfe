"""What a bundle claims, computed again from its events."""

from . import canonical
from .balance import Balance
from .identities import histories
from .record import day_text, points_text, day_value
from .refusal import Unfounded


def present(members):
    """Members that say something: not None, and no position 0."""
    return {name: value for name, value in members.items() if value is not None and value != 0}


def balance_line(stream, balance, registry):
    """The line of a balance."""
    credits = []
    for line in balance.lines:
        unit = registry.unit(line.qualification, line.unit)
        credits.append(
            present(
                {
                    "bucket": line.bucket,
                    "cause": line.cause,
                    "decision": line.decision,
                    "enrolment": line.enrolment,
                    "exclusion": line.exclusion,
                    "points": None if line.points is None else points_text(line.points),
                    "qualification": line.qualification,
                    "scheme": line.scheme,
                    "trail": line.trail,
                    "unit": unit.code if unit else None,
                }
            )
        )
    enrolments = [
        present(
            {
                "by": one.by,
                "enrolment": one.position,
                "from": day_text(one.start),
                "home": one.home,
                "qualification": one.qualification,
                "state": one.state,
            }
        )
        for one in balance.enrolments
    ]
    sums = [
        {"buckets": {bucket: points_text(sum) for bucket, sum in buckets.items()}, "scheme": scheme}
        for scheme, buckets in balance.sums()
    ]
    return {"credits": credits, "enrolments": enrolments, "learner": stream, "line": "balance", "sums": sums}


def facts(stream, balance, registry, events):
    """The lines of the credits that count."""
    for line in balance.lines:
        if line.bucket != "recognised":
            continue
        version, decision = registry.qualifications[line.qualification], events[line.decision]
        unit = registry.unit(line.qualification, line.unit)
        yield present(
            {
                "code": unit.code,
                "date": day_text(decision.effective if decision.decided is None else decision.decided),
                "decision": line.decision,
                "institution": registry.institution_names.get(decision.institution),
                "learner": stream,
                "line": "fact",
                "points": None if line.points is None else points_text(line.points),
                "qualification": version.name,
                "scheme": registry.scheme_names.get(line.scheme),
                "title": unit.title,
            }
        )


def awards(stream, balance, registry, events):
    """The awards that stand, in words."""
    for enrolment in balance.enrolments:
        if enrolment.state != "awarded":
            continue
        award = events[enrolment.by]
        version, institution = registry.qualifications[award.qualification], registry.institution_names[award.institution]
        change = balance.changes.get(award.position)
        since = f"; what it rests on changed since, by position {change}" if change else ""
        yield (
            f"Awarded to learner {stream}: {version.name}, from {day_text(award.effective)}, by {institution}, "
            f"position {award.position}{since}."
        )


class Computed:
    """The balances, facts, awards and due verdicts of all learners of a bundle, on its day."""

    def __init__(self, evidence, registry):
        day = day_value(evidence.header["on"])
        events = {event.position: event for event in evidence.events}
        introductions = {e.position: e.stream for e in evidence.events if e.kind == "learner-introduced"}
        own = histories([event for event in evidence.events if event.stream])
        self.balances, self.facts, self.awards, self.verdicts, self.credits = [], [], [], [], 0
        for introduction, stream in sorted(introductions.items(), key=lambda item: item[1]):
            balance = Balance(own[introduction], registry, day)
            self.credits += len(balance.lines)
            self.balances.append((stream, balance_line(stream, balance, registry)))
            self.facts += facts(stream, balance, registry, events)
            self.awards += awards(stream, balance, registry, events)
            for enrolment in balance.enrolments:
                version = registry.qualifications.get(enrolment.qualification)
                if version is not None and version.has_formation and evidence.header["registry"] == "whole":
                    self.verdicts.append((stream, enrolment.position))


def verify_claims(evidence, registry):
    """Compares every claim; Unfounded where one does not follow. Of verdicts it is only seen which are there."""
    computed = Computed(evidence, registry)
    learner = evidence.header["scope"].get("learner")
    if learner is not None and learner not in [stream for stream, _ in computed.balances]:
        raise Unfounded(f"line 1: learner {learner} of the scope has no event")
    says_all = not evidence.header["scope"] and len(evidence.events) == evidence.header["size"]
    if not computed.balances and not says_all:
        raise Unfounded("line 1: there is no learner, and nothing is proved of any")
    if evidence.claims["fact"]:
        compare("fact", evidence, computed.facts)
    claimed = [canonical.read(line[:-1]).get("learner") for _, line in evidence.claims["balance"]]
    for (number, _), learner, (stream, _) in zip(evidence.claims["balance"], claimed, computed.balances):
        if learner != stream:
            raise Unfounded(f"line {number}: the balance of learner {learner} is there, and that of {stream} is due")
    compare("balance", evidence, [line for _, line in computed.balances])
    verdicts = [(number, canonical.read(line[:-1])) for number, line in evidence.claims["verdict"]]
    for (number, verdict), (stream, enrolment) in zip(verdicts, computed.verdicts):
        if (verdict.get("learner"), verdict.get("enrolment")) != (stream, enrolment):
            raise Unfounded(f"line {number}: not the verdict of learner {stream} for the enrolment at {enrolment}")
    compare_counts("verdict", evidence, computed.verdicts)
    return computed


def compare(kind, evidence, computed):
    """Compares claims with what is computed, byte for byte."""
    for (number, line), value in zip(evidence.claims[kind], computed):
        if line != canonical.write(value).encode() + b"\n":
            what = f"the {kind} of learner {value['learner']}"
            raise Unfounded(f"line {number}: {what} does not follow from the events: {difference(line, value)}")
    compare_counts(kind, evidence, computed)


def compare_counts(kind, evidence, computed):
    claimed = len(evidence.claims[kind])
    if claimed != len(computed):
        line = evidence.first_line[kind] + min(claimed, len(computed))
        raise Unfounded(f"line {line}: {claimed} of kind {kind}, and {len(computed)} are due")


def difference(line, value):
    """The first place where a claim differs from what follows."""
    claim = canonical.read(line[:-1])
    return describe(claim, value, "") or "other bytes"


def describe(claim, value, place):
    if isinstance(claim, dict) and isinstance(value, dict):
        for name in sorted(claim.keys() | value.keys()):
            if name not in claim or name not in value:
                return f"{place}{name} is {'missing' if name not in claim else 'too much'}"
            if found := describe(claim[name], value[name], f"{place}{name} "):
                return found
        return None
    if isinstance(claim, list) and isinstance(value, list) and len(claim) == len(value):
        pairs = enumerate(zip(claim, value), 1)
        return next((found for n, (one, two) in pairs if (found := describe(one, two, f"{place}{n} "))), None)
    return None if claim == value else f"{place}is {shown(claim)}, and {shown(value)} follows"


def shown(value):
    return f"a list of {len(value)}" if isinstance(value, list) else str(value)
