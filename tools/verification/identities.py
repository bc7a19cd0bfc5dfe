"""Whose an event is, after identities were merged and split: the article on the fold of balances, step 1."""

from .refusal import of

IDENTITY = {"learner-introduced", "learner-merged", "learner-split"}


def histories(events):
    """The events of credit that each learner has in the end, by the position of the introduction, in order."""
    owned, owner, merged, by_position = {}, {}, {}, {}

    def give(position, learner):
        if position in owner:
            owned[owner[position]].discard(position)
        owner[position] = learner
        owned[learner].add(position)

    for event in events:
        if event.kind == "learner-introduced":
            owned[event.position] = set()
            continue
        if event.learner not in owned:
            raise of(event, "it names no learner")
        # The survivor's event answers the introduction of the other; the other's answers the survivor's event.
        if event.kind == "learner-merged" and event.answers in owned:
            merged[event.position] = event.answers
            for position in sorted(owned[event.answers]):
                give(position, event.learner)
        elif event.kind == "learner-split" and event.answers in merged:
            for position in event.moved:
                give(position, merged[event.answers])
        elif event.kind not in IDENTITY:
            by_position[event.position] = event
            give(event.position, event.learner)
    return {learner: [by_position[position] for position in sorted(own)] for learner, own in owned.items()}
