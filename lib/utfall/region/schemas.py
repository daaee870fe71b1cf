"""The canonical tables as pandera schemas, and what is said of a row that breaks one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from utfall.errors import Fault, InvalidData
from utfall.region.tables import TABLES, Field, TableSpec

MAX_FAULTS_A_RULE = 50
"""How many rows that break one rule are named; a file with the wrong column everywhere needs no million lines."""

_DTYPES = {"text": "str", "number": "float64", "period": "datetime64[us]", "date": "datetime64[us]"}

REMEDIES = {
    "is empty": "Fill it in.",
    "is not the first day of a month": "Write the month as YYYY-MM or its first day.",
}


@cache
def _schema(name: str) -> pa.DataFrameSchema:
    spec = TABLES[name]
    return pa.DataFrameSchema({column: _column(field) for column, field in spec.fields.items()}, name=name)


def schema_of(spec: TableSpec) -> pa.DataFrameSchema:
    """Give the pandera schema of a canonical table.

    Parameters
    ----------
    spec : TableSpec
        The table.

    Returns
    -------
    DataFrameSchema

    Examples
    --------
    >>> sorted(schema_of(TABLES["budget"]).columns)
    ['account', 'amount', 'period', 'unit', 'version']
    """
    return _schema(spec.name)


def _column(field: Field) -> pa.Column:
    checks = []
    if field.kind == "period":
        checks.append(pa.Check(lambda day: day.dt.day == 1, error="is not the first day of a month"))
    if field.kind == "number":
        checks.append(pa.Check(lambda value: value.abs() < float("inf"), error="is not finite"))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum, error=f"is below {field.minimum:g}"))
    if field.values:
        checks.append(pa.Check.isin(field.values, error=f"is not one of {', '.join(field.values)}"))
    elif field.kind == "text" and not field.optional:
        checks.append(pa.Check(lambda text: text.str.len() > 0, error="is empty"))
    nullable = field.optional and field.kind != "text"
    return pa.Column(_DTYPES[field.kind], checks, nullable=nullable, coerce=True)


def validate_table(frame: pd.DataFrame, spec: TableSpec, file: str, rows: Sequence[int] | None = None) -> pd.DataFrame:
    """Check a frame against its canonical schema.

    Parameters
    ----------
    frame : DataFrame
        The table's columns; a column with a default may be missing.
    spec : TableSpec
        Which table it is.
    file : str
        Name of the file it came from.
    rows : sequence of int, optional
        Row in the file of each row of the frame; counted from 1 when not given.

    Returns
    -------
    DataFrame
        The table's columns in order, in their types.

    Raises
    ------
    InvalidData
        Naming each faulty row.

    Examples
    --------
    >>> frame = pd.DataFrame({"period": ["2026-10-01"], "unit": ["1"], "account": ["5600"], "amount": [-1.5]})
    >>> validate_table(frame, TABLES["budget"], "budget.csv")["version"].tolist()
    ['']
    """
    missing = [column for column in spec.required if column not in frame]
    if missing:
        raise InvalidData(
            [
                Fault(
                    file,
                    None,
                    f"the column {column!r} of the table {spec.name} is missing.",
                    "Add it, or map another column to it in region.yaml.",
                )
                for column in missing
            ]
        )
    for key, value in spec.defaults.items():
        if key not in frame:
            frame = frame.assign(**{key: pd.Series([value] * len(frame), index=frame.index)})
    blanks = [key for key, value in spec.defaults.items() if value == "" and frame[key].isna().any()]
    frame = frame.assign(**{key: frame[key].astype(object).where(frame[key].notna(), "") for key in blanks})
    frame = frame[list(spec.columns)].reset_index(drop=True)
    numbers = pd.RangeIndex(1, len(frame) + 1) if rows is None else pd.Index(rows)
    try:
        valid = schema_of(spec).validate(frame, lazy=True)
    except SchemaErrors as error:
        raise InvalidData(_faults(error.failure_cases, frame, file, numbers)) from None
    if spec.unique:
        repeated = valid.duplicated(list(spec.grain))
        if repeated.any():
            faults = []
            for position in repeated[repeated].index[:MAX_FAULTS_A_RULE]:
                key = ", ".join(_shown(valid.at[position, column]) for column in spec.grain)
                what = f"the combination {key} ({', '.join(spec.grain)}) is given a second time."
                faults.append(Fault(file, int(numbers[position]), what, "Keep one of the rows, or add them together."))
            raise InvalidData(faults)
    return valid


def _faults(cases: pd.DataFrame, frame: pd.DataFrame, file: str, rows: pd.Index) -> list[Fault]:
    # One broken value can break several rules (a text that is no number also has no sign): its first one names it.
    cases = cases[cases["index"].notna()].drop_duplicates(["column", "index"])
    faults = []
    for (column, check), group in cases.groupby(["column", "check"], sort=False, dropna=False):
        for position in group["index"].astype(int).head(MAX_FAULTS_A_RULE):
            value = _shown(frame.at[position, column])
            rule = str(check)
            if check == "not_nullable" or not value:
                rule = "is empty"
            elif rule.startswith(("coerce_dtype", "dtype")):
                rule = f"is not {TABLE_TYPES[str(column)]}"
            subject = f"{column} {value!r}" if value else str(column)
            faults.append(
                Fault(file, int(rows[position]), f"{subject} {rule}.", REMEDIES.get(rule, "Correct the value."))
            )
    return sorted(faults, key=lambda fault: (fault.row or 0, fault.what))


TABLE_TYPES = {
    column: "a number" if column in spec.numeric else "a date" if column in spec.dates else "a text"
    for spec in TABLES.values()
    for column in spec.columns
}


def _shown(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
