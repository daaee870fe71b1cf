"""Registers of the years ahead: scenarios and what they assume, investments and loans, projects worth a calculation.

``scenarios.yaml`` holds the lists ``scenarios``, ``assumptions``, ``correlations`` and ``limits``; ``investments.yaml``
holds ``investments`` and ``loans``; ``projects.yaml`` holds ``projects`` and ``project_items``. Each list may be left
out. What must hold between their rows is in `utfall.region.scenario_rules`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AllowInfNan, Field, field_validator, model_validator

from utfall.region.registers import MONTH_PATTERN, RegisterRow
from utfall.region.scenario_drivers import DRIVERS, DriverName, key_of, split_key, unknown_driver

Finite = Annotated[float, AllowInfNan(False)]
"""A number that is neither infinite nor missing."""

Year = Annotated[int, Field(ge=1900, le=2200)]
"""A calendar year."""

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
"""How an identifier is written: lower-case letters, digits and underscores."""

MAX_YEARS = 50
"""Longest life of an investment, and of a loan."""

MAX_HORIZON = 30
"""Most years of a project's calculation: what is assumed beyond a generation tells nothing of the choice."""

LimitMeasure = Literal[
    "balance_requirement",
    "result_share",
    "solidity",
    "solidity_with_contingent",
    "debt_share",
    "liquidity_days",
    "quick_ratio",
]
"""What a limit can be set on."""


class ScenarioRow(RegisterRow):
    """A scenario: a name for a set of assumptions.

    Parameters
    ----------
    id, name, description : str
        Identifier, name in reports and what it is about.
    based_on : str or None
        The scenario whose assumptions it takes over; its own replace them.
    source, owner : str
        Where it was decided, and role of who answers for it.

    Examples
    --------
    >>> ScenarioRow(id="high_wages", name="Höga löner", based_on="base").based_on
    'base'
    """

    id: str = Field(pattern=ID_PATTERN)
    name: str = Field(min_length=1)
    description: str = ""
    based_on: str | None = None
    source: str = ""
    owner: str = ""


class Assumption(RegisterRow):
    """What a scenario assumes of one driver, in one year or in every year.

    Parameters
    ----------
    scenario : str
        Identifier of the scenario.
    driver : str
        One of `utfall.region.scenario_drivers.DRIVERS`.
    target : str
        What of the driver: an age group, a report line, a price index; empty where the driver has none.
    year : int or None
        Calendar year; every year when not given.
    value : float
        A growth as a share a year (0.03 is 3 percent), or the level itself, as the driver says.
    low, high : float or None
        An interval that holds with a probability of 80 percent; both or none.
    persistence : float
        How much of a year's departure from `value` remains the year after, 0 to 1.
    source, owner : str
        Where it comes from, and role of who answers for it; both are needed.

    Examples
    --------
    >>> Assumption(scenario="base", driver="tax_base", value=0.03, source="Påhittad", owner="Ekonomichef").key
    'tax_base'
    """

    scenario: str = Field(min_length=1)
    driver: DriverName
    target: str = ""
    year: Year | None = None
    value: Finite
    low: Finite | None = None
    high: Finite | None = None
    persistence: float = Field(default=0.0, ge=0, le=1)
    source: str = Field(min_length=1)
    owner: str = Field(min_length=1)

    @field_validator("driver", mode="before")
    @classmethod
    def _driver_is_known(cls, driver: object) -> object:
        if driver not in DRIVERS:
            raise ValueError(unknown_driver(driver))
        return driver

    @model_validator(mode="after")
    def _values_make_sense(self) -> Assumption:
        _check_interval(self.value, self.low, self.high)
        driver, least = DRIVERS[self.driver], self.value if self.low is None else self.low
        most = self.value if self.high is None else self.high
        of = f"{driver.name} of {self.target}" if self.target else driver.name
        if driver.kind == "growth" and (least < -1 or (driver.name == "population" and least <= -1)):
            what = "leave no inhabitants" if driver.name == "population" and least == -1 else "make it negative"
            raise ValueError(f"a growth of {least:g} a year of {of} would {what}; write a fall of 3 percent as -0.03")
        if driver.minimum is not None and least < driver.minimum:
            raise ValueError(f"{of} {least:g} is below {driver.minimum:g}")
        if driver.maximum is not None and most > driver.maximum:
            raise ValueError(f"{of} {most:g} is above {driver.maximum:g}; write 3 percent as 0.03")
        return self

    @property
    def key(self) -> str:
        """The driver and its target as correlations write them."""
        return key_of(self.driver, self.target)

    @property
    def is_uncertain(self) -> bool:
        """Whether it has an interval of some width."""
        return self.low is not None and self.low != self.high


class Correlation(RegisterRow):
    """How two drivers' departures from what is assumed go together.

    Parameters
    ----------
    first, second : str
        ``driver``, or ``driver:target`` where the driver has a target, as assumptions have them.
    value : float
        Correlation, −1 to 1.
    source : str
        Where it comes from.

    Examples
    --------
    >>> Correlation(first="tax_base", second="price:Löner", value=0.5).second
    'price:Löner'
    """

    first: str = Field(min_length=1)
    second: str = Field(min_length=1)
    value: float = Field(ge=-1, le=1)
    source: str = ""

    @field_validator("first", "second")
    @classmethod
    def _driver_is_known(cls, key: str) -> str:
        driver, _ = split_key(key)
        if driver not in DRIVERS:
            raise ValueError(unknown_driver(driver))
        return key

    @model_validator(mode="after")
    def _they_are_two(self) -> Correlation:
        if self.first == self.second:
            raise ValueError(f"{self.first} is correlated with itself; name two drivers")
        return self


class Limit(RegisterRow):
    """A limit that the years ahead are held against.

    Parameters
    ----------
    id, name : str
        Identifier, and name in reports.
    measure : str
        What is limited: ``balance_requirement`` (SEK), ``result_share`` (result as a share of tax and general grants),
        ``solidity``, ``solidity_with_contingent`` (with pensions earned before 1998 as a debt), ``debt_share``
        (interest-bearing loans as a share of tax and general grants), ``liquidity_days`` (cash in days of external
        costs) or ``quick_ratio`` (receivables and cash as a share of current liabilities).
    direction : {"at_least", "at_most"}
        Which side of the limit is allowed.
    value : float
        The limit, in the measure's own unit.
    source, owner : str
        Where it was decided, and role of who answers for it.

    Examples
    --------
    >>> Limit(id="ceiling", name="Skuldtak", measure="debt_share", direction="at_most", value=0.14).value
    0.14
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    measure: LimitMeasure
    direction: Literal["at_least", "at_most"]
    value: Finite
    source: str = ""
    owner: str = ""


class Investment(RegisterRow):
    """Something that is bought once and written off over its life.

    Parameters
    ----------
    id, name : str
        Identifier, and name in reports.
    unit : str
        Code, at any level, of who uses it.
    kind : {"new", "replacement"}
        Whether it is something new or replaces what is worn out.
    amount : float
        SEK, positive.
    paid, in_use : str
        Month it is paid, and first month of depreciation and running cost, ``YYYY-MM``.
    life : int
        Years of straight depreciation, 1 to 50.
    running_cost : float
        SEK a year from the month it is in use; positive costs more.
    loan : str or None
        Identifier of the loan that pays for it; own funds when not given.
    loan_share : float
        Share of the amount that the loan pays for, 0 to 1.
    status : {"decided", "planned"}
        Whether it has been decided.
    source, owner : str
        Where it was decided, and role of who answers for it.

    Examples
    --------
    >>> Investment(
    ...     id="mri",
    ...     name="Magnetkamera",
    ...     unit="101",
    ...     kind="new",
    ...     amount=2e7,
    ...     paid="2027-03",
    ...     in_use="2027-06",
    ...     life=10,
    ...     status="decided",
    ... ).loan_share
    1.0
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    kind: Literal["new", "replacement"]
    amount: Finite = Field(gt=0)
    paid: str = Field(pattern=MONTH_PATTERN)
    in_use: str = Field(pattern=MONTH_PATTERN)
    life: int = Field(ge=1, le=MAX_YEARS)
    running_cost: Finite = 0.0
    loan: str | None = None
    loan_share: float = Field(default=1.0, ge=0, le=1)
    status: Literal["decided", "planned"]
    source: str = ""
    owner: str = ""

    @model_validator(mode="after")
    def _it_is_paid_before_it_is_used(self) -> Investment:
        if self.in_use < self.paid:
            raise ValueError(f"in_use {self.in_use} is before paid {self.paid}")
        return self


class Loan(RegisterRow):
    """A loan that is drawn once and repaid in equal parts.

    Parameters
    ----------
    id, name : str
        Identifier, and name in reports.
    amount : float or None
        SEK, positive; what its investments need when not given.
    drawn : str
        Month it is drawn, ``YYYY-MM``.
    interest : float or None
        Rate a year as a share; the driver ``interest`` when not given.
    years : int
        Years of repayment, 1 to 50: an equal part each December, beginning the year after it is drawn.
    refinances : str or None
        Identifier of the loan whose remainder it pays off when it is drawn.
    source : str
        Where it was decided.

    Examples
    --------
    >>> Loan(id="kommuninvest_2027", name="Kommuninvest 2027", amount=1e8, drawn="2027-05", years=10).refinances is None
    True
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    amount: Annotated[Finite, Field(gt=0)] | None = None
    drawn: str = Field(pattern=MONTH_PATTERN)
    interest: Annotated[float, Field(gt=-1, lt=1)] | None = None
    years: int = Field(ge=1, le=MAX_YEARS)
    refinances: str | None = None
    source: str = ""


class Project(RegisterRow):
    """A proposal whose costs and benefits are weighed against each other.

    Parameters
    ----------
    id, name, description : str
        Identifier, name in reports and what is done.
    unit : str
        Code, at any level, of who carries it out.
    start : str
        First month, ``YYYY-MM``.
    years : int
        Years that are counted, 1 to 30.
    discount_rate : float
        Rate a year as a share: 0.03 is 3 percent.
    decision : str
        Diary reference.
    status : {"proposed", "decided", "rejected"}
        How far it has come.
    responsible : str
        Role of who carries it out.
    source, owner : str
        Where it comes from, and role of who answers for the calculation.

    Examples
    --------
    >>> Project(id="p", name="Egna IVA-platser", unit="101", start="2027-01", years=10, discount_rate=0.03).status
    'proposed'
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    description: str = ""
    start: str = Field(pattern=MONTH_PATTERN)
    years: int = Field(ge=1, le=MAX_HORIZON)
    discount_rate: float = Field(ge=0, lt=1)
    decision: str = ""
    status: Literal["proposed", "decided", "rejected"] = "proposed"
    responsible: str = ""
    source: str = ""
    owner: str = ""


class ProjectItem(RegisterRow):
    """One cost or benefit of a project.

    Parameters
    ----------
    project, name : str
        Identifier of the project, and name in reports.
    kind : {"cost", "benefit"}
        Which it is.
    value : float
        SEK, 0 or more: once, or a year.
    low, high : float or None
        An interval that holds with a probability of 80 percent; both or none.
    timing : {"once", "yearly"}
        Whether it comes once or every year.
    start : str
        Month it comes, or its first month, ``YYYY-MM``.
    end : str or None
        Last month of what is yearly; the project's end when not given.
    profile : str
        How it comes into force: ``step``, ``ramp(6)`` or ``delay(3)``.
    effect : {"cash", "capacity"}
        Money that is paid, or time and quality valued in money: that is never taken out of a budget.
    lines : tuple of str
        Report lines it changes.
    source, owner : str
        Where it comes from, and role of who answers for it; both are needed.

    Examples
    --------
    >>> ProjectItem(
    ...     project="p",
    ...     name="Färre transporter",
    ...     kind="benefit",
    ...     value=2e6,
    ...     timing="yearly",
    ...     start="2027-07",
    ...     effect="cash",
    ...     source="Påhittad",
    ...     owner="Verksamhetschef",
    ... ).profile
    'step'
    """

    project: str = Field(min_length=1)
    name: str = Field(min_length=1)
    kind: Literal["cost", "benefit"]
    value: Finite = Field(ge=0)
    low: Annotated[Finite, Field(ge=0)] | None = None
    high: Finite | None = None
    timing: Literal["once", "yearly"]
    start: str = Field(pattern=MONTH_PATTERN)
    end: str | None = Field(default=None, pattern=MONTH_PATTERN)
    profile: str = "step"
    effect: Literal["cash", "capacity"]
    lines: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    owner: str = Field(min_length=1)

    @field_validator("profile")
    @classmethod
    def _profile_is_known(cls, profile: str) -> str:
        if not re.fullmatch(r"step|(ramp|delay)\([1-9]\d?\)", profile):
            raise ValueError("it is not one of step, ramp(months), delay(months)")
        return profile

    @model_validator(mode="after")
    def _interval_and_months_make_sense(self) -> ProjectItem:
        _check_interval(self.value, self.low, self.high)
        if self.end is not None and self.timing == "once":
            raise ValueError("what comes once has no end; leave it out, or write timing: yearly")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


MODELS_AHEAD: dict[str, type[RegisterRow]] = {
    "scenarios": ScenarioRow,
    "assumptions": Assumption,
    "correlations": Correlation,
    "limits": Limit,
    "investments": Investment,
    "loans": Loan,
    "projects": Project,
    "project_items": ProjectItem,
}
"""Every list about the years ahead, and the model of its rows."""


def _check_interval(value: float, low: float | None, high: float | None) -> None:
    if (low is None) != (high is None):
        raise ValueError("give both low and high, or none of them")
    if low is not None and high is not None and not low <= value <= high:
        raise ValueError(f"value {value:g} is not between low {low:g} and high {high:g}")
