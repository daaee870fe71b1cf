"""The register of published figures: ``published.yaml``, one row a figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from utfall.errors import Fault, InvalidData
from utfall.region.registers import MONTH_PATTERN, RegisterRow, read_register

REGISTER = "published.yaml"
"""Name of the register, beside the region's own."""

SCALES = {"kr": 1, "tkr": 1_000, "mkr": 1_000_000}
"""Kronor in each unit of money."""


class AmountsOf(RegisterRow):
    """A figure summed from the ledger.

    Parameters
    ----------
    of : {"cost", "net"}
        Costs as a positive number, or everything in result sign.
    unit : str or None
        Name or code of a node; the whole region when not given.
    since, until : str
        First and last month, ``YYYY-MM``. The organisation is that of the last one.
    lines : tuple of str
        Report lines; all when empty.
    """

    of: Literal["cost", "net"] = "cost"
    unit: str | None = None
    since: str = Field(pattern=MONTH_PATTERN)
    until: str = Field(pattern=MONTH_PATTERN)
    lines: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _months_are_in_order(self) -> AmountsOf:
        if self.until < self.since:
            raise ValueError(f"until {self.until} is before since {self.since}")
        return self


class CellOf(RegisterRow):
    """A figure shown by a notebook.

    Parameters
    ----------
    notebook : str
        File name in ``notebooks/``.
    parameters : dict
        Values for the notebook's own parameters, but for the data.
    table, column : str
        Title of the table, or a part no other has, and heading of the column.
    row : str or dict of str to str
        What stands in the row's first text; or heading → what stands there.
    sign : {"kept", "turned"}
        Whether the figure was published with the table's sign or the other.
    """

    notebook: str = Field(pattern=r"^[\w.-]+\.ipynb$")
    parameters: dict[str, Any] = Field(default_factory=dict)
    table: str = Field(min_length=1)
    row: str | dict[str, str]
    column: str = Field(min_length=1)
    sign: Literal["kept", "turned"] = "kept"


class Revision(RegisterRow):
    """A new value that was published openly in place of an earlier one.

    Parameters
    ----------
    value : Decimal
        The new value, in the figure's unit.
    published_on : date
        When.
    published_in : str
        Where.
    reason : str
        Why, as it was told.
    """

    value: Decimal
    published_on: date
    published_in: str = ""
    reason: str = ""


class PublishedFigure(RegisterRow):
    """One figure that has been published.

    Parameters
    ----------
    id, name : str
        Identifier, and what the figure is, in Swedish.
    value : Decimal
        As it was published, in `unit`.
    unit : str
        ``kr``, ``tkr``, ``mkr``, ``%``, or what is counted.
    decimals : int
        Decimals it was published with.
    published_on : date
        When.
    published_in : str
        Where: a report, an answer, a diary number.
    booked_until : date or None
        Last day of booking that the ledger held then; `published_on` when not given.
    tolerance : Decimal or None
        How much it may differ, in `unit`; by default half of the last printed digit.
    data_version : str
        Data version it was made from, where known.
    amounts : AmountsOf or None
        How it is summed from the ledger.
    cell : CellOf or None
        Or which cell of which notebook it is; exactly one of the two is given.
    revised : tuple of Revision
        Revisions published since, in order of date. A change that stands here is not a silent one.

    Examples
    --------
    >>> figure = PublishedFigure(id="a", name="Hyrkostnad", value="79.0", unit="mkr", decimals=1,
    ...     published_on="2026-02-01", amounts={"since": "2025-01", "until": "2025-12"})
    >>> figure.scale, figure.allowed
    (1000000, Decimal('50000.00'))
    """

    id: str = Field(pattern=r"^[\w-]+$")
    name: str = Field(min_length=1)
    value: Decimal
    unit: str = "kr"
    decimals: int = Field(default=0, ge=0, le=6)
    published_on: date
    published_in: str = ""
    booked_until: date | None = None
    tolerance: Decimal | None = Field(default=None, ge=0)
    data_version: str = ""
    amounts: AmountsOf | None = None
    cell: CellOf | None = None
    revised: tuple[Revision, ...] = ()

    @model_validator(mode="after")
    def _is_computed_one_way(self) -> PublishedFigure:
        if (self.amounts is None) == (self.cell is None):
            raise ValueError("give either amounts (summed from the ledger) or cell (shown by a notebook), and not both")
        if self.amounts is not None and self.unit not in SCALES:
            raise ValueError(f"amounts are kronor, so unit is one of {', '.join(SCALES)} and not {self.unit!r}")
        if any(each.published_on < self.published_on for each in self.revised):
            raise ValueError("a revision is older than the figure itself")
        return self

    @property
    def scale(self) -> int:
        """Kronor in its unit; 1 for what is not money."""
        return SCALES.get(self.unit, 1)

    @property
    def told(self) -> Decimal:
        """The value that stands published now, in kronor or the figure's own unit."""
        last = max(self.revised, key=lambda each: each.published_on, default=None)
        return (self.value if last is None else last.value) * self.scale

    @property
    def told_on(self) -> date:
        """When that value was published."""
        return max([self.published_on, *(each.published_on for each in self.revised)])

    @property
    def known_until(self) -> date:
        """Last day of booking that the published value can hold."""
        return self.told_on if self.revised else self.booked_until or self.published_on

    @property
    def allowed(self) -> Decimal:
        """How much it may differ, in kronor or the figure's own unit."""
        half = Decimal("0.5").scaleb(-self.decimals)
        return (half if self.tolerance is None else self.tolerance) * self.scale


def read_published(path: str | Path) -> tuple[PublishedFigure, ...]:
    """Read the register of published figures.

    Parameters
    ----------
    path : str or Path
        The YAML file, with one list called ``published``.

    Returns
    -------
    tuple of PublishedFigure
        In the order of the file; empty when there is no such file.

    Raises
    ------
    InvalidData
        Naming every faulty row.

    Examples
    --------
    >>> read_published(Path("no such file"))
    ()
    """
    path = Path(path)
    figures = read_register(path, "published", PublishedFigure)
    seen: set[str] = set()
    faults = []
    for figure in figures:
        if figure.id in seen:
            what = f"the figure {figure.id} is given twice."
            faults.append(Fault(path.name, figure.source_row, what, "Give each figure its own id."))
        seen.add(figure.id)
    if faults:
        raise InvalidData(faults)
    return figures
