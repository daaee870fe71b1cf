"""What a benefit calculation assumes, and what to bear in mind, in Swedish."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from utfall.presentation.numbers import percent, period_name
from utfall.presentation.words import list_words, plural
from utfall.region import parse_period
from utfall.region.scenario_registers import Project, ProjectItem

SEEN = 0.005
"""Share of the draws set to zero from which it is told."""


def assumptions_of(project: Project, common_share: float) -> tuple[str, ...]:
    """Say what the calculation takes for granted.

    Parameters
    ----------
    project : Project
        The project.
    common_share : float
        Correlation between the items of a kind.

    Returns
    -------
    tuple of str
    """
    together = (
        "Posternas osäkerhet är oberoende: att en nytta blir mindre säger inget om de andra."
        if common_share == 0
        else f"Nyttorna hör ihop sinsemellan, och kostnaderna sinsemellan: korrelationen är {percent(common_share, 0)}."
    )
    return (
        f"Nuvärden räknas månad för månad till {period_name(project.start)} med räntan "
        f"{percent(project.discount_rate)} per år, över {plural(project.years, 'år', 'år')}.",
        "Beloppen räknas i den prisnivå de är angivna i.",
        "Angivna intervall rymmer utfallet i åtta fall av tio; det angivna beloppet är mitten.",
        together,
        "En kostnad kan inte bli negativ. En nytta kan bli det: då gör projektet skada.",
        "En krona i tid eller kvalitet räknas aldrig som en krona i budgeten.",
    )


def warnings_of(
    project: Project,
    items: Sequence[ProjectItem],
    months: pd.DatetimeIndex,
    frame: pd.DataFrame,
    lines: pd.DataFrame,
) -> tuple[str, ...]:
    """Say what weakens the calculation, or is easily misread in it.

    Parameters
    ----------
    project : Project
        The project.
    items : sequence of ProjectItem
        Its items.
    months : DatetimeIndex
        The counted months.
    frame, lines : DataFrame
        ``items`` and ``bottom_lines`` of the calculation.

    Returns
    -------
    tuple of str
    """
    said: list[str] = []
    certain = frame.loc[frame["low"].isna(), "name"]
    if len(certain) == len(frame):
        said.append("Ingen post har ett intervall: sannolikheter och intervall kan inte räknas.")
    elif len(certain):
        said.append(f"Utan intervall, och räknade som säkra: {list_words(certain)}. Osäkerheten är därför för liten.")
    clipped = frame[frame["clipped"] > SEEN]
    if len(clipped):
        shares = [f"{row['name']} ({percent(row['clipped'], 0)} av dragningarna)" for _, row in clipped.iterrows()]
        said.append(f"Kostnader som intervallet låter bli negativa är satta till noll: {list_words(shares)}.")
    beyond = [item.name for item in items if item.end and parse_period(item.end) > months[-1]]
    if beyond:
        said.append(f"Det som kommer efter {period_name(months[-1])} räknas inte: {list_words(beyond)}.")
    by_line = lines.set_index("id")["net"]
    if by_line["total"] > 0 > by_line["cash"]:
        said.append("Nettonyttan väntas i tid och kvalitet, inte i budgeten: den väntas bli sämre.")
    if not (frame["kind"] == "benefit").any():
        said.append("Projektet har inga nyttor i registret.")
    if project.status == "rejected":
        said.append("Projektet är avslaget.")
    return tuple(said)
