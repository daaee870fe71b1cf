"""A scenario simulated several years ahead, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import NBSP, number, period_name
from utfall.presentation.probability import chance_words
from utfall.presentation.prose import KeyFigure, KeyFigures, Prose
from utfall.presentation.tables import Table
from utfall.results import Result
from utfall.scenarios.result import charts, tables
from utfall.scenarios.result.assumption_rows import assumption_table
from utfall.scenarios.result.frequency import OF, of_draws
from utfall.scenarios.result.investments import investment_table
from utfall.scenarios.result.limits import known_measures, limit_table
from utfall.scenarios.result.requirement import chance_table, requirement_table
from utfall.scenarios.result.statements import ENDS, MONTHS
from utfall.scenarios.result.telling import headline, limit_sentences, limit_to_watch
from utfall.scenarios.simulation import Simulation

NO_INVESTMENTS = "Inga investeringar som återstår att betala står i registret."
"""Said where there is no table of investments."""

NO_LIMITS = "Registret har inga gränser att pröva mot."
"""Said where there is no table of limits."""

NO_DIVISIONS = "Simuleringen är inte delad på divisioner."
"""Said where there are no divisions to show."""


@dataclass(frozen=True, eq=False, repr=False)
class Scenario(Result):
    """Income statement, balance sheet and cash flow of the years ahead; returned by `simulate_years`.

    Attributes
    ----------
    id, name, description : str
        The scenario, as in the register.
    region_name : str
        Name of the region.
    fictitious : bool
        Whether the figures are invented.
    years : tuple of int
        Simulated calendar years.
    booked : int
        How many months of the first year are outcomes.
    draws : int
        How many courses were drawn.
    statements : DataFrame
        ``statement`` ("income_statement", "balance_sheet", "cash_flow"), ``item, year, mean, median, lo-80, hi-80,
        lo-95, hi-95``: SEK, sums included ("operating_net_cost", "operating_result", "result", "total_assets",
        "total_financing", "cash_change").
    monthly : DataFrame
        ``item`` ("result", "cash", "loans"), ``period, booked, mean, median`` and the intervals; SEK.
    divisions, division_lines : DataFrame
        Net cost by ``division, name`` (and ``line, line_name``), ``year``, with mean, median and intervals; SEK in
        result sign, internal lines included.
    requirement : DataFrame
        Lines of the balance requirement's investigation, by year: ``line, label, year, mean, median`` and intervals.
    balance : DataFrame
        By year: ``balanced`` (probability that the requirement is met), ``outstanding`` (deficits to restore),
        ``overdue, is_overdue``; see `requirement_years`.
    limits : DataFrame
        One row a limit and year; see `limit_frame`.
    measures : DataFrame
        Financial measures by year: ``measure, name, year, mean, median`` and intervals.
    assumption_rows : DataFrame
        ``driver, target, name, about, year, value, low, high, unit_words, source, owner``.
    investments : DataFrame
        Investments of the register that are not yet paid: ``name, unit, kind, amount, paid, in_use, life,
        running_cost, loan, loan_share, status, source, owner``; amounts in SEK.
    history : DataFrame
        ``year, item, amount``: known years, SEK.
    money : Money
        How amounts are written.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        Identities that hold to the öre in every draw.
    """

    id: str
    name: str
    description: str
    region_name: str
    fictitious: bool
    years: tuple[int, ...]
    booked: int
    draws: int
    statements: pd.DataFrame
    monthly: pd.DataFrame
    divisions: pd.DataFrame
    division_lines: pd.DataFrame
    requirement: pd.DataFrame
    balance: pd.DataFrame
    limits: pd.DataFrame
    measures: pd.DataFrame
    assumption_rows: pd.DataFrame
    investments: pd.DataFrame
    history: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _simulation: Simulation

    @property
    def simulation(self) -> Simulation:
        """Every draw, in whole öre."""
        return self._simulation

    @property
    def identities(self) -> tuple[Check, ...]:
        """The sums that hold in every draw: the checks."""
        return self.checks

    @property
    def grade(self) -> Grade:
        """A when every month is booked; C when only the rest of one year is forecast; D when years are assumed."""
        if not all(check.passed for check in self.checks):
            return Grade.D
        if self.booked >= MONTHS * len(self.years):
            return Grade.A
        only_the_forecast_year = self.booked > 0 and len(self.years) == 1
        return Grade.C if only_the_forecast_year else Grade.D

    def spread(self, statement: str, item: str) -> pd.DataFrame:
        """Mean, median and intervals of one item, by year.

        Parameters
        ----------
        statement : {"income_statement", "balance_sheet", "cash_flow"}
            The statement.
        item : str
            The item or sum.

        Returns
        -------
        DataFrame
            Indexed by year; SEK.

        Raises
        ------
        InvalidParameter
            When the statement has no such item.
        """
        rows = self.statements[self.statements["statement"] == statement]
        if item not in set(rows["item"]):
            have = ", ".join(rows["item"].unique()) or "nothing; use income_statement, balance_sheet or cash_flow"
            raise InvalidParameter(f"The statement {statement!r} has no item {item!r}; it has {have}.")
        return rows[rows["item"] == item].set_index("year")[["mean", "median", *ENDS]]

    def known(self, item: str) -> pd.Series:
        """Known values of an item, by year; SEK."""
        rows = self.history[self.history["item"] == item]
        return pd.Series(rows["amount"].to_numpy("float64"), rows["year"].astype(int), name=item)

    @property
    def span(self) -> str:
        """The simulated years, as they are printed."""
        return f"{self.years[0]}–{self.years[-1]}" if len(self.years) > 1 else str(self.years[0])

    @property
    def basis(self) -> Prose:
        """What it stands on: the last booked month, the opening balance sheet and how many courses were drawn."""
        months = self.simulation.months
        until = months[self.booked - 1] if self.booked else months[0] - pd.DateOffset(months=1)
        return Prose(
            f"Underlag: huvudboken till och med {period_name(until)} och balansräkningen i slutet av "
            f"{self.years[0] - 1}. {number(self.draws)} beräkningar."
        )

    @property
    def table(self) -> Table:
        """The income statement."""
        return self.income_statement

    @property
    def income_statement(self) -> Table:
        """The income statement: last known year, then the simulated years' means, and the interval of the result."""
        return tables.income_statement_table(
            self.statements, self.history, self._caption("Resultaträkning"), self.money
        )

    @property
    def balance_sheet(self) -> Table:
        """The balance sheet at the end of each year."""
        return tables.balance_sheet_table(self.statements, self.history, self._caption("Balansräkning"), self.money)

    @property
    def cash_flow_statement(self) -> Table:
        """The cash flow of each simulated year."""
        return tables.cash_flow_table(self.statements, self._caption("Kassaflöde"), self.money)

    @property
    def requirement_table(self) -> Table:
        """The balance requirement's investigation, by year."""
        return requirement_table(self.requirement, self.balance, self._caption("Balanskrav"), self.money)

    @property
    def chance_table(self) -> Table:
        """How likely balance is each year, and what is to be restored."""
        return chance_table(self.balance, self._caption("Chans till balans"), self.money)

    @property
    def limits_table(self) -> Table | Prose:
        """In how many of ten calculations each limit is broken."""
        if self.limits.empty:
            return Prose(NO_LIMITS)
        return limit_table(self.limits, self.years, self._caption("Gränser"), self.money.currency)

    @property
    def assumption_table(self) -> Table:
        """The assumptions, with source and owner."""
        return assumption_table(self.assumption_rows, self.name, self.money.currency)

    @property
    def investment_table(self) -> Table | Prose:
        """Investments of the register that are not yet paid."""
        if self.investments.empty:
            return Prose(NO_INVESTMENTS)
        return investment_table(self.investments, "Investeringar som återstår att betala", self.money)

    @property
    def key_figures(self) -> KeyFigures:
        """The last year's result, chance of balance, cash and solidity."""
        last = self.years[-1]
        result, cash = self._last("income_statement", "result"), self._last("balance_sheet", "cash")
        return KeyFigures(
            [
                KeyFigure(f"Årets resultat {last}, medelvärde", self.money.write(result["mean"])),
                KeyFigure(f"1{NBSP}av{NBSP}{OF} beräkningar blir sämre än", self.money.write(result["lo-80"])),
                KeyFigure(f"1{NBSP}av{NBSP}{OF} beräkningar blir bättre än", self.money.write(result["hi-80"])),
                KeyFigure(f"Chans till balans {last}", chance_words(self._last_balance)),
                KeyFigure(f"Likvida medel {last}, medelvärde", self.money.write(cash["mean"])),
            ]
        )

    def plot(self) -> Chart:
        """Draw the yearly result: known years, the fan ahead and the zero line."""
        return charts.result_chart(self.spread("income_statement", "result"), self.known("result"), self.money)

    def plot_cash(self) -> Chart:
        """Draw cash at the end of each month ahead, after known years' ends."""
        return charts.cash_chart(self.monthly, self.known("cash"), self.money)

    def plot_limit(self, limit: str) -> Chart:
        """Draw the measure of a limit with its fan, and the limit as a line.

        Parameters
        ----------
        limit : str
            Identifier of the limit in the register.

        Returns
        -------
        Chart

        Raises
        ------
        InvalidParameter
            When the register has no such limit, or its measure cannot be computed.
        """
        rows = self.limits[self.limits["limit"] == limit]
        if rows.empty:
            have = ", ".join(self.limits["limit"].unique()) or "none"
            raise InvalidParameter(f"There is no limit {limit!r}; the register has {have}.")
        reason = rows["reason"].iloc[0]
        if reason:
            raise InvalidParameter(f"The limit {limit!r} cannot be drawn: {reason}.")
        measure = rows["measure"].iloc[0]
        spread = self.measures[self.measures["measure"] == measure].set_index("year")
        known = known_measures(self.history)[measure].dropna()
        return charts.limit_chart(rows, spread, known, self.money)

    def plot_limits(self) -> Chart | Prose:
        """Draw the limit that is kept at first and then broken soonest; else the one that is broken most often."""
        limit = limit_to_watch(self._limits_told)
        return Prose(NO_LIMITS) if limit is None else self.plot_limit(limit)

    @property
    def _limits_told(self) -> pd.DataFrame:
        """Limits that can be told; the balance requirement, which has a sentence and a table of its own, left out."""
        known = self.limits[self.limits["reason"] == ""]
        return known[known["measure"] != "balance_requirement"].astype({"breaks": "float64"})

    def plot_divisions(self) -> Chart | Prose:
        """Draw how much larger each division's net cost becomes."""
        if self.divisions.empty:
            return Prose(NO_DIVISIONS)
        return charts.division_chart(self.divisions, self.money)

    @property
    def division_table(self) -> Table | Prose:
        """Each division's net cost by year."""
        if self.divisions.empty:
            return Prose(NO_DIVISIONS)
        caption = self._caption("Divisionernas nettokostnad, interna poster inräknade,")
        return tables.division_table(self.divisions, caption, self.money)

    def text(self) -> str:
        """Tell where it leads, how sure that is, how likely balance is and which limit is broken first."""
        last = self.years[-1]
        said = [
            headline(self.name, last, self._last("income_statement", "result"), self.known("result"), self.money),
            f"Balanskravet klaras {last} i {of_draws(self._last_balance)}.",
        ]
        if len(self._limits_told):
            said.append(limit_sentences(self._limits_told, self.money.currency))
        return " ".join(said)

    def _last(self, statement: str, item: str) -> dict[str, float]:
        """What is told of an item in the last year."""
        return {str(name): float(values.iloc[-1]) for name, values in self.spread(statement, item).items()}

    @property
    def _last_balance(self) -> float:
        return float(self.balance["balanced"].iloc[-1])

    def _caption(self, what: str) -> str:
        return f"{what} {self.span}, scenariot {self.name}"
