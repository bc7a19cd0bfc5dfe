"""Whether a bundle has everything that its events refer to."""

from .refusal import of

REFERENCES = [
    "learner", "actor", "institution", "qualification", "scale", "scheme", "enrolment", "answers", "replaces",
    "agreement", "decision",
]  # fmt: skip


def verify_closed(events, registry, is_whole):
    """Every reference, source and moved event is there, and earlier; in a closed registry also what documents name."""
    here = {event.position for event in events}
    for event in events:
        for name in REFERENCES:
            verify_reference(event, name, getattr(event, name), here)
        for name in ("sources", "moved"):
            for position in getattr(event, name):
                verify_reference(event, name, position, here, is_optional=False)
        if not is_whole:
            verify_names(event, registry)


def verify_reference(event, name, position, here, is_optional=True):
    if position == 0 and is_optional:
        return
    if position >= event.position:
        raise of(event, f"its reference {name} is to {position}, which is not before it")
    if position not in here:
        raise of(event, f"its reference {name} is to position {position}, which is not in the bundle")


def verify_names(event, registry):
    """What the documents of a closed bundle name."""
    document = event.details.get("document", {})
    try:
        if event.kind in ("qualification-published", "qualification-drafted"):
            names = [(document["scheme"], registry.schemes)] if document else []
        elif event.kind in ("agreement-signed", "agreement-amended"):
            names = [(document["memorandum"], registry.memoranda), (document["host"], registry.institutions)]
            names += [(unit["hostQualification"], registry.versions) for unit in document["units"]]
        else:
            names = []
    except (KeyError, TypeError, AttributeError):
        raise of(event, "its document cannot be read")
    for name, known in names:
        if name not in known:
            raise of(event, f"its document names {name}, which no event of the bundle introduces")
