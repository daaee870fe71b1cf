"""A first look at a file: its columns, and what the values of each look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from utfall.errors import Fault, InvalidData
from utfall.region.importing.values import NO_DATES
from utfall.sources import Source, open_file
from utfall.sources.mapping import SIE_SUFFIXES, SourceKind
from utfall.sources.opening import PARQUET_SUFFIXES, TEXT_SUFFIXES, WORKBOOK_SUFFIXES

SAMPLE_ROWS = 5000
"""Rows from the top that are looked at; sums are taken of all rows later."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years between which a value is taken for a day: 301011 is an account and no month."""

TITLE_BYTES = 4096
"""Bytes from the top in which titles are read."""

_NUMBER = re.compile(r"[-+−–]?\d{1,3}([ \u00a0\u202f'.,]\d{3})*([.,]\d+)?[-−–]?|[-+−–]?\d+([.,]\d*)?[-−–]?")
_DAY = re.compile(
    r"(?P<year>\d{4})(-|M)?(?P<month>0[1-9]|1[0-2])((-)?(?P<day>0[1-9]|[12]\d|3[01]))?([T ]\d{2}:\d{2}.*)?"
)
_CODE = re.compile(r"\d{3,8}")
_RECORDS_LONGEST = 1000


@dataclass(frozen=True)
class ColumnLook:
    """What the values of a column look like.

    Parameters
    ----------
    name : str
        Its name.
    values : tuple of str
        Its first values as texts, those that are empty left out.
    filled, numbers, days, codes, full_days : float
        Share of the rows that have a value; and of those, the shares that are numbers, months or days, codes of
        three to eight digits, and days in full.
    is_text : bool
        Whether the file gives texts, so that numbers have a decimal sign.

    Examples
    --------
    >>> look = column_look("Period", ["202601", "202602", ""])
    >>> look.days, round(look.filled, 2), look.distinct
    (1.0, 0.67, 2)
    """

    name: str
    values: tuple[str, ...]
    filled: float
    numbers: float
    days: float
    codes: float
    full_days: float
    is_text: bool = True

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.values))


@dataclass(frozen=True)
class LookedFile:
    """A file, or a sheet of one, that has been looked at.

    Parameters
    ----------
    path : Path
        The file.
    layout : {"table", "sie", "raindance_import"}
        How it is laid out.
    source : Source or None
        Its rows; None for a format of its own.
    columns : dict of str to ColumnLook
        What its columns look like.
    sheet : str or None
        Its sheet, where the workbook has several.
    form : dict of str to object
        What ``region.yaml`` has to say of how it is written: encoding, separator, header_row.
    titles : str
        What stands above its header.
    doubts : tuple of str
        What the reader was unsure of, in English.
    more : tuple of Path
        Further files with the same columns that go on where it ends.
    """

    path: Path
    layout: SourceKind
    source: Source | None = None
    columns: dict[str, ColumnLook] = field(default_factory=dict)
    sheet: str | None = None
    form: dict[str, Any] = field(default_factory=dict)
    titles: str = ""
    doubts: tuple[str, ...] = ()
    more: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """All its files."""
        return (self.path, *self.more)

    @property
    def label(self) -> str:
        """How a person is told of it."""
        name = ", ".join(path.name for path in self.paths)
        return name if self.sheet is None else f"{name}, blad {self.sheet}"


def look_at(path: Path) -> list[LookedFile]:
    """Look at a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of LookedFile
        One; or one for each sheet that holds a table.

    Raises
    ------
    InvalidData
        When it cannot be read.
    """
    if not path.is_file():
        raise InvalidData([Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct the path.")])
    suffix = path.suffix.lower()
    if suffix in SIE_SUFFIXES:
        return [LookedFile(path, "sie")]
    if suffix in WORKBOOK_SUFFIXES:
        return _workbook(path)
    if suffix in TEXT_SUFFIXES and _is_import_records(path):
        return [LookedFile(path, "raindance_import")]
    source = open_file(path)
    if suffix in PARQUET_SUFFIXES:
        return [_looked(path, source)]
    form = source.form  # type: ignore[attr-defined]
    written = {"encoding": form.encoding, "separator": form.separator}
    if form.header_row > 1:
        written["header_row"] = form.header_row
    return [
        _looked(path, source, form=written, titles=_titles(path, form.encoding, form.header_row), doubts=form.doubts)
    ]


def column_look(name: str, values: Sequence[Any]) -> ColumnLook:
    """Look at the values of a column.

    Parameters
    ----------
    name : str
        Its name.
    values : sequence
        Its values, as the file gives them.

    Returns
    -------
    ColumnLook
    """
    given = [value for value in values if value is not None and str(value).strip() != "" and value == value]
    texts = [_text(value) for value in given]
    are_days = [isinstance(value, date) or _is_day(text) for value, text in zip(given, texts, strict=True)]
    are_numbers = [
        isinstance(value, int | float) or _NUMBER.fullmatch(text) is not None
        for value, text in zip(given, texts, strict=True)
    ]
    full = [is_day and len(text) >= len("20261017") for is_day, text in zip(are_days, texts, strict=True)]
    return ColumnLook(
        name,
        tuple(texts),
        _share([value is not None for value in given], len(values)),
        _share(are_numbers, len(given)),
        _share(are_days, len(given)),
        _share([_CODE.fullmatch(text) is not None for text in texts], len(given)),
        _share(full, len(given)),
        all(isinstance(value, str) for value in given),
    )


def _looked(path: Path, source: Source, **more: Any) -> LookedFile:
    with duckdb.connect() as engine:
        relation = source.relation(engine).limit(SAMPLE_ROWS)
        rows = relation.fetchall()
    columns = {name: column_look(name, [row[place] for row in rows]) for place, name in enumerate(source.columns)}
    return LookedFile(path, "table", source, columns, **more)


def _workbook(path: Path) -> list[LookedFile]:
    from python_calamine import SheetVisibleEnum

    from utfall.sources.excel.sheets import open_workbook

    try:
        only = open_file(path)
    except InvalidData:
        shown = [
            sheet.name for sheet in open_workbook(path).sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
        ]
        found: list[LookedFile] = []
        faults: list[Fault] = []
        for name in shown:
            try:
                source = open_file(path, sheet=name)
                found.append(_looked(path, source, sheet=name, form=_sheet_form(source, name)))
            except InvalidData as error:
                faults += error.faults
        if not found:
            raise InvalidData(faults) from None
        return found
    return [_looked(path, only, form=_sheet_form(only, None), doubts=only.doubts)]  # type: ignore[attr-defined]


def _sheet_form(source: Source, sheet: str | None) -> dict[str, Any]:
    row = source.header_row  # type: ignore[attr-defined]
    return {**({"sheet": sheet} if sheet else {}), **({"header_row": row} if row > 1 else {})}


def _titles(path: Path, encoding: str, header_row: int) -> str:
    if header_row == 1:
        return ""
    with path.open("rb") as file:
        top = file.read(TITLE_BYTES).decode(encoding, errors="replace")
    return "\n".join(top.splitlines()[: header_row - 1])


def _is_import_records(path: Path) -> bool:
    from utfall.sources.raindance import INVOICE_LAYOUT

    with path.open("rb") as file:
        first = file.readline(_RECORDS_LONGEST).rstrip(b"\r\n")
    return any(len(first) == record.length and first[:1].decode("latin-1") == record.kind for record in INVOICE_LAYOUT)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if text[: len("1899-12-31")] in NO_DATES:
        return True
    return found is not None and FIRST_YEAR <= int(found["year"]) <= LAST_YEAR


def _share(flags: Sequence[bool], of: int) -> float:
    return sum(flags) / of if of else 0.0
