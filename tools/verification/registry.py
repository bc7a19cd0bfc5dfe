"""What events of the registry introduce, as far as balances need it."""

from .record import points_value
from .refusal import of


class Unit:
    """A unit of a qualification version."""

    __slots__ = ("code", "title", "points", "parent", "valid_months")

    def __init__(self, document):
        self.code, self.title, self.parent = document["code"], document["title"], document.get("parent")
        self.points = points_value(document["points"]) if "points" in document else None
        self.valid_months = document.get("validMonths")


class Qualification:
    """A version of a qualification."""

    __slots__ = ("id", "name", "points", "scheme", "units", "has_formation")

    def __init__(self, document, scheme):
        self.id, self.name = document["id"], f"{document['id']}@{document['version']}"
        self.points = points_value(document["points"]) if "points" in document else None
        self.scheme, self.has_formation = scheme, "formation" in document
        self.units = [Unit(unit) for unit in document["units"]]


class Registry:
    """Schemes, institutions and memoranda by identifier and by position, and qualification versions likewise."""

    def __init__(self):
        self.schemes, self.institutions, self.memoranda = {}, {}, {}
        self.scheme_names, self.institution_names = {}, {}
        self.qualifications, self.versions, self.drafts = {}, {}, {}

    def take(self, event):
        """Takes in an event of the registry."""
        name = event.details.get("identifier")
        try:
            if event.kind == "scheme-introduced":
                self.schemes[name], self.scheme_names[event.position] = event.position, name
            elif event.kind == "institution-introduced":
                self.institutions[name], self.institution_names[event.position] = event.position, name
            elif event.kind == "memorandum-concluded":
                self.memoranda[name] = event.position
            elif event.kind == "qualification-drafted":
                self.drafts[event.position] = event.details["document"]
            elif event.kind == "qualification-published":
                document = event.details.get("document") or self.drafts[event.answers]
                qualification = Qualification(document, self.schemes.get(document["scheme"]))
                self.qualifications[event.position] = qualification
                self.versions[name] = event.position
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise of(event, f"its document cannot be read: {error!r}")

    def unit(self, qualification, number):
        """The unit of this number, from 1, in a version; None where there is none."""
        units = self.qualifications[qualification].units if qualification in self.qualifications else []
        return units[number - 1] if 0 < number <= len(units) else None

    def find(self, version, code):
        """The qualification and the number of a unit that a document names; None where there is none."""
        qualification = self.versions.get(version)
        if qualification is None:
            return None
        for number, unit in enumerate(self.qualifications[qualification].units, 1):
            if unit.code == code:
                return qualification, number
        return None
