"""Registers as sheets that a person fills in: explained, with lists of the values that may stand there."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic.fields import FieldInfo

from utfall.errors import InvalidParameter
from utfall.region.register_cells import EMPTY_LIST, LIST_SEPARATOR, ColumnKind, choices_of, column_kind
from utfall.region.register_sheets import EXPLANATION_SHEET
from utfall.region.register_words import EXPLAINED, KIND_WORDS, REQUIRED_WORD, SHEETS_EXPLAINED

if TYPE_CHECKING:
    from utfall.region.registers import RegisterRow

LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds."""

TRUTH_WORDS = ("ja", "nej")
"""How true and false are written."""

ROWS_TO_FILL = 1000
"""Empty rows below the last in which a list of values is offered too."""

COLUMN_WIDTHS: dict[ColumnKind, int] = {"text": 24, "number": 14, "truth": 14, "date": 14, "list": 32, "mapping": 32}
"""Widths of columns, in characters."""

LONG_TEXTS = frozenset({"name", "description", "text", "title"})
"""Columns that hold sentences."""

LONG_TEXT_WIDTH = 48
"""Their width, in characters."""

LAST_UNKNOWN_YEAR = 1900
"""Excel has no day before 1900, and counts one too many in it."""


def write_register_sheets(
    registers: Mapping[str, Sequence[RegisterRow]], models: Mapping[str, type[RegisterRow]], path: Path
) -> None:
    """Write registers as a workbook: a sheet each, and one that explains their columns in Swedish.

    Parameters
    ----------
    registers : mapping of str to sequence of RegisterRow
        Sheet to its rows; an empty register has no sheet.
    models : mapping of str to type
        Sheet to the model of its rows.
    path : Path
        The workbook.

    Raises
    ------
    InvalidParameter
        When a value is too long for a cell.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {
            "text": book.add_format({"num_format": "@", "valign": "top"}),
            "wrapped": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "other": book.add_format({"valign": "top"}),
        }
        for key, rows in registers.items():
            if rows:
                _write_register(book.add_worksheet(key), models[key], rows, header, formats)
        explained = {key: models[key] for key, rows in registers.items() if rows}
        _write_explanation(book.add_worksheet(EXPLANATION_SHEET), explained, header, formats)


def _write_register(
    sheet: Any, model: type[RegisterRow], rows: Sequence[RegisterRow], header: Any, formats: Mapping[str, Any]
) -> None:
    for place, (name, field) in enumerate(model.model_fields.items()):
        kind = column_kind(field)
        wide = name in LONG_TEXTS
        shape = {"date": "date", "number": "other", "truth": "other"}.get(kind, "wrapped" if wide else "text")
        sheet.set_column(place, place, LONG_TEXT_WIDTH if wide else COLUMN_WIDTHS[kind], formats[shape])
        sheet.write_string(0, place, name, header)
        choices = TRUTH_WORDS if kind == "truth" else choices_of(field)
        if choices:
            rule = {"validate": "list", "source": list(choices), "ignore_blank": True}
            sheet.data_validation(1, place, len(rows) + ROWS_TO_FILL, place, rule)
        for number, row in enumerate(rows, 1):
            _write_cell(sheet, number, place, getattr(row, name), field, formats[shape])
    sheet.freeze_panes(1, 1)


def _write_cell(sheet: Any, row: int, place: int, value: Any, field: FieldInfo, shape: Any) -> None:
    if value is None or value == "" or (value == field.default and column_kind(field) in ("list", "mapping")):
        return
    if isinstance(value, bool):
        # As words: Excel's own truth values are called otherwise in every language.
        sheet.write_string(row, place, TRUTH_WORDS[0] if value else TRUTH_WORDS[1], shape)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, shape)
    elif isinstance(value, date):
        if value.year > LAST_UNKNOWN_YEAR:
            sheet.write_datetime(row, place, value, shape)
        elif value != field.default:
            sheet.write_string(row, place, value.isoformat(), shape)
    else:
        text = _cell_text(value)
        if len(text) > LONGEST_CELL:
            what = f"a value of {len(text)} characters is too long for a cell of Excel ({LONGEST_CELL})"
            raise InvalidParameter(f"{what}: {text[:40]}… Keep this register in YAML.")
        sheet.write_string(row, place, text, shape)


def _cell_text(value: Any) -> str:
    if isinstance(value, Mapping):
        text: str = yaml.safe_dump(plain_value(value), allow_unicode=True, default_flow_style=True, width=LONGEST_CELL)
        return text.strip()
    if isinstance(value, tuple):
        if not value:
            return EMPTY_LIST
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=LIST_SEPARATOR, lineterminator="").writerow([str(part) for part in value])
        return line.getvalue()
    return str(value)


def _write_explanation(
    sheet: Any, models: Mapping[str, type[RegisterRow]], header: Any, formats: Mapping[str, Any]
) -> None:
    for place, (name, width) in enumerate(
        (("Blad", 14), ("Kolumn", 20), ("Behövs", 10), ("Innehåll", 24), ("Förklaring", 90))
    ):
        sheet.set_column(place, place, width, formats["wrapped"])
        sheet.write_string(0, place, name, header)
    row = 1
    for key, model in models.items():
        sheet.write_string(row, 0, key, formats["text"])
        sheet.write_string(row, 4, SHEETS_EXPLAINED[key], formats["wrapped"])
        row += 1
        for name, field in model.model_fields.items():
            texts = (key, name, REQUIRED_WORD if field.is_required() else "", _content(field), EXPLAINED[key][name])
            for place, text in enumerate(texts):
                sheet.write_string(row, place, text, formats["wrapped"])
            row += 1
    sheet.freeze_panes(1, 0)


def _content(field: FieldInfo) -> str:
    choices = choices_of(field)
    return ", ".join(choices) if choices else KIND_WORDS[column_kind(field)]


def plain_value(value: Any) -> Any:
    """Give a value in the types YAML has: tuples as lists.

    Parameters
    ----------
    value : object
        The value.

    Returns
    -------
    object

    Examples
    --------
    >>> plain_value({"units": ("101",)})
    {'units': ['101']}
    """
    if isinstance(value, Mapping):
        return {key: plain_value(part) for key, part in value.items()}
    return [plain_value(part) for part in value] if isinstance(value, list | tuple) else value
