"""The canonical tables: their columns, grain and rules, as pandera schemas.

Long and tidy, one fact a row; `period` is the first day of the month; amounts are in result sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from utfall.errors import Fault, InvalidData

MAX_FAULTS_A_RULE = 50
"""How many rows that break one rule are named; a file with the wrong column everywhere needs no million lines."""


@dataclass(frozen=True)
class TableSpec:
    """One canonical table.

    Parameters
    ----------
    name : str
        Name of the table.
    grain : tuple of str
        Columns that together name a row.
    schema : DataFrameSchema
        Types and rules of the columns.
    unique : bool
        Whether the grain may occur only once; the ledger's vouchers may repeat it.
    defaults : dict
        Value of a column that the source lacks.
    """

    name: str
    grain: tuple[str, ...]
    schema: pa.DataFrameSchema
    unique: bool = True
    defaults: dict[str, object] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, the grain first."""
        return tuple(self.schema.columns)

    @property
    def numeric(self) -> set[str]:
        """Columns that are numbers."""
        return {name for name, column in self.schema.columns.items() if str(column.dtype) == "float64"}

    @property
    def dates(self) -> set[str]:
        """Columns that are dates."""
        return {name for name, column in self.schema.columns.items() if "datetime" in str(column.dtype)}

    @property
    def required(self) -> tuple[str, ...]:
        """Columns a source must give."""
        return tuple(column for column in self.columns if column not in self.defaults)


def _text(*, blank: bool = False) -> pa.Column:
    checks = [] if blank else [pa.Check(lambda text: text.str.len() > 0, name="is empty", error="is empty")]
    return pa.Column("str", checks, nullable=False, coerce=True)


def _period() -> pa.Column:
    first_day = pa.Check(lambda day: day.dt.day == 1, error="is not the first day of a month")
    return pa.Column("datetime64[us]", first_day, nullable=False, coerce=True)


def _number(*, minimum: float | None = None, nullable: bool = False) -> pa.Column:
    checks = [pa.Check(lambda value: value.abs() < float("inf"), error="is not finite")]
    if minimum is not None:
        checks.append(pa.Check.ge(minimum, error=f"is below {minimum:g}"))
    return pa.Column("float64", checks, nullable=nullable, coerce=True)


def _one_of(*values: str) -> pa.Column:
    return pa.Column("str", pa.Check.isin(values, error=f"is not one of {', '.join(values)}"), coerce=True)


def _spec(
    name: str,
    grain: str,
    columns: dict[str, pa.Column],
    *,
    unique: bool = True,
    defaults: dict[str, object] | None = None,
) -> TableSpec:
    schema = pa.DataFrameSchema(columns, strict=False, name=name)
    return TableSpec(name, tuple(grain.split()), schema, unique, defaults or {})


TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        _spec(
            "ledger",
            "period unit account activity counterparty project voucher",
            {
                "period": _period(),
                "unit": _text(),
                "account": _text(),
                "activity": _text(blank=True),
                "counterparty": _text(blank=True),
                "project": _text(blank=True),
                "voucher": _text(blank=True),
                "amount": _number(),
                "text": _text(blank=True),
                "booked_on": pa.Column("datetime64[us]", nullable=True, coerce=True),
            },
            unique=False,
            defaults={
                "activity": "",
                "counterparty": "",
                "project": "",
                "voucher": "",
                "text": "",
                "booked_on": pd.NaT,
            },
        ),
        _spec(
            "budget",
            "period unit account version",
            {
                "period": _period(),
                "unit": _text(),
                "account": _text(),
                "version": _text(blank=True),
                "amount": _number(),
            },
            defaults={"version": ""},
        ),
        _spec(
            "volumes",
            "period unit product",
            {
                "period": _period(),
                "unit": _text(),
                "product": _text(),
                "planned": _number(minimum=0, nullable=True),
                "actual": _number(minimum=0, nullable=True),
            },
            defaults={"planned": float("nan")},
        ),
        _spec(
            "drug_use",
            "period unit drug",
            {
                "period": _period(),
                "unit": _text(),
                "drug": _text(),
                "patients": _number(minimum=0, nullable=True),
                "doses": _number(minimum=0, nullable=True),
                "packages": _number(minimum=0, nullable=True),
                "amount": _number(),
            },
        ),
        _spec(
            "staffing",
            "period unit category employment",
            {
                "period": _period(),
                "unit": _text(),
                "category": _text(),
                "employment": _one_of("own", "hired"),
                "headcount": _number(minimum=0, nullable=True),
                "fte": _number(minimum=0, nullable=True),
                "hours": _number(minimum=0, nullable=True),
                "leavers": _number(minimum=0, nullable=True),
                "sick_hours": _number(minimum=0, nullable=True),
                "amount": _number(),
            },
        ),
        _spec(
            "purchased_care",
            "period unit provider case",
            {
                "period": _period(),
                "unit": _text(),
                "provider": _text(),
                "case": _text(),
                "drg_points": _number(minimum=0, nullable=True),
                "amount": _number(),
            },
        ),
        _spec(
            "waiting",
            "period unit pathway",
            {
                "period": _period(),
                "unit": _text(),
                "pathway": _text(),
                "waiting": _number(minimum=0, nullable=True),
                "referred": _number(minimum=0, nullable=True),
                "completed": _number(minimum=0, nullable=True),
                "within_guarantee": _number(minimum=0, nullable=True),
            },
        ),
        _spec(
            "kpi_values",
            "kpi unit period",
            {
                "kpi": _text(),
                "unit": _text(),
                "period": _period(),
                "value": _number(nullable=True),
                "source": _text(blank=True),
            },
            defaults={"source": ""},
        ),
        _spec(
            "price_index",
            "index period",
            {
                "index": _text(),
                "period": _period(),
                "value": _number(minimum=0),
                "status": _one_of("outcome", "forecast"),
                "source": _text(),
            },
        ),
        _spec(
            "population",
            "area period",
            {
                "area": _text(),
                "period": _period(),
                "inhabitants": _number(minimum=0),
                "source": _text(),
            },
        ),
        _spec(
            "balance_sheet",
            "year item",
            {
                "year": _number(minimum=1900),
                "item": _text(),
                "amount": _number(),
            },
        ),
    )
}
"""Every canonical table by name."""


@dataclass(frozen=True)
class SourcedFrame:
    """A validated table, with the file and row each of its rows came from."""

    frame: pd.DataFrame
    file: str
    rows: Sequence[int]


REMEDIES = {
    "is empty": "Fill it in.",
    "is not the first day of a month": "Write the month as YYYY-MM or its first day.",
}


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
        valid = spec.schema.validate(frame, lazy=True)
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
