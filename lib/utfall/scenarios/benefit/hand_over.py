"""From a decided project to a measure that is followed: rows for the register of measures, and writing them there."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from utfall.errors import InvalidParameter
from utfall.presentation.numbers import amount, choose_unit, period_name
from utfall.presentation.words import list_words
from utfall.region.register_sheets import sheet_of
from utfall.region.registers import REGION_FILE, Measure, read_register
from utfall.region.scenario_registers import Project, ProjectItem
from utfall.scenarios.benefit.result import BenefitCalculation
from utfall.scenarios.benefit.sheet_rows import append_to_sheet
from utfall.scenarios.benefit.yaml_rows import append_to_yaml

MEASURES_FILE, MEASURES = "measures.yaml", "measures"
"""The register of measures: its file, and the name of its list and of its sheet."""


def hand_over(calculation: BenefitCalculation) -> tuple[Measure, ...]:
    """Make the rows of the register of measures that a decided project is followed by.

    Yearly benefits in cash become the planned effect, as they are stated; benefits in time and quality never do.
    Benefits that begin in the same month and come into force alike are one measure; others are a measure each,
    numbered. Yearly costs in cash are the cost of the first. What comes once has no full-year effect and is left out,
    which the description says.

    Parameters
    ----------
    calculation : BenefitCalculation
        The project's calculation.

    Returns
    -------
    tuple of Measure
        Usually one, with the project's identifier.

    Raises
    ------
    InvalidParameter
        When the project is not decided, has no yearly benefit in cash, or such a benefit names no report line.

    Examples
    --------
    >>> from utfall.scenarios.benefit.calculation import calculate
    >>> project = Project(id="home_monitoring", name="Hemmonitorering", unit="101", start="2027-01", years=5,
    ...                   discount_rate=0.03, status="decided", decision="RS/1/2026", responsible="Verksamhetschef")
    >>> common = {"project": "home_monitoring", "start": "2027-01", "source": "s", "owner": "o", "timing": "yearly"}
    >>> items = [ProjectItem(name="Färre vårddagar", kind="benefit", value=4e6, effect="capacity", **common),
    ...          ProjectItem(name="Färre resor", kind="benefit", value=2e6, effect="cash", lines=("travel",), **common)]
    >>> [(row.id, row.planned_effect, row.lines) for row in hand_over(calculate(project, items))]
    [('home_monitoring', 2000000.0, ('travel',))]
    """
    project, items = calculation._project, calculation._items
    if project.status != "decided":
        raise InvalidParameter(
            f"The project {project.id} is {project.status}; only a decided one becomes a measure. "
            "Write status: decided, and the decision, in the register of projects."
        )
    cash = [item for item in items if item.effect == "cash"]
    benefits = [item for item in cash if item.kind == "benefit" and item.timing == "yearly" and item.value > 0]
    if not benefits:
        raise InvalidParameter(
            f"The project {project.id} has no yearly benefit in cash; time and quality lower no budget, and "
            "a measure's effect is counted per full year."
        )
    unplaced = [item.name for item in benefits if not item.lines]
    if unplaced:
        raise InvalidParameter(
            f"{', '.join(unplaced)} of the project {project.id} names no report line, so that nothing can be followed; "
            "add lines to the item in the register of projects."
        )
    alike = [list(group) for _, group in groupby(sorted(benefits, key=_onset), key=_onset)]
    costs = sum(item.value for item in cash if item.kind == "cost" and item.timing == "yearly")
    return tuple(
        _measure(
            project,
            group,
            number,
            alone=len(alike) == 1,
            cost=costs if number == 1 else 0.0,
            left_out=_left_out(cash, calculation.money.currency) if number == 1 else [],
        )
        for number, group in enumerate(alike, 1)
    )


def write_hand_over(calculation: BenefitCalculation, path: str | Path) -> Path:
    """Add the project's measures to the register of a region, and leave everything else in it as it was.

    Rows are added after the last of the list in ``measures.yaml``, where comments are kept, or of the sheet in Excel
    that stands in its place; a region without the register gets one. The new file is read back before it replaces
    the old.

    Parameters
    ----------
    calculation : BenefitCalculation
        The project's calculation.
    path : str or Path
        The region's folder.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    InvalidParameter
        When the project cannot be handed over (see `hand_over`), a measure with its id exists, or `path` is no
        region's folder.
    InvalidData
        When the register does not hold, or its sheet lacks a column that is needed.
    """
    rows = hand_over(calculation)
    folder = Path(path)
    if not (folder / REGION_FILE).is_file():
        raise InvalidParameter(f"{folder} holds no {REGION_FILE}; give the region's folder.")
    file = folder / MEASURES_FILE
    known = {row.id for row in read_register(file, MEASURES, Measure)}
    exist = [row.id for row in rows if row.id in known]
    if exist:
        raise InvalidParameter(
            f"The register of measures has {', '.join(exist)} already; change it there, or give the project another id."
        )
    sheet = sheet_of(file, MEASURES)
    if sheet is not None:
        return append_to_sheet(sheet, rows, Measure)
    return append_to_yaml(file, MEASURES, rows, Measure)


def _onset(item: ProjectItem) -> tuple[str, str]:
    return item.start, item.profile


def _measure(
    project: Project, benefits: list[ProjectItem], number: int, *, alone: bool, cost: float, left_out: list[str]
) -> Measure:
    names = list_words([item.name for item in benefits])
    return Measure(
        id=project.id if number == 1 else f"{project.id}_{number}",
        name=project.name if alone else f"{project.name}: {names}",
        description=" ".join([*_description(project, benefits), *left_out]),
        units=(project.unit,),
        lines=tuple(dict.fromkeys(line for item in benefits for line in item.lines)),
        start=benefits[0].start,
        profile=benefits[0].profile,
        planned_effect=sum(item.value for item in benefits),
        cost=cost,
        kind="budget_reducing",
        responsible=project.responsible,
        decision=project.decision,
    )


def _description(project: Project, benefits: list[ProjectItem]) -> list[str]:
    said = [project.description] if project.description else []
    said.append(f"Från nyttokalkylen: {list_words([item.name for item in benefits])}.")
    return [*said, *(f"{item.name} upphör efter {period_name(item.end)}." for item in benefits if item.end)]


def _left_out(cash: list[ProjectItem], currency: str) -> list[str]:
    """Say what comes once, which a full year's effect and cost do not hold."""
    said = []
    for kind, word in (("cost", "Engångskostnader"), ("benefit", "Engångsnyttor")):
        once = sum(item.value for item in cash if item.kind == kind and item.timing == "once")
        if once:
            said.append(f"{word} på {amount(once, choose_unit(once), currency=currency)} ingår inte.")
    return said
