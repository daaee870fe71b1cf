"""Late bookings: whether the last month is booked in full, and what usually comes after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.presentation.money import Money
from utfall.presentation.numbers import date, percent, period_name
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first
from utfall.results import NotAvailable
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.account_months import AccountMonths
from utfall.rootcause.postings.vouchers import Postings

COMPLETE_SHARE = 0.02
"""A month of which less than this share usually comes later is booked in all that matters."""

CLOSED_AFTER = 3
"""Months after which a month counts as closed, and says how much came late."""

FEWEST_CLOSED = 9
"""Fewest closed months that an expectation rests on."""

ENOUGH_POSTINGS = 50
"""Postings that a line at a unit must have in an ordinary month to have a share of its own; the others share one."""

MISSING_DATES = 0.05
"""Share of the postings that may lack a booking date; more, and what came late cannot be told."""


@dataclass(frozen=True, eq=False)
class LateBookings:
    """What is usually booked on a month after the day its ledger was read.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and line with postings enough, and one for all other units: ``unit, line,
        ordinary, expected, lo, hi``; SEK in result sign. ``expected`` is what may still come: the mean of what came
        late on the closed months, whose smallest and largest are ``lo`` and ``hi``; ``ordinary`` is their mean month.
    period : Timestamp
        The month.
    read_on : Timestamp
        Last day of which bookings are known.
    closed_months : int
        Months the expectation rests on.
    interval : (float, float)
        Smallest and largest sum over the rows, by what came late in each of those months.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    period: pd.Timestamp
    read_on: pd.Timestamp
    closed_months: int
    interval: tuple[float, float]
    money: Money

    @property
    def expected(self) -> float:
        """What may still come, SEK in result sign."""
        return float(self.frame["expected"].sum())

    @property
    def share(self) -> float:
        """What may still come as a share of an ordinary month, both without signs."""
        ordinary = self.frame["ordinary"].abs().sum()
        return float(self.frame["expected"].abs().sum() / ordinary) if ordinary else 0.0

    @property
    def complete(self) -> bool:
        """Whether the month is booked in all that matters."""
        return self.share < COMPLETE_SHARE

    @property
    def note(self) -> Prose:
        """Whether the last month is booked, and what may still come."""
        month, day = capitalise_first(period_name(self.period)), date(self.read_on)
        if self.complete:
            return Prose(
                f"{month} är i allt väsentligt bokförd: efter {day} brukar mindre än {percent(COMPLETE_SHARE, 0)} "
                "av en månad återstå."
            )
        low, high = self.money.write(self.interval[0], signed=True), self.money.write(self.interval[1], signed=True)
        return Prose(
            f"{month} är inte fullt bokförd {day}: {percent(self.share, 0)} brukar komma senare. Ytterligare "
            f"{self.money.write(self.expected, signed=True)} kan väntas (mellan {low} och {high}, efter vad som kom "
            f"sent under {self.closed_months} stängda månader)."
        )

    @property
    def table(self) -> Table:
        """What may still come, by unit and line."""
        columns = {
            "unit": Column("Enhet"),
            "line": Column("Post"),
            "ordinary": Column("Vanlig månad", "amount"),
            "expected": Column("Kan väntas", "amount"),
            "lo": Column("Lägst", "amount"),
            "hi": Column("Högst", "amount"),
        }
        caption = f"Vad som brukar bokföras senare på {period_name(self.period)}"
        return Table(self.frame, caption, columns, unit=self.money.unit, currency=self.money.currency)


def late_bookings(
    comparison: Comparison, postings: Postings, accounts: AccountMonths, money: Money
) -> LateBookings | NotAvailable:
    """Judge whether the last month is booked in full.

    What was booked on each closed month later than the last month's ledger reaches tells how much may still come.

    Parameters
    ----------
    comparison : Comparison
        The node and the year so far.
    postings : Postings
        The vouchers.
    accounts : AccountMonths
        The accounts they are on.
    money : Money
        How amounts are written.

    Returns
    -------
    LateBookings or NotAvailable
        Not available when the ledger lacks booking dates, or has too few closed months.
    """
    rows = postings.rows
    if rows["booked_on"].isna().mean() > MISSING_DATES or rows.empty:
        return NotAvailable("Om månaden är fullt bokförd kan inte avgöras: huvudboken saknar bokföringsdatum.")
    closed = postings.months - CLOSED_AFTER
    if closed < FEWEST_CLOSED:
        return NotAvailable("Om månaden är fullt bokförd kan inte avgöras: historiken är för kort.")
    # A later month in the ledger shows that it was read after that month began.
    read_on = max(rows["booked_on"].max(), comparison.region.latest_period)
    next_month = np.array([postings.period(month + 1) for month in range(postings.months)], dtype="datetime64[us]")
    lag = (rows["booked_on"].to_numpy() - next_month[rows["month"].to_numpy()]) / np.timedelta64(1, "D")
    late = lag > (read_on - next_month[-1]) / pd.Timedelta(days=1)
    groups, group = _groups(rows, accounts)
    place = group * postings.months + rows["month"].to_numpy()
    shape = (len(groups), postings.months)
    amounts = rows["amount"].to_numpy()
    total = np.bincount(place, amounts, minlength=shape[0] * shape[1]).reshape(shape)
    came_late = np.bincount(place, np.where(late, amounts, 0.0), minlength=shape[0] * shape[1]).reshape(shape)
    came_late = came_late[:, :closed]
    frame = groups.assign(
        ordinary=total[:, :closed].mean(axis=1),
        expected=came_late.mean(axis=1),
        lo=came_late.min(axis=1),
        hi=came_late.max(axis=1),
    )
    sums = came_late.sum(axis=0)
    names = comparison.region.accounts.frame.set_index("line")["name"]
    organisation = comparison.region.organisation
    frame["line"] = frame["line"].map(names)
    frame["unit"] = [organisation.name(unit, comparison.period) if unit else "Övriga" for unit in frame["unit"]]
    interval = (float(sums.min()), float(sums.max()))
    return LateBookings(frame, comparison.period, read_on, closed, interval, money)


def _groups(rows: pd.DataFrame, accounts: AccountMonths) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Line at unit where there are postings enough, else the line at all other units together; and each row's."""
    cell = rows["cell"].to_numpy()
    keys = accounts.keys[["unit", "line"]]
    pair = keys.groupby(["unit", "line"], sort=True).ngroup().to_numpy()
    enough = np.bincount(pair[cell], minlength=pair.max() + 1) >= ENOUGH_POSTINGS * rows["month"].nunique()
    keys = keys.assign(unit=keys["unit"].where(enough[pair], ""))
    group = keys.groupby(["line", "unit"], sort=True).ngroup().to_numpy()
    names = keys.iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    return names, np.asarray(group[cell])
