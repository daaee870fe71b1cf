"""From an outside file's columns to the columns the kit uses, by the rules of ``region.yaml``."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from utfall.errors import Fault, InvalidData
from utfall.sources.files import RawTable
from utfall.sources.numbers import parse_numbers


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


class TableMapping(BaseModel):
    """How one canonical table is read from one file.

    Parameters
    ----------
    file : str
        Path, relative to ``region.yaml`` or absolute.
    columns : dict of str to ColumnRule
        Canonical column to its rule; a text is short for ``{column: text}``.
    combine : {"none", "sum"}, default "none"
        ``sum`` adds rows that share the table's grain, for files with finer rows than the table.
    sheet, separator, encoding, decimal
        How the file is written; see `utfall.sources.read_file`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    columns: dict[str, ColumnRule] = Field(min_length=1)
    combine: Literal["none", "sum"] = "none"
    sheet: str | None = None
    separator: str | None = None
    encoding: str = "utf-8-sig"
    decimal: Literal[",", "."] = ","

    @field_validator("columns", mode="before")
    @classmethod
    def _text_is_a_column(cls, rules: Any) -> Any:
        if not isinstance(rules, dict):
            return rules
        return {target: {"column": rule} if isinstance(rule, str) else rule for target, rule in rules.items()}


def apply_mapping(
    raw: RawTable, rules: dict[str, ColumnRule], *, numeric: set[str], dates: set[str], decimal: str = ","
) -> pd.DataFrame:
    """Rename, fill and convert the columns of a file.

    Parameters
    ----------
    raw : RawTable
        The file as read.
    rules : dict of str to ColumnRule
        Target column to its rule.
    numeric, dates : set of str
        Target columns that are numbers, and dates.
    decimal : {",", "."}, default ","
        Decimal sign of numbers written as text.

    Returns
    -------
    DataFrame
        The target columns, plus ``source_row``: the row in the file each came from.

    Raises
    ------
    InvalidData
        When a column is missing, or a value is not the number or date it should be: every such row is named.

    Examples
    --------
    >>> raw = RawTable(pd.DataFrame({"konto": ["5600"], "belopp": ["12,5"]}), "ledger.csv", 2)
    >>> rules = {"account": ColumnRule(column="konto"), "amount": ColumnRule(column="belopp", factor=-1)}
    >>> apply_mapping(raw, rules, numeric={"amount"}, dates=set()).to_dict("records")
    [{'account': '5600', 'amount': -12.5, 'source_row': 2}]
    """
    missing = [rule.column for rule in rules.values() if rule.column and rule.column not in raw.frame]
    if missing:
        found = ", ".join(map(str, raw.frame.columns))
        raise InvalidData(
            [
                Fault(
                    raw.file,
                    raw.first_row - 1 if raw.first_row > 1 else None,
                    f"the column {column!r} is missing; the file has {found}.",
                    "Add the column to the file or name the right one in region.yaml.",
                )
                for column in missing
            ]
        )
    rows = pd.Index(range(raw.first_row, raw.first_row + len(raw.frame)))
    blank = (raw.frame.isna() | (raw.frame == "")).all(axis=1).to_numpy()
    if blank.any():  # an empty line, often the last, is no row
        raw, rows = RawTable(raw.frame[~blank].reset_index(drop=True), raw.file, raw.first_row), rows[~blank]
    mapped: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    for target, rule in rules.items():
        if rule.column is None:
            values = pd.Series(rule.value, index=rows, dtype="str")
        else:
            values = raw.frame[rule.column].set_axis(rows)
        if target in numeric:
            values, bad = _numbers(values, decimal)
            values = values * rule.factor
            remedy = f"Write a number there, with {decimal!r} as decimal sign or another decimal: in region.yaml."
        elif target in dates:
            values, bad = _dates(values)
            remedy = "Write the date as YYYY-MM-DD or the month as YYYY-MM."
        else:
            values, bad = values.astype("str").str.strip().fillna(""), None
            remedy = ""
        if bad is not None and bad.any():
            kind = "a number" if target in numeric else "a date"
            originals = raw.frame[rule.column].set_axis(rows)[bad] if rule.column else values[bad]
            faults += [
                Fault(raw.file, int(str(row)), f"{rule.column or target} is {text!r}, not {kind}.", remedy)
                for row, text in originals.items()
            ]
        mapped[target] = values
    if faults:
        raise InvalidData(sorted(faults, key=lambda fault: fault.row or 0))
    return pd.DataFrame(mapped).assign(source_row=rows).reset_index(drop=True)


def _numbers(values: pd.Series, decimal: str) -> tuple[pd.Series, pd.Series]:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.astype("float64"), pd.Series(False, index=values.index)
    is_number = values.map(lambda value: isinstance(value, int | float) and not isinstance(value, bool))
    if is_number.any():
        # An Excel column may mix numbers with texts that look like numbers.
        parsed, bad = parse_numbers(values.where(~is_number, "").astype("str"), decimal=decimal)
        return parsed.where(~is_number, pd.to_numeric(values.where(is_number))).astype("float64"), bad
    if values.map(lambda value: hasattr(value, "as_tuple")).all():  # decimals out of a Parquet file
        return values.astype("float64"), pd.Series(False, index=values.index)
    return parse_numbers(values.astype("str"), decimal=decimal)


def _dates(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.astype("datetime64[us]"), pd.Series(False, index=values.index)
    text = values.astype("str").str.strip().fillna("")
    month = text.str.fullmatch(r"\d{4}-\d{2}|\d{6}").fillna(False)
    text = text.where(~month, text.str.replace(r"^(\d{4})-?(\d{2})$", r"\1-\2-01", regex=True))
    parsed = pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    return parsed.astype("datetime64[us]"), parsed.isna() & text.ne("")
