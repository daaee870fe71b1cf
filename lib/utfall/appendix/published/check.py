"""Every published figure then and now: what has changed without being told, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from utfall.appendix.published.causes import CAUSES, ROUNDING, UNDECIDED, Split, split
from utfall.appendix.published.record import PublishedRecord, read_records
from utfall.appendix.published.register import PublishedFigure
from utfall.appendix.published.worlds import LedgerWorld, NotebookWorld, World
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.rows import bars
from utfall.presentation.numbers import NBSP, number
from utfall.presentation.numbers import date as day_name
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.region import Region
from utfall.results import Result

UNCHANGED, CHANGED, GONE = "oförändrat", "ändrat", "kan inte räknas fram"
"""What may have become of a figure."""

ASSUMPTIONS = (
    "Sen bokning är vad som har bokförts efter den sista bokföringsdag som talet kan ha räknat med.",
    "Delarna räknas i ordning: sen bokning, rättat register, rättad bokföring, ändrad kod. När flera orsaker möts i "
    "samma belopp hamnar det hos den som räknas först.",
    "En verifikation utan bokföringsdag antas ha funnits när talet publicerades.",
)
"""What every check of published figures takes for given."""


@dataclass(frozen=True, eq=False, repr=False)
class PublishedCheck(Result):
    """Published figures computed again.

    Parameters
    ----------
    period : Timestamp
        Last month of the ledger they are computed from.
    frame : DataFrame
        One row a figure: ``id, name, unit, decimals, published_on, published_in, published, now, difference``, one
        column a cause (`CAUSES`), ``status, cause, recorded``. Values are in kronor, or the figure's own unit where it
        is not money; the causes sum to the difference.
    """

    period: pd.Timestamp
    frame: pd.DataFrame
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def changed(self) -> pd.DataFrame:
        """The figures that have changed without being told."""
        return self.frame[self.frame["status"] == CHANGED]

    @property
    def table(self) -> Table:
        """Then, now, difference and cause, in each figure's own unit."""
        rows = self.frame
        shown = pd.DataFrame(
            {
                "name": rows["name"],
                "published_on": [day_name(day) for day in rows["published_on"]],
                **{
                    key: [_written(row[key], row, signed=key == "difference") for row in rows.to_dict("records")]
                    for key in ("published", "now", "difference")
                },
                "cause": rows["cause"],
            }
        )
        columns = {
            "name": Column("Tal"),
            "published_on": Column("Publicerat"),
            "published": Column("Då"),
            "now": Column("Nu"),
            "difference": Column("Skillnad"),
            "cause": Column("Orsak"),
        }
        return Table(shown, "Publicerade tal, omräknade", columns, row_header="name")

    @property
    def cause_view(self) -> Table | None:
        """What each change is made of, to the öre; None when nothing has changed."""
        rows = self.changed
        money = rows[rows["scale"] > 0]
        if money.empty:
            return None
        used = [cause for cause in CAUSES if (money[cause] != 0).any()]
        shown = money[["name", "difference", *used]].reset_index(drop=True)
        shown = shown.assign(**{key: shown[key].astype(float) for key in ("difference", *used)})
        columns = {"name": Column("Tal"), "difference": Column("Skillnad", "amount", signed=True)}
        columns |= {cause: Column(CAUSES[cause].capitalize(), "amount", signed=True) for cause in used}
        return Table(shown, "Vad skillnaderna består av", columns, row_header="name")

    def plot(self) -> Chart:
        """How much each changed figure of money has changed."""
        rows = self.changed[self.changed["scale"] > 0]
        figures = pd.DataFrame({"label": rows["name"], "amount": rows["difference"].astype(float)})
        title = "Inget publicerat belopp har ändrats" if rows.empty else "Så mycket har publicerade belopp ändrats"
        return bars(figures.reset_index(drop=True), title=title)

    def text(self) -> str:
        """How many figures have changed, which most, and why."""
        total = len(self.frame)
        if not total:
            return "Inga publicerade tal är registrerade."
        of_all = plural(total, "publicerat tal", "publicerade tal")
        changed, gone = self.changed, self.frame[self.frame["status"] == GONE]
        if changed.empty and gone.empty:
            return f"Av {of_all} har inget ändrats."
        said = [f"Av {of_all} har {len(changed)} ändrats utan att det redovisats."]
        for row in changed.to_dict("records"):
            said.append(
                f"{row['name']} publicerades som {_written(row['published'], row)} "
                f"och är nu {_written(row['now'], row)}: {row['cause']}."
            )
        if len(gone):
            said.append(f"{list_words(gone['name'])} kan inte längre räknas fram.")
        return " ".join(said)


def recompute_published(
    figures: Sequence[PublishedFigure],
    region: Region,
    *,
    notebooks: Path | None = None,
    records: Mapping[tuple[str, date], PublishedRecord] | None = None,
    worlds: Mapping[str, World] | None = None,
) -> PublishedCheck:
    """Compute every published figure again and say why those that differ do.

    Parameters
    ----------
    figures : sequence of PublishedFigure
        The register, from `read_published`.
    region : Region
        The region as it is now.
    notebooks : Path, optional
        Folder of the notebooks; without it figures shown by notebooks are not computed.
    records : mapping, optional
        What the figures were made from; those kept beside the region when not given.
    worlds : mapping of str to World, optional
        Figure → what computes it, in place of the ledger and the notebooks.

    Returns
    -------
    PublishedCheck

    Raises
    ------
    InvalidData
        When a record is damaged.
    """
    known = read_records(region) if records is None else records
    rows: list[dict[str, object]] = []
    warnings: list[str] = []
    checks: list[Check] = []
    for figure in figures:
        world = (worlds or {}).get(figure.id) or world_of(region, figure, notebooks)
        record = known.get((figure.id, figure.told_on))
        if world is None:
            found = Split(None, {}, (f"{figure.name} visas av en anteckningsbok som inte har körts om.",))
        else:
            found = split(region, figure, world, record)
        rows.append(_row(figure, found, record is not None))
        warnings += found.notes
        if found.now is not None:
            whole = found.now - figure.told
            name = f"Delarna av skillnaden för {figure.name} summerar till skillnaden"
            checks.append(Check(name, found.difference == whole, values=(float(found.difference), float(whole))))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    certain = all(check.passed for check in checks) and not (frame[UNDECIDED] != 0).any()
    grade = Grade.A if checks and certain and (frame["status"] != GONE).all() else Grade.D
    unique = tuple(dict.fromkeys(warnings))
    return PublishedCheck(region.latest_period, frame, ASSUMPTIONS, unique, tuple(checks), grade)


COLUMNS = (
    "id",
    "name",
    "unit",
    "decimals",
    "scale",
    "published_on",
    "published_in",
    "published",
    "now",
    "difference",
    *CAUSES,
    "status",
    "cause",
    "recorded",
)
"""Columns of the frame; ``scale`` is the kronor in the unit, 0 for what is not money."""


def world_of(region: Region, figure: PublishedFigure, notebooks: Path | None = None) -> World | None:
    """Give what computes a figure: the ledger, or its notebook.

    Parameters
    ----------
    region : Region
        The region.
    figure : PublishedFigure
        The figure.
    notebooks : Path, optional
        Folder of the notebooks.

    Returns
    -------
    World or None
        None for a figure shown by a notebook when there are no notebooks to run.
    """
    if figure.amounts is not None:
        return LedgerWorld(region, figure)
    return None if notebooks is None or region.location is None else NotebookWorld(region, figure, notebooks)


def _row(figure: PublishedFigure, found: Split, recorded: bool) -> dict[str, object]:
    difference = None if found.now is None else found.difference
    changed = difference is not None and abs(difference) > figure.allowed
    status = GONE if found.now is None else CHANGED if changed else UNCHANGED
    return {
        "id": figure.id,
        "name": figure.name,
        "unit": figure.unit,
        "decimals": figure.decimals,
        "scale": figure.scale if figure.unit in ("kr", "tkr", "mkr") else 0,
        "published_on": figure.told_on,
        "published_in": figure.published_in,
        "published": figure.told,
        "now": found.now,
        "difference": difference,
        **{cause: found.parts.get(cause, Decimal(0)) for cause in CAUSES},
        "status": status,
        "cause": _cause(figure, found) if status == CHANGED else status,
        "recorded": recorded,
    }


def _cause(figure: PublishedFigure, found: Split) -> str:
    """The causes in words, the largest first, each with its part; rounding only when it explains a change alone."""
    parts = {cause: part for cause, part in found.parts.items() if cause != ROUNDING or abs(part) > figure.allowed}
    order = sorted(parts, key=lambda cause: -abs(parts[cause]))
    if len(order) == 1:
        return CAUSES[order[0]]
    row = {"scale": figure.scale, "unit": figure.unit, "decimals": figure.decimals}
    return list_words([f"{CAUSES[cause]} {_written(parts[cause], row, signed=True)}" for cause in order])


def _written(value: object, row: Mapping[Any, Any], *, signed: bool = False) -> str:
    if value is None or value is pd.NA or not isinstance(value, Decimal):
        return "–"
    scale = Decimal(str(row["scale"])) or Decimal(1)
    return f"{number(value / scale, int(str(row['decimals'])), signed=signed)}{NBSP}{row['unit']}".strip()
