"""The benefit calculation, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import cumulated, intervals, tornado
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import NBSP, percent, period_name
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Table
from utfall.presentation.words import plural
from utfall.region.scenario_registers import Project, ProjectItem
from utfall.results import Result
from utfall.scenarios.benefit.tables import bottom_line_table, item_table, source_table, yearly_table
from utfall.scenarios.benefit.verdicts import (
    BOTTOM_LINES,
    LEVELS,
    NET_BENEFIT,
    NO_INTERVAL,
    NO_NET_BENEFIT,
    UNDECIDED,
    verdict_of,
)


@dataclass(frozen=True, eq=False, repr=False)
class BenefitCalculation(Result):
    """Costs and benefits of a project; returned by `utfall.benefit_calculation`.

    Present values are SEK at the project's start; costs are negative, benefits positive.

    Attributes
    ----------
    project, name, status : str
        Identifier, name and how far the project has come: ``proposed``, ``decided`` or ``rejected``.
    start : Timestamp
        First month, which present values are counted to.
    years : int
        Years that are counted.
    discount_rate : float
        Rate a year, as a share.
    items : DataFrame
        One row an item: the register's columns, ``base`` (present value of what is stated), ``mean`` and the intervals
        ``lo-80, hi-80, lo-95, hi-95`` of its present value (missing without an interval), ``variance_share`` (of the
        net's spread), ``net_low, net_high`` (net present value with this item low and high and the others as stated),
        ``clipped`` (share of the draws in which a cost was set to zero).
    bottom_lines : DataFrame
        ``id`` (cash, capacity, total), ``items`` (how many), ``benefits, costs, net`` (expected present values),
        ``base`` (the net of what is stated), the intervals of the net, ``p_positive`` (probability that it is above
        zero; missing when nothing has an interval).
    yearly : DataFrame
        One row a calendar year, expected: ``cash_costs, cash_benefits, capacity_costs, capacity_benefits, net`` as they
        come; ``discounted``; ``cumulated`` (of the discounted), ``p_paid_back`` (by the end of the year).
    path : DataFrame
        One row a month: cumulated discounted net, ``base, mean`` and intervals; ``p_paid_back``.
    payback, payback_cash : Timestamp or None
        First month from which the expected cumulated net stays at or above zero: all of it, and in the budget alone;
        None when it never does.
    break_even, break_even_cash : float
        Share of the expected benefits that must come for the net to be zero: all of it, and in the budget alone. Not a
        number without benefits.
    money : Money
        How amounts are written.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        That the sums hold.
    """

    project: str
    name: str
    status: str
    start: pd.Timestamp
    years: int
    discount_rate: float
    items: pd.DataFrame
    bottom_lines: pd.DataFrame
    yearly: pd.DataFrame
    path: pd.DataFrame
    payback: pd.Timestamp | None
    payback_cash: pd.Timestamp | None
    break_even: float
    break_even_cash: float
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _project: Project
    _items: tuple[ProjectItem, ...]

    @property
    def grade(self) -> Grade:
        """D: the sums hold, but what is summed has not happened yet."""
        return Grade.D

    @property
    def verdict(self) -> str:
        """Whether there is a net benefit, budget, time and quality together."""
        return verdict_of(self.line("total")["p_positive"])

    @property
    def cash_verdict(self) -> str:
        """Whether there is a net benefit in the budget alone."""
        return verdict_of(self.line("cash")["p_positive"])

    @property
    def payback_reason(self) -> str:
        """Why there is no payback month; empty when there is one."""
        return "" if self.payback is not None else "nyttorna täcker inte kostnaderna inom den tid som räknas"

    def line(self, line: str) -> dict[str, float]:
        """Give one of the bottom lines.

        Parameters
        ----------
        line : {"cash", "capacity", "total"}
            Which.

        Returns
        -------
        dict of str to float
        """
        row = next(row for row in self.bottom_lines.to_dict("records") if row["id"] == line)
        return {str(name): float(value) for name, value in row.items() if name != "id"}

    @property
    def table(self) -> Table:
        """The bottom lines: benefits, costs, net with its interval, probability and verdict."""
        return bottom_line_table(self)

    @property
    def item_table(self) -> Table:
        """Every item: what is stated, its present value, and how much of the uncertainty comes with it."""
        return item_table(self)

    @property
    def source_table(self) -> Table:
        """Where each item comes from, and who answers for it."""
        return source_table(self)

    @property
    def yearly_table(self) -> Table:
        """Costs and benefits year by year as they come, and their present value."""
        return yearly_table(self)

    def plot(self) -> Chart:
        """Draw which item the answer hangs on: the net present value with each set low and high."""
        frame = self.items[self.items["low"].notna()]
        rows = pd.DataFrame({"label": frame["name"], "low": frame["net_low"], "high": frame["net_high"]})
        for setting in ("low", "high"):
            rows[f"{setting}_label"] = [self.money.write(amount) for amount in frame[setting]]
        return tornado(
            rows,
            float(self.items["base"].sum()),
            title=self._hangs_on() or "Ingen post är angiven med intervall",
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def bottom_line_plot(self) -> Chart:
        """Draw the bottom lines with their intervals; without any interval they are said not to be known."""
        lines = self.bottom_lines[self.bottom_lines["items"] > 0]
        known = lines["p_positive"].notna()
        frame = lines.assign(
            label=lines["id"].map(BOTTOM_LINES),
            estimate=lines["net"].where(known),
            decided=lines["p_positive"].map(verdict_of) != UNDECIDED,
            words=known.map({True: "", False: NO_INTERVAL}),
        )
        ends = [f"{edge}-{level}" for level in LEVELS for edge in ("lo", "hi")]
        return intervals(
            frame[["label", "estimate", *ends, "decided", "words"]],
            title=self._headline().rstrip("."),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def course_plot(self) -> Chart:
        """Draw expected costs and benefits through each year, laid on each other: the budget, then time and quality."""
        columns = {
            "Kostnader i budgeten": ["cash_costs"],
            "nyttor i budgeten": ["cash_benefits"],
            "tid och kvalitet": ["capacity_costs", "capacity_benefits"],
        }
        yearly = self.yearly
        parts = pd.DataFrame({name: yearly[of].sum(axis=1).cumsum() for name, of in columns.items()})
        parts.index = pd.PeriodIndex([pd.Period(year=int(year), month=12, freq="M") for year in yearly["year"]])
        return cumulated(
            parts,
            title=f"{self.name}: kostnader och nyttor från starten, utan ränta",
            total="Netto",
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def text(self) -> str:
        """Tell whether there is a net benefit, what of it reaches the budget, and what must hold."""
        said = [self._headline(), self._budget_words(), self._payback_words()]
        if self.break_even > 0:  # not a number without benefits, zero without costs
            need = percent(self.break_even, 0)
            said.append(
                f"Minst {need} av nyttorna behöver komma."
                if self.break_even <= 1
                else f"Nyttorna hade behövt vara {need} av de angivna."
            )
        hangs_on = self._hangs_on()
        return " ".join([*said, f"{hangs_on}."] if hangs_on else said)

    def _headline(self) -> str:
        total = self.line("total")
        net = f"omkring {self.money.write(total['net'], signed=True)}"
        span = f"nuvärdet av kostnader och nyttor på {plural(self.years, 'år', 'år')} är {net}"
        if total["p_positive"] != total["p_positive"]:
            return f"{self.name}: {span}, om allt blir som angivet. Hur säkert det är {UNDECIDED}."
        low, high = (self.money.write(total[name], signed=True) for name in ("lo-80", "hi-80"))
        chance = f"sannolikheten för nettonytta {chance_words(total['p_positive'])}"
        sure = f"{span} (80{NBSP}% intervall {low} till {high}), och {chance}"
        opening = {
            NET_BENEFIT: f"{self.name} ger en nettonytta",
            NO_NET_BENEFIT: f"{self.name} ger ingen nettonytta",
            UNDECIDED: f"Om {self.name} ger en nettonytta {UNDECIDED}",
        }[self.verdict]
        return f"{opening}: {sure}."

    def _budget_words(self) -> str:
        cash, capacity = self.line("cash"), self.line("capacity")
        amount = self.money.write(cash["net"], signed=True)
        said = f"I budgeten blir det {amount}"
        if cash["p_positive"] == cash["p_positive"]:
            said += f" (sannolikheten för nettonytta där {chance_words(cash['p_positive'])})"
        if capacity["items"]:
            said += (
                f"; i tid och kvalitet {self.money.write(capacity['net'], signed=True)}, som inte kan tas ur budgeten"
            )
        return f"{said}."

    def _payback_words(self) -> str:
        if self.payback is None:
            return f"Kalkylen går inte ihop: {self.payback_reason}."
        said = f"Kalkylen går ihop från {period_name(self.payback)}"
        if not self.line("capacity")["items"]:
            return f"{said}."
        if self.payback_cash is None:
            return f"{said}, men inte i budgeten."
        return f"{said}, i budgeten från {period_name(self.payback_cash)}."

    def _hangs_on(self) -> str:
        if not self.items["variance_share"].any():
            return ""
        most = self.items.iloc[int(self.items["variance_share"].to_numpy().argmax())]
        return f"Svaret hänger mest på {most['name']}, {percent(most['variance_share'], 0)} av osäkerheten"
