"""From an outside file's columns to the columns the kit uses: the rules of ``region.yaml``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

SourceKind = Literal["table", "sie", "raindance_import"]
"""How a file is laid out: a table of named columns, or a format of its own."""

SIE_SUFFIXES = (".se", ".si", ".sie")
"""What the names of SIE files end in."""

TOTAL_OF_ALL = "all"
"""Key of the control total that is the sum of every row, whatever its month."""


class ColumnRule(BaseModel):
    """Where one column's values come from: a column of the file, or one value for every row.

    Parameters
    ----------
    column : str, optional
        Column of the file.
    value : str, optional
        One value for every row, when the file has no such column.
    factor : float, default 1.0
        What a number is multiplied with: ``-1`` turns a cost written as positive into result sign, ``0.01`` öre
        into kronor.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True)

    column: str | None = None
    value: str | None = None
    factor: float = 1.0

    @model_validator(mode="after")
    def _exactly_one_origin(self) -> ColumnRule:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either column or value")
        return self


class Exclusion(BaseModel):
    """Rows of a file that are no part of a table, and why: balance accounts in a ledger, another company's rows.

    Parameters
    ----------
    column : str
        Column of the file.
    values : tuple of str
        Rows with one of these values are left out.
    first, last : str, optional
        Rows whose value begins with digits in this interval are left out; compared as the intervals of
        ``accounts.yaml``: ``1``–``2`` holds 1010 and 2999.
    reason : str
        Why, as it is to be told where rows are counted.

    Examples
    --------
    >>> Exclusion(column="Konto", first="1", last="2", reason="balance accounts").reason
    'balance accounts'
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True)

    column: str
    values: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _says_which_rows(self) -> Exclusion:
        if bool(self.values) == (self.first is not None) or (self.first is None) != (self.last is None):
            raise ValueError("give either values, or first and last")
        return self


class SieChoice(BaseModel):
    """What of a SIE file becomes a table.

    Parameters
    ----------
    unit_dim, project_dim, activity_dim, counterparty_dim : str, optional
        Dimensions whose objects are units, projects, activities and counterparties; the standard's 1 is cost centre
        and 6 is project.
    unit : str, optional
        Unit of the rows that are booked on none.
    account_from : str, default "3"
        First account that counts: those before it are the balance sheet's.

    Examples
    --------
    >>> SieChoice(activity_dim=20).activity_dim
    '20'
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, frozen=True)

    unit_dim: str = "1"
    project_dim: str | None = "6"
    activity_dim: str | None = None
    counterparty_dim: str | None = None
    unit: str | None = None
    account_from: str = "3"


class TableMapping(BaseModel):
    """How one canonical table is read from one file, or from a table of a database.

    Parameters
    ----------
    file : str or sequence of str, optional
        Path, relative to ``region.yaml`` or absolute. Several files with the same columns are given as a list, or
        with ``*``: ``ledger-*.csv``.
    database : str, optional
        Instead of a file: address of a database, such as ``postgres://server/ekonomi``. ``${NAME}`` stands for what
        the environment's variable NAME holds, so that no password has to be written here.
    table : str, optional
        Table or view of the database, with its schema before a point; the canonical table's name when not given.
    kind : {"table", "sie", "raindance_import"}, default "table"
        How the file is laid out; the columns of a format of its own are known. A file whose name ends in ``.se``,
        ``.si`` or ``.sie`` is SIE.
    sie : SieChoice
        What of a SIE file becomes the table.
    columns : dict of str to ColumnRule
        Canonical column to its rule; a text is short for ``{column: text}``.
    exclude : tuple of Exclusion
        Rows that are no part of the table; they are counted by their reason.
    combine : {"none", "sum"}, default "none"
        ``sum`` adds rows that share the table's grain, for files with finer rows than the table.
    control_totals : dict of str to float
        What the amounts are to sum to, in the file's own sign and unit: ``all``, a year (``"2026"``) or a month
        (``2026-10``) to a sum that another system has printed.
    sheet, separator, encoding, header_row
        How the file is written; found when not given. See `utfall.sources.open_file`.
    decimal : {",", "."}, default ","
        Decimal sign of numbers written as text.
    thousands : {"", ".", ","}, default ""
        What separates thousands in numbers written as text, beside spaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | tuple[str, ...] | None = None
    database: str | None = None
    table: str | None = None
    kind: SourceKind = "table"
    sie: SieChoice = SieChoice()
    columns: dict[str, ColumnRule] = Field(default_factory=dict)
    exclude: tuple[Exclusion, ...] = ()
    combine: Literal["none", "sum"] = "none"
    control_totals: dict[str, float] = Field(default_factory=dict)
    sheet: str | None = None
    separator: str | None = None
    encoding: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    decimal: Literal[",", "."] = ","
    thousands: Literal["", ".", ","] = ""

    @property
    def layout(self) -> SourceKind:
        """How the file is laid out, by what is said of it or by its name."""
        named = bool(self.files) and all(file.lower().endswith(SIE_SUFFIXES) for file in self.files)
        return "sie" if self.kind == "table" and named else self.kind

    @property
    def files(self) -> tuple[str, ...]:
        """The files as they are named, one or several; none for a database."""
        return (self.file,) if isinstance(self.file, str) else self.file or ()

    @field_validator("columns", mode="before")
    @classmethod
    def _text_is_a_column(cls, rules: Any) -> Any:
        if not isinstance(rules, dict):
            return rules
        return {target: {"column": rule} if isinstance(rule, str) else rule for target, rule in rules.items()}

    @field_validator("control_totals", mode="before")
    @classmethod
    def _one_total_is_of_all(cls, totals: Any) -> Any:
        if isinstance(totals, int | float):
            return {TOTAL_OF_ALL: totals}
        return {str(key): total for key, total in totals.items()} if isinstance(totals, dict) else totals

    @model_validator(mode="after")
    def _has_an_origin_and_columns(self) -> TableMapping:
        if (self.file is None) == (self.database is None):
            raise ValueError("give either file or database")
        if self.layout == "table" and not self.columns:
            raise ValueError("columns: say which column of the file is which")
        if self.thousands == self.decimal:
            raise ValueError("thousands and decimal cannot be the same sign")
        return self
