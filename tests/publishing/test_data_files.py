"""The numbers behind a report, read back by other programs than the one that wrote them."""

from __future__ import annotations

import dataclasses
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_output
from openpyxl import load_workbook

from tests.publishing.standin import notebook_of
from utfall.presentation.charts import year_path
from utfall.presentation.prose import Prose
from utfall.presentation.shown_data import DATA_MIME, DataColumn, ShownData
from utfall.presentation.tables import Column, Table
from utfall.publishing.data_files import as_csv, data_files
from utfall.publishing.files import MonthFolder
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import ReportJob
from utfall.publishing.render import render_page
from utfall.publishing.workbook import HEADER_ROW, sheet_names

JOB = ReportJob(
    notebook=Path("report.ipynb"),
    parameters={},
    slug="ortopedi-201",
    title="Månadsrapport",
    period="2026-10",
    level="area",
    unit_code="201",
    unit_name="Ortopedi & rehab",
    fictitious=True,
    publisher="Region Exempel",
)

FRAME = pd.DataFrame(
    {
        "line": ["Läkemedel", "Inhyrd personal", "=HYPERLINK(1)", "Summa"],
        "actual": [-90_250_000.07, -60_000_123.45, None, -150_250_123.52],
        "change": [0.045, -0.012, None, 0.021],
        "patients": [1200, "< 5", 7, 1211],
        "month": [pd.Timestamp("2026-10-01")] * 4,
    }
)
TABLE = Table(
    FRAME,
    "Utfall januari–oktober: läkemedel/personal",
    {
        "line": Column("Post"),
        "actual": Column("Utfall", "amount"),
        "change": Column("Förändring", "percent"),
        "patients": Column("Patienter", "number"),
        "month": Column("Månad", "period"),
    },
    totals=(-1,),
)
EXACT = Table(FRAME.assign(patients=[1200, 5, 7, 1212]), TABLE.caption, TABLE.columns, totals=(-1,))
CHART = year_path(
    pd.Series([-1e6, -2.5e6], pd.period_range("2026-01", periods=2, freq="M")), title="Underskottet <växer> & växer"
)


def output_of(shown):
    bundle = shown._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return from_dict({"output_type": "display_data", "data": data, "metadata": metadata})


def report(*shown):
    return notebook_of(*(new_code_cell(outputs=[output_of(one)]) for one in shown))


def read_csv(content):
    return pd.read_csv(io.BytesIO(content), sep=";", decimal=",", encoding="utf-8-sig")


def read_sheet(content, name):
    sheet = load_workbook(io.BytesIO(content))[name]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW)]


class Links(HTMLParser):
    """Address and accessible name of every link of a page."""

    def __init__(self, page):
        super().__init__()
        self.found, self._inside = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append([dict(attrs)["href"], ""])
            self._inside = True

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "a"

    def handle_data(self, data):
        if self._inside:
            self.found[-1][1] += data


def test_a_report_has_a_csv_for_each_table_and_chart_and_one_workbook():
    files = data_files(report(TABLE, CHART, Prose("Bara text.")), JOB)
    folder = MonthFolder(Path("reports/2026-10"))
    expected = [folder.csv("ortopedi-201", "2-0"), folder.csv("ortopedi-201", "3-0"), folder.workbook("ortopedi-201")]
    assert [folder.path / name for name in files] == expected


def test_a_csv_read_by_pandas_is_the_frame_to_the_ore():
    frame = read_csv(data_files(report(EXACT), JOB)["data/ortopedi-201-2-0.csv"])
    assert list(frame.columns) == ["Post", "Utfall (kr)", "Förändring (%)", "Patienter", "Månad"]
    pd.testing.assert_series_equal(frame["Utfall (kr)"], FRAME["actual"].astype(float), check_names=False, rtol=0)
    assert frame["Förändring (%)"].tolist()[:2] == [4.5, -1.2]
    assert frame["Månad"].tolist() == ["2026-10-01"] * 4


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=6))
def test_any_amount_survives_the_journey_to_csv(ore):
    frame = pd.DataFrame({"line": "Post", "amount": [o / 100 for o in ore]})
    table = Table(frame, "Utfall", {"line": Column("Post"), "amount": Column("Utfall", "amount")})
    lines = as_csv(table.data).decode("utf-8-sig").splitlines()[1:]
    assert [int(line.partition(";")[2].replace(",", "")) for line in lines] == ore


def test_a_csv_opens_in_columns_in_a_swedish_excel():
    content = data_files(report(EXACT), JOB)["data/ortopedi-201-2-0.csv"]
    assert content.startswith("\ufeffPost;Utfall (kr);".encode())
    assert b"\r\nL\xc3\xa4kemedel;-90250000,07;4,5;1200;2026-10-01\r\n" in content
    assert not re.search("[\u00a0\u202f\u2212]", content.decode())


def test_the_workbook_read_by_openpyxl_is_the_frame():
    content = data_files(report(EXACT), JOB)["data/ortopedi-201.xlsx"]
    header, *rows = read_sheet(content, "1 Utfall januari–oktober:".replace(":", ""))
    assert header == ["Post", "Utfall (kr)", "Förändring (%)", "Patienter", "Månad"]
    assert [row[1] for row in rows[:4]] == [-90_250_000.07, -60_000_123.45, None, -150_250_123.52]
    assert [row[2] for row in rows[:4]] == [0.045, -0.012, None, 0.021]
    assert rows[0][4].isoformat().startswith("2026-10-01")


def test_workbook_and_csv_hold_the_same_figures():
    files = data_files(report(EXACT, CHART), JOB)
    sheets = load_workbook(io.BytesIO(files["data/ortopedi-201.xlsx"])).worksheets[1:]
    for name, sheet in zip(["2-0", "3-0"], sheets, strict=True):
        frame = read_csv(files[f"data/ortopedi-201-{name}.csv"])
        for at, heading in enumerate(frame.columns, 1):
            if pd.api.types.is_numeric_dtype(frame[heading]):
                cells = [sheet.cell(HEADER_ROW + 1 + row, at).value for row in range(len(frame))]
                factor = 100 if heading.endswith("(%)") else 1
                assert pd.Series(cells, dtype=float).mul(factor).round(6).equals(frame[heading].astype(float).round(6))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\u00a0=", "＝", "＠"])
def test_no_text_becomes_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"
    table = Table(
        pd.DataFrame({"line": [text], "amount": [text]}), text, {"line": Column(text), "amount": Column("B", "amount")}
    )
    files = data_files(report(table), JOB)
    frame = read_csv(files["data/ortopedi-201-2-0.csv"])
    assert all(str(cell).startswith("'") for cell in (frame.columns[0], *frame.iloc[0]))
    with ZipFile(io.BytesIO(files["data/ortopedi-201.xlsx"])) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 2
    assert not any("<f>" in sheet or 't="str"' in sheet for sheet in sheets)


def test_a_negative_amount_is_no_formula_to_be_guarded_against():
    assert ";-90250000,07;" in data_files(report(EXACT), JOB)["data/ortopedi-201-2-0.csv"].decode()


def test_a_hidden_count_is_hidden_in_every_file():
    files = data_files(report(TABLE), JOB)
    assert read_csv(files["data/ortopedi-201-2-0.csv"])["Patienter"].tolist() == ["1200", "< 5", "7", "1211"]
    rows = read_sheet(files["data/ortopedi-201.xlsx"], "1 Utfall januari–oktober")
    assert [row[3] for row in rows[1:5]] == [1200, "< 5", 7, 1211]


def test_the_first_sheet_says_what_the_workbook_is_and_leads_to_the_others():
    notebook = report(Prose("Dataversion **7f0dd5579d89** anger exakt vad."), TABLE, CHART)
    book = load_workbook(io.BytesIO(data_files(notebook, JOB)["data/ortopedi-201.xlsx"]))
    contents = book.worksheets[0]
    assert contents.title == "Innehåll"
    told = {row[0].value: row[1].value for row in contents.iter_rows(max_col=2)}
    assert contents["A1"].value == "Månadsrapport oktober 2026"
    assert told["Enhet"] == "Ortopedi & rehab (201)"
    assert (told["Månad"], told["Utgivare"], told["Dataversion"]) == ("oktober 2026", "Region Exempel", "7f0dd5579d89")
    assert "åhittade" in told["Observera"]
    links = [cell.hyperlink.location for cell in contents["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert all(sheet["A3"].hyperlink.location == "'Innehåll'!A1" for sheet in book.worksheets[1:])


def test_a_report_on_real_figures_says_nothing_of_made_up_ones():
    real = data_files(report(TABLE), dataclasses.replace(JOB, fictitious=False))["data/ortopedi-201.xlsx"]
    said = [cell.value for sheet in load_workbook(io.BytesIO(real)) for row in sheet.iter_rows() for cell in row]
    assert not any("åhittade" in str(value) for value in said)


def test_figures_are_numbers_in_excel_and_show_their_thousands():
    book = load_workbook(io.BytesIO(data_files(report(EXACT), JOB)["data/ortopedi-201.xlsx"]))
    row = book.worksheets[1][HEADER_ROW + 1]
    assert [cell.number_format for cell in row[1:]] == ["#,##0", "0.0 %", "#,##0", "yyyy\\-mm"]
    assert [cell.data_type for cell in row[:4]] == ["s", "n", "n", "n"]
    assert book.worksheets[1].freeze_panes == f"B{HEADER_ROW + 1}"


def test_a_long_list_has_a_filter_and_a_table_with_sums_has_none():
    rows = pd.DataFrame({"line": [f"Post {n}" for n in range(12)], "amount": 1.0})
    columns = {"line": Column("Post"), "amount": Column("Utfall", "amount")}
    shown = [Table(rows, "Lista", columns), Table(rows, "Med summa", columns, totals=(-1,))]
    book = load_workbook(io.BytesIO(data_files(report(*shown), JOB)["data/ortopedi-201.xlsx"]))
    filters = [sheet.auto_filter.ref for sheet in book.worksheets[1:]]
    assert filters == [f"A{HEADER_ROW}:B{HEADER_ROW + 12}", None]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_sheet_names_are_such_as_excel_allows_and_unique(titles):
    names = sheet_names(titles)
    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]|^'|'$", name)


def test_control_characters_do_not_break_the_workbook():
    table = ShownData("Titel\x07", (DataColumn("Post", "text"),), (("a\x0bb",),))
    notebook = notebook_of(
        new_code_cell(outputs=[new_output("display_data", {DATA_MIME: table.to_json(), "text/plain": "t"})])
    )
    assert read_sheet(data_files(notebook, JOB)["data/ortopedi-201.xlsx"], "1 Titel")[1] == ["ab"]


def test_the_same_notebook_gives_the_same_bytes_and_no_file_says_when_it_was_made(monkeypatch):
    notebook = report(TABLE, CHART)
    files = data_files(notebook, JOB)
    assert data_files(notebook, JOB) == files
    with ZipFile(io.BytesIO(files["data/ortopedi-201.xlsx"])) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        dates = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", book.read("docProps/core.xml"))
    assert dates == [b"2026-10-01T00:00:00Z"] * 2


def test_each_table_and_chart_has_a_link_named_after_it_to_a_file_that_is_made():
    notebook = report(TABLE, CHART)
    page = render_page(notebook, JOB)
    links = [(href, name) for href, name in Links(page).found if href.startswith("data/")]
    assert links == [
        ("data/ortopedi-201-2-0.csv", f"Siffrorna bakom (CSV): {TABLE.caption}"),
        ("data/ortopedi-201-3-0.csv", f"Siffrorna bakom (CSV): {CHART.title}"),
        ("data/ortopedi-201.xlsx", "Alla tabeller och diagram i Excel"),
    ]
    assert {href for href, _ in links} == set(data_files(notebook, JOB))
    assert faults_of_page(page, notebook) == []


def test_two_tables_of_the_same_title_have_links_of_different_names():
    names = [name for _, name in Links(render_page(report(TABLE, TABLE), JOB)).found if "CSV" in name]
    assert len(set(names)) == 2


def test_a_link_to_the_numbers_does_not_make_an_empty_output_look_shown():
    hollow = output_of(TABLE)
    hollow.data["text/html"] = "<div></div>"
    notebook = notebook_of(new_code_cell(outputs=[hollow]))
    assert "Output 1 of cell 3 is not in the page." in faults_of_page(render_page(notebook, JOB), notebook)


def test_a_page_links_to_its_pdf_only_when_there_is_one():
    assert "ortopedi-201.pdf" not in render_page(report(TABLE), JOB)
    page = render_page(report(TABLE), dataclasses.replace(JOB, pdf=True))
    assert ["ortopedi-201.pdf", "Rapporten som PDF"] in Links(page).found


def test_a_notebook_of_an_older_kit_has_a_page_without_links_to_numbers():
    old = output_of(TABLE)
    del old.data[DATA_MIME]
    notebook = notebook_of(new_code_cell(outputs=[old]))
    assert data_files(notebook, JOB) == {}
    page = render_page(notebook, JOB)
    assert TABLE.to_html() in page
    assert "CSV" not in page
    assert "Excel" not in page


def test_jupyters_own_page_shows_table_and_chart_as_before_and_nothing_of_the_data():
    def page(*outputs):
        notebook = notebook_of(new_code_cell(outputs=list(outputs)))
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"cell-{number}"
        return HTMLExporter().from_notebook_node(notebook)[0]

    bare = [output_of(TABLE), output_of(CHART)]
    for output in bare:
        del output.data[DATA_MIME]

    whole = page(output_of(TABLE), output_of(CHART))
    assert TABLE.caption in whole
    assert "data:image/svg+xml;base64," in whole
    assert whole == page(*bare)
