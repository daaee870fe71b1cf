"""From the columns of a file or database to those of a canonical table, with the first rule each row breaks.

One expression does it all, whatever engine evaluates it: a row is named by what it breaks, not by an error that stops
the engine, so that every fault of twenty million rows is found in one reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from utfall.region.importing.values import MONEY_LIMIT, NO_DATES, DecimalSign, date_of, number_of, text_of
from utfall.region.tables import MONEY_COLUMN, Field, TableSpec
from utfall.sources import SOURCE_ROW, ColumnRule, Exclusion

BROKEN = "utfall_broken"
"""Column: number of the first rule the row breaks; missing when it breaks none."""

BROKEN_TEXT = "utfall_broken_text"
"""Column: the value that breaks it, as the file has it."""

EXCLUDED = "utfall_excluded"
"""Column: number of the exclusion that leaves the row out; missing when none does."""

MONEY = "decimal(18,2)"
"""Type of money: whole öre, so that a sum is exact."""


@dataclass(frozen=True)
class Rule:
    """Something every row must fulfil.

    Parameters
    ----------
    column : str
        Column named in a fault: the file's own where its value cannot be read, else the canonical one.
    said : str
        What is said of a value that breaks it.
    remedy : str
        What to do about it.
    """

    column: str
    said: str
    remedy: str

    def what(self, value: str | None) -> str:
        """Say what is wrong with a value."""
        return f"{self.column} {self.said}." if value is None else f"{self.column} {value!r} {self.said}."


@dataclass(frozen=True)
class TypedRows:
    """Rows in a canonical table's columns.

    Parameters
    ----------
    rows : ibis table
        The canonical columns, then `BROKEN`, `BROKEN_TEXT` and `EXCLUDED`.
    rules : tuple of Rule
        What `BROKEN` counts.
    """

    rows: Any
    rules: tuple[Rule, ...]

    def used(self) -> Any:
        """The rows that no exclusion leaves out."""
        return self.rows.filter(self.rows[EXCLUDED].isnull())


@dataclass(frozen=True)
class Writing:
    """How values are written as text.

    Parameters
    ----------
    decimal : {",", "."}
        Decimal sign.
    thousands : {"", ".", ","}
        What separates thousands, beside spaces.
    """

    decimal: DecimalSign = ","
    thousands: str = ""


def typed_rows(
    raw: Any,
    columns: Mapping[str, ColumnRule],
    spec: TableSpec,
    *,
    writing: Writing = Writing(),
    exclude: Sequence[Exclusion] = (),
    whole_months: bool = False,
) -> TypedRows:
    """Bring rows into a canonical table's columns and types.

    Parameters
    ----------
    raw : ibis table
        The rows as the file or database has them; every column that the rules name is there.
    columns : mapping of str to ColumnRule
        Canonical column to its rule.
    spec : TableSpec
        The canonical table.
    writing : Writing
        How numbers are written as text.
    exclude : sequence of Exclusion
        Rows that are no part of the table.
    whole_months : bool, default False
        Whether a period must be the first day of a month; any day of the month otherwise.

    Returns
    -------
    TypedRows
        As many rows as `raw`, with `SOURCE_ROW` where `raw` has it.

    Examples
    --------
    >>> import pandas as pd
    >>> from utfall.region.tables import TABLES
    >>> raw = ibis.memtable(pd.DataFrame({"år": ["2026-10"], "kst": ["1"], "konto": ["5600"], "kr": ["12,5"]}))
    >>> rules = {"period": "år", "unit": "kst", "account": "konto", "amount": "kr"}
    >>> columns = {name: ColumnRule(column=column, factor=-1) for name, column in rules.items()}
    >>> typed = typed_rows(raw, columns, TABLES["budget"])
    >>> ibis.duckdb.connect().to_pandas(typed.rows)["amount"].astype(float).tolist()
    [-12.5]
    """
    given = {target: columns[target] for target in spec.fields if target in columns}
    kept = {SOURCE_ROW: raw[SOURCE_ROW]} if SOURCE_ROW in raw.columns else {}
    left_out = [(_is_excluded(raw, each), ibis.literal(place, type="int16")) for place, each in enumerate(exclude)]
    kept[EXCLUDED] = ibis.cases(*left_out) if left_out else ibis.null("int16")
    # In stages, each a select of its own: an expression that is used by several rules is then computed once.
    originals = {target: _original(raw, rule) for target, rule in given.items()}
    texts = raw.select(
        **kept,
        **{_raw(target): original for target, original in originals.items()},
        **{_text(target): text_of(original) for target, original in originals.items()},
    )
    readers = [_Column(spec.fields[target], target, rule, writing, whole_months) for target, rule in given.items()]
    read = texts.mutate(**{reader.target: reader.value(texts) for reader in readers})
    rules = [(rule, where, reader) for reader in readers for rule, where in reader.rules(read)]
    numbers = [(where, ibis.literal(place, type="int16")) for place, (_, where, _) in enumerate(rules)]
    judged = read.mutate(**{BROKEN: ibis.cases(*numbers) if numbers else ibis.null("int16")})
    finished = {reader.target: reader.finished(judged) for reader in readers}
    rows = judged.select(
        **{target: finished[target] if target in finished else _default(spec, target) for target in spec.fields},
        **{name: judged[name] for name in (*kept, BROKEN)},
        **{BROKEN_TEXT: _broken_text(judged, [reader for _, _, reader in rules])},
    )
    return TypedRows(rows, tuple(rule for rule, _, _ in rules))


class _Column:
    """One canonical column: how its value is read, and the rules it may break."""

    def __init__(self, field: Field, target: str, rule: ColumnRule, writing: Writing, whole_months: bool) -> None:
        self.field, self.target, self.rule = field, target, rule
        self.writing, self.whole_months = writing, whole_months

    def value(self, texts: Any) -> Any:
        """Read the value: a text, a float or money, a day; missing where it cannot be read."""
        original, text = texts[_raw(self.target)], texts[_text(self.target)]
        if self.field.kind == "text":
            return text.fill_null("")
        kind = original.type()
        if self.field.kind != "number":
            if kind.is_date() or kind.is_timestamp():
                return original.cast("date")
            return date_of(text) if kind.is_string() or kind.is_numeric() else ibis.null("date")
        factor = self.rule.factor
        if kind.is_decimal() and abs(factor) == 1 and self.target == MONEY_COLUMN:
            value = original if factor == 1 else -original
            return ibis.cases((value.abs() < MONEY_LIMIT, value)).cast(MONEY)
        if kind.is_string():
            value = number_of(text, self.writing.decimal, self.writing.thousands)
        elif kind.is_numeric():
            value = original.cast("float64")
        else:
            value = ibis.null("float64")
        if kind.is_floating():
            value = ibis.cases((~value.isnan() & ~value.isinf(), value))
        return value * factor if factor != 1 else value

    def finished(self, judged: Any) -> Any:
        """Give the value in the type it is stored in."""
        value = judged[self.target]
        if self.field.kind == "text":
            return value
        if self.field.kind == "number":
            if self.target != MONEY_COLUMN:
                return value.cast("float64")
            return value if value.type().is_decimal() else ibis.cases((value.abs() < MONEY_LIMIT, value)).cast(MONEY)
        if self.field.kind == "period":
            return value.truncate("M").cast("timestamp")
        return ibis.cases((_is_a_day(value), value)).cast("timestamp")

    def rules(self, read: Any) -> list[tuple[Rule, Any]]:
        """Every rule, and where it is broken."""
        field, target, value, text = self.field, self.target, read[self.target], read[_text(self.target)]
        named = self.rule.column or target
        is_given = text.notnull() & (text != "")
        found: list[tuple[Rule, Any]] = []
        if field.kind == "text":
            if not field.optional:
                found.append((Rule(named, "is empty", "Fill it in."), value == ""))
        else:
            kind = "a number" if field.kind == "number" else "a date"
            is_infinite = read[_raw(target)].type().is_floating()
            said = "is not finite" if is_infinite else f"is not {kind}"
            found.append((Rule(named, said, self._remedy(is_infinite)), is_given & value.isnull()))
            if not field.optional:
                is_empty = ~is_given if field.kind == "number" else ~is_given | ~_is_a_day(value)
                found.append((Rule(named, "is empty", "Fill it in."), is_empty))
        if self.whole_months and field.kind == "period":
            remedy = "Write the month as YYYY-MM or its first day."
            found.append((Rule(target, "is not the first day of a month", remedy), value.day() != 1))
        if target == MONEY_COLUMN:
            said, remedy = f"is {MONEY_LIMIT:.0e} SEK or more", "Correct the value, or the factor in region.yaml."
            found.append((Rule(target, said, remedy), value.abs() >= MONEY_LIMIT))
        if field.minimum is not None:
            found.append((Rule(target, f"is below {field.minimum:g}", "Correct the value."), value < field.minimum))
        if field.values:
            said = f"is not one of {', '.join(field.values)}"
            found.append((Rule(target, said, "Correct the value."), (value != "") & value.notin(field.values)))
        return found

    def _remedy(self, is_infinite: bool) -> str:
        if is_infinite:
            return "Correct the value."
        if self.field.kind != "number":
            return "Write the date as YYYY-MM-DD or the month as YYYY-MM."
        sign = self.writing.decimal
        return f"Write a number there, with {sign!r} as decimal sign or another decimal: in region.yaml."


def _raw(target: str) -> str:
    return f"raw_{target}"


def _text(target: str) -> str:
    return f"text_{target}"


def _original(raw: Any, rule: ColumnRule) -> Any:
    return raw[rule.column] if rule.column is not None else ibis.literal(rule.value)


def _is_a_day(day: Any) -> Any:
    return day.notin([ibis.date(each) for each in NO_DATES])


def _broken_text(judged: Any, readers: Sequence[_Column]) -> Any:
    """The text of the column whose rule is broken."""
    texts = [(judged[BROKEN] == place, judged[_text(reader.target)]) for place, reader in enumerate(readers)]
    return ibis.cases(*texts).nullif("") if texts else ibis.null("string")


def _default(spec: TableSpec, column: str) -> Any:
    kind = spec.fields[column].kind
    if kind == "text":
        return ibis.literal("")
    return ibis.null("float64" if kind == "number" else "timestamp")


def _is_excluded(raw: Any, rule: Exclusion) -> Any:
    text = text_of(raw[rule.column]).fill_null("")
    if rule.values:
        return text.isin(rule.values)
    assert rule.first is not None
    assert rule.last is not None
    # As in accounts.yaml: compared by leading digits, so that 40–44 holds 4010 and 4499.
    return (text.left(len(rule.first)) >= rule.first) & (text.left(len(rule.last)) <= rule.last) & (text != "")
