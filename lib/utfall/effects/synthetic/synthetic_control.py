"""Synthetic control: a unit held against the mixture of others that followed it before a measure.

Outcome-only: the weights follow from the outcomes before the start and nothing else, so two readers with the
same panel get the same weights. Every conclusion is tried on the donors themselves, who had no measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from utfall.effects.synthetic.convex_weights import convex_weights
from utfall.effects.synthetic.panel import Panel, read_panel
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.counterfactual import counterfactual
from utfall.presentation.numbers import number, percent, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words
from utfall.results import Result

Floats = NDArray[np.float64]

LOWER, HIGHER, UNDECIDED = "lägre", "högre", "kan inte avgöras"
"""The verdicts."""

ALPHA = 0.05
"""Share of units without a measure that may look as extreme as the treated one before a verdict is given."""

FIT_SHARE = 0.5
"""The mixture follows the treated unit when what it misses before the start is at most this share of the unit's own
standard deviation (three quarters of the variance followed), …"""

FIT_LEVEL = 0.05
"""… or at most this share of its level, which is enough for a series that hardly moves."""

HELD_OUT = 1 / 3
"""Share of the periods before the start, the latest, in which the weights of the earlier ones are tried."""

VISIBLE = 0.01
"""Donors with less weight than this are not named."""

WHOLE_FROM, TENTHS_FROM = 1_000.0, 10.0
"""Level from which figures are written without decimals, and with one; two below."""


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticControl(Result):
    """A treated unit beside its synthetic control.

    Parameters
    ----------
    treated : str
        The treated unit.
    start : Timestamp or int
        First period with the measure.
    weights : Series
        Weight of each donor used; none negative, sum one.
    path : DataFrame
        By period: ``actual``, ``without`` (the synthetic control), ``gap`` (actual − without), and from the start
        ``lo, hi`` around ``without`` at 95 per cent.
    placebo : DataFrame
        By unit, the treated one first: ``average`` (mean gap from the start), ``rmspe_before``, ``rmspe_after`` and
        ``ratio``, each unit held against the donors (the treated unit is nobody's donor).
    left_out : DataFrame
        By donor with weight: ``average`` when that donor is not there.
    held_out : float
        Mean gap in the latest third before the start, with weights from the time before it.
    held_out_error : float
        Standard error of `held_out`, from the donors' own.
    equal_weights : float
        Mean gap had every donor weighed the same and the level before the start been taken off: difference in
        differences, for comparison.
    standard_error : float
        Of `average`: the root mean square of the donors' own mean gaps.
    unused : dict of str to str
        Donors that were not used, with the reason.
    """

    treated: str
    start: Any
    weights: pd.Series
    path: pd.DataFrame
    placebo: pd.DataFrame
    left_out: pd.DataFrame
    held_out: float
    held_out_error: float
    equal_weights: float
    standard_error: float
    unused: dict[str, str]

    @property
    def gap(self) -> pd.Series:
        """Actual less synthetic, every period; negative is lower than without the measure."""
        return self.path["gap"]

    @property
    def average(self) -> float:
        """Mean gap from the start."""
        return float(self.placebo["average"].iloc[0])

    @property
    def p_value(self) -> float:
        """Share of all units, the treated one among them, whose fit breaks at the start as much as the treated's."""
        ratio = self.placebo["ratio"]
        return float((ratio >= ratio.iloc[0]).mean())

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Interval around `average`: as far as the donors, who had no measure, stray by themselves."""
        half = self._quantile(level) * self.standard_error
        return self.average - half, self.average + half

    @property
    def verdict(self) -> str:
        """`LOWER`, `HIGHER` or `UNDECIDED`."""
        if self.p_value > ALPHA or self.grade is Grade.D:
            return UNDECIDED
        return LOWER if self.average < 0 else HIGHER

    @property
    def checks(self) -> tuple[Check, ...]:
        """Fit before the start, fit in time held out, one donor at a time, and the donors' own gaps."""
        return (self._fit_check, self._time_check, self._left_out_check, self._placebo_check)

    @property
    def grade(self) -> Grade:
        """B when every check passed; D when the comparison is not valid before the start; else C."""
        if not (self._fit_check.passed and self._time_check.passed):
            return Grade.D
        return Grade.B if self._left_out_check.passed and self._placebo_check.passed else Grade.C

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the comparison rests on."""
        return (
            "Blandningen av jämförelseenheter hade följt enheten även efter starten om åtgärden inte funnits.",
            "Ingen jämförelseenhet har en egen åtgärd eller påverkas av denna.",
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should keep in mind."""
        said = [f"{name} används inte: {why}." for name, why in self.unused.items()]
        own = self.placebo.iloc[1:]
        broken = [
            str(name)
            for name in own.index[own["ratio"] > own["ratio"].quantile(1 - ALPHA)]
            if self.weights[name] >= VISIBLE and own.at[name, "ratio"] > self.placebo["ratio"].iloc[0]
        ]
        if broken:
            said.append(
                f"{list_words(broken)} bryter själv av vid starten. Pröva om enheten har en egen åtgärd, och uteslut "
                "den då."
            )
        if 1 / len(self.placebo) > ALPHA:
            said.append(
                f"Med {len(self.placebo) - 1} jämförelseenheter kan slumpen aldrig uteslutas på femprocentsnivån."
            )
        return tuple(said)

    @property
    def table(self) -> Table:
        """The donors with weight, the result without each, and their own gaps."""
        named = self.weights[self.weights >= VISIBLE].sort_values(ascending=False, kind="stable")
        rows: list[dict[str, object]] = [
            {
                "name": name,
                "weight": weight,
                "without": self.left_out["average"].get(name),
                "own": self.placebo.at[name, "average"],
            }
            for name, weight in named.items()
        ]
        rest = float(self.weights.drop(named.index).sum())
        if len(named) < len(self.weights):
            rows.append({"name": "Övriga", "weight": rest})
        rows.append({"name": self.treated, "own": self.average})
        columns = {
            "name": Column("Enhet"),
            "weight": Column("Vikt", "percent", missing="den egna enheten har ingen vikt"),
            "without": Column("Effekt utan enheten", "number", decimals=self._decimals, missing="ej utelämnad"),
            "own": Column("Egen skillnad efter starten", "number", decimals=self._decimals, missing="visas ej samlat"),
        }
        frame = pd.DataFrame(rows, columns=list(columns)).astype({name: "float64" for name in list(columns)[1:]})
        notes = (
            "Med lika vikt för alla, och nivån före starten borträknad, är skillnaden "
            f"{self._write(self.equal_weights)}.",
            f"Bedömning: {self.verdict}. Evidensgrad {self.grade.value}.",
        )
        return Table(frame, f"Jämförelsen som {self.treated} hålls mot", columns, totals=(-1,), notes=notes)

    def plot(self) -> Chart:
        """Draw the unit and its synthetic control."""
        return counterfactual(
            self.path[["actual", "without", "lo", "hi"]], self.start, title=self._headline(), unit="nivå"
        )

    def text(self) -> str:
        """Tell the mean gap, how sure it is, and on whom it rests."""
        lo, hi = (self._write(value) for value in self.interval())
        share = f"{round(self.p_value * len(self.placebo))} av {len(self.placebo)} enheter"
        sentences = [
            f"{self._headline()}.",
            f"Skillnaden är i medeltal {self._write(self.average)} (95 % intervall {lo} till {hi}); {share}, den egna "
            f"inräknad, bryter av minst lika mycket vid samma tid (p = {number(self.p_value, 3)}).",
        ]
        named = self.weights[self.weights >= VISIBLE].sort_values(ascending=False, kind="stable")
        shown = [f"{name} ({percent(weight, 0)})" for name, weight in named.iloc[:4].items()]
        sentences.append(f"Störst vikt i jämförelsen: {list_words(shown)}.")
        if not self._fit_check.passed:
            sentences.append("Jämförelsen följer inte enheten före starten, så skillnaden säger inget om åtgärden.")
        elif not self._time_check.passed:
            sentences.append("Jämförelsen spricker redan före starten, så skillnaden säger inget om åtgärden.")
        return " ".join(sentences)

    def _headline(self) -> str:
        first, last = self.start, self.path.index[-1]
        span = period_range(first, last) if isinstance(first, pd.Timestamp) else f"{first}–{last}"
        if self.verdict == UNDECIDED:
            return f"Om {self.treated} skiljer sig från sin jämförelse {span} kan inte avgöras"
        return f"{self.treated} ligger {self.verdict} än sin jämförelse {span}"

    @property
    def _fit_check(self) -> Check:
        before = self.path["actual"][self.path.index < self.start]
        missed, own = float(self.placebo["rmspe_before"].iloc[0]), float(before.std())
        passed = missed <= max(FIT_SHARE * own, FIT_LEVEL * float(before.abs().mean()))
        detail = f"avvikelse {self._write(missed)} mot enhetens egen spridning {self._write(own)}"
        return Check("Jämförelsen följer enheten före starten", passed, detail, (missed, own))

    @property
    def _time_check(self) -> Check:
        limit = self._quantile(0.95) * self.held_out_error
        detail = f"skillnad {self._write(self.held_out)}, gräns {self._write(limit)}"
        passed = abs(self.held_out) <= limit
        return Check("Ingen skillnad i den sista tredjedelen före starten", passed, detail, (self.held_out, limit))

    @property
    def _left_out_check(self) -> Check:
        lowest, highest = float(self.left_out["average"].min()), float(self.left_out["average"].max())
        moved = max(highest - self.average, self.average - lowest)
        detail = f"från {self._write(lowest)} till {self._write(highest)}"
        passed = moved <= self.standard_error
        return Check("Resultatet vilar inte på en enda jämförelseenhet", passed, detail, (lowest, highest))

    @property
    def _placebo_check(self) -> Check:
        name = "Skillnaden är större än jämförelseenheternas egna"
        return Check(name, self.p_value <= ALPHA, f"p = {number(self.p_value, 3)}", (self.p_value, ALPHA))

    def _quantile(self, level: float) -> float:
        """How many standard errors an interval reaches; they are estimated from as many units as there are donors."""
        return float(student.ppf((1 + level) / 2, len(self.placebo) - 1))

    @property
    def _decimals(self) -> int:
        level = float(self.path["actual"].abs().max())
        return 0 if level >= WHOLE_FROM else 1 if level >= TENTHS_FROM else 2

    def _write(self, value: float) -> str:
        return number(value, self._decimals)


def synthetic_control(
    panel: pd.DataFrame, treated: str, start: Any, *, exclude: Sequence[str] = ()
) -> SyntheticControl:
    """Hold a unit against the convex mixture of others that followed it before a measure.

    Parameters
    ----------
    panel : DataFrame
        One column a unit, one row a period (dates, periods or years), the same outcome everywhere.
    treated : str
        The unit with the measure.
    start : str, Timestamp, Period or int
        First period with the measure.
    exclude : sequence of str, default ()
        Units that have a measure of their own, and so cannot be compared with. Units with gaps and units that never
        vary are left out without being named; the result says which.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    InvalidParameter
        When the treated unit or the start is not in the panel, or too few donors or periods are left.

    References
    ----------
    Abadie, A., Diamond, A. & Hainmueller, J. (2010). Synthetic control methods for comparative case studies. JASA
    105(490), 493-505. Outcome-only weights and the placebo standard error: Arkhangelsky, D. et al. (2021). Synthetic
    difference-in-differences. American Economic Review 111(12), 4088-4118.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> panel = pd.DataFrame(rng.normal(0, 1, (40, 25)).cumsum(axis=0) + 50, pd.RangeIndex(1980, 2020))
    >>> panel.columns = [f"enhet {number}" for number in range(25)]
    >>> panel["egen"] = 0.6 * panel["enhet 3"] + 0.4 * panel["enhet 7"] + rng.normal(0, 0.1, 40)
    >>> panel.loc[2010:, "egen"] -= 10
    >>> result = synthetic_control(panel, "egen", 2010)
    >>> result.verdict, round(result.average), result.weights.round(1)[["enhet 3", "enhet 7"]].tolist()
    ('lägre', -10, [0.6, 0.4])
    """
    checked = read_panel(panel, treated, start, exclude)
    own, donors, at = checked.treated.to_numpy(), checked.donors.to_numpy(), checked.position
    weights, gap = _fit(own, donors, at)
    placebo_gaps = _donor_gaps(donors, at)
    used = np.flatnonzero(weights >= VISIBLE).tolist()
    without = {
        checked.donors.columns[one]: _fit(own, np.delete(donors, one, axis=1), at)[1][at:].mean() for one in used
    }
    early = at - max(1, round(at * HELD_OUT))
    held_gaps = _donor_gaps(donors[:at], early)
    level = (own - donors.mean(axis=1))[:at].mean()
    return SyntheticControl(
        treated=str(treated),
        start=checked.start,
        weights=pd.Series(weights, checked.donors.columns, name="weight"),
        path=_path(checked, gap, placebo_gaps),
        placebo=_placebo(checked, np.column_stack([gap, placebo_gaps])),
        left_out=pd.DataFrame({"average": without}).rename_axis("donor"),
        held_out=float(_fit(own[:at], donors[:at], early)[1][early:].mean()),
        held_out_error=_root_mean_square(held_gaps[early:].mean(axis=0)),
        equal_weights=float((own - donors.mean(axis=1))[at:].mean() - level),
        standard_error=_root_mean_square(placebo_gaps[at:].mean(axis=0)),
        unused=checked.left_out,
    )


def _fit(own: Floats, donors: Floats, before: int) -> tuple[Floats, Floats]:
    """Weights from the periods before, and the gap in every period."""
    weights = convex_weights(own[:before], donors[:before])
    return weights, own - donors @ weights


def _donor_gaps(donors: Floats, before: int) -> Floats:
    """The gap of every donor, held against the others."""
    others = [np.delete(donors, one, axis=1) for one in range(donors.shape[1])]
    return np.column_stack([_fit(donors[:, one], rest, before)[1] for one, rest in enumerate(others)])


def _placebo(panel: Panel, gaps: Floats) -> pd.DataFrame:
    before, after = gaps[: panel.position], gaps[panel.position :]
    misfit = np.sqrt((before**2).mean(axis=0))
    broken = np.sqrt((after**2).mean(axis=0))
    # A unit that is a mixture of others to the last digit fits without any error to compare with.
    least = 1e-9 * float(np.abs(panel.donors.to_numpy()).max())
    frame = {
        "average": after.mean(axis=0),
        "rmspe_before": misfit,
        "rmspe_after": broken,
        "ratio": broken / np.maximum(misfit, least),
    }
    return pd.DataFrame(frame, index=pd.Index([str(panel.treated.name), *panel.donors.columns], name="unit"))


def _path(panel: Panel, gap: Floats, placebo_gaps: Floats) -> pd.DataFrame:
    """Actual and synthetic, with the donors' own gaps in the same period as the measure of chance."""
    actual = panel.treated.to_numpy()
    half = student.ppf(0.975, placebo_gaps.shape[1]) * np.sqrt((placebo_gaps**2).mean(axis=1))
    half[: panel.position] = np.nan
    without = actual - gap
    columns = {"actual": actual, "without": without, "gap": gap, "lo": without - half, "hi": without + half}
    return pd.DataFrame(columns, index=panel.treated.index)


def _root_mean_square(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))
