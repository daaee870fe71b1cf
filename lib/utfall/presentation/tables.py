"""Accessible tables: a caption, scoped headers, the unit stated once, worse and better told by word.

The classes used are listed in `utfall.presentation.theme`. Text cells carry their alignment inline, because
JupyterLab, which knows no stylesheet of ours, sets every cell flush right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any, Literal, get_args

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.presentation.numbers import (
    HOME_CURRENCY,
    MISSING,
    NBSP,
    Unit,
    amount,
    as_unit,
    choose_unit,
    number,
    percent,
    short_period,
)
from utfall.presentation.shown_data import DATA_MIME, ORE, DataColumn, ShownData, hides

Kind = Literal["text", "amount", "percent", "number", "period"]
"""What a column holds, and so how it is written."""

NUMERIC: frozenset[str] = frozenset({"amount", "percent", "number"})
"""Kinds set flush right, in figures of equal width, without line breaks."""

DEFAULT_DECIMALS = {"percent": 1, "number": 0}
"""Decimals of the kinds that have no unit to take them from."""

MARKS = {"sämre": ("worse", "▼"), "bättre": ("better", "▲")}
"""Class and symbol of each assessment: colour alone must never carry a meaning."""

NO_MARK = ' <span class="mark"></span>'
"""Holds the place of a symbol, so that the figures of a column stay in line."""

PROSE_FROM = 24
"""Letters from which a cell is read as prose, which needs some width however small the screen."""

ID_DIGITS = 12
"""Hexadecimal digits of a table's id; short, and a clash within one page is out of the question."""


@dataclass(frozen=True)
class Column:
    """How one column of a table is headed and written.

    Parameters
    ----------
    label : str
        The column's heading.
    kind : {"text", "amount", "percent", "number", "period"}, default "text"
        Amounts are in whole currency, percentages are shares (0.034), periods anything that names a month.
    unit : str, optional
        For an amount "sek", "tkr" or "mkr" (by default the table's unit); for a number the word put in the
        heading, as "besök".
    decimals : int, optional
        Decimals shown; by default 1 for mkr and percent, else 0.
    better : {"higher", "lower"}, optional
        Which direction is better. When given, every value that does not round to zero is marked "sämre" or
        "bättre" by symbol, word and colour. A deviation in result sign is better when "higher".
    signed : bool, default False
        Put "+" before positive values.
    missing : str, default "uppgift saknas"
        Why a value may be missing; printed below the table when one is.
    """

    label: str
    kind: Kind = "text"
    unit: str | None = None
    decimals: int | None = None
    better: Literal["higher", "lower"] | None = None
    signed: bool = False
    missing: str = "uppgift saknas"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise InvalidParameter(
                f"Column {self.label!r}: kind {self.kind!r} is not one of {', '.join(get_args(Kind))}."
            )


@dataclass(frozen=True, eq=False)
class Table:
    """A captioned table over a tidy frame; shows itself in Jupyter.

    Parameters
    ----------
    frame : DataFrame
        One row a line of the table; raw values (whole SEK, shares). Text in a numeric column, such as "< 5",
        is shown as it is.
    caption : str
        What the table shows, for which period.
    columns : mapping of str to Column
        Columns shown, in this order. The others of the frame are not shown.
    row_header : str, optional
        Column whose cells name the rows; the first shown column by default.
    totals : tuple of int, default ()
        Positions of the rows that are sums or otherwise emphasised; −1 is the last.
    indent : tuple of int, default ()
        Level of each row, 0 outermost; empty when all are 0.
    notes : tuple of str, default ()
        Sentences printed below the table.
    unit : str, optional
        Unit of the amounts that have none of their own; chosen from the largest when left out.
    currency : str, default "SEK"
        ISO code of the currency.

    Raises
    ------
    InvalidParameter
        When a column is not in the frame, or `totals` or `indent` do not fit its rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"line": ["Läkemedel"], "deviation": [-12_400_000.0]})
    >>> columns = {"line": Column("Post"), "deviation": Column("Avvikelse", "amount")}
    >>> print(Table(frame, "Avvikelse", columns).to_text())
    Avvikelse (mkr)
    Post       Avvikelse
    Läkemedel      −12,4
    """

    frame: pd.DataFrame
    caption: str
    columns: Mapping[str, Column]
    row_header: str | None = None
    totals: tuple[int, ...] = ()
    indent: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    unit: Unit | str | None = None
    currency: str = HOME_CURRENCY

    def __post_init__(self) -> None:
        absent = [name for name in self.columns if name not in self.frame.columns]
        if absent or not self.columns:
            raise InvalidParameter(
                f"Table {self.caption!r}: {absent or 'no column'} cannot be shown; "
                f"the frame has {list(map(str, self.frame.columns))}."
            )
        if self.row_header is not None and self.row_header not in self.columns:
            raise InvalidParameter(f"Table {self.caption!r}: row_header {self.row_header!r} is not a shown column.")
        rows = len(self.frame)
        if any(not -rows <= position < rows for position in self.totals):
            raise InvalidParameter(f"Table {self.caption!r}: totals {self.totals} points outside its {rows} rows.")
        if self.indent and len(self.indent) != rows:
            raise InvalidParameter(f"Table {self.caption!r}: {len(self.indent)} indent levels for {rows} rows.")
        # A later change of the caller's frame must not change what the report shows.
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "columns", dict(self.columns))

    def to_html(self) -> str:
        """Write the table as HTML.

        Returns
        -------
        str
            The table in a scroll region that the keyboard can reach, then its notes.
        """
        body = "".join(self._row_html(position) for position in range(len(self.frame)))
        head = "".join(
            f'<th scope="col"{_cell_class(column)}>{escape(self._heading(name))}</th>'
            for name, column in self.columns.items()
        )
        caption = escape(self.caption)
        if self._common_unit:
            caption += f' <span class="unit">({escape(self._common_unit.label(self.currency))})</span>'
        notes = self._all_notes()
        content = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        digest = hashlib.sha256("\n".join([caption, content, *notes]).encode()).hexdigest()[:ID_DIGITS]
        described = f' aria-describedby="not-{digest}"' if notes else ""
        html = (
            f'<div class="table-scroll" role="region" aria-labelledby="tabell-{digest}" tabindex="0">'
            f'<table{described}><caption id="tabell-{digest}">{caption}</caption>{content}</table></div>'
        )
        if notes:
            html += f'<div class="note" id="not-{digest}">{_paragraphs(notes)}</div>'
        return html

    def to_text(self) -> str:
        """Write the table as text with columns of equal width."""
        grid = [[self._heading(name) for name in self.columns]]
        for position in range(len(self.frame)):
            level = "  " * (self.indent[position] if self.indent else 0)
            cells = [self._cells[name][position] for name in self.columns]
            at = list(self.columns).index(self._header)
            grid.append([level + cell if index == at else cell for index, cell in enumerate(cells)])
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        right = [column.kind in NUMERIC for column in self.columns.values()]
        lines = [
            "  ".join(
                cell.rjust(width) if flush else cell.ljust(width)
                for cell, width, flush in zip(row, widths, right, strict=True)
            ).rstrip()
            for row in grid
        ]
        unit = f" ({self._common_unit.label(self.currency)})" if self._common_unit else ""
        return "\n".join([self.caption + unit, *lines, *self._all_notes()])

    @property
    def data(self) -> ShownData:
        """The numbers behind the table: its shown columns, amounts in whole currency."""
        hidden = hides([self.frame[name] for name, column in self.columns.items() if column.kind in NUMERIC])
        columns = {name: self._data_column(name, hidden) for name in self.columns}
        cells = [[columns[name].cell(value) for value in self.frame[name]] for name in columns]
        rows = len(self.frame)
        return ShownData(
            self.caption,
            tuple(columns.values()),
            tuple(zip(*cells, strict=True)),
            tuple(sorted({total % rows for total in self.totals})) if rows else (),
            self.indent if any(self.indent) else (),
            tuple(self._all_notes()),
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": self.to_html(), "text/plain": self.to_text()}
        return {**bundle, DATA_MIME: self.data.to_json()} if len(self.frame) else bundle

    def _data_column(self, name: str, hidden: bool) -> DataColumn:
        column = self.columns[name]
        if column.kind == "amount":
            unit = self._units[name]
            shown = (unit.decimals if column.decimals is None else column.decimals) - unit.exponent
            # Beside a hidden figure no amount is told closer than it is printed.
            places = shown if hidden else max(ORE, shown)
            return DataColumn(column.label, "amount", Unit.SEK.label(self.currency), max(places, 0), places)
        unit_word = "%" if column.kind == "percent" else (column.unit or "") if column.kind == "number" else ""
        return DataColumn(column.label, column.kind, unit_word, self._decimals(column))

    @property
    def _header(self) -> str:
        return self.row_header if self.row_header is not None else next(iter(self.columns))

    @property
    def _common_unit(self) -> Unit | None:
        units = set(self._units.values())
        return units.pop() if len(units) == 1 else None

    @cached_property
    def _units(self) -> dict[str, Unit]:
        amounts = {name: column for name, column in self.columns.items() if column.kind == "amount"}
        free = [name for name, column in amounts.items() if column.unit is None]
        shared = as_unit(self.unit) if self.unit is not None else choose_unit(_largest(self.frame[free]))
        return {name: shared if column.unit is None else as_unit(column.unit) for name, column in amounts.items()}

    def _heading(self, name: str) -> str:
        column = self.columns[name]
        label = column.label.replace(" %", f"{NBSP}%")
        if column.kind == "amount":
            return label if self._common_unit else f"{label} ({self._units[name].label(self.currency)})"
        return f"{label} ({column.unit})" if column.kind == "number" and column.unit else label

    def _row_html(self, position: int) -> str:
        cells = []
        for name, column in self.columns.items():
            text = escape(self._cells[name][position]) + self._mark(name, position)
            attributes = _cell_class(column)
            if name == self._header:
                level = self.indent[position] if self.indent else 0
                if level:
                    text = f'<span class="indent" style="padding-left:{level}em">{text}</span>'
                cells.append(f'<th scope="row"{attributes}>{text}</th>')
            else:
                prose = (
                    ' class="prose"' if column.kind == "text" and len(self._cells[name][position]) >= PROSE_FROM else ""
                )
                cells.append(f"<td{prose}{attributes}>{text}</td>")
        rows = len(self.frame)
        emphasised = position in {total % rows for total in self.totals}
        css = ' class="total"' if emphasised else ""
        return f"<tr{css}>{''.join(cells)}</tr>"

    @cached_property
    def _cells(self) -> dict[str, list[str]]:
        return {name: [self._write(name, value) for value in self.frame[name]] for name in self.columns}

    def _write(self, name: str, value: Any) -> str:
        column = self.columns[name]
        if isinstance(value, str) and column.kind != "period":
            return value
        if _is_missing(value):
            return MISSING
        decimals = self._decimals(column)
        match column.kind:
            case "amount":
                return amount(value, self._units[name], column.decimals, signed=column.signed, label=False)
            case "percent":
                return percent(value, decimals, signed=column.signed)
            case "number":
                return number(value, decimals, signed=column.signed)
            case "period":
                return short_period(value)
        return str(value)

    @staticmethod
    def _decimals(column: Column) -> int:
        return DEFAULT_DECIMALS.get(column.kind, 0) if column.decimals is None else column.decimals

    def _mark(self, name: str, position: int) -> str:
        value, better = self.frame[name].iloc[position], self.columns[name].better
        written = self._cells[name][position]
        if better is None or isinstance(value, str) or not any(digit in written for digit in "123456789"):
            return "" if better is None else NO_MARK
        word = "bättre" if (value > 0) == (better == "higher") else "sämre"
        css, symbol = MARKS[word]
        return f' <span class="mark {css}" role="img" aria-label="{word}">{symbol}</span>'

    def _all_notes(self) -> list[str]:
        reasons: dict[str, list[str]] = {}
        for name, column in self.columns.items():
            if column.kind != "text" and MISSING in self._cells[name]:
                reasons.setdefault(column.missing, []).append(column.label)
        missing = [f"{MISSING} i {', '.join(labels)}: {reason}." for reason, labels in reasons.items()]
        return [*self.notes, *missing]


def _cell_class(column: Column) -> str:
    return ' class="num"' if column.kind in NUMERIC else ' style="text-align:left"'


def _paragraphs(sentences: list[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)


def _largest(frame: pd.DataFrame) -> float:
    cells = frame.to_numpy(dtype=object).ravel()
    return max((abs(float(v)) for v in cells if not isinstance(v, str) and not _is_missing(v)), default=0.0)


def _is_missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))
