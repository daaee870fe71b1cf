"""Why the cost of something moved: price, intensity, need, mix and number treated, with sums that hold to the öre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utfall.effects.avoided.usage import Usage
from utfall.effects.avoided.usage_words import UsageWords
from utfall.evidence import Check, require_identity
from utfall.presentation.charts import waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import period_range
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first
from utfall.results import NotAvailable
from utfall.rootcause import decompose
from utfall.rootcause.drivers.decompose import Drivers

YEAR = 12
"""Most months compared: whole years hold the same seasons."""

PRICE, INTENSITY, NEED, MIX, VOLUME = "price", "intensity", "need_per_patient", "mix", "volume"
"""The factors whose product is the cost."""


@dataclass(frozen=True, eq=False)
class CostBridge:
    """The change in cost between the latest months and the same months before the measure.

    Parameters
    ----------
    drivers : Drivers
        The split over factors, SEK in result sign: a rise in cost is negative.
    before, after : tuple of Timestamp
        First and last month of either span.
    check : Check
        That the factors and the booked change are the same sum.
    words : UsageWords
        What the quantities are called.
    counted : str
        What the volume counts: those treated, or what is needed.
    money : Money
        How amounts are written.
    """

    drivers: Drivers
    before: tuple[pd.Timestamp, pd.Timestamp]
    after: tuple[pd.Timestamp, pd.Timestamp]
    check: Check
    words: UsageWords
    counted: str
    money: Money

    @property
    def changes(self) -> pd.Series:
        """Change in SEK, result sign, by factor."""
        return self.drivers.table.set_index("factor")["change"]

    @property
    def table(self) -> Table:
        """The cost before, every factor, and the cost after."""
        return Table(
            self._rows,
            "Varför kostnaden ändrades",
            {"label": Column("Post"), "amount": Column("Belopp", "amount", signed=True)},
            totals=(0, -1),
            notes=("Delarna summerar till den bokförda förändringen på öret (additiv LMDI). Minus är ökad kostnad.",),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def view(self) -> Table:
        """The table."""
        return self.table

    def plot(self) -> Chart:
        """Draw how the factors lead from the cost before to the cost after."""
        title = self.text().rstrip(".")
        return waterfall(self._rows, title=title, unit=self.money.unit, currency=self.money.currency)

    @property
    def note(self) -> Prose:
        """The text as a paragraph."""
        return Prose(self.text())

    def text(self) -> str:
        """Say how the cost moved, and what moved it most."""
        change = self.drivers.change
        word = "ökade" if change < 0 else "minskade"
        spans = f"från {period_range(*self.before)} till {period_range(*self.after)}"
        towards = self.changes[self.changes * change > 0]
        why = ""
        if len(towards):
            name = str(towards.abs().idxmax())
            moved = float(towards[name])
            why = f", mest genom {self._direction(name, moved < 0)} ({self.money.write(abs(moved))})"
        return f"Kostnaden {word} med {self.money.write(abs(change))} {spans}{why}."

    @property
    def _rows(self) -> pd.DataFrame:
        words = self.words
        names = {
            PRICE: f"Pris per {words.one}",
            INTENSITY: capitalise_first(words.intensity),
            NEED: f"{capitalise_first(words.needs)} per {words.patient}",
            MIX: "Mix av grupper",
            VOLUME: f"Antal {self.counted}",
        }
        ends = [
            (f"Kostnad {period_range(*span)}", amount, "total")
            for span, amount in ((self.before, self.drivers.before), (self.after, self.drivers.after))
        ]
        steps = [(names[str(factor)], change, "step") for factor, change in self.changes.items()]
        return pd.DataFrame([ends[0], *steps, ends[1]], columns=["label", "amount", "kind"])

    def _direction(self, name: str, more: bool) -> str:
        words = self.words
        up, down = {
            PRICE: ("högre pris", "lägre pris"),
            INTENSITY: (f"högre åtgång per {words.per}", f"lägre åtgång per {words.per}"),
            NEED: (f"större behov per {words.patient}", f"mindre behov per {words.patient}"),
            MIX: ("dyrare mix av grupper", "billigare mix av grupper"),
            VOLUME: (f"fler {self.counted}", f"färre {self.counted}"),
        }[name]
        return up if more else down


def cost_bridge(usage: Usage, words: UsageWords, money: Money) -> CostBridge | NotAvailable:
    """Split the change in cost over its factors.

    The latest months with the measure, at most twelve, are compared with the same calendar months of the year before
    it.

    Parameters
    ----------
    usage : Usage
        The use.
    words : UsageWords
        What the quantities are called.
    money : Money
        How amounts are written.

    Returns
    -------
    CostBridge or NotAvailable
        Not available when no month with the measure has a counterpart before it.

    Raises
    ------
    IdentityFailed
        When the parts do not sum to the change in cost.
    """
    known = pd.DatetimeIndex(usage.months.index[usage.months["cost"].notna()])
    after = known[known >= usage.start][-YEAR:]
    before = known[(known < usage.start) & (known >= usage.start - pd.DateOffset(months=YEAR))]
    after = after[np.isin(after.month, before.month)]
    before = before[np.isin(before.month, after.month)]
    if not len(after):
        return NotAvailable("Samma månader före starten saknas, så kostnadens ändring kan inte delas upp.")
    own0, own1 = _factors(usage, before), _factors(usage, after)
    factors = [name for name in (PRICE, INTENSITY, NEED, MIX, VOLUME) if name in own0.columns]
    x0, x1 = (_as_if_present(*pair).reset_index() for pair in ((own0, own1), (own1, own0)))
    drivers = decompose(x0, x1, factors, by=list(usage.strata) or None)
    booked = [-float(usage.rows.loc[usage.rows["period"].isin(span), "cost"].sum()) for span in (before, after)]
    total = float(drivers.table["change"].sum())
    check = require_identity("Faktorerna summerar till kostnadens förändring", total, booked[1] - booked[0])
    return CostBridge(
        drivers=drivers,
        before=(before[0], before[-1]),
        after=(after[0], after[-1]),
        check=check,
        words=words,
        counted=words.treated if usage.has_patients else words.needs,
        money=money,
    )


def _factors(usage: Usage, span: pd.DatetimeIndex) -> pd.DataFrame:
    """Factors of each stratum over a span; missing where a stratum does not exist in it."""
    rows = usage.rows[usage.rows["period"].isin(span)]
    by = list(usage.strata)
    quantities = ["cost", "packages", "need", *(["patients"] if usage.has_patients else [])]
    sums = rows.groupby(by)[quantities].sum() if by else rows[quantities].sum().to_frame().T
    # Result sign: the price carries the sign of a cost.
    factors = {PRICE: -sums["cost"] / sums["packages"], INTENSITY: sums["packages"] / sums["need"]}
    size = sums["need"]
    if usage.has_patients:
        factors[NEED] = sums["need"] / sums["patients"]
        size = sums["patients"]
    if by:
        factors[MIX] = size / size.sum()
    factors[VOLUME] = pd.Series(size.sum(), index=sums.index)
    return pd.DataFrame(factors).replace([np.inf, -np.inf], np.nan)


def _as_if_present(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Give a stratum that is missing from a span the other span's factors and no share: its coming is mix."""
    strata = own.index.union(other.index)
    filled = own.reindex(strata).fillna(other.reindex(strata))
    if MIX in own.columns:
        filled[MIX] = own[MIX].reindex(strata).fillna(0.0)
        filled[VOLUME] = own[VOLUME].iloc[0]
    return filled.fillna(0.0)
