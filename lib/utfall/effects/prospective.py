"""A measure that is proposed: how long until it could be seen at all, and what to record to see it sooner."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.interrupted.history import judge_history
from utfall.effects.interrupted.inputs import Observed, read_observed
from utfall.effects.interrupted.profile import course, profile_words
from utfall.effects.portfolio.block_estimates import LONGEST_PROFILE
from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import percent
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

Array = NDArray[np.float64]

HORIZON = 36
"""Months ahead that are looked: after three years other things have changed as well."""

LOOKS = (*range(1, 13), 15, 18, 24, 30, 36)
"""Months after the start at which it is looked: closer together at first, where months matter."""

SHOWN = (6, 12, 24)
"""Months after the start whose smallest detectable effects are shown."""

ALONE, VOLUME, COMPARED, BOTH = (
    "kostnaden för sig",
    "kostnaden per volym",
    "kostnaden mot jämförelseenheter",
    "kostnaden per volym mot jämförelseenheter",
)
"""What the judgement can stand on."""

NOT_COME = "effekten har inte kommit än"
"""Why a smallest detectable effect is missing."""


@dataclass(frozen=True, eq=False, repr=False)
class Prospect(Result):
    """When a proposed measure could be seen; returned by `prospective`.

    Attributes
    ----------
    planned_share : float
        Planned full effect, as a share of the cost: 0.05 is 5 % lower.
    profile : str
        How it is to come.
    frame : DataFrame
        One row for each thing the judgement can stand on: ``basis``, ``months`` (after the start until the planned
        effect is detected in four cases of five; missing when not within `HORIZON`) and the smallest detectable effect
        after 6, 12 and 24 months, ``after-6`` and so on.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        None that can fail: this is a plan.
    """

    planned_share: float
    profile: str
    frame: pd.DataFrame
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...] = ()

    @property
    def grade(self) -> Grade:
        """D: nothing has happened yet."""
        return Grade.D

    @property
    def months(self) -> int | None:
        """Months until the planned effect could be seen, on the best of what is recorded; None when not at all."""
        known = self.frame["months"].dropna()
        return None if known.empty else int(known.min())

    @property
    def table(self) -> Table:
        """How long each basis needs, and what it can show."""
        columns = {
            "basis": Column("Underlag"),
            "months": Column("Tid till synlig", "number", unit="månader", missing=f"inte inom {HORIZON} månader"),
            **{
                f"after-{month}": Column(f"Minsta synliga effekt efter {month} månader", "percent", missing=NOT_COME)
                for month in SHOWN
            },
        }
        return Table(self.frame, f"När en åtgärd på {percent(self.planned_share)} syns", columns)

    def plot(self) -> Chart:
        """Draw the smallest effect that shows after a year, on each basis."""
        figures = self.frame.rename(columns={"basis": "label", "after-12": "amount"})[["label", "amount"]].dropna()
        return bars(figures.assign(amount=figures["amount"] * 100), title=self._headline(), unit="%")

    def text(self) -> str:
        """Say when the measure could be seen, and what to record to see it sooner."""
        said = [f"{self._headline()}."]
        alone = self.frame["months"].iloc[0]
        best = self.frame.sort_values("months", kind="stable").iloc[0]
        if self.months is not None and best["basis"] != ALONE and not alone <= best["months"]:
            said.append(f"Det förutsätter att den bedöms på {best['basis']}.")
        if len(self.frame) == 1:
            said.append(
                "Anges också volym och enheter att jämföra med, från minst tre år före starten, visas om de gör "
                "att effekten syns tidigare."
            )
        if self.months is None:
            least = float(self.frame[f"after-{SHOWN[-1]}"].min())
            said.append(f"Efter {SHOWN[-1]} månader syns som minst {percent(least)}.")
        return " ".join(said)

    def _headline(self) -> str:
        share = percent(self.planned_share)
        if self.months is None:
            return f"En åtgärd på {share} kan inte väntas synas inom {HORIZON} månader"
        return f"En åtgärd på {share} kan väntas synas efter {plural(self.months, 'månad', 'månader')}"


def prospective(
    cost: pd.Series,
    *,
    planned_share: float,
    profile: str = "step",
    volume: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    price_index: pd.Series | None = None,
) -> Prospect:
    """Foresee how long a proposed measure must run before it could be seen in four cases of five.

    Parameters
    ----------
    cost : Series
        Monthly cost until now, positive.
    planned_share : float
        Planned full effect, as a share: 0.05 is 5 % lower.
    profile : str, default "step"
        How it is to come: "step", "ramp(6)", "delay(3)".
    volume : Series, optional
        What the cost is for, by the same months.
    controls : DataFrame, optional
        Cost of units that could be compared with, one column each.
    price_index : Series, optional
        Price index of the cost.

    Returns
    -------
    Prospect

    Raises
    ------
    InvalidData
        When a series cannot be used.
    InvalidParameter
        When the planned share is not between 0 and 1, or the history is too short.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=60, freq="M")
    >>> cost = pd.Series(1e6 * np.exp(np.random.default_rng(1).normal(0, 0.03, 60)), months)
    >>> small, large = (prospective(cost, planned_share=share).months for share in (0.01, 0.2))
    >>> small is None, bool(large <= 6)
    (True, True)
    """
    if not 0 < planned_share < 1:
        raise InvalidParameter(f"planned_share is {planned_share}; write it as a share between 0 and 1, as 0.05.")
    bases = {ALONE: (None, None), VOLUME: (volume, None), COMPARED: (None, controls), BOTH: (volume, controls)}
    lacking = {VOLUME: volume is None, COMPARED: controls is None, BOTH: volume is None or controls is None}
    rows = []
    for basis, (known_volume, known_controls) in bases.items():
        if not lacking.get(basis, False):
            observed = read_observed(
                cost, cost.index.max(), volume=known_volume, controls=known_controls, price_index=price_index
            )
            least = _detectable(observed, profile)
            seen = np.flatnonzero(least <= planned_share)
            row: dict[str, object] = {"basis": basis, "months": float(seen[0] + 1) if len(seen) else np.nan}
            rows.append(row | {f"after-{month}": least[month - 1] for month in SHOWN})
    return Prospect(
        planned_share=planned_share,
        profile=profile,
        frame=pd.DataFrame(rows),
        assumptions=(
            "Serien varierar framöver som hittills.",
            f"Effekten kommer {profile_words(profile)}.",
            "Syns betyder att ett 95 % intervall utesluter noll i fyra fall av fem.",
        ),
        warnings=() if price_index is not None else ("Prisindex saknas: prisernas rörelser räknas som brus.",),
    )


def _detectable(observed: Observed, profile: str) -> Array:
    """Smallest full effect that shows after 1, 2, … months with the measure; missing before any of it has come."""
    known = len(observed.periods)
    ahead = pd.period_range(observed.periods[-1] + 1, periods=LONGEST_PROFILE, freq=observed.periods.freq)
    shares = course(profile, ahead)[:HORIZON]
    least = np.full(HORIZON, np.nan)
    for month in LOOKS:
        mean = float(shares[:month].mean())
        if mean > 0:
            # What is to come stands as missing: it is looked at nowhere.
            periods = pd.PeriodIndex([*observed.periods, *ahead[:month]])
            later = replace(observed, periods=periods, before=known, controls=observed.controls.reindex(periods))
            seen = judge_history(later, shares[:month]).minimum_detectable
            least[month - 1] = 1 - (1 - seen) ** (1 / mean)
    return least
