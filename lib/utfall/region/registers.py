"""Registers: small tables that people edit, as pydantic models read from YAML.

Each register is one file with one list; each row is checked when the region is opened, and a fault names the file,
the line and the remedy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from utfall.errors import Fault, InvalidData
from utfall.region.register_sheets import PARTIAL_FILES, RegisterSheet, lists_of, sheet_of
from utfall.sources import TableMapping, YamlRow, read_yaml

Level = Literal["board", "division", "area", "unit"]
"""Levels of the organisation, highest first."""

LEVELS: tuple[Level, ...] = ("board", "division", "area", "unit")

REGION_FILE = "region.yaml"
"""The file that makes a folder a region."""

MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
"""How a month is written in a register: ``2026-10``."""

EventKind = Literal["contract_end", "closing", "opening", "wage_revision", "price_change", "one_off", "other"]
"""What an event is."""

LineGroup = Literal["external_income", "internal_income", "external_cost", "depreciation", "internal_cost"]
"""The five columns of a region's printed budget table."""


class RegisterRow(BaseModel):
    """Base of every register row: unknown columns are refused, numbers may stand where a text is wanted."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True, str_strip_whitespace=True)

    _source_row: int | None = PrivateAttr(default=None)

    @property
    def source_row(self) -> int | None:
        """Line of the register file the row begins on."""
        return self._source_row


class RegionFile(RegisterRow):
    """``region.yaml``: what the region is called, and where its tables come from.

    Parameters
    ----------
    name : str
        Name of the region, as printed in reports.
    description : str
        One or two sentences, printed among the sources.
    fictitious : bool
        Whether the figures are invented; every report then says so.
    currency : str
        Currency of all amounts, ISO 4217.
    reference : {"budget", "previous_year"}
        What outcomes are compared with.
    budget_version : str, optional
        Which version of the budget counts; needed when the budget table holds several.
    latest_period : str, optional
        Last month that counts as outcome; the ledger's last month when not given.
    tables : dict of str to TableMapping
        Canonical tables read from other files; a table not named here is read from ``<table>.parquet`` or
        ``<table>.csv`` beside ``region.yaml``.
    """

    name: str
    description: str = ""
    fictitious: bool = False
    currency: str = Field(default="SEK", pattern=r"^[A-Z]{3}$")
    reference: Literal["budget", "previous_year"] = "budget"
    budget_version: str | None = None
    latest_period: str | None = Field(default=None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    tables: dict[str, TableMapping] = Field(default_factory=dict)


class OrganisationRow(RegisterRow):
    """One node of the organisation during one span of time.

    Parameters
    ----------
    code, name : str
        Code in the ledger, and name in reports.
    level : {"board", "division", "area", "unit"}
        Level in the organisation; only units carry postings.
    parent : str or None
        Code of the node above; only the board has none.
    valid_from : date
        First day.
    valid_to : date or None
        Last day; none while it goes on.
    successor : str or None
        Code of the node that took over when this one ended.
    """

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    level: Level
    parent: str | None = None
    valid_from: date = date(1900, 1, 1)
    valid_to: date | None = None
    successor: str | None = None

    @model_validator(mode="after")
    def _spans_and_parents_make_sense(self) -> OrganisationRow:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        if (self.level == "board") != (self.parent is None):
            raise ValueError("the board has no parent, and every other node has one")
        if self.successor is not None and self.valid_to is None:
            raise ValueError("a successor needs a valid_to date")
        return self


class ReportLine(RegisterRow):
    """One line of the result table, in the order it is printed.

    Parameters
    ----------
    line, name : str
        Identifier, and name in reports.
    group : {"external_income", "internal_income", "external_cost", "depreciation", "internal_cost"}
        Column of the printed budget table it belongs to.
    kind : {"income", "cost"}
        Income or cost.
    volume_driven : bool
        Whether the cost is expected to follow the volume of care.
    price_index : str or None
        Index in the table ``price_index`` that its prices follow.
    volume_products : tuple of str
        Products of the table ``volumes`` that a volume-driven line follows, the best first: a unit's volume is the
        first of them it counts, else its DRG points, else what it counts most of.
    """

    line: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    group: LineGroup
    kind: Literal["income", "cost"]
    volume_driven: bool = False
    price_index: str | None = None
    volume_products: tuple[str, ...] = ()


class AccountInterval(RegisterRow):
    """An interval of accounts that belongs to one report line.

    Parameters
    ----------
    first, last : str
        First and last account; compared by their leading digits, so ``40``–``44`` holds 4010 and 4499.
    line : str
        The report line.
    name : str
        Name of the accounts.
    source : str
        Where the mapping comes from, and whether it is verified.
    """

    first: str = Field(min_length=1)
    last: str = Field(min_length=1)
    line: str
    name: str = ""
    source: str = ""


class Measure(RegisterRow):
    """A measure that is meant to change the result.

    Parameters
    ----------
    id, name, description : str
        Identifier, name and what is done.
    units : tuple of str
        Codes, at any level, of where it applies.
    lines, accounts : tuple of str
        Report lines or accounts whose amounts it is meant to change.
    component : {"total", "price", "volume", "intensity"}
        What part of the cost it changes.
    start : str
        First month, ``YYYY-MM``.
    profile : str
        How it is introduced, declared beforehand: ``step``, ``ramp(6)``, ``delay(3)`` or ``pulse``.
    planned_effect : float
        SEK per full year; positive improves the result.
    cost : float
        SEK per year to carry it out.
    kind : {"budget_reducing", "capacity", "one_off", "price"}
        What the effect is used for.
    responsible, decision : str
        Role, and diary reference.
    comparison_units : tuple of str
        Units without the measure.
    negative_control : dict or None
        Units and lines that the measure cannot have changed.
    judgement : str or None
        Month of the next judgement, fixed beforehand.
    """

    id: str
    name: str
    description: str = ""
    units: tuple[str, ...] = Field(min_length=1)
    lines: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    component: Literal["total", "price", "volume", "intensity"] = "total"
    start: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    profile: str = "step"
    planned_effect: float
    cost: float = 0.0
    kind: Literal["budget_reducing", "capacity", "one_off", "price"] = "budget_reducing"
    responsible: str = ""
    decision: str = ""
    comparison_units: tuple[str, ...] = ()
    negative_control: dict[str, tuple[str, ...]] | None = None
    judgement: str | None = Field(default=None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")

    @field_validator("profile")
    @classmethod
    def _profile_is_known(cls, profile: str) -> str:
        if not re.fullmatch(r"step|pulse|(ramp|delay)\([1-9]\d?\)", profile):
            raise ValueError(f"profile {profile!r} is not one of step, pulse, ramp(months), delay(months)")
        return profile


class Event(RegisterRow):
    """Something known that changes what is booked, from a month on: a contract's end, a closing, a wage revision.

    Parameters
    ----------
    id, name : str
        Identifier, and name in reports. Events that return, such as the yearly wage revision, have the same name.
    units : tuple of str
        Codes, at any level, of where it applies.
    lines, accounts : tuple of str
        Report lines or accounts whose amounts it changes; all of the units' when both are empty.
    start : str
        First month, ``YYYY-MM``.
    end : str or None
        Last month; none while it goes on, and `start` itself for a ``one_off``.
    kind : str
        ``contract_end``, ``closing``, ``opening``, ``wage_revision``, ``price_change``, ``one_off`` or ``other``.
    change : float or "estimate" or None
        Share of the level: −1.0 closes, 0.034 raises by 3.4 %. ``estimate`` where a past event's size is not known.
    amount : float or None
        SEK a month in result sign, in all units together; exactly one of `change` and `amount` is given.
    status : {"decided", "planned"}
        Only what is decided enters a forecast; what is planned is listed beside it.
    known_from : str or None
        Month it became known, ``YYYY-MM``, for a forecast tested as it would have been made then; `start` when not
        given.
    source, owner : str
        Where it was decided, and role of who answers for it.

    Examples
    --------
    >>> Event(id="e1", name="Mottagningen stängs", units=("101",), start="2027-01", kind="closing", change=-1).change
    -1.0
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    units: tuple[str, ...] = Field(min_length=1)
    lines: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    start: str = Field(pattern=MONTH_PATTERN)
    end: str | None = Field(default=None, pattern=MONTH_PATTERN)
    kind: EventKind
    change: Literal["estimate"] | float | None = None
    amount: float | None = None
    status: Literal["decided", "planned"] = "decided"
    known_from: str | None = Field(default=None, pattern=MONTH_PATTERN)
    source: str = ""
    owner: str = ""

    @field_validator("change", mode="before")
    @classmethod
    def _change_is_a_share(cls, change: object) -> object:
        if isinstance(change, str) and change != "estimate":
            raise ValueError("it is not a share such as -1.0 or 0.034, nor the word estimate")
        return change

    @field_validator("change", "amount")
    @classmethod
    def _size_is_a_number(cls, size: str | float | None) -> str | float | None:
        if isinstance(size, float) and not math.isfinite(size):
            raise ValueError("it is not a finite number")
        return size

    @model_validator(mode="after")
    def _size_and_months_make_sense(self) -> Event:
        if (self.change is None) == (self.amount is None):
            raise ValueError("give either change (share of the level) or amount (SEK a month), and not both")
        if isinstance(self.change, float) and self.change < -1:
            raise ValueError(f"change {self.change} takes away more than there is; -1.0 closes")
        if self.end is not None and self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self

    @property
    def last_month(self) -> str | None:
        """Last month in force, ``YYYY-MM``; none while it goes on."""
        return self.start if self.end is None and self.kind == "one_off" else self.end


class Goal(RegisterRow):
    """A target value for a key figure in one year.

    Parameters
    ----------
    id, name, kpi, unit : str
        Identifier, name, key figure in ``kpi_values`` and code of the unit it holds for.
    year : int
        Calendar year.
    target : float
        Target value, in the key figure's own measure.
    direction : {"at_most", "at_least"}
        Which side of the target is good.
    weight : float
        Weight among the goals; equal when all are 1.
    source : str
        Where the goal was decided.
    """

    id: str
    name: str
    kpi: str
    unit: str
    year: int
    target: float
    direction: Literal["at_most", "at_least"]
    weight: float = Field(default=1.0, ge=0)
    source: str = ""


class Decision(RegisterRow):
    """A decision, with the measures it set going.

    Parameters
    ----------
    id, body, reference, text : str
        Identifier, who decided, diary reference and what was decided.
    date : date
        Day of the decision.
    measures : tuple of str
        Identifiers of measures.
    """

    id: str
    date: date
    body: str
    reference: str = ""
    text: str = ""
    measures: tuple[str, ...] = ()


class Comment(RegisterRow):
    """What the person responsible says of a deviation, and the decision it led to.

    Parameters
    ----------
    unit, line : str
        Code of the unit, and report line; all of the unit's lines when `line` is empty.
    period : str
        Month the comment was written for, ``YYYY-MM``; it is shown in the reports of its calendar year from then on.
    text : str
        The explanation, as it is printed.
    author : str
        Role of who wrote it.
    decision : str
        Identifier in the register of decisions; empty when it led to none.
    """

    unit: str
    line: str = ""
    period: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    text: str = Field(min_length=1)
    author: str = ""
    decision: str = ""


class ReportOrder(RegisterRow):
    """One line of the report plan: which notebook is rendered, for which units, in which months, for whom.

    Parameters
    ----------
    notebook, title : str
        File name in ``notebooks/``, and title on the front page.
    levels : tuple of str
        Levels it is rendered for.
    units : tuple of str
        Codes of the units it is rendered for; all of the levels when empty.
    months : tuple of int
        Calendar months it is rendered in, 1 to 12; every month when empty.
    parameters : mapping
        Values for the notebook's own parameters, such as the measure it is about.
    receivers : tuple of str
        Roles, or addresses, of those who receive it.
    pdf : bool
        Whether a PDF is made beside the page every time; ``utfall report --pdf`` makes one of every report.
    time_limit : float or None
        Seconds a cell of the notebook may run before the report is given up.
    id : str or None
        What kind of report it is, for programs and in file names; by default the notebook's name. Needed when one
        notebook is ordered several times for a unit, with different parameters.

    Examples
    --------
    >>> ReportOrder(notebook="root_cause.ipynb", title="Orsaksanalys", levels=("board",), months=(4, 8)).is_due(4)
    True
    """

    notebook: str = Field(pattern=r"^[\w.-]+\.ipynb$")
    title: str
    levels: tuple[Level, ...] = LEVELS
    units: tuple[str, ...] = ()
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    parameters: dict[str, str | int | float | bool] = {}
    receivers: tuple[str, ...] = ()
    pdf: bool = False
    time_limit: Annotated[float, Field(gt=0)] | None = None
    id: str | None = Field(default=None, pattern=r"^[a-z0-9_-]+$")

    def is_due(self, month: int) -> bool:
        """Tell whether it is rendered in a calendar month.

        Parameters
        ----------
        month : int
            1 to 12.

        Returns
        -------
        bool
        """
        return not self.months or month in self.months


Row = TypeVar("Row", bound=RegisterRow)


def read_region_file(path: Path) -> RegionFile:
    """Read ``region.yaml``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RegionFile

    Raises
    ------
    InvalidData
        When it is missing or a value cannot be used.
    """
    content = read_yaml(path)
    return _rows(RegionFile, [content], path.name)[0]


def read_register(
    path: Path, key: str, model: type[Row], *, required: bool = False, sheet: RegisterSheet | None = None
) -> tuple[Row, ...]:
    """Read one list out of a register file, or out of the Excel sheet that stands in its place.

    Parameters
    ----------
    path : Path
        The YAML file; where there is none, a sheet of ``<name>.xlsx`` or ``register.xlsx`` beside it is read (see
        `utfall.region.register_sheets`).
    key : str
        Name of the list in it.
    model : type
        The row's model.
    required : bool, default False
        Whether a missing file is a fault; otherwise it is an empty register.
    sheet : RegisterSheet, optional
        A sheet to read instead of what lies at `path`.

    Returns
    -------
    tuple
        One model a row, in the order of the file.

    Raises
    ------
    InvalidData
        Naming every faulty row.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "decisions.yaml"
    >>> _ = path.write_text("decisions: [{id: d1, date: 2026-01-20, body: HSN}]", encoding="utf-8")
    >>> read_register(path, "decisions", Decision)[0].body
    'HSN'
    """
    sheet = sheet or sheet_of(path, key)
    if sheet is not None:
        return _rows(model, sheet.rows(model), sheet.place)
    if not required and not path.exists():
        return ()
    return _rows(model, _list_in(read_yaml(path), key, path.name), path.name)


def read_lists(path: Path, models: Mapping[str, type[RegisterRow]]) -> dict[str, tuple[RegisterRow, ...]]:
    """Read several lists of one register file, each of which may be missing, or the sheets that stand in their place.

    Parameters
    ----------
    path : Path
        The YAML file, which is read once.
    models : mapping of str to type
        Name of each list to its row's model.

    Returns
    -------
    dict of str to tuple
        The lists that there are.

    Raises
    ------
    InvalidData
        Naming every faulty row of every list.
    """
    sheets = {key: sheet_of(path, key) for key in models}
    content = read_yaml(path) if path.exists() else None
    lists: dict[str, tuple[RegisterRow, ...]] = {}
    faults: list[Fault] = []
    for key, model in models.items():
        try:
            if content is not None:
                lists[key] = _rows(model, _list_in(content, key, path.name), path.name)
            elif sheets[key] is not None:
                lists[key] = read_register(path, key, model, sheet=sheets[key])
        except InvalidData as error:
            faults += error.faults
    if faults:
        raise InvalidData(list(dict.fromkeys(faults)))
    return lists


def _list_in(content: YamlRow, key: str, file: str) -> list[YamlRow]:
    """The rows of one list of a register file."""
    if file in PARTIAL_FILES:
        lists = lists_of(file)
        unknown = [name for name in content if name not in lists]
        if unknown:
            remedy = f"The lists of this file are {', '.join(lists)}."
            raise InvalidData([Fault(file, None, f"{name!r} is no list here.", remedy) for name in unknown])
        if content and key not in content:
            return []
    rows = content.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, YamlRow) for row in rows):
        fault = Fault(file, 1, f"the list {key!r} is missing or is not a list of rows.", f"Begin it with '{key}:'.")
        raise InvalidData([fault])
    return rows


def _rows(model: type[Row], rows: Iterable[YamlRow], file: str) -> tuple[Row, ...]:
    read: list[Row] = []
    faults: list[Fault] = []
    for row in rows:
        try:
            validated = model.model_validate(row)
            validated._source_row = row.line
            read.append(validated)
        except ValidationError as error:
            faults += [_fault(problem, row, file, model) for problem in error.errors()]
    if faults:
        raise InvalidData(faults)
    return tuple(read)


def _fault(problem: Any, row: YamlRow, file: str, model: type[RegisterRow]) -> Fault:
    place = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        return Fault(file, row.line, f"{place} is missing.", "Add it to the row.")
    if problem["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields)
        return Fault(file, row.line, f"{place} is not a column here.", f"Use one of {known}.")
    value = "" if isinstance(problem["input"], dict) else f" {problem['input']!r}:"
    return Fault(file, row.line, f"{place}{value} {message}.".strip(), "Correct the row.")
