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
from utfall.region.register_words import (
    EXPLAINED,
    KIND_WORDS,
    OR_ALL,
    REQUIRED_WORD,
    SHEETS_EXPLAINED,
    TARGETS_EXPLAINED,
)

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

MANY_VALUES = "ett av värdena nedan"
"""Said of a column whose values have rows of their own in the explanation."""

LONG_TEXTS = frozenset({"name", "description", "text", "title"})
"""Columns that hold sentences."""

LONG_TEXT_WIDTH = 48
"""Their width, in characters."""

LONGEST_CHOICE = 255
"""Characters that Excel takes as a list of the values that may stand in a cell; longer ones are read from cells."""

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
        filled = {key: rows for key, rows in registers.items() if rows}
        sheets = {key: book.add_worksheet(key) for key in filled}
        explanation = book.add_worksheet(EXPLANATION_SHEET)
        listed = _write_explanation(explanation, {key: models[key] for key in filled}, header, formats)
        for key, rows in filled.items():
            _write_register(sheets[key], models[key], rows, header, formats, listed.get(key, {}))


def _write_register(
    sheet: Any,
    model: type[RegisterRow],
    rows: Sequence[RegisterRow],
    header: Any,
    formats: Mapping[str, Any],
    listed: Mapping[str, str],
) -> None:
    for place, (name, field) in enumerate(model.model_fields.items()):
        kind = column_kind(field)
        wide = name in LONG_TEXTS
        shape = {"date": "date", "number": "other", "truth": "other"}.get(kind, "wrapped" if wide else "text")
        sheet.set_column(place, place, LONG_TEXT_WIDTH if wide else COLUMN_WIDTHS[kind], formats[shape])
        sheet.write_string(0, place, name, header)
        choices = TRUTH_WORDS if kind == "truth" else choices_of(field)
        if choices:
            source = f"={listed[name]}" if name in listed else list(choices)
            rule = {"validate": "list", "source": source, "ignore_blank": True}
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
) -> dict[str, dict[str, str]]:
    """Explain every column; give sheet → column → the cells that list its values, where they are many."""
    for place, (name, width) in enumerate(
        (("Blad", 14), ("Kolumn", 20), ("Behövs", 10), ("Innehåll", 24), ("Förklaring", 90))
    ):
        sheet.set_column(place, place, width, formats["wrapped"])
        sheet.write_string(0, place, name, header)
    lines: list[tuple[str, ...]] = []
    listed: dict[str, dict[str, str]] = {}
    for key, model in models.items():
        lines.append((key, "", "", "", SHEETS_EXPLAINED[key]))
        for name, field in model.model_fields.items():
            needed = REQUIRED_WORD if field.is_required() else ""
            lines.append((key, name, needed, _content(field), EXPLAINED[key][name]))
            if _is_long(choices_of(field)):
                values = _values_explained(choices_of(field))
                first, last = len(lines) + 2, len(lines) + 1 + len(values)
                listed.setdefault(key, {})[name] = f"'{EXPLANATION_SHEET}'!$D${first}:$D${last}"
                lines += [(key, name, "", value, said) for value, said in values.items()]
    for row, texts in enumerate(lines, 1):
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, formats["wrapped" if place else "text"])
    sheet.freeze_panes(1, 0)
    return listed


def _is_long(choices: Sequence[str]) -> bool:
    return len(",".join(choices)) > LONGEST_CHOICE


def _values_explained(choices: Sequence[str]) -> dict[str, str]:
    """What each of many values is: the drivers, which are the only ones that are so many."""
    from utfall.region.scenario_drivers import DRIVERS

    said = {}
    for value in choices:
        driver = DRIVERS[value]
        target = TARGETS_EXPLAINED[driver.target] + (OR_ALL if driver.whole else "")
        said[value] = f"{driver.swedish}, {driver.unit_words}; {target}."
    return said


def _content(field: FieldInfo) -> str:
    choices = choices_of(field)
    if _is_long(choices):
        return MANY_VALUES
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
