"""A region that has been opened: its tables, its registers, and the questions an analysis asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.region.accounts import Accounts
from utfall.region.cube import Cube
from utfall.region.facts import FINE_COLUMNS, sum_facts
from utfall.region.organisation import Node, Organisation
from utfall.region.periods import PeriodLike, parse_period
from utfall.region.registers import Comment, Decision, Event, Goal, Measure, RegionFile, ReportOrder
from utfall.region.row_account import RowAccount
from utfall.region.store import Store

if TYPE_CHECKING:
    # A region without these registers is opened without the time their models take.
    from utfall.region.scenario_registers import (
        Assumption,
        Correlation,
        Investment,
        Limit,
        Loan,
        Project,
        ProjectItem,
        ScenarioRow,
    )

ORGANISATION_COLUMNS = ("unit", "area", "division", "board")
LINE_COLUMNS = ("line", "group", "kind")
FACT_COLUMNS = ("period", "posted_unit", "account", *FINE_COLUMNS)
DIMENSIONS = (*FACT_COLUMNS, *ORGANISATION_COLUMNS, *LINE_COLUMNS, "cost_type", "year")
"""Everything amounts can be summed by. ``unit`` is the unit in the structure of the last month asked for;
``posted_unit`` is the code in the ledger; ``cost_type`` is another name for ``line`` among costs."""


@dataclass(frozen=True)
class Registers:
    """The registers of a region, as they were read."""

    organisation: Organisation
    accounts: Accounts
    measures: tuple[Measure, ...] = ()
    goals: tuple[Goal, ...] = ()
    decisions: tuple[Decision, ...] = ()
    comments: tuple[Comment, ...] = ()
    events: tuple[Event, ...] = ()
    reports: tuple[ReportOrder, ...] = ()
    scenarios: tuple[ScenarioRow, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    limits: tuple[Limit, ...] = ()
    investments: tuple[Investment, ...] = ()
    loans: tuple[Loan, ...] = ()
    projects: tuple[Project, ...] = ()
    project_items: tuple[ProjectItem, ...] = ()

    @property
    def looks_ahead(self) -> bool:
        """Whether there is a scenario, investment, project or any other row about the years ahead."""
        ahead = (self.scenarios, self.assumptions, self.correlations, self.limits, self.investments, self.loans)
        return any((*ahead, self.projects, self.project_items))


class Region:
    """A validated region.

    Made by `utfall.open_region`; an analysis is handed one and asks it for amounts, volumes and registers.

    Parameters
    ----------
    settings : RegionFile
        What ``region.yaml`` says.
    registers : Registers
        Organisation, accounts, measures, goals, decisions, comments, events, report plan, and those of the years
        ahead: scenarios and their assumptions, investments and loans, projects.
    store : Store
        The tables.
    data_version : str
        Names the exact content of every input; printed in reports.
    inputs : dict of str to str
        SHA-256 of each input file.
    cube : Cube, optional
        Ledger and budget, summed; amounts are asked of the store when there is none.
    """

    def __init__(
        self,
        settings: RegionFile,
        registers: Registers,
        store: Store,
        data_version: str,
        inputs: dict[str, str],
        cube: Cube | None = None,
    ) -> None:
        self.settings = settings
        self.registers = registers
        self.store = store
        self.data_version = data_version
        self.inputs = dict(inputs)
        self.cube = cube
        self.register_texts: dict[str, str] = {}
        self.sources: dict[str, tuple[str, ...]] = {}
        """What each table was read from: its keys among `inputs`."""
        self.row_accounts: dict[str, RowAccount] = {}
        """Where every row of each table's file went: used, or left out by a stated rule."""
        self.location: Path | None = None
        """The folder or file it was opened from; what is made of it is kept there."""

    def __repr__(self) -> str:
        span = f"{self.first_period:%Y-%m}–{self.latest_period:%Y-%m}"
        units = len(self.organisation.nodes(self.latest_period, "unit"))
        return f"<Region {self.name}: {units} units, {span}, data version {self.data_version}>"

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.settings.name

    @property
    def fictitious(self) -> bool:
        """Whether the figures are invented."""
        return self.settings.fictitious

    @property
    def currency(self) -> str:
        """Currency of all amounts."""
        return self.settings.currency

    @property
    def organisation(self) -> Organisation:
        """The organisation with its validity dates."""
        return self.registers.organisation

    @property
    def accounts(self) -> Accounts:
        """Report lines and the accounts that belong to them."""
        return self.registers.accounts

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures register."""
        return self.registers.measures

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals register."""
        return self.registers.goals

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions register."""
        return self.registers.decisions

    @property
    def comments(self) -> tuple[Comment, ...]:
        """What the persons responsible say of deviations."""
        return self.registers.comments

    @property
    def events(self) -> tuple[Event, ...]:
        """What is known to change the amounts from a month on."""
        return self.registers.events

    @property
    def reports(self) -> tuple[ReportOrder, ...]:
        """The report plan."""
        return self.registers.reports

    @property
    def scenarios(self) -> tuple[ScenarioRow, ...]:
        """The scenarios of the years ahead."""
        return self.registers.scenarios

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What every scenario assumes, before it takes over what it is based on."""
        return self.registers.assumptions

    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """How assumptions go together."""
        return self.registers.correlations

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Limits that the years ahead are held against."""
        return self.registers.limits

    @property
    def investments(self) -> tuple[Investment, ...]:
        """The register of investments."""
        return self.registers.investments

    @property
    def loans(self) -> tuple[Loan, ...]:
        """Loans to be drawn."""
        return self.registers.loans

    @property
    def projects(self) -> tuple[Project, ...]:
        """Projects whose costs and benefits are weighed."""
        return self.registers.projects

    @property
    def project_items(self) -> tuple[ProjectItem, ...]:
        """Costs and benefits of the projects."""
        return self.registers.project_items

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables the region has."""
        return self.store.tables

    @cached_property
    def _span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        return self.store.span("ledger")

    @property
    def first_period(self) -> pd.Timestamp:
        """First month of the ledger."""
        return self._span[0]

    @property
    def latest_period(self) -> pd.Timestamp:
        """Last month that counts as outcome."""
        return parse_period(self.settings.latest_period) if self.settings.latest_period else self._span[1]

    @cached_property
    def has_budget(self) -> bool:
        """Whether outcomes can be compared with a budget."""
        return "budget" in self.store and self.settings.reference == "budget"

    def as_of(self, period: PeriodLike) -> Region:
        """The region as it was when a month was the last one booked.

        Parameters
        ----------
        period : str, date, Timestamp or Period
            The month.

        Returns
        -------
        Region
            The same tables and registers, with `latest_period` set back; what was booked late is there as well.

        Raises
        ------
        InvalidParameter
            When it is not a month, or outside the ledger.
        """
        then = copy(self)
        then.settings = self.settings.model_copy(update={"latest_period": f"{self.period(period):%Y-%m}"})
        return then

    def period(self, period: PeriodLike) -> pd.Timestamp:
        """A month that the region has outcomes for.

        Parameters
        ----------
        period : str, date, Timestamp or Period
            The month.

        Returns
        -------
        Timestamp
            Its first day.

        Raises
        ------
        InvalidParameter
            When it is not a month, or outside the ledger.
        """
        month = parse_period(period)
        if not self.first_period <= month <= self.latest_period:
            raise InvalidParameter(
                f"The period {month:%Y-%m} is outside the ledger, which has {self.first_period:%Y-%m} to "
                f"{self.latest_period:%Y-%m}; choose a month in between or add the missing months."
            )
        return month

    def node(self, unit: str | None, period: PeriodLike | None = None) -> Node:
        """The board, division, area or unit with this name or code; the board when `unit` is None."""
        month = self.latest_period if period is None else parse_period(period)
        return self.organisation.find(self.organisation.board if unit is None else unit, month)

    def amounts(
        self,
        by: Sequence[str] = ("period",),
        *,
        unit: str | None = None,
        since: PeriodLike | None = None,
        until: PeriodLike | None = None,
        lines: Iterable[str] | None = None,
        structure: PeriodLike | None = None,
    ) -> pd.DataFrame:
        """Outcome and budget, summed by any dimensions.

        Parameters
        ----------
        by : sequence of str, default ("period",)
            Dimensions out of `DIMENSIONS`.
        unit : str, optional
            Name or code, at any level; everything when not given.
        since, until : period, optional
            First and last month; the whole ledger when not given.
        lines : iterable of str, optional
            Report lines to keep.
        structure : period, optional
            The month whose organisation history is laid in; `until` when not given.

        Returns
        -------
        DataFrame
            The dimensions, sorted, then ``actual`` and ``budget`` in result sign. Where the region has no budget,
            ``budget`` is missing.

        Raises
        ------
        InvalidParameter
            For an unknown dimension, unit or period.
        """
        unknown = [dimension for dimension in by if dimension not in DIMENSIONS]
        if unknown:
            raise InvalidParameter(f"Cannot sum by {', '.join(unknown)}; choose among {', '.join(DIMENSIONS)}.")
        first = self.first_period if since is None else parse_period(since)
        last = self.latest_period if until is None else parse_period(until)
        month = last if structure is None else parse_period(structure)
        units = None if unit is None else self._posted_units(unit, month)
        plan = self._account_lines
        if lines is not None:
            plan = plan[plan["line"].isin(list(lines))]
        placement = self.organisation.placement(month)
        if self.cube is None or set(by) & set(FINE_COLUMNS):
            frame = sum_facts(
                self.store,
                by,
                units=units,
                first=first,
                last=last,
                placement=placement,
                plan=plan,
                budget_version=self.settings.budget_version,
            )
        else:
            levels = [column for column in ORGANISATION_COLUMNS if column in by]
            plan_columns = ["line", *[column for column in (*LINE_COLUMNS[1:], "cost_type") if column in by]]
            frame = self.cube.sums(
                by,
                units=units,
                first=first,
                last=last,
                of_unit={name: _mapping(placement, "posted_unit", name) for name in levels},
                of_account={name: _mapping(plan, "account", name) for name in plan_columns},
            )
        return frame if "budget" in self.store else frame.assign(budget=float("nan"))

    def costs(
        self,
        by: Sequence[str] = ("period",),
        *,
        unit: str | None = None,
        since: PeriodLike | None = None,
        until: PeriodLike | None = None,
    ) -> pd.DataFrame:
        """Costs as positive numbers, summed by any dimensions; income is left out.

        Parameters
        ----------
        by, unit, since, until
            As in `amounts`.

        Returns
        -------
        DataFrame
            The dimensions, then ``cost`` and ``budget_cost``, positive.
        """
        cost_lines = [line.line for line in self.accounts.lines if line.kind == "cost"]
        frame = self.amounts(by, unit=unit, since=since, until=until, lines=cost_lines)
        frame = frame.rename(columns={"actual": "cost", "budget": "budget_cost"})
        return frame.assign(cost=0.0 - frame["cost"], budget_cost=0.0 - frame["budget_cost"])

    def control_total(
        self,
        *,
        unit: str | None = None,
        since: PeriodLike | None = None,
        until: PeriodLike | None = None,
        table: Literal["ledger", "budget"] = "ledger",
        structure: PeriodLike | None = None,
    ) -> float:
        """Sum of every ledger (or budget) row of a unit, straight from the table.

        It goes neither through accounts nor report lines, so a report that sums to it has lost nothing.

        Parameters
        ----------
        unit : str, optional
            Name or code, at any level.
        since, until : period, optional
            First and last month.
        table : {"ledger", "budget"}, default "ledger"
            Which table.
        structure : period, optional
            The month whose organisation says what belongs to `unit`; `until` when not given.

        Returns
        -------
        float
            SEK in result sign.
        """
        last = self.latest_period if until is None else parse_period(until)
        return self.store.total(
            table,
            units=None if unit is None else self._posted_units(unit, parse_period(structure or last)),
            first=None if since is None else parse_period(since),
            last=last,
            version=self.settings.budget_version if table == "budget" else None,
        )

    def table(
        self,
        name: str,
        *,
        unit: str | None = None,
        since: PeriodLike | None = None,
        until: PeriodLike | None = None,
        structure: PeriodLike | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Read rows of a canonical table.

        Parameters
        ----------
        name : str
            Name of the table; `tables` lists those the region has.
        unit : str, optional
            Keep only rows that belong to this unit, at any level.
        since, until : period, optional
            First and last month to keep.
        structure : period, optional
            The month whose organisation says what belongs to `unit`; `until` when not given.
        columns : sequence of str, optional
            Only these columns; all when not given.

        Returns
        -------
        DataFrame
            The table's columns.

        Raises
        ------
        InvalidParameter
            When the region lacks the table, or for an unknown unit or period.
        """
        self._require(name)
        month = structure or until
        month = self.latest_period if month is None else parse_period(month)
        return self.store.rows(
            name,
            units=None if unit is None else self._posted_units(unit, month),
            first=None if since is None else parse_period(since),
            last=None if until is None else parse_period(until),
            columns=columns,
        )

    def expression(self, name: str) -> Any:
        """A canonical table as an Ibis expression, for questions the kit has no method for.

        Raises
        ------
        InvalidParameter
            When the region lacks the table.
        """
        self._require(name)
        return self.store.expression(name)

    def _require(self, name: str) -> None:
        if name not in self.store:
            have = ", ".join(sorted(self.tables))
            raise InvalidParameter(f"The region has no table {name!r}; it has {have}.")

    def measures_of(self, unit: str | None, period: PeriodLike) -> tuple[Measure, ...]:
        """Measures that apply somewhere under, or above, a unit.

        Parameters
        ----------
        unit : str or None
            Name or code; the board when None.
        period : period
            The month whose organisation counts.

        Returns
        -------
        tuple of Measure
            Those with a unit under this one, and those of the nodes above it.
        """
        month = parse_period(period)
        node = self.node(unit, month)
        related = {above.code for above in self.organisation.path(node.code, month)}
        related |= self._below(node.code, month)
        return tuple(measure for measure in self.measures if related & set(measure.units))

    def _below(self, code: str, month: pd.Timestamp) -> set[str]:
        nodes = self.organisation.at(month)
        return {other for other in nodes if code in {above.code for above in self.organisation.path(other, month)}}

    def _posted_units(self, unit: str, month: pd.Timestamp) -> list[str]:
        return self.organisation.units_under(self.node(unit, month).code, month)

    @cached_property
    def _account_lines(self) -> pd.DataFrame:
        accounts = self.cube.accounts() if self.cube else self._accounts_used()
        lines = self.accounts.line_of(sorted(accounts))
        frame = pd.DataFrame({"account": list(lines), "line": list(lines.values())}, dtype="str")
        frame = frame.merge(self.accounts.frame[["line", "group", "kind"]], on="line")
        return frame.assign(cost_type=frame["line"])

    def _accounts_used(self) -> set[str]:
        tables = [name for name in ("ledger", "budget") if name in self.store]
        return set().union(*(self.store.sums(name, ["account"])["account"] for name in tables))


def _mapping(frame: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    return dict(zip(frame[key], frame[value], strict=True))
