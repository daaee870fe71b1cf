"""The register of projects: three proposals, one worth its cost, one that cannot be decided, one that is not worth it.

Every project and every figure is invented.
"""

from __future__ import annotations

from utfall.demo.organisation import DemoOrganisation

SOURCE = "Påhittad för demonstration"
"""Source of every row."""

DISCOUNT_RATE = 0.03
"""Rate a year of every calculation; invented."""

Row = dict[str, object]
"""One row of a register."""

MONITORING = "home_monitoring"
"""The project that is worth its cost."""

IMAGES = "image_support"
"""The project whose outcome cannot be told."""

SCHEDULING = "shared_scheduling"
"""The project that is not worth its cost."""


def projects_register(organisation: DemoOrganisation) -> dict[str, list[Row]]:
    """Return the content of ``projects.yaml``: projects and their costs and benefits.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units, by their names.

    Returns
    -------
    dict of str to list of dict
        Amounts in SEK, positive: once, or a year.
    """

    def project(identifier: str, name: str, unit: str, description: str, start: str, years: int) -> Row:
        return {
            "id": identifier,
            "name": name,
            "unit": unit,
            "description": description,
            "start": start,
            "years": years,
            "discount_rate": DISCOUNT_RATE,
            "decision": "",
            "status": "proposed",
            "responsible": "Verksamhetschef",
            "source": SOURCE,
            "owner": "Utvecklingsdirektör",
        }

    projects = [
        project(
            MONITORING, "Egenmonitorering i hemmet", organisation.unit("Egenmonitoreringsenheten").code,
            "Personer med hjärtsvikt och KOL mäter sina värden hemma och kontaktas när de avviker.", "2027-01", 8,
        ),
        project(
            IMAGES, "Digitalt diagnosstöd på röntgen", organisation.unit("Röntgen Östersund").code,
            "Ett bildstöd föreslår fynd på röntgenbilder och sorterar dem efter hur bråttom det är.", "2027-03", 6,
        ),
        project(
            SCHEDULING, "Gemensam schemaläggning", organisation.unit("Bemanningsenheten").code,
            "Alla divisioner lägger scheman i samma system, med en gemensam pool.", "2027-06", 6,
        ),
    ]  # fmt: skip
    return {"projects": projects, "project_items": [*_monitoring(), *_images(), *_scheduling()]}


def _monitoring() -> list[Row]:
    cost, benefit = _of(MONITORING)
    return [
        cost("Anslutning till journalsystemet", 3.2e6, (2.6e6, 4.5e6), "once", "2027-01", ("other_costs",)),
        cost("Utbildning av personal", 0.9e6, (0.7e6, 1.2e6), "once", "2027-02", ("other_costs",)),
        cost("Utrustning och drift", 3.4e6, (2.9e6, 4.2e6), "yearly", "2027-04", ("other_costs",)),
        cost("Sjuksköterskor som följer värdena", 2.6e6, (2.3e6, 3.0e6), "yearly", "2027-04", ("salaries",)),
        benefit(
            "Färre vårddygn och inhyrda pass", 10.5e6, (8.6e6, 12.6e6), "yearly", "2027-07",
            ("hired_staff", "materials"), profile="ramp(12)",
        ),
        benefit("Färre sjukresor", 1.4e6, (0.9e6, 1.9e6), "yearly", "2027-07", ("other_costs",), profile="ramp(12)"),
        benefit("Frigjord mottagningstid", 3.0e6, (1.5e6, 4.5e6), "yearly", "2027-10", (), effect="capacity"),
    ]  # fmt: skip


def _images() -> list[Row]:
    cost, benefit = _of(IMAGES)
    return [
        cost("Införande och upphandling", 2.8e6, (2.2e6, 4.0e6), "once", "2027-03", ("other_costs",)),
        cost("Licens och drift", 2.2e6, (1.9e6, 2.7e6), "yearly", "2027-06", ("other_costs",)),
        cost("Utbildning av läkare", 0.5e6, (0.3e6, 0.8e6), "once", "2027-05", ("other_costs",)),
        benefit(
            "Färre granskningar hos utomstående", 2.9e6, (0.9e6, 4.9e6), "yearly", "2027-09", ("materials",),
            profile="ramp(6)",
        ),
        benefit("Kortare väntan på svar", 1.2e6, (0.2e6, 2.6e6), "yearly", "2027-09", (), effect="capacity"),
    ]  # fmt: skip


def _scheduling() -> list[Row]:
    cost, benefit = _of(SCHEDULING)
    return [
        cost("System och införande", 11.0e6, (9.0e6, 15.0e6), "once", "2027-06", ("other_costs",)),
        cost("Utbildning av chefer och schemaläggare", 4.0e6, (3.2e6, 5.5e6), "once", "2027-09", ("other_costs",)),
        cost("Licens och drift", 3.1e6, (2.7e6, 3.7e6), "yearly", "2027-10", ("other_costs",)),
        benefit(
            "Mindre övertid", 2.4e6, (1.2e6, 3.4e6), "yearly", "2028-01", ("salaries",), profile="delay(6)",
        ),
        benefit("Tid som chefer får över", 1.0e6, (0.3e6, 1.8e6), "yearly", "2028-01", (), effect="capacity"),
    ]  # fmt: skip


class _Items:
    """Makes the rows of one project's costs, or of its benefits."""

    def __init__(self, project: str, kind: str) -> None:
        self._project, self._kind = project, kind

    def __call__(
        self,
        name: str,
        value: float,
        interval: tuple[float, float],
        timing: str,
        start: str,
        lines: tuple[str, ...],
        *,
        profile: str = "step",
        effect: str = "cash",
    ) -> Row:
        return {
            "project": self._project,
            "name": name,
            "kind": self._kind,
            "value": value,
            "low": interval[0],
            "high": interval[1],
            "timing": timing,
            "start": start,
            "profile": profile,
            "effect": effect,
            "lines": list(lines),
            "source": SOURCE,
            "owner": "Verksamhetschef",
        }


def _of(project: str) -> tuple[_Items, _Items]:
    return _Items(project, "cost"), _Items(project, "benefit")
