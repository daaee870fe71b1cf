"""The numbers behind a report as files: a CSV for each table and chart, and a workbook with all of them."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

from nbformat import NotebookNode

from utfall.presentation.numbers import as_decimal
from utfall.presentation.shown_data import Cell, DataColumn, ShownData
from utfall.publishing.files import MonthFolder
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outputs import data_behind, displayed

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
"""How a text begins that a spreadsheet takes for a formula; full-width signs count too."""

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
_DATA_VERSION = re.compile(r"\bDataversion\s+(\w+)")


def data_files(notebook: NotebookNode, job: ReportJob) -> dict[str, bytes]:
    """Write the numbers behind a report.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook. Outputs that do not carry their numbers have no file.
    job : ReportJob
        The report.

    Returns
    -------
    dict of str to bytes
        Path below the month's folder → content: a CSV for each table and chart, as `MonthFolder.csv` names them,
        and the workbook. Empty when no output carries its numbers. The same notebook gives the same bytes.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from nbformat import from_dict
    >>> import pandas as pd
    >>> from utfall.presentation.tables import Column, Table
    >>> columns = {"post": Column("Post"), "amount": Column("I år", "amount")}
    >>> shown = Table(pd.DataFrame({"post": ["Lön"], "amount": [-5.5]}), "Utfall", columns)
    >>> output = from_dict({"output_type": "display_data", "metadata": {}, "data": shown._repr_mimebundle_()})
    >>> job = ReportJob(Path("n.ipynb"), {}, "klinik-1", "Månadsrapport", "2026-10", "unit", "1", "Klinik")
    >>> files = data_files(new_notebook(cells=[new_code_cell(outputs=[output])]), job)
    >>> list(files)
    ['data/klinik-1-0-0.csv', 'data/klinik-1.xlsx']
    >>> files["data/klinik-1-0-0.csv"].decode("utf-8-sig").splitlines()
    ['Post;I år (kr)', 'Lön;-5,50']
    """
    shown = data_behind(notebook)
    if not shown:
        return {}
    from utfall.publishing.workbook import make_workbook  # Excel's library loads slowly, and a page does without

    files = {csv_name(job.slug, number): as_csv(data) for number, data in shown.items()}
    workbook = make_workbook(list(shown.values()), job, data_version=_data_version(notebook))
    return {**files, workbook_name(job.slug): workbook}


def csv_name(slug: str, number: str) -> str:
    """Path of an output's CSV below the month's folder, which is also its address in the report's page."""
    return MonthFolder(Path()).csv(slug, number).as_posix()


def workbook_name(slug: str) -> str:
    """Path of a report's workbook below the month's folder."""
    return MonthFolder(Path()).workbook(slug).as_posix()


def as_csv(data: ShownData) -> bytes:
    """Write a table as CSV that a Swedish Excel opens in columns: semicolons, decimal commas, UTF-8 with its mark.

    Parameters
    ----------
    data : ShownData
        The table.

    Returns
    -------
    bytes
        The header, then a line a row. Amounts are in whole currency with all their decimals, percentages in per cent,
        days as ISO dates; a missing value is empty. A text that a spreadsheet would take for a formula begins with an
        apostrophe.

    Examples
    --------
    >>> columns = (DataColumn("Post", "text"), DataColumn("Andel", "percent", "%", 1))
    >>> as_csv(ShownData("Andelar", columns, (("=1+1", 0.034), ("B", None)))).decode("utf-8-sig").split()
    ['Post;Andel', '(%)', "'=1+1;3,4", 'B;']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(column.heading) for column in data.columns])
    for row in data.rows:
        writer.writerow([_written(cell, column) for cell, column in zip(row, data.columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell, column: DataColumn) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if column.kind == "period" else _harmless(cell)
    exact = as_decimal(cell) or Decimal(0)
    if column.kind == "percent":
        exact = exact.scaleb(2)
    return f"{exact:.{column.decimals}f}".replace(".", ",")


def _harmless(text: str) -> str:
    plain = text.translate(_SPACES)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _data_version(notebook: NotebookNode) -> str:
    """The version of the data, where the report tells it."""
    for _, output in displayed(notebook):
        found = _DATA_VERSION.search(str(output.data.get("text/plain", "")))
        if found:
            return found[1]
    return ""
