"""Several scenarios side by side, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.presentation.charts import intervals, waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.years import paths_by_year
from utfall.presentation.money import Money
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words
from utfall.results import Result
from utfall.scenarios.comparison.steps import in_order
from utfall.scenarios.result import Scenario
from utfall.scenarios.result.frequency import of_draws
from utfall.scenarios.result.statements import ENDS

SMALL_STEP = 0.01
"""Share of the largest step under which a step is summed with others like it in the chart."""


@dataclass(frozen=True, eq=False, repr=False)
class ScenarioComparison(Result):
    """Several scenarios simulated with the same draws; returned by `compare_scenarios`.

    Attributes
    ----------
    region_name : str
        Name of the region.
    fictitious : bool
        Whether the figures are invented.
    years : tuple of int
        Simulated calendar years.
    names : dict of str to str
        Scenario to its name; the first is what the others are compared with.
    frame : DataFrame
        One row a scenario and year: ``scenario, name, year, mean, median`` and intervals of the result (SEK);
        ``balanced`` (probability that the balance requirement is met; ``times`` of ``of``), ``outstanding`` (deficits
        to restore, SEK); means of ``liquidity_days, debt_share, solidity, cash``; ``limits_broken``, how many of the
        ``limits`` are broken in at least half of the draws.
    steps : DataFrame
        ``scenario, driver, name, amount``: the difference of the last year's mean result from the first scenario's,
        by what is assumed differently; SEK.
    history : DataFrame
        ``year, item, amount``: known years, SEK.
    money : Money
        How amounts are written.
    warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        The identities of the first scenario; those of the others have been tried alike.
    """

    region_name: str
    fictitious: bool
    years: tuple[int, ...]
    names: dict[str, str]
    frame: pd.DataFrame
    steps: pd.DataFrame
    history: pd.DataFrame
    money: Money
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _scenarios: dict[str, Scenario]

    def scenario(self, scenario: str) -> Scenario:
        """Give one of the scenarios by itself.

        Parameters
        ----------
        scenario : str
            Identifier.

        Returns
        -------
        Scenario

        Raises
        ------
        InvalidParameter
            When it was not compared.
        """
        if scenario not in self._scenarios:
            raise InvalidParameter(f"{scenario!r} was not compared; {', '.join(self._scenarios)} were.")
        return self._scenarios[scenario]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What holds for all of them."""
        return (
            "Scenarierna är dragna med samma slumptal, så att de bara skiljer sig i det som antas",
            "Skillnaden delas på de antaganden som skiljer, ett slag i taget i registrets ordning och i den omvända; "
            "stegen är medeltalet av de två",
            *next(iter(self._scenarios.values())).assumptions[1:],
        )

    @property
    def grade(self) -> Grade:
        """The lowest grade among the scenarios."""
        return max((scenario.grade for scenario in self._scenarios.values()), key=lambda grade: grade.value)

    @property
    def last(self) -> pd.DataFrame:
        """The last year, one row a scenario."""
        return self.frame[self.frame["year"] == self.years[-1]].reset_index(drop=True)

    @property
    def table(self) -> Table:
        """The last year: result, chance of balance, measures and limits of each scenario."""
        year = self.years[-1]
        frame = self.last.assign(
            chance=self.last["balanced"].astype("float64").map(chance_words),
            limit_words=[
                f"{broken} av {of}" for broken, of in zip(self.last["limits_broken"], self.last["limits"], strict=True)
            ],
        )
        columns = {
            "name": Column("Scenario"),
            "mean": Column("Årets resultat", "amount"),
            "lo-80": Column("80 % från", "amount"),
            "hi-80": Column("till", "amount"),
            "chance": Column("Chans till balans"),
            "liquidity_days": Column("Likviditet", "number", unit="dagar"),
            "debt_share": Column("Lån av skatt och bidrag", "percent", decimals=0),
            "solidity": Column("Soliditet", "percent", decimals=0),
            **({"limit_words": Column("Gränser som bryts")} if self.last["limits"].any() else {}),
        }
        notes = (
            "Årets resultat, likviditet, lån och soliditet är medelvärden. En gräns räknas som bruten när den bryts i "
            "minst hälften av beräkningarna.",
        )
        return self._table(frame, f"Scenarierna {year}", columns, notes)

    @property
    def results_table(self) -> Table:
        """Mean result of each scenario, by year."""
        wide = self.frame.pivot_table(index="scenario", columns="year", values="mean", aggfunc="sum")
        wide = wide.loc[list(self.names)].rename(columns=str)
        frame = wide.reset_index(drop=True)
        frame.insert(0, "name", list(self.names.values()))
        columns = {"name": Column("Scenario"), **{year: Column(year, "amount") for year in wide.columns}}
        return self._table(frame, "Årets resultat i medeltal", columns)

    @property
    def steps_table(self) -> Table:
        """Why each scenario ends where it does: the difference from the first, by what is assumed differently."""
        first, *others = self.names
        wide = self.steps.pivot_table(index="name", columns="scenario", values="amount", aggfunc="sum")
        wide = wide.loc[in_order(self.steps), others]
        frame = wide.reset_index()
        total = pd.DataFrame([{"name": "Skillnad i årets resultat", **wide.sum().to_dict()}])
        columns = {
            "name": Column("Antaganden som skiljer"),
            **{
                other: Column(self.names[other], "amount", signed=True, missing="antas lika i båda") for other in others
            },
        }
        caption = f"Skillnad i årets resultat {self.years[-1]} mot {self.names[first]}"
        return self._table(pd.concat([frame, total], ignore_index=True), caption, columns, totals=(-1,))

    def plot(self) -> Chart:
        """Draw the mean result of each scenario by year, after the known years."""
        paths = self.frame.pivot_table(index="year", columns="scenario", values="mean", aggfunc="sum")
        paths = paths[list(self.names)].rename(columns=self.names)
        rows = self.history[self.history["item"] == "result"]
        known = pd.Series(rows["amount"].to_numpy("float64"), rows["year"].astype(int))
        return paths_by_year(
            known, paths, title=self._headline().rstrip("."), unit=self.money.unit, currency=self.money.currency
        )

    def plot_intervals(self) -> Chart:
        """Draw the last year's result of each scenario with its intervals."""
        frame = self.last.rename(columns={"name": "label", "mean": "estimate"})[["label", "estimate", *ENDS]]
        title = f"Så osäkert är årets resultat {self.years[-1]} i varje scenario"
        return intervals(frame.assign(decided=True), title=title, unit=self.money.unit, currency=self.money.currency)

    def plot_steps(self, scenario: str | None = None) -> Chart:
        """Draw what leads from the first scenario's result to another's, the last year.

        Parameters
        ----------
        scenario : str, optional
            Identifier; the one farthest from the first when left out.

        Returns
        -------
        Chart

        Raises
        ------
        InvalidParameter
            When it was not compared.
        """
        first, *others = self.names
        ends = self.last.set_index("scenario")["mean"]
        chosen = scenario or max(others, key=lambda other: abs(ends[other] - ends[first]))
        if chosen not in others:
            raise InvalidParameter(f"{chosen!r} was not compared with {first}; {', '.join(others)} were.")
        rows = self.steps[self.steps["scenario"] == chosen]
        large = rows["amount"].abs() >= SMALL_STEP * rows["amount"].abs().max()
        steps = [
            (self.names[first], float(ends[first]), "total"),
            *((row.name, row.amount, "step") for row in rows[large].drop(columns="scenario").itertuples(index=False)),
            *([("Övriga skillnader", float(rows.loc[~large, "amount"].sum()), "step")] if (~large).any() else []),
            (self.names[chosen], float(ends[chosen]), "total"),
        ]
        word = "bättre" if ends[chosen] >= ends[first] else "sämre"
        title = (
            f"{self.names[chosen]} ger {self.money.write(abs(float(ends[chosen] - ends[first])))} {word} resultat "
            f"{self.years[-1]} än {self.names[first]}"
        )
        frame = pd.DataFrame(steps, columns=["label", "amount", "kind"])
        return waterfall(frame, title=title, unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Tell the best and the worst scenario, how likely balance is in each, and what differs most."""
        last = self.last
        alike: dict[str, list[str]] = {}
        for name, balanced in zip(last["name"], last["balanced"].astype("float64"), strict=True):
            alike.setdefault(of_draws(float(balanced)), []).append(name)
        chances = [f"i {often} i {list_words(names)}" for often, names in alike.items()]
        said = [self._headline(), f"Balanskravet klaras {self.years[-1]} {'; '.join(chances)}."]
        largest = self.steps.iloc[int(self.steps["amount"].abs().to_numpy().argmax())]
        said.append(
            f"Mest skiljer antagandet {largest['name']}: {self.money.write(float(largest['amount']), signed=True)} "
            f"i {self.names[largest['scenario']]} mot {next(iter(self.names.values()))}."
        )
        return " ".join(said)

    def _headline(self) -> str:
        last = self.last.sort_values("mean", kind="stable")
        worst, best = last.iloc[0], last.iloc[-1]
        return (
            f"Årets resultat {self.years[-1]} blir i medeltal från {self.money.write(float(worst['mean']))} "
            f"({worst['name']}) till {self.money.write(float(best['mean']))} ({best['name']})."
        )

    def _table(
        self,
        frame: pd.DataFrame,
        caption: str,
        columns: dict[str, Column],
        notes: tuple[str, ...] = (),
        totals: tuple[int, ...] = (),
    ) -> Table:
        return Table(
            frame,
            caption,
            columns,
            notes=notes,
            totals=totals,
            unit=self.money.unit,
            currency=self.money.currency,
        )
