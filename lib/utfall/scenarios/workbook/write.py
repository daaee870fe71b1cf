"""The statements as an Excel workbook whose sums are formulas, for those who go on calculating there."""

from __future__ import annotations

import datetime
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from utfall.presentation.numbers import Unit, as_unit
from utfall.region.scenario_drivers import DRIVERS
from utfall.scenarios.law import MEASURES
from utfall.scenarios.result import Scenario
from utfall.scenarios.result.statements import ENDS, ORE
from utfall.scenarios.result.words import STATEMENT_WORDS
from utfall.scenarios.workbook.cells import Ref
from utfall.scenarios.workbook.fill import FIRST_ROW, HEADER_ROW, OF_SIMULATION, Filled, fill
from utfall.scenarios.workbook.layout import (
    BALANCE,
    CASH,
    CONTROL,
    INCOME,
    LINES_OF,
    REQUIREMENT,
    SIMULATED,
)
from utfall.scenarios.workbook.looks import Looks, for_print

ASSUMPTIONS, INVESTMENTS, SPREAD = "Antaganden", "Investeringar", "Osäkerhet"
"""Names of the sheets with what lies behind and around the statements."""

SHEETS = (INCOME, BALANCE, CASH, REQUIREMENT, ASSUMPTIONS, INVESTMENTS, SPREAD, CONTROL)
"""Sheets, in order."""

FICTITIOUS = "Påhittade uppgifter: siffrorna säger inget om någon verklig verksamhet."
"""What every sheet of made-up figures says."""

SPREAD_ITEMS = (
    ("income_statement", "operating_net_cost"),
    ("income_statement", "result"),
    ("balance_sheet", "cash"),
    ("balance_sheet", "equity"),
    ("balance_sheet", "long_term_liabilities"),
)
"""Items whose intervals are shown."""

WITHOUT_KNOWN_YEARS = (CASH, REQUIREMENT, CONTROL)
"""Sheets whose rows are known for simulated years only."""

LABEL_WIDTH, YEAR_WIDTH = 58, 13
"""Widths of the columns, in characters."""


def write_statements(scenario: Scenario, path: str | Path, *, unit: Unit | str | None = None) -> Path:
    """Write the statements of a scenario as a workbook with living sums.

    The cells hold the means of all draws in SEK, rounded to whole öre, and are shown in a larger unit; sums,
    differences and the roll-forward of balances are formulas, with their values beside them for programs that do not
    calculate. The sheet Kontroll holds formulas that must be 0.

    The workbook is written by XlsxWriter rather than openpyxl because openpyxl cannot store a formula's value, and
    viewers would show empty cells.

    Parameters
    ----------
    scenario : Scenario
        What is shown.
    path : str or Path
        Where; a file that is there is replaced, whole or not at all.
    unit : {"sek", "tkr", "mkr"}, optional
        Unit shown; the scenario's own when left out.

    Returns
    -------
    Path
        The file.
    """
    shown = scenario.money.unit if unit is None else as_unit(unit)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties(
        {
            "title": f"Flerårsprognos {scenario.region_name}, {scenario.name}",
            "author": "utfall",
            # Fixed, so that the same scenario gives the same bytes.
            "created": datetime.datetime(scenario.years[0], 1, 1),
        }
    )
    looks = Looks(book, shown)
    filled = fill(scenario)
    for name in SHEETS:
        sheet = book.add_worksheet(name)
        _head(sheet, looks, scenario, name)
        if name in LINES_OF:
            _statement(sheet, looks, filled, name, scenario)
        elif name == ASSUMPTIONS:
            _assumptions(sheet, looks, scenario)
        elif name == INVESTMENTS:
            _investments(sheet, looks, scenario)
        else:
            _spread(sheet, looks, scenario)
        for_print(sheet, HEADER_ROW)
    book.close()
    return _replace(Path(path), content.getvalue())


def _head(sheet: Worksheet, looks: Looks, scenario: Scenario, name: str) -> None:
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{name}, {scenario.name}, {scenario.region_name} {scenario.span}", looks.title)
    sheet.write_string(1, 0, FICTITIOUS if scenario.fictitious else "", looks.text)
    sheet.write_string(
        2,
        0,
        f"Belopp visas i {looks.unit.label(scenario.money.currency)}; cellerna håller hela öre. Beräknade år är "
        "medelvärden av alla beräkningar; summor är formler.",
        looks.text,
    )
    sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.freeze_panes(FIRST_ROW, 1)


def _statement(sheet: Worksheet, looks: Looks, filled: Filled, name: str, scenario: Scenario) -> None:
    sheet.set_column(1, len(filled.years), YEAR_WIDTH)
    if name in WITHOUT_KNOWN_YEARS:  # hidden, so that a year has the same column on every sheet
        sheet.set_column(1, filled.known, YEAR_WIDTH, None, {"hidden": True})
    sheet.write_string(HEADER_ROW, 0, "Post", looks.heading)
    for column, year in enumerate(filled.years, 1):
        is_known = column <= filled.known
        sheet.write_string(HEADER_ROW, column, f"{year} utfall" if is_known else str(year), looks.heading_right)
    for line in LINES_OF[name]:
        total = line.level == 0
        _row(sheet, looks, filled, Ref(name, filled.rows[name, line.key], 0), line.label, total=total)
    if name == CONTROL:
        _control(sheet, looks, filled)
    if name == REQUIREMENT:
        _balance(sheet, looks, filled, scenario)


def _row(sheet: Worksheet, looks: Looks, filled: Filled, at: Ref, label: str, *, total: bool) -> None:
    sheet.write_string(at.row, 0, label, looks.label(total=total))
    for column in range(1, len(filled.years) + 1):
        ref = Ref(at.sheet, at.row, column)
        look = looks.amount(total=total, ore=at.sheet == CONTROL)
        if ref in filled.cells.made:
            sheet.write_formula(at.row, column, filled.cells.formula(ref), look, filled.cells.shown(ref))
        elif ref in filled.cells.amounts:
            sheet.write_number(at.row, column, filled.cells.amounts[ref] / ORE, look)


def _control(sheet: Worksheet, looks: Looks, filled: Filled) -> None:
    """Compare with the simulation's own means, and say on one row whether everything is 0."""
    for of, key in SIMULATED:
        words = next(line.label for line in LINES_OF[of] if line.key == key)
        apart = Ref(CONTROL, filled.rows[CONTROL, f"{of}:{key}"], 0)
        _row(sheet, looks, filled, apart, f"{words}: skillnad mot simuleringens medelvärde, hela kronor", total=False)
        mean = Ref(CONTROL, filled.rows[CONTROL, f"{OF_SIMULATION}{of}:{key}"], 0)
        _row(sheet, looks, filled, mean, f"{words}: simuleringens medelvärde", total=False)
    first, last = filled.control_rows
    column = filled.known + 1
    area = (first, column, last, len(filled.years))
    sheet.conditional_format(*area, {"type": "cell", "criteria": "!=", "value": 0, "format": looks.wrong})
    sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": 0, "format": looks.right})
    cells = f"{_cell(first, column)}:{_cell(last, len(filled.years))}"
    sheet.write_string(HEADER_ROW - 1, 0, "Alla kontroller", looks.label(total=True))
    sheet.write_formula(
        HEADER_ROW - 1,
        column,
        f'=IF(SUMPRODUCT(ABS({cells}))=0,"Stämmer","Stämmer inte")',
        looks.label(total=True),
        "Stämmer" if not any(filled.cells.shown(Ref(CONTROL, row, at)) for row, at in _area(area)) else "Stämmer inte",
    )


def _area(area: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    first, left, last, right = area
    return [(row, column) for row in range(first, last + 1) for column in range(left, right + 1)]


def _cell(row: int, column: int) -> str:
    return xlsxwriter.utility.xl_rowcol_to_cell(row, column)


def _balance(sheet: Worksheet, looks: Looks, filled: Filled, scenario: Scenario) -> None:
    """How likely balance is and what is to be restored: computed in every draw, so no formulas."""
    row = FIRST_ROW + len(LINES_OF[REQUIREMENT]) + 1
    told = (
        ("Chans till balans", "balanced", looks.percent),
        ("Att återställa vid årets slut, medelvärde", "outstanding", looks.amount(total=False)),
        ("Skulle redan ha återställts, medelvärde", "overdue", looks.amount(total=False)),
    )
    for at, (label, column, look) in enumerate(told, row):
        sheet.write_string(at, 0, f"{label} (räknas i varje beräkning för sig)", looks.label(total=False))
        for place, value in enumerate(scenario.balance[column].astype("float64"), filled.known + 1):
            sheet.write_number(at, place, round(value, 4 if column == "balanced" else 2), look)


def _assumptions(sheet: Worksheet, looks: Looks, scenario: Scenario) -> None:
    headings = ("Antagande", "År", "Värde", "80 % från", "till", "Enhet", "Källa", "Ansvarig")
    _headings(sheet, looks, headings, (LABEL_WIDTH, 10, 12, 12, 12, 18, 60, 30))
    for at, row in enumerate(scenario.assumption_rows.to_dict("records"), FIRST_ROW):
        look = looks.percent if DRIVERS[row["driver"]].is_share else looks.number
        for column, value in enumerate((row["name"], row["year"])):
            sheet.write_string(at, column, str(value), looks.text)
        for column, name in enumerate(("value", "low", "high"), 2):
            if not pd.isna(row[name]):
                sheet.write_number(at, column, float(row[name]), look)
        for column, name in enumerate(("unit_words", "source", "owner"), 5):
            sheet.write_string(at, column, str(row[name]), looks.text)


def _investments(sheet: Worksheet, looks: Looks, scenario: Scenario) -> None:
    headings = (
        *("Investering", "Enhet", "Belopp", "Betalas", "Tas i bruk", "Livslängd, år", "Driftkostnad per år"),
        *("Finansiering", "Läge", "Källa", "Ansvarig"),
    )
    _headings(sheet, looks, headings, (LABEL_WIDTH, 34, 13, 11, 11, 13, 18, 30, 12, 40, 24))
    records = scenario.investments.to_dict("records")
    if not records:
        sheet.write_string(FIRST_ROW, 0, "Inga investeringar som återstår att betala står i registret.", looks.text)
        return
    texts = {0: "name", 1: "unit_name", 3: "paid", 4: "in_use", 7: "loan_words", 8: "status_words", 9: "source"}
    for at, row in enumerate(records, FIRST_ROW):
        for column, name in {**texts, 10: "owner"}.items():
            sheet.write_string(at, column, str(row[name]), looks.text)
        sheet.write_number(at, 2, float(row["amount"]), looks.amount(total=False))
        sheet.write_number(at, 5, int(row["life"]), looks.number)
        sheet.write_number(at, 6, float(row["running_cost"]), looks.amount(total=False))
    last = FIRST_ROW + len(records) - 1
    sheet.write_string(last + 1, 0, "Summa", looks.label(total=True))
    for column, name in ((2, "amount"), (6, "running_cost")):
        total = round(sum(float(row[name]) for row in records), 2)
        area = f"{_cell(FIRST_ROW, column)}:{_cell(last, column)}"
        sheet.write_formula(last + 1, column, f"=SUM({area})", looks.amount(total=True), total)


def _spread(sheet: Worksheet, looks: Looks, scenario: Scenario) -> None:
    levels = [f"{name[3:]} % {'från' if name.startswith('lo') else 'till'}" for name in ENDS]
    _headings(sheet, looks, ("Post", "År", "Medelvärde", "Median", *levels), (LABEL_WIDTH, 8, *(YEAR_WIDTH,) * 6))
    row = FIRST_ROW
    for statement, item in SPREAD_ITEMS:
        spread = scenario.spread(statement, item)
        for year, values in spread.iterrows():
            look = looks.amount(total=False)
            _values(sheet, row, STATEMENT_WORDS[statement][item], str(year), [float(v) for v in values], look, looks)
            row += 1
    columns = ["mean", "median", *ENDS]
    for record in scenario.measures.to_dict("records"):
        about = MEASURES[record["measure"]]
        look = {"amount": looks.amount(total=False), "percent": looks.percent}.get(about.kind, looks.number)
        label = f"{about.name}, {about.unit}" if about.unit else about.name
        _values(sheet, row, label, str(record["year"]), [float(record[name]) for name in columns], look, looks)
        row += 1


def _values(
    sheet: Worksheet,
    row: int,
    label: str,
    year: str,
    values: Sequence[float],
    look: object,
    looks: Looks,
) -> None:
    sheet.write_string(row, 0, label, looks.label(total=False))
    sheet.write_string(row, 1, year, looks.text)
    for column, value in enumerate(values, 2):
        if not pd.isna(value):
            sheet.write_number(row, column, value, look)


def _headings(sheet: Worksheet, looks: Looks, headings: Sequence[str], widths: Sequence[float]) -> None:
    for column, (words, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.write_string(HEADER_ROW, column, words, looks.heading)
        sheet.set_column(column, column, width)


def _replace(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
