"""The canonical tables: their columns, grain and rules.

Long and tidy, one fact a row; `period` is the first day of the month; amounts are in result sign. What is declared here
becomes rules in `utfall.region.importing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

Kind = Literal["text", "number", "period", "date"]
"""What a column holds; a period is the first day of a month."""

MONEY_COLUMN = "amount"
"""The column that holds money, in every table that has any."""

ASSETS = ("fixed_assets", "financial_fixed_assets", "inventories", "receivables", "cash")
"""Items of the balance sheet that sum to the assets."""

FINANCING = ("equity", "pension_provisions", "other_provisions", "long_term_liabilities", "current_liabilities")
"""Items that sum to equity, provisions and liabilities; equity with its sign, the others positive."""

CONTINGENT = "contingent_pension_liability"
"""Pensions earned before 1998: a liability outside the balance sheet."""

RESULT_RESERVE = "result_reserve"
"""The part of the equity that is reserved for weaker years: a memo, already within ``equity``."""

BALANCE_ITEMS = (*ASSETS, *FINANCING, CONTINGENT, RESULT_RESERVE)
"""Every item of the table ``balance_sheet``."""

INCOME_ITEMS = (
    "other_income",
    "other_costs",
    "other_depreciation",
    "tax_revenue",
    "general_grants",
    "financial_income",
    "realised_gains",
    "unrealised_gains",
    "interest_costs",
    "pension_indexation",
)
"""Every item of the table ``income_statement``: what belongs to the region's result and the ledger does not hold.

The first three are activities outside the ledger; ``general_grants`` are general state grants and equalisation;
``pension_indexation`` is the financial part of the cost of pensions."""


@dataclass(frozen=True)
class Field:
    """One column of a canonical table.

    Parameters
    ----------
    kind : {"text", "number", "period", "date"}
        What it holds.
    optional : bool
        Whether a row may lack a value: a number or date may be missing, a text may be empty.
    minimum : float, optional
        Smallest number allowed.
    values : tuple of str
        The only texts allowed; any when empty.
    """

    kind: Kind
    optional: bool = False
    minimum: float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSpec:
    """One canonical table.

    Parameters
    ----------
    name : str
        Name of the table.
    grain : tuple of str
        Columns that together name a row.
    fields : dict of str to Field
        Every column, the grain first.
    unique : bool
        Whether the grain may occur only once; the ledger's vouchers may repeat it.
    defaults : dict
        Value of a column that the source lacks.
    """

    name: str
    grain: tuple[str, ...]
    fields: dict[str, Field]
    unique: bool = True
    defaults: dict[str, object] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, the grain first."""
        return tuple(self.fields)

    @property
    def numeric(self) -> set[str]:
        """Columns that are numbers."""
        return {name for name, column in self.fields.items() if column.kind == "number"}

    @property
    def dates(self) -> set[str]:
        """Columns that are dates."""
        return {name for name, column in self.fields.items() if column.kind in ("period", "date")}

    @property
    def required(self) -> tuple[str, ...]:
        """Columns a source must give."""
        return tuple(column for column in self.columns if column not in self.defaults)


_PERIOD = Field("period")
_TEXT = Field("text")
_BLANK = Field("text", optional=True)
_NUMBER = Field("number")
_MAYBE = Field("number", optional=True)
_COUNT = Field("number", minimum=0)
_MAYBE_COUNT = Field("number", optional=True, minimum=0)
_YEAR = Field("number", minimum=1900)


def _spec(
    name: str,
    grain: str,
    fields: dict[str, Field],
    *,
    unique: bool = True,
    defaults: dict[str, object] | None = None,
) -> TableSpec:
    return TableSpec(name, tuple(grain.split()), fields, unique, defaults or {})


TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        _spec(
            "ledger",
            "period unit account activity counterparty project voucher",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "account": _TEXT,
                "activity": _BLANK,
                "counterparty": _BLANK,
                "project": _BLANK,
                "voucher": _BLANK,
                "amount": _NUMBER,
                "text": _BLANK,
                "booked_on": Field("date", optional=True),
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
                "period": _PERIOD,
                "unit": _TEXT,
                "account": _TEXT,
                "version": _BLANK,
                "amount": _NUMBER,
            },
            defaults={"version": ""},
        ),
        _spec(
            "volumes",
            "period unit product",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "product": _TEXT,
                "planned": _MAYBE_COUNT,
                "actual": _MAYBE_COUNT,
            },
            defaults={"planned": float("nan")},
        ),
        _spec(
            "drug_use",
            "period unit drug",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "drug": _TEXT,
                "patients": _MAYBE_COUNT,
                "doses": _MAYBE_COUNT,
                "packages": _MAYBE_COUNT,
                "amount": _NUMBER,
            },
        ),
        _spec(
            "staffing",
            "period unit category employment",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "category": _TEXT,
                "employment": Field("text", values=("own", "hired")),
                "headcount": _MAYBE_COUNT,
                "fte": _MAYBE_COUNT,
                "hours": _MAYBE_COUNT,
                "leavers": _MAYBE_COUNT,
                "sick_hours": _MAYBE_COUNT,
                "amount": _NUMBER,
            },
        ),
        _spec(
            "purchased_care",
            "period unit provider case",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "provider": _TEXT,
                "case": _TEXT,
                "drg_points": _MAYBE_COUNT,
                "amount": _NUMBER,
            },
        ),
        _spec(
            "waiting",
            "period unit pathway",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "pathway": _TEXT,
                "waiting": _MAYBE_COUNT,
                "referred": _MAYBE_COUNT,
                "completed": _MAYBE_COUNT,
                "within_guarantee": _MAYBE_COUNT,
            },
        ),
        _spec(
            "kpi_values",
            "kpi unit period",
            {
                "kpi": _TEXT,
                "unit": _TEXT,
                "period": _PERIOD,
                "value": _MAYBE,
                "source": _BLANK,
            },
            defaults={"source": ""},
        ),
        _spec(
            "price_index",
            "index period",
            {
                "index": _TEXT,
                "period": _PERIOD,
                "value": _COUNT,
                "status": Field("text", values=("outcome", "forecast")),
                "source": _TEXT,
            },
        ),
        _spec(
            "population",
            "area period",
            {
                "area": _TEXT,
                "period": _PERIOD,
                "inhabitants": _COUNT,
                "source": _TEXT,
            },
        ),
        _spec(
            "balance_sheet",
            "year item",
            {
                "year": _YEAR,
                "item": Field("text", values=BALANCE_ITEMS),
                "amount": _NUMBER,
            },
        ),
        _spec(
            "income_statement",
            "year item",
            {
                "year": _YEAR,
                "item": Field("text", values=INCOME_ITEMS),
                "amount": _NUMBER,
            },
        ),
        _spec(
            "population_by_age",
            "year age_group",
            {
                "year": _YEAR,
                "age_group": _TEXT,
                "inhabitants": _COUNT,
                "status": Field("text", values=("outcome", "forecast")),
                "source": _TEXT,
            },
        ),
        _spec(
            "own_forecast",
            "period unit line",
            {
                "period": _PERIOD,
                "unit": _TEXT,
                "line": _TEXT,
                "amount": _NUMBER,
            },
        ),
    )
}
"""Every canonical table by name."""
