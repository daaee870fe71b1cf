"""The numbers of an answer: each one cell of one table of one executed notebook, and how it is printed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from nbformat import NotebookNode

from utfall.appendix.case import SECRET, Case, NumberSource
from utfall.appendix.cells import FoundCell, cell_of, find_cell
from utfall.appendix.csv_rows import read_rows, write_rows
from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.presentation.numbers import HOME_CURRENCY, NBSP, Unit, amount, choose_unit, number
from utfall.presentation.shown_data import DataColumn, ShownData
from utfall.publishing.outputs import data_behind

__all__ = [
    "Form",
    "FoundCell",
    "Number",
    "collect_numbers",
    "find_cell",
    "numbers_csv",
    "read_numbers_csv",
    "read_rows",
    "write_rows",
]

AMOUNT_UNITS: Mapping[str, Unit] = {"kr": Unit.SEK, "tkr": Unit.TKR, "mkr": Unit.MKR}
"""Units an amount may be printed in, as a case file names them."""

HEADINGS = [
    *("namn", "tryckt", "värde", "enhet", "tolerans", "visad enhet", "decimaler", "tecken", "plustecken"),
    *("enhet skrivs ut", "anteckningsbok", "cell", "tabell", "rad", "kolumn", "känslighet"),
]
"""Columns of ``tal.csv``."""

_YES, _NO = "ja", "nej"
_TURNED, _KEPT = "omvänt", "som i tabellen"


@dataclass(frozen=True)
class Form:
    """How a number is printed.

    Parameters
    ----------
    unit : str
        Unit after the number: ``mkr``, ``%``, ``besök``; empty when there is none.
    decimals : int
        Decimals printed.
    turned : bool, default False
        Whether it is told with the other sign than the table has.
    plus : bool, default False
        Whether a positive number has a plus sign.
    label : bool, default True
        Whether the unit is printed.
    """

    unit: str
    decimals: int
    turned: bool = False
    plus: bool = False
    label: bool = True


@dataclass(frozen=True)
class Number:
    """A number of the answer.

    Parameters
    ----------
    name : str
        Its name in the case.
    value : Decimal
        The cell's value in `unit`, with the table's sign. A share is in per cent, as the report prints it.
    unit : str
        Unit of the value: ``kr``, ``%``, or what is counted.
    text : str
        As the answer prints it.
    tolerance : Decimal
        How much the value may differ when it is computed again.
    notebook : str
        Id of the notebook in the case.
    cell : int
        Cell of the executed notebook, the first being 1.
    table, row, column : str
        Title of the table or chart, what tells the row, and the column's heading; `find_cell` takes them again.
    sensitivity : str
        Who may read the table.
    form : Form
        How it is printed.

    Examples
    --------
    >>> form = Form("mkr", 1, turned=True)
    >>> exact, place = Decimal("-23045529"), ("a", 10, "T", "R", "C", "öppen")
    >>> cost = Number("k", exact, "kr", "23,0 mkr", Decimal(50000), *place, form)
    >>> cost.told, cost.written(Decimal("-31326081")) == "31,3\u00a0mkr"
    (Decimal('23045529'), True)
    """

    name: str
    value: Decimal
    unit: str
    text: str
    tolerance: Decimal
    notebook: str
    cell: int
    table: str
    row: str
    column: str
    sensitivity: str
    form: Form

    @property
    def told(self) -> Decimal:
        """The value with the sign the answer tells it with."""
        return -self.value if self.form.turned else self.value

    def written(self, value: Decimal) -> str:
        """Print another value of the same kind, such as that of a later run."""
        return _written(-value if self.form.turned else value, self.unit, self.form)


def collect_numbers(case: Case, executed: Mapping[str, NotebookNode]) -> dict[str, Number]:
    """Find every number of a case in its executed notebooks.

    Parameters
    ----------
    case : Case
        The case.
    executed : mapping of str to NotebookNode
        Notebook's id → the executed notebook.

    Returns
    -------
    dict of str to Number
        In the order of the case file.

    Raises
    ------
    InvalidData
        Naming every number that cannot be found or may not be told, with what there is.
    """
    shown = {name: data_behind(notebook) for name, notebook in executed.items()}
    numbers, faults = {}, []
    for name, source in case.numbers.items():
        try:
            numbers[name] = _collected(case, name, source, shown)
        except InvalidParameter as error:
            faults.append(Fault(case.path.name, source.source_row, f"numbers {name}:", str(error)))
    if faults:
        raise InvalidData(faults)
    return numbers


def numbers_csv(numbers: Mapping[str, Number]) -> bytes:
    """Write the numbers as a table that a Swedish spreadsheet opens in columns.

    Parameters
    ----------
    numbers : mapping of str to Number
        The numbers.

    Returns
    -------
    bytes
        UTF-8 with its mark; semicolons, decimal commas, a line a number. The same numbers give the same bytes.

    Examples
    --------
    >>> numbers_csv({}).decode("utf-8-sig").strip().split(";")[:4]
    ['namn', 'tryckt', 'värde', 'enhet']
    """
    return write_rows([HEADINGS, *(_as_row(number) for number in numbers.values())])


def read_numbers_csv(content: bytes) -> dict[str, Number]:
    """Read what `numbers_csv` wrote.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    dict of str to Number

    Raises
    ------
    InvalidData
        When it is not such a file; naming the row.
    """
    try:
        header, *rows = read_rows(content)
    except (ValueError, csv.Error, UnicodeDecodeError):
        _not_numbers(None, "the file is empty or no table")
    if header != HEADINGS:
        _not_numbers(1, f"the columns are {', '.join(header)}")
    numbers: dict[str, Number] = {}
    for line, row in enumerate(rows, 2):
        try:
            number = _of_row(row)
        except (ValueError, InvalidOperation):
            _not_numbers(line, "a value cannot be read")
        if number.name in numbers:
            _not_numbers(line, f"{number.name} is there twice")
        numbers[number.name] = number
    return numbers


def _collected(case: Case, name: str, source: NumberSource, shown: Mapping[str, Mapping[str, ShownData]]) -> Number:
    if source.notebook not in shown:
        raise InvalidParameter(f"The notebook {source.notebook} has not been run; run it first.")
    found = cell_of(shown[source.notebook], source.table, source.row, source.column)
    sensitivity = case.sensitivity_of(source.notebook, found.table)
    if sensitivity == SECRET:
        raise InvalidParameter(f'The table "{found.table}" is {SECRET}, so none of its numbers may be in an answer.')
    value = found.number()
    unit = found.kind.unit
    form = _form(source, found.kind, value)
    tolerance = source.tolerance if source.tolerance is not None else _half_a_digit(unit, form)
    text = _written(-value if form.turned else value, unit, form)
    return Number(
        name=name,
        value=value,
        unit=unit,
        text=text,
        tolerance=tolerance,
        notebook=source.notebook,
        cell=found.cell,
        table=found.table,
        row=found.row,
        column=found.column,
        sensitivity=sensitivity,
        form=form,
    )


def _form(source: NumberSource, column: DataColumn, value: Decimal) -> Form:
    unit, decimals = column.unit, column.decimals
    if column.kind == "amount":
        if source.unit is not None and source.unit not in AMOUNT_UNITS:
            raise InvalidParameter(f"unit is {source.unit!r}; an amount is printed in {', '.join(AMOUNT_UNITS)}.")
        chosen = AMOUNT_UNITS[source.unit] if source.unit else choose_unit(value)
        unit = next(name for name, known in AMOUNT_UNITS.items() if known is chosen)
        decimals = chosen.decimals
    elif source.unit is not None and source.unit != column.unit:
        if column.unit:
            raise InvalidParameter(f"unit is {source.unit!r}, but the column is in {column.unit}; leave unit out.")
        unit = source.unit
    return Form(
        unit,
        decimals if source.decimals is None else source.decimals,
        source.sign == "turned",
        source.plus,
        source.show_unit,
    )


def _exponent(unit: str, form: Form) -> int:
    """Power of ten between the value and the printed number."""
    return AMOUNT_UNITS[form.unit].exponent if _is_money(unit, form) else 0


def _is_money(unit: str, form: Form) -> bool:
    """Whether the value is in whole currency and the printed number in one of its units."""
    return form.unit in AMOUNT_UNITS and (form.unit != unit or AMOUNT_UNITS[form.unit] is Unit.SEK)


def _half_a_digit(unit: str, form: Form) -> Decimal:
    return Decimal(5).scaleb(_exponent(unit, form) - form.decimals - 1)


def _written(told: Decimal, unit: str, form: Form) -> str:
    if _is_money(unit, form):
        currency = HOME_CURRENCY if unit in ("kr", "") else unit
        printed = AMOUNT_UNITS[form.unit]
        return amount(told, printed, form.decimals, currency=currency, signed=form.plus, label=form.label)
    text = number(told, form.decimals, signed=form.plus)
    return f"{text}{NBSP}{form.unit}" if form.label and form.unit else text


def _as_row(number: Number) -> list[str]:
    form = number.form
    return [
        number.name,
        number.text,
        _comma(number.value),
        number.unit,
        _comma(number.tolerance),
        form.unit,
        str(form.decimals),
        _TURNED if form.turned else _KEPT,
        _YES if form.plus else _NO,
        _YES if form.label else _NO,
        number.notebook,
        str(number.cell),
        number.table,
        number.row,
        number.column,
        number.sensitivity,
    ]


def _of_row(row: Sequence[str]) -> Number:
    name, text, value, unit, tolerance, shown, decimals, sign, plus, label, notebook, cell, table, line, column, who = (
        row
    )
    form = Form(
        shown,
        int(decimals),
        sign == _TURNED,
        plus == _YES,
        label == _YES,
    )
    if sign not in (_TURNED, _KEPT):
        raise ValueError(sign)
    exact, within = Decimal(value.replace(",", ".")), Decimal(tolerance.replace(",", "."))
    if not (exact.is_finite() and within.is_finite()):
        raise ValueError(value)
    return Number(name, exact, unit, text, within, notebook, int(cell), table, line, column, who, form)


def _comma(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _not_numbers(row: int | None, what: str) -> NoReturn:
    raise InvalidData([Fault("tal.csv", row, f"{what}.", "Take the file from the package as it was made.")])
