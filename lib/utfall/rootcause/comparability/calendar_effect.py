"""Working days this year against last, and the cost that goes with them where the node's own history bears it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent, period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.region import a_year_before
from utfall.rootcause.associations.monthly_series import driver_series, history_months
from utfall.rootcause.associations.screening import FEWEST_MONTHS, screen
from utfall.rootcause.comparability.calendar_days import DAYS_OFF_RULE, working_days
from utfall.rootcause.comparison import Comparison


@dataclass(frozen=True, eq=False)
class CalendarEffect:
    """Working days in the compared months, and the cost that goes with them as a candidate.

    Parameters
    ----------
    months : DataFrame
        ``period, before, after, difference``: working days of each month last year and this.
    amount : float or None
        Change in the volume-driven lines' cost that the working days alone would give, SEK in result sign; None when
        that cannot be told, and ``reason`` says why.
    elasticity : float or None
        Change in volume, in per cent, for one per cent more working days; None when volume was not seen to follow.
    share : float or None
        Share of the volume's month-to-month variation that goes with the working days; None when not tried.
    history : int
        Months behind it.
    holds : bool
        Whether it held in the last year.
    reason : str
        Why there is no amount; empty when there is one.
    money : Money
        How amounts are written.
    """

    months: pd.DataFrame
    amount: float | None
    elasticity: float | None
    share: float | None
    history: int
    holds: bool
    reason: str
    money: Money

    @property
    def before(self) -> int:
        """Working days in last year's months."""
        return int(self.months["before"].sum())

    @property
    def after(self) -> int:
        """Working days in this year's months."""
        return int(self.months["after"].sum())

    @property
    def difference(self) -> int:
        """How many more this year."""
        return self.after - self.before

    @property
    def table(self) -> Table:
        """Working days of each month, last year and this."""
        first, last = self.months["period"].iloc[0], self.months["period"].iloc[-1]
        year = last.year
        total = self.months[["before", "after", "difference"]].sum().to_dict()
        frame = self.months.assign(label=self.months["period"].map(lambda month: period_name(month).split()[0]))
        columns = {
            "label": Column("Månad"),
            "before": Column(str(year - 1), "number"),
            "after": Column(str(year), "number"),
            "difference": Column("Skillnad", "number", signed=True),
        }
        return Table(
            pd.concat([frame, pd.DataFrame([total | {"label": "Summa"}])], ignore_index=True),
            f"Arbetsdagar, {period_range(first, last)}",
            columns,
            totals=(-1,),
            notes=(DAYS_OFF_RULE, self.text()),
        )

    @property
    def grade(self) -> Grade:
        """C when volume was seen to follow the working days and still did in the last year, else D."""
        return Grade.C if self.amount is not None and self.holds else Grade.D

    def text(self) -> str:
        """Count the working days, and say what they alone would give or that it cannot be told."""
        if not self.difference:
            return f"Lika många arbetsdagar som samma månader förra året ({number(self.after)})."
        fewer = "fler" if self.difference > 0 else "färre"
        counted = f"{number(abs(self.difference))} {fewer} arbetsdagar än samma månader förra året"
        counted = f"{counted} ({number(self.after)} mot {number(self.before)})"
        if self.amount is None or self.elasticity is None or self.share is None:
            return f"{counted}. Vad det betyder för kostnaden kan inte avgöras: {self.reason}."
        held = "" if self.holds else "; det höll inte under det sista året"
        return (
            f"{counted}. Kandidat: det skulle ensamt ge {self.money.write(self.amount, signed=True)} i volymdrivna "
            f"kostnader, om volymen följer arbetsdagarna som hittills ({number(self.elasticity, 1)} % volym per 1 % "
            f"arbetsdagar, {percent(self.share, 0)} av volymens variation, {number(self.history)} månader{held})."
        )


def calendar_effect(comparison: Comparison, money: Money) -> CalendarEffect:
    """Count the working days, and try whether the node's volumes follow them.

    The volumes are pooled as the mean of the logarithms of all products that are counted every month, since the
    working days of a month are the same for all of them: more products are no more months.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    money : Money
        How amounts are written.

    Returns
    -------
    CalendarEffect
    """
    before = working_days(a_year_before(comparison.since), a_year_before(comparison.period))
    after = working_days(comparison.since, comparison.period)
    months = pd.DataFrame({"period": after.index, "before": before.to_numpy(), "after": after.to_numpy()})
    months = months.assign(difference=months["after"] - months["before"])
    elasticity, share, history, holds, reason = _tried(comparison)
    amount = None
    driven = [line.line for line in comparison.region.accounts.lines if line.volume_driven and line.kind == "cost"]
    cost = comparison.previous_year(["line"]).set_index("line")["actual"].reindex(driven).sum()
    if elasticity is not None and cost == 0:
        reason = "ingen volymdriven kostnad är bokförd förra året"
    elif elasticity is not None:
        amount = float(round(cost * ((after.sum() / before.sum()) ** elasticity - 1), 2))
    return CalendarEffect(months, amount, elasticity, share, history, holds, reason, money)


def _tried(comparison: Comparison) -> tuple[float | None, float | None, int, bool, str]:
    """Elasticity, share of variation, months, whether it held, and why there is no elasticity."""
    span = history_months(comparison)
    if len(span) < FEWEST_MONTHS:
        length = plural(len(span), "månad", "månader")
        return None, None, len(span), False, f"historiken är {length} och minst {FEWEST_MONTHS} behövs"
    volumes = driver_series(comparison, span, tables=["volumes"]).levels
    if volumes.empty:
        return None, None, len(span), False, "ingen volym räknas varje månad"
    days = working_days(span[0], span[-1])
    levels = pd.DataFrame({"volume": volumes.mean(axis=1), "days": np.log(days)}, index=span)
    tried = screen(levels, [("volume", "days")], lags=[0])
    if tried is None:
        return None, None, len(span), False, "volymen varierar inte"
    row = tried.frame.iloc[0]
    share = float(row["share"])
    if not row["beyond_chance"] or row["slope"] <= 0:
        return None, share, tried.months, False, "volymen har inte följt antalet arbetsdagar mer än slumpen ger"
    return float(row["slope"]), share, tried.months, bool(row["holds"]), ""
