"""Finnish learner records: each document becomes one learner's history, under a pseudonym.

- **Learner.** The pseudonym is the name of the document. The person's number and name are not read, and no digest of
  them is made: whoever can try all numbers can undo it. Documents are generations of the same cases, so each is a
  learner of its own.
- **Qualification.** A record says which units it holds and how large they are, and often contradicts the national
  standard. So its own units are published as a local version of the qualification, shared by records that agree.
- **Unit.** A passed assessment becomes assessment, validation and recognition, each by the school of the record, as
  three facts. The decision bears the date of its confirmation (vahvistus), else that of the assessment, but none
  before the enrolment that it serves. A failed assessment stays an assessment. What was not assessed is listed by the
  version, and no event speaks of it.
- **Recognition** of what was learned elsewhere (tunnustettu) is a recognition on application where the record holds an
  assessment, else one of non-formal learning, with the record's reason as its evidence.
- **Award.** A confirmed attempt is awarded, unless it is a part of a qualification only or none of its units is passed;
  a right that ends otherwise is left.
- **Scheme.** A version counts in one scheme. Sizes in another or an unknown one, and sizes that cannot be expressed,
  are quarantined, and their unit carries none.

A size is kept as the record states it, and a unit without one carries none.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass

from conversion import points, schemes
from conversion.lines import ALWAYS, Lines, day, identifier, name_of, words
from conversion.points import Inexpressible
from conversion.qualifications import Unit, Units, publish
from conversion.record_summary import summarise

FUNCTIONS = ("assess", "validate", "recognise", "award")
INTERRUPTED, PRESENT = {"valiaikaisestikeskeytynyt"}, {"lasna", "loma"}
LEFT = {"eronnut", "katsotaaneronneeksi", "peruutettu", "mitatoity", "valmistunut", "keskeytynyt"}


def convert(sources: list, lines: Lines) -> dict:
    """Writes every record of the sources, and answers the summary."""
    records = [record for source in sources for record in source["records"]]
    institutions: dict[str, str] = {}
    for record in records:
        Lines().attempt("", lambda _: learn_institution(record, institutions))  # a refusal is told below
    numbers: dict[tuple[str, str], int] = {}
    summary, taken = {}, Counter()
    for record in records:
        where = name_of(record, "source")
        stem = where.rpartition("/")[2].removesuffix(".json")
        taken[stem] += 1
        pseudonym = stem if taken[stem] == 1 else f"{stem}-{taken[stem]}"
        before = len(lines.written)
        told = lines.attempt(where, lambda draft: convert_record(record, pseudonym, institutions, numbers, draft))
        if told:
            summary[identifier(pseudonym)] = told | {"events": len(lines.written) - before}
    return {"records": summary}


def convert_record(record: dict, pseudonym: str, institutions: dict, numbers: dict, lines: Lines) -> dict:
    """Writes one record, and answers its summary."""
    RecordConversion(lines, record, identifier(pseudonym), institutions, People(lines, numbers)).write()
    return summarise(record)


def learn_institution(record: dict, institutions: dict[str, str]):
    """Takes down the name of the record's institution, which not all records state, by its number."""
    name = (record.get("institutionName") or {}).get("fi")
    if name:
        institutions.setdefault(identifier(record["institution"]), words(name))


class People:
    """Pseudonyms of those who assess and decide: a number for each name, apart for each role.

    Equal names are not proof of one person, so who assesses and who confirms are told apart, and equal names remarked.
    """

    def __init__(self, lines: Lines, numbers: dict[tuple[str, str], int]):
        self._lines = lines
        self._numbers = numbers

    def actor(self, role: str, names: list | None) -> str:
        """Introduces the first of those named, or nobody in particular, and answers the pseudonym."""
        if not names:
            return self._lines.introduce("actor-introduced", f"fi-{role}", role=f"{role}, not named in the source")
        known = [number for (other, _), number in self._numbers.items() if other == role]
        number = self._numbers.setdefault((role, names[0]), len(known) + 1)
        return self._lines.introduce("actor-introduced", f"fi-{role}-{number}", role=role)


@dataclass
class HeldUnit:
    """A unit of the local version, with what the record says of it."""

    unit: Unit
    source: dict


class RecordConversion:
    """One record on its way to events."""

    def __init__(self, lines: Lines, record: dict, learner: str, institutions: dict, people: People):
        self.lines = lines
        self.record = record
        self.learner = learner
        self.home = identifier("fi-" + record["institution"])
        self.institution_name = institutions.get(record["institution"]) or words(record["institution"])
        self.people = people
        self.start = day(min(state[0] for state in record["states"]))

    def write(self):
        """Writes the learner, and each attempt with its units, its award and its end."""
        self.lines.introduce("institution-introduced", self.home, name=self.institution_name, country="FI")
        registrar = self.people.actor("registrar", None)
        for function in FUNCTIONS:
            self.lines.event(
                (self.home, function), "authority-granted", ALWAYS, actor=registrar, institution=self.home,
                function=function, document={"qualifications": []},
            )
        self.lines.event((self.learner,), "learner-introduced", self.start, identifier=self.learner, actor=registrar)
        qualifications = Counter()
        for number, attempt in enumerate(self.record["attempts"], 1):
            name = qualification_id(attempt)
            qualifications[name] += 1
            suffix = "" if qualifications[name] == 1 else f"-{qualifications[name]}"
            AttemptConversion(self, attempt, str(number), name + suffix, registrar).write()


class AttemptConversion:
    """One attempt at a qualification: an enrolment and what follows from it."""

    def __init__(self, record: RecordConversion, attempt: dict, number: str, qualification: str, registrar: str):
        self.record = record
        self.lines = record.lines
        self.attempt = attempt
        self.number = number
        self.qualification_id = qualification
        self.registrar = registrar
        self.last = record.start
        self.recognitions: list[str] = []
        self.qualification = self.enrolment = ""

    def write(self):
        """Writes the local version, the enrolment, the units, the award, and the states after it."""
        self.scheme = schemes.scheme(self.lines, schemes.prevailing(self.attempt["units"]))
        self.quarantined: list[str] = []
        units, held = self.local_units()
        self.publish(units)
        self.enrolment = self.event("enrolled", self.record.start, (), self.registrar, qualification=self.qualification)
        for remark in self.quarantined:
            self.lines.event(
                (self.record.learner, self.number, remark), "import-quarantined", self.record.start,
                learner=self.record.learner, actor=self.registrar, institution=self.record.home,
                reason="unknown-scheme", text=remark,
            )
        for unit in held:
            self.write_unit(unit)
        awarded = self.write_award()
        self.write_states(awarded)

    def local_units(self) -> tuple[Units, list[HeldUnit]]:
        """The units of the record as units of a version, each with what is said of it, parts before their unit."""
        units, held = Units(), []
        for source in self.attempt["units"]:
            unit = units.add(source["code"], unit_title(source), self.amount(source))
            for part in source.get("parts") or []:
                code = f"{unit.code}.{part['code']}" + ("-voluntary" if part.get("mandatory") is False else "")
                held.append(HeldUnit(units.add(code, unit_title(part), self.amount(part), unit.code), part))
            held.append(HeldUnit(unit, source))
        return units, held

    def amount(self, source: dict):
        """The size of a unit in the version's scheme; None, and quarantined, where it is in another or impossible."""
        if source.get("credits") is None:
            return None
        scheme = schemes.FINNISH_CODES.get(source.get("creditUnit"))
        if scheme == self.scheme:
            try:
                return points.exact(source["credits"])
            except Inexpressible as error:
                self.quarantined.append(f"{source['code']}: {error}")
                return None
        self.quarantined.append(f"{source['code']}: {source['credits']} in {scheme or source.get('creditUnit')}")
        return None

    def publish(self, units: Units):
        """Publishes the record's units as a local version; its name is a digest of them."""
        title = " ".join(filter(None, (self.attempt["type"], self.attempt["qualification"], self.attempt.get("diary"))))
        content = json.dumps([title, self.scheme, [unit.document() for unit in units.items]], ensure_ascii=False)
        version = "local-" + hashlib.sha256(content.encode()).hexdigest()[:8]
        self.qualification = publish(
            self.lines, ALWAYS, units, id=self.qualification_id, version=version, title=title, country="FI",
            scheme=self.scheme,
        )

    def event(self, kind: str, effective: str, key: tuple[str, ...], actor: str, **fields) -> str:
        """Writes an event of this attempt by the school, and answers its id."""
        self.last = max(self.last, effective)
        return self.lines.event(
            (self.record.learner, self.number, *key), kind, effective, learner=self.record.learner, actor=actor,
            institution=self.record.home, **fields,
        )

    def write_unit(self, held: HeldUnit):
        """Writes the assessments of a unit, and what the school decided on the last one that passed."""
        passed, assessed, code = None, None, held.unit.code
        unit = {"qualification": self.qualification, "unit": code}
        for number, assessment in enumerate(sorted(held.source.get("assessments") or [], key=assessment_day), 1):
            seen = {words(assessment["grade"]): bool(assessment["passed"])}
            scale = schemes.scale(self.lines, assessment["scale"], seen)
            actor = self.people.actor("assessor", assessment.get("assessors"))
            recorded = self.event(
                "assessment-recorded", assessment_day(assessment), (code, str(number)), actor, **unit, attempt=number,
                result="positive" if assessment["passed"] else "negative", scale=scale, grade=assessment["grade"],
            )
            if assessment["passed"]:
                passed, assessed = recorded, assessment_day(assessment)
        if passed or held.source.get("recognised"):
            self.decide(held, unit, passed, assessed)

    @property
    def people(self) -> People:
        """Those who assess and decide."""
        return self.record.people

    def decide(self, held: HeldUnit, unit: dict, assessment: str | None, assessed: str | None):
        """Validates an assessment and recognises it; recognises without assessment what was learned elsewhere."""
        confirmed = held.source.get("validated") or {}
        days = [day(confirmed["date"])] if confirmed.get("date") else []
        decided = max(days + ([assessed] if assessed else []), default=self.record.start)
        effective = max(decided, self.record.start)
        actor = self.people.actor("validator", confirmed.get("by"))
        assessors = {name for each in held.source.get("assessments") or [] for name in each.get("assessors") or []}
        if assessors & set(confirmed.get("by") or []):
            self.lines.note(self.record.learner, f"unit {held.unit.code}: who assessed also confirmed, by the name")
        common = unit | {"enrolment": self.enrolment, "decided": effective, "result": "positive"}
        validation = None
        if assessment:
            validation = self.event(
                "validation-decided", effective, (held.unit.code,), actor, **common, answers=assessment,
                text=None if decided == effective else f"confirmed on {decided}, before the enrolment",
            )
        elsewhere = held.source.get("recognised")
        procedure = "local" if not elsewhere else "application" if assessment else "non-formal"
        self.recognitions.append(self.event(
            "recognition-decided", effective, (held.unit.code,), actor, **common, procedure=procedure,
            answers=validation, evidence=evidence(elsewhere),
            points=None if held.unit.points is None else points.text(held.unit.points),
            scheme=None if held.unit.points is None else self.scheme,
        ))

    def write_award(self) -> bool:
        """Awards an attempt that was confirmed, unless it is a part of a qualification or nothing of it is passed."""
        confirmed = self.attempt.get("validated")
        if not confirmed or "osittainen" in self.attempt["type"] or not self.recognitions:
            return False
        awarded = max(day(confirmed), self.last)
        self.event(
            "qualification-awarded", awarded, (), self.people.actor("validator", None),
            enrolment=self.enrolment, qualification=self.qualification, decided=awarded,
            sources=self.recognitions,
        )
        return True

    def write_states(self, awarded: bool):
        """Writes interruptions, returns and the end of the right, each where it changes something."""
        if awarded:
            return
        interrupted = False
        for since, state in sorted(self.record.record["states"], key=lambda entry: entry[0])[1:]:
            if state in INTERRUPTED and not interrupted:
                kind, interrupted = "interrupted", True
            elif state in PRESENT and interrupted:
                kind, interrupted = "resumed", False
            elif state in LEFT:
                last = max(day(since), self.last)
                self.event("left", last, (since,), self.registrar, enrolment=self.enrolment, text=state)
                return
            else:
                continue
            self.event(kind, day(since), (since,), self.registrar, enrolment=self.enrolment, text=state)


def assessment_day(assessment: dict) -> str:
    """The day of an assessment."""
    return day(assessment["date"])


def unit_title(unit: dict) -> str:
    """The Finnish name of a unit, else its code."""
    return (unit.get("name") or {}).get("fi") or unit["code"]


def qualification_id(attempt: dict) -> str:
    """The id of the attempt's qualification: its code, its standard's diary number, and the mode."""
    diary = (attempt.get("diary") or "").replace("/", ".")
    return identifier("-".join(filter(None, ("fi", attempt["qualification"], diary, attempt.get("mode")))))


def evidence(elsewhere: dict | None) -> str | None:
    """What the record says about learning that it recognises from elsewhere."""
    if not elsewhere:
        return None
    told = [(elsewhere.get("reason") or {}).get("fi"), elsewhere.get("source"),
            (elsewhere.get("sourceName") or {}).get("fi")]
    return "; ".join(filter(None, told)) or "tunnustettu"
