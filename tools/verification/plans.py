"""What learning agreements plan."""

from .credits import Line
from .standing import ASSESSMENTS

AGREEMENTS = {"agreement-signed", "agreement-amended"}


def planned(standing, registry):
    """A line for each unit that an agreement in force plans and that is not assessed under it yet."""
    amended, withdrawn, lines = set(), set(), []
    for event in standing.events:
        if event.kind == "agreement-amended" and standing.stands(event.position):
            amended.add(event.replaces)
        elif event.kind == "agreement-withdrawn" and standing.stands(event.position):
            withdrawn.add(event.agreement)
    for event in standing.events:
        if event.kind not in AGREEMENTS or event.position in amended or not standing.stands(event.position):
            continue
        versions = {event.position}
        earlier = event.replaces
        while earlier and earlier not in versions:
            versions.add(earlier)
            earlier = standing.by_position[earlier].replaces if earlier in standing.by_position else 0
        if versions & withdrawn:
            continue
        assessed = {
            (e.qualification, e.unit)
            for e in standing.events
            if e.kind in ASSESSMENTS and e.agreement in versions and standing.stands(e.position)
        }
        for unit in units(event, registry):
            if unit not in assessed:
                line = Line(event.position, [event.position])
                line.bucket, line.enrolment = "planned", event.enrolment
                line.name_unit(registry, *unit)
                lines.append(line)
    return lines


def units(agreement, registry):
    """The host units of an agreement, each once, in the order of its document."""
    found = {}
    for planned in agreement.details["document"]["units"]:
        unit = registry.find(planned["hostQualification"], planned["hostUnit"])
        if unit is not None:
            found[unit] = True
    return list(found)
