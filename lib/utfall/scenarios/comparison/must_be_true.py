"""What must be true for the balance requirement to be met: solved on the same draws, and tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from utfall.errors import InvalidParameter
from utfall.evidence import Check, Grade
from utfall.presentation.charts import intervals
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent
from utfall.presentation.probability import chance_words
from utfall.presentation.tables import Column, Table
from utfall.region import Region
from utfall.results import Result
from utfall.scenarios.comparison.levers import Lever, lever
from utfall.scenarios.comparison.middle import measured, start_of, year_within
from utfall.scenarios.engine import Assumptions, Start, resolve, simulate
from utfall.scenarios.result.frequency import OF, of_draws, times_of
from utfall.scenarios.result.names import names_of
from utfall.scenarios.result.statements import ENDS, spread_of

MOST_STEPS = 20
"""Steps an answer is moved on at most, when rounding has left it short."""

AS_ASSUMED, AS_NEEDED, AS_FAR = "Som scenariot antar", "Det som krävs", "Så långt som prövas"
"""What is shown beside each other."""


@dataclass(frozen=True, eq=False, repr=False)
class Requirement(Result):
    """What must be true for balance in one year; returned by `what_must_be_true`.

    Attributes
    ----------
    scenario, scenario_name : str
        The scenario.
    driver, target, name : str
        What is moved, and what it is called.
    year, since : int
        The year that is to be in balance, and the first year that is moved.
    probability : float
        How likely balance is to be.
    reached : bool
        Whether it can be reached.
    assumed, value, change : float
        What the scenario assumes of the first year moved, what it must be, and the difference: SEK a year or a share.
        When it cannot be reached, the farthest that was tried.
    frame : DataFrame
        One row as assumed and one as needed: ``label, value, change, chance`` (probability of balance; ``times`` of
        ``of``), ``mean`` and the intervals of the balance requirement result; SEK.
    money : Money
        How amounts are written.
    assumptions, warnings : tuple of str
        Swedish sentences.
    checks : tuple of Check
        That a simulation with the answer has the probability, and one with a step less has not.
    """

    scenario: str
    scenario_name: str
    driver: str
    target: str
    name: str
    year: int
    since: int
    probability: float
    reached: bool
    assumed: float
    value: float
    change: float
    frame: pd.DataFrame
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _lever: Lever

    @property
    def grade(self) -> Grade:
        """D: what would be needed if all else is as assumed is no forecast."""
        return Grade.D

    @property
    def table(self) -> Table:
        """The assumption, the chance of balance and the balance requirement result, as assumed and as needed."""
        shown = self.frame.assign(
            value_words=[self._lever.write(value, self.money) for value in self.frame["value"]],
            chance_words=self.frame["chance"].map(chance_words),
        )
        columns = {
            "label": Column("Läge"),
            "value_words": Column(self.name),
            "chance_words": Column(f"Chans till balans {self.year}"),
            "mean": Column("Balanskravsresultat, medelvärde", "amount"),
            "lo-80": Column("80 % från", "amount"),
            "hi-80": Column("till", "amount"),
        }
        return Table(
            shown,
            f"Vad som krävs för balans {self.year}, scenariot {self.scenario_name}: {self.name}",
            columns,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw the balance requirement result as assumed and as needed, with intervals."""
        frame = self.frame.rename(columns={"mean": "estimate"})[["label", "estimate", *ENDS]]
        title = f"Balanskravsresultatet {self.year}: {self._short()}"
        return intervals(frame.assign(decided=True), title=title, unit=self.money.unit, currency=self.money.currency)

    def text(self) -> str:
        """Tell what must be true, or how near it comes."""
        chance = {label: float(value) for label, value in zip(self.frame["label"], self.frame["chance"], strict=True)}
        as_it_is = (
            f"Som scenariot {self.scenario_name} antar klaras balanskravet {self.year} i "
            f"{of_draws(chance[AS_ASSUMED])}."
        )
        goal = percent(self.probability, 0)
        if self.change == 0 and self.reached:
            return f"{as_it_is} Det är minst den sannolikhet på {goal} som efterfrågas: inget mer krävs."
        if not self.reached:
            far = self._lever.write(self.value, self.money)
            return (
                f"Balans {self.year} med sannolikheten {goal} kan inte nås med {self._what()} ensamt. {as_it_is} "
                f"Med {far} från {self.since}, som är det längsta som prövas, klaras det i {of_draws(chance[AS_FAR])}."
            )
        return f"För att balanskravet ska klaras {self.year} med sannolikheten {goal} {self._needed()}. {as_it_is}"

    def _what(self) -> str:
        return f"antagandet {self.name}"

    def _needed(self) -> str:
        value, assumed = (self._lever.write(amount, self.money) for amount in (self.value, self.assumed))
        if self.driver == "tax_rate":
            return f"behöver skattesatsen vara {value} högre än den är när åren börjar, från {self.since}"
        if self.driver != "saving":
            return f"behöver {self._what()} vara {value} från {self.since} i stället för {assumed}"
        said = f"behövs besparingar på {value} från {self.since}, i de priser som gäller när åren börjar"
        if self.assumed:
            said += f"; scenariot räknar redan med {assumed}"
        return said

    def _short(self) -> str:
        value = self._lever.write(self.value, self.money)
        if self.reached:
            return f"{self.name} {value} ger balans med sannolikheten {percent(self.probability, 0)}"
        return f"{self.name} {value} räcker inte"


def what_must_be_true(
    region: Region,
    scenario: str,
    *,
    year: int,
    probability: float = 0.5,
    driver: str | tuple[str, str] = "saving",
    since: int | None = None,
    bounds: tuple[float, float] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> Requirement:
    """Find what one assumption must be for the balance requirement to be met in a year.

    Parameters
    ----------
    region : Region
        The region, with its register of scenarios.
    scenario : str
        Identifier; everything else is as it assumes.
    year : int
        The year that is to be in balance.
    probability : float, default 0.5
        How likely balance is to be, above 0 and at most 1.
    driver : str or (str, str), default "saving"
        What is moved: "saving" (SEK a year, in the opening's prices), or a growth or share with its target, such as
        ("volume", "drugs") or ("tax_rate", "").
    since : int, optional
        First year that is moved; the first without booked months when left out.
    bounds : (float, float), optional
        Lowest and highest value that is tried; see `lever`.
    draws : int, default 1000
        How many courses; the same in every trial.
    seed : int, default 0
        Decides every draw.

    Returns
    -------
    Requirement

    Raises
    ------
    InvalidParameter
        When there is no such scenario, year or driver, or the probability is none.

    Notes
    -----
    The draw that just meets the requirement moves continuously with the assumption, so its root is found by Brent's
    method (Brent, R. P. (1973), Algorithms for Minimization without Derivatives, ch. 4), on the same draws each time.
    The answer is rounded towards more and simulated anew.
    """
    if not 0 < probability <= 1:
        raise InvalidParameter(f"The probability is {probability}; give a share above 0 and at most 1, such as 0.5.")
    start, assumed = start_of(region), resolve(region, scenario)
    judged = year_within(start, year)
    first = _first_free(start) if since is None else since
    if not start.first_year <= first <= judged:
        raise InvalidParameter(
            f"The first year moved is {first}; choose one from {_first_free(start)} to the year of balance, {judged}."
        )
    costs = -start.base[:, start.of_group("external_cost")].sum() / 100
    turned = lever(driver, assumed, since=first, until=judged, yearly_cost=float(costs), bounds=bounds)
    trial = _Trial(start, assumed, turned, judged, probability, draws, seed)
    change, reached = _solve(trial)
    before = turned.before(assumed)
    label = AS_NEEDED if reached else AS_FAR
    rows = [trial.row(AS_ASSUMED, before, 0.0)]
    if change:
        rows.append(trial.row(label, before + change, change))
    frame = pd.DataFrame(rows)
    return Requirement(
        scenario=scenario,
        scenario_name=next(row.name for row in region.scenarios if row.id == scenario),
        driver=turned.driver,
        target=turned.target,
        name=names_of(region).assumption(turned.driver, turned.target),
        year=judged,
        since=first,
        probability=probability,
        reached=reached,
        assumed=before,
        value=before + change,
        change=change,
        frame=frame,
        money=Money.for_amounts([*frame["mean"], *frame["lo-80"], *frame["hi-80"]], region.currency),
        assumptions=(
            f"Allt annat är som scenariot antar, och {number(draws)} beräkningar med samma slumptal jämförs",
            "Det som ändras ändras lika mycket varje år, och dess intervall följer med",
        ),
        warnings=start.warnings,
        checks=_tried(trial, change, reached),
        _lever=turned,
    )


class _Trial:
    """Simulations with the assumption moved, each made once."""

    def __init__(
        self,
        start: Start,
        assumed: Assumptions,
        turned: Lever,
        year: int,
        probability: float,
        draws: int,
        seed: int,
    ) -> None:
        self.turned, self.probability, self.draws = turned, probability, draws
        self._start, self._assumed, self._year, self._seed = start, assumed, year, seed
        self._made: dict[float, NDArray[np.float64]] = {}

    def requirement(self, by: float) -> NDArray[np.float64]:
        """The balance requirement result in every draw, SEK."""
        if by not in self._made:
            moved = self.turned.moved(self._assumed, by) if by else self._assumed
            years = self._year - self._start.first_year + 1
            simulation = simulate(self._start, moved, years=years, draws=self.draws, seed=self._seed)
            self._made[by] = measured(simulation, "balance_requirement", self._year)
        return self._made[by]

    def margin(self, by: float) -> float:
        """What the draw that just must be in balance is short of it, SEK: not negative when enough draws are."""
        needed = int(np.ceil(self.probability * self.draws - 1e-9))
        return float(np.sort(self.requirement(by))[::-1][needed - 1])

    def chance(self, by: float) -> float:
        """Share of the draws in balance."""
        return float((self.requirement(by) >= 0).mean())

    def row(self, label: str, value: float, change: float) -> dict[str, float | str | int]:
        chance = self.chance(change)
        spread = spread_of(self.requirement(change)[:, None], per_unit=1.0).iloc[0].to_dict()
        times = float(times_of(np.array(chance)))
        return {
            "label": label,
            "value": value,
            "change": change,
            "chance": chance,
            "times": times,
            "of": OF,
            **{str(k): v for k, v in spread.items()},
        }


def _solve(trial: _Trial) -> tuple[float, bool]:
    """The smallest move that reaches balance, or the one that comes nearest."""
    if trial.margin(0.0) >= 0:
        return 0.0, True
    ends = [end for end in (trial.turned.least, trial.turned.most) if end]
    best = max(ends, key=trial.margin)
    if trial.margin(best) < 0:
        return best, False
    step = trial.turned.step
    root = float(brentq(trial.margin, 0.0, best, xtol=step / 4))
    sign = 1.0 if best > 0 else -1.0
    change = sign * float(np.ceil(round(abs(root) / step, 6))) * step
    for _ in range(MOST_STEPS):
        if trial.margin(change) >= 0:
            break
        change += sign * step
    return (change, True) if abs(change) <= abs(best) else (best, True)


def _tried(trial: _Trial, change: float, reached: bool) -> tuple[Check, ...]:
    if not reached or not change:
        return ()
    less = change - np.sign(change) * 2 * trial.turned.step
    chance = percent(trial.chance(change), 1)
    return (
        Check("Beräknat på nytt med svaret klaras balanskravet så ofta", trial.margin(change) >= 0, f"i {chance}"),
        Check("Med två avrundningssteg mindre räcker det inte", trial.margin(float(less)) < 0),
    )


def _first_free(start: Start) -> int:
    """First year without booked months."""
    return start.first_year + (len(start.booked) > 0)
