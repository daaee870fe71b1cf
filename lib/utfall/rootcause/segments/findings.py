"""What a scan found, as frames, warnings and checks a reader can use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from utfall.evidence import Check, require_identity
from utfall.presentation.numbers import percent
from utfall.presentation.words import list_words, plural
from utfall.rootcause.segments.cube import Cube
from utfall.rootcause.segments.leaves import Codes
from utfall.rootcause.segments.scan import ALONE, BEYOND, MOST_CAUSES, SCATTERED, WEAK, Findings
from utfall.rootcause.segments.stability import stability
from utfall.rootcause.segments.weigh import Candidate

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STABLE = 0.8
"""Share of resamples in which a segment must be found again to be called stable."""

FEWEST_LEAVES = 60
"""With fewer leaves the noise is guessed rather than known."""

OBJECTIONS = {
    WEAK: "ryms i bruset",
    ALONE: "vilar på en enstaka del av liten vikt",
    SCATTERED: "delarna spretar mer än de har rört sig åt samma håll",
    BEYOND: f"tydligt, men fler än {MOST_CAUSES} segment redovisas inte",
}
"""What spoke against a segment, in the reader's words."""

MOVEMENTS = {
    "result": "i proportion till storleken",
    "volume": "kostnad och intäkt åt samma håll som volymen",
    "amount": "samma belopp i varje del",
}
"""How the leaves of a segment moved, in the reader's words."""

ROUNDING = 1e-12
"""Share of all deviations that sums in floating point may miss."""

HALF_ORE = 0.005
"""Half an öre: any smaller difference is rounding."""


CAUSE_COLUMNS = ["segment", "deviation", "share", "leaves", "significance", "stability", "movement"]
"""Columns of the frame of causes."""

DTYPES = {"segment": "str", "movement": "str", "reason": "str", "leaves": "int64"}
"""Types of the columns that are not amounts or shares."""


def gross(deviation: Floats) -> tuple[float, float]:
    """Sum what is worse (negative) and what is better (positive) separately."""
    return float(deviation[deviation < 0].sum()), float(deviation[deviation > 0].sum())


def causes_frame(cube: Cube, findings: Findings, deviation: Floats) -> tuple[pd.DataFrame, Bools]:
    """Describe each cause in a row, and tell which leaves some cause has claimed.

    A leaf that lies in two causes counts in the first, so that the rows and the rest are the whole deviation.

    Returns
    -------
    frame : DataFrame
        ``segment, deviation, share, leaves, significance, stability, movement``.
    claimed : array of bool, shape (leaves,)
        Leaves in some cause.
    """
    rows = []
    claimed = np.zeros(len(deviation), dtype=bool)
    worse, better = gross(deviation)
    for cause, rivals in zip(findings.causes, findings.rivals, strict=True):
        own = cube.holds(cause.segment) & ~claimed
        claimed |= own
        moved = float(deviation[own].sum())
        same_way = worse if moved < 0 else better
        rows.append(
            (
                words(cube, cause.segment),
                moved,
                moved / same_way if same_way else np.nan,
                int(own.sum()),
                cause.worth,
                stability(cause, rivals),
                MOVEMENTS[cause.movement],
            )
        )
    return _frame(rows, CAUSE_COLUMNS), claimed


def no_causes() -> pd.DataFrame:
    """Give the frame of `causes_frame` without rows."""
    return _frame([], CAUSE_COLUMNS)


def rejected_frame(cube: Cube, findings: Findings, deviation: Floats) -> pd.DataFrame:
    """List what was weighed and not chosen: the nearest rivals of each cause, and what drowned in the noise.

    Returns
    -------
    DataFrame
        ``segment, deviation, leaves, significance, reason``.
    """
    rows: dict[tuple[int, str], tuple[object, ...]] = {}

    def keep(candidate: Candidate, reason: str) -> None:
        # The same segment may have been weighed for several ways of moving: the first is the strongest.
        moved = float(deviation[candidate.leaves].sum())
        row = (words(cube, candidate.segment), moved, len(candidate.leaves), candidate.worth, reason)
        rows.setdefault((candidate.segment, reason), row)

    for cause, rivals in zip(findings.causes, findings.rivals, strict=True):
        for rival in rivals:
            keep(rival, f"svagare än {words(cube, cause.segment)}")
    for candidate, objection in findings.rejected:
        keep(candidate, OBJECTIONS[objection])
    return _frame(list(rows.values()), ["segment", "deviation", "leaves", "significance", "reason"])


def words(cube: Cube, segment: int) -> str:
    """Name a segment by its attributes: ``unit: D1R2, account: 4010``."""
    return ", ".join(f"{name}: {value}" for name, value in cube.words(segment).items())


def warnings_of(
    table: pd.DataFrame, attributes: Codes, rows: int, broken: list[tuple[str, str]], drift: float, habits: int
) -> tuple[str, ...]:
    """Say what the reader of the segments must know.

    Parameters
    ----------
    table : DataFrame
        From `causes_frame`.
    attributes : Codes
        Attributes of the leaves.
    rows : int
        How many rows they were summed from.
    broken : list of (str, str)
        Child and parent dimensions between which the hierarchy does not hold.
    drift : float
        Common shift that was taken out first, as a share of the leaves' size; zero when none was.
    habits : int
        Leaves that have one amount only, where that is a habit.

    Returns
    -------
    tuple of str
        Swedish sentences.
    """
    leaves = attributes.codes.shape[1]
    said = []
    if leaves < rows:
        said.append(f"Underlagets {rows} rader har summerats till {plural(leaves, 'del', 'delar')} med olika attribut.")
    flat = [name for d, name in enumerate(attributes.names) if attributes.count(d) == 1]
    if flat and leaves > 1:
        said.append(f"Alla delar har samma värde i {list_words(flat)}: där finns inget att skilja åt.")
    said += [
        f"Ett värde i {child} ligger i flera värden i {parent}: de prövas som fristående dimensioner."
        for child, parent in broken
    ]
    if habits:
        said.append(
            f"{plural(habits, 'del', 'delar')} har bara budget eller bara utfall, och det är så vanligt i underlaget "
            "att en sådan del inte ensam räknas som en avvikelse."
        )
    if drift:
        said.append(
            f"Nästan alla delar har rört sig gemensamt, med omkring {percent(drift, 1, signed=True)} av sin storlek: "
            "segmenten är det som skiljer sig från det."
        )
    if leaves < FEWEST_LEAVES:
        said.append(f"Underlaget har bara {plural(leaves, 'del', 'delar')}: bruset är osäkert skattat.")
    if len(table) == MOST_CAUSES:
        said.append(f"Fler än {MOST_CAUSES} segment söks inte; resten ligger utanför segmenten.")
    unstable = table.loc[table["stability"] < STABLE, "segment"]
    if len(unstable):
        said.append(f"Avgränsningen är osäker för {list_words(unstable)}.")
    return tuple(said)


def checks_of(table: pd.DataFrame, deviation: Floats, claimed: Bools) -> tuple[Check, ...]:
    """Check that the segments and the rest are the whole deviation, and that the segments are stable.

    Returns
    -------
    tuple of Check
        With the compared figures.
    """
    parts = float(table["deviation"].sum() + deviation[~claimed].sum())
    tolerance = max(HALF_ORE, ROUNDING * float(np.abs(deviation).sum()))
    summed = require_identity("Segmenten och resten är avvikelsen", parts, float(deviation.sum()), tolerance=tolerance)
    stable = int((table["stability"] >= STABLE).sum())
    found = f"{stable} av {len(table)} segment återfinns i minst {percent(STABLE, 0)} av omräkningarna"
    return summed, Check("Segmenten återfinns vid omräkning", stable == len(table), found)


def _frame(rows: Sequence[tuple[object, ...]], names: list[str]) -> pd.DataFrame:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pd.DataFrame(
        {
            name: pd.Series(column, dtype=DTYPES.get(name, "float64"))
            for name, column in zip(names, columns, strict=True)
        }
    )
