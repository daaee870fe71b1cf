"""A decided project becomes a measure: what is planned, and a register that loses nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

import utfall
from tests.scenarios.benefit.projects import benefit, cost, item, project
from tests.small_region import write_region
from utfall.errors import InvalidData, InvalidParameter
from utfall.followup.planned_measures import planned_effect
from utfall.region.register_workbooks import registers_to_excel
from utfall.region.registers import Measure, read_register
from utfall.scenarios.benefit import calculate, hand_over, write_hand_over

DECIDED = {
    "id": "home_monitoring",
    "name": "Hemmonitorering",
    "description": "Patienter mäts hemma.",
    "status": "decided",
    "decision": "RS/12/2026 (påhittad)",
    "responsible": "Verksamhetschef",
}

RESOR = benefit(2e6, "Färre resor", lines=("drugs",), start="2027-03", profile="ramp(6)", spread=5e5)

ITEMS = [
    cost(4e6, "Utrustning"),
    item("Licenser", "cost", 3e5),
    item("Tid", "cost", 7e5, effect="capacity"),
    benefit(9e6, "Färre vårddagar", effect="capacity"),
    benefit(1e5, "Försäljning", timing="once"),
    RESOR,
]


def made(*items, **columns):
    return calculate(project(**{**DECIDED, **columns}), list(items) or ITEMS)


def said(rows):
    """What rows hold, but not the line they stand on."""
    return [row.model_dump() for row in rows]


def region_folder(folder: Path, measures: str | None = None) -> Path:
    write_region(folder)
    if measures is not None:
        (folder / "measures.yaml").write_bytes(measures.encode())
    return folder


def test_the_measure_plans_the_yearly_benefits_in_cash_and_nothing_else():
    (row,) = hand_over(made())
    assert (row.id, row.name, row.units, row.lines) == ("home_monitoring", "Hemmonitorering", ("K1",), ("drugs",))
    assert (row.start, row.profile, row.kind) == ("2027-03", "ramp(6)", "budget_reducing")
    assert row.planned_effect == 2e6
    assert row.cost == 3e5
    assert (row.responsible, row.decision) == ("Verksamhetschef", "RS/12/2026 (påhittad)")


def test_the_description_says_what_comes_once_and_is_left_out():
    (row,) = hand_over(made())
    said = row.description.replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        "Patienter mäts hemma. Från nyttokalkylen: Färre resor. Engångskostnader på 4 000 tkr ingår inte. "
        "Engångsnyttor på 100 tkr ingår inte."
    )


def test_the_plan_of_a_year_in_the_follow_up_is_the_benefit_of_that_year_in_the_calculation():
    only = made(RESOR)
    (row,) = hand_over(only)
    for year in (2027, 2028):
        planned = planned_effect(row.planned_effect, pd.Timestamp(row.start), row.profile, pd.Timestamp(year, 12, 1))
        counted = only.yearly.set_index("year").loc[year, "cash_benefits"]
        assert planned == pytest.approx(counted)


def test_benefits_that_begin_alike_are_one_measure_and_others_one_each():
    later = benefit(5e5, "Färre prov", lines=("purchased_care", "drugs"), start="2028-01", end="2029-12")
    with_it = benefit(1e6, "Mindre material", lines=("purchased_care",), start="2027-03", profile="ramp(6)")
    first, second = hand_over(made(RESOR, later, with_it, item("Licenser", "cost", 3e5)))
    assert (first.id, first.planned_effect, first.lines, first.cost) == (
        "home_monitoring",
        3e6,
        ("drugs", "purchased_care"),
        3e5,
    )
    assert (second.id, second.name, second.planned_effect, second.cost) == (
        "home_monitoring_2",
        "Hemmonitorering: Färre prov",
        5e5,
        0.0,
    )
    assert "Färre prov upphör efter december 2029." in second.description


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_a_project_that_is_not_decided_is_refused(status):
    with pytest.raises(InvalidParameter, match=f"is {status}; only a decided one"):
        hand_over(made(status=status))


def test_a_project_without_yearly_benefit_in_cash_is_refused():
    for items in ([cost(1.0), benefit(5.0, effect="capacity")], [benefit(5.0, timing="once", lines=("drugs",))]):
        with pytest.raises(InvalidParameter, match="no yearly benefit in cash"):
            hand_over(made(*items))


def test_a_benefit_that_names_no_line_cannot_be_followed_and_is_refused():
    with pytest.raises(InvalidParameter, match="Färre prov of the project home_monitoring names no report line"):
        hand_over(made(RESOR, benefit(1.0, "Färre prov")))


KEPT = """# Åtgärder, beslutade av nämnden
measures:
  # den första
  - id: drugs-2026
    name: Läkemedel   # kort namn
    units: [K1]
    lines: [drugs]
    start: 2026-01
    planned_effect: 1200.0
    description: |
      Flera rader
      # inte en kommentar
# slut
"""


def test_a_row_is_added_to_the_register_and_every_letter_of_it_stays(tmp_path):
    folder = region_folder(tmp_path, KEPT)
    assert write_hand_over(made(), folder) == folder / "measures.yaml"
    text = (folder / "measures.yaml").read_text(encoding="utf-8")
    head, end = KEPT.split("# slut")
    assert text.startswith(head)
    assert text.endswith("# slut" + end)
    region = utfall.open_region(folder)
    assert [row.id for row in region.measures] == ["drugs-2026", "home_monitoring"]
    assert said(region.measures[1:]) == said(hand_over(made()))
    assert region.measures[0].description == "Flera rader\n# inte en kommentar"


ROW = ["- id: a", "  name: A", "  units:", "  - K1", "  start: 2026-01", "  planned_effect: 1"]

OTHERS = {
    "in one line a row and without a line break at the end": (
        "measures:\n- {id: a, name: A, units: [K1], start: 2026-01, planned_effect: 1}"
    ),
    "with a comment on the last line": "\n".join(["measures:", *ROW]) + " # kr\n",
    "with Windows line ends": "\r\n".join(["measures:", *ROW, ""]),
    "with a byte order mark": "\n".join(["\ufeffmeasures:", *ROW, ""]),
    "with a mapping last and empty lines below": "\n".join(
        [
            "measures:",
            *(f"    {line}" for line in ROW),
            *("      negative_control:", "        units: [K2]", "        lines:", "          - drugs", "", "", ""),
        ]
    ),
    "with an empty list": "# inga än\nmeasures: []  # tom\n",
}


@pytest.mark.parametrize("how", OTHERS)
def test_a_register_written_in_another_way_keeps_its_rows_and_comments(tmp_path, how):
    folder = region_folder(tmp_path, OTHERS[how])
    before = read_register(folder / "measures.yaml", "measures", Measure)
    write_hand_over(made(), folder)
    after = read_register(folder / "measures.yaml", "measures", Measure)
    assert said(after) == said((*before, *hand_over(made())))
    written = (folder / "measures.yaml").read_bytes().decode()
    kept = [line.strip() for line in OTHERS[how].replace("[]", "").splitlines() if line.strip()]
    assert all(line in written.replace("  # tom", " # tom") for line in kept) or how == "with an empty list"
    assert all(comment in written for comment in ("# kr", "# inga än", "# tom") if comment in OTHERS[how])
    if "\r\n" in OTHERS[how]:
        assert "\n" not in written.replace("\r\n", "")


def test_a_region_without_the_register_gets_one(tmp_path):
    folder = region_folder(tmp_path)
    (folder / "measures.yaml").unlink()
    write_hand_over(made(), folder)
    assert [row.id for row in utfall.open_region(folder).measures] == ["home_monitoring"]


def test_a_measure_that_exists_is_refused_and_the_file_is_as_it_was(tmp_path):
    folder = region_folder(tmp_path, KEPT)
    write_hand_over(made(), folder)
    once = (folder / "measures.yaml").read_bytes()
    with pytest.raises(InvalidParameter, match="has home_monitoring already"):
        write_hand_over(made(), folder)
    assert (folder / "measures.yaml").read_bytes() == once


def test_a_list_in_brackets_is_left_to_the_person_who_wrote_it_so(tmp_path):
    text = "measures: [{id: a, name: A, units: [K1], start: 2026-01, planned_effect: 1}]\n"
    folder = region_folder(tmp_path, text)
    with pytest.raises(InvalidData, match="not written row by row"):
        write_hand_over(made(), folder)
    assert (folder / "measures.yaml").read_text() == text
    assert not list(folder.glob(".unfinished*"))


def test_a_folder_that_is_no_region_is_refused(tmp_path):
    with pytest.raises(InvalidParameter, match=r"holds no region\.yaml"):
        write_hand_over(made(), tmp_path)


# --- Registers in Excel ------------------------------------------------------------------------------------------


def excel_region(folder: Path) -> Path:
    region_folder(folder)
    registers_to_excel(folder, folder / "register.xlsx")
    for name in ("organisation.yaml", "accounts.yaml", "measures.yaml"):
        (folder / name).unlink()
    return folder


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_a_row_is_added_to_the_sheet_and_every_other_part_of_the_workbook_stays(tmp_path):
    folder = excel_region(tmp_path)
    before = parts(folder / "register.xlsx")
    known = utfall.open_region(folder).measures
    assert write_hand_over(made(), folder) == folder / "register.xlsx"
    after = parts(folder / "register.xlsx")
    changed = [name for name in before if before[name] != after[name]]
    assert list(before) == list(after)
    assert len(changed) == 1
    assert changed[0].startswith("xl/worksheets/")
    assert said(utfall.open_region(folder).measures) == said((*known, *hand_over(made())))


def test_the_sheet_can_still_be_opened_as_a_workbook_with_its_lists_of_values(tmp_path):
    folder = excel_region(tmp_path)
    write_hand_over(made(), folder)
    sheet = openpyxl.load_workbook(folder / "register.xlsx")["measures"]
    header = [cell.value for cell in sheet[1]]
    added = dict(zip(header, [cell.value for cell in sheet[3]], strict=True))
    assert added["id"] == "home_monitoring"
    assert added["planned_effect"] == 2e6
    assert sheet.data_validations.dataValidation
    assert sheet.freeze_panes == "B2"


def test_a_formatted_empty_row_gets_the_values_and_keeps_its_look(tmp_path):
    folder = excel_region(tmp_path)
    book = openpyxl.load_workbook(folder / "register.xlsx")
    for column in range(1, 17):
        cell = book["measures"].cell(row=3, column=column)
        cell.font = openpyxl.styles.Font(bold=True)
        book["measures"].cell(row=4, column=column).font = openpyxl.styles.Font(italic=True)
    book.save(folder / "register.xlsx")
    write_hand_over(made(), folder)
    sheet = openpyxl.load_workbook(folder / "register.xlsx")["measures"]
    assert sheet["A3"].value == "home_monitoring"
    assert sheet["A3"].font.bold
    assert sheet["A4"].font.italic
    assert [row.id for row in utfall.open_region(folder).measures] == ["drugs-2026", "home_monitoring"]


def test_a_sheet_without_a_needed_column_is_refused_and_left_as_it_was(tmp_path):
    folder = excel_region(tmp_path)
    book = openpyxl.load_workbook(folder / "register.xlsx")
    sheet = book["measures"]
    place = [cell.value for cell in sheet[1]].index("decision") + 1
    sheet.delete_cols(place)
    book.save(folder / "register.xlsx")
    once = (folder / "register.xlsx").read_bytes()
    with pytest.raises(InvalidData, match="no column decision"):
        write_hand_over(made(), folder)
    assert (folder / "register.xlsx").read_bytes() == once
    assert not list(folder.glob(".unfinished*"))


def test_words_that_mean_something_to_xml_and_lists_with_separators_come_through(tmp_path):
    folder = excel_region(tmp_path)
    odd = made(RESOR, name='Prov & "värden" <hemma>')
    write_hand_over(odd, folder)
    rows = read_register(folder / "measures.yaml", "measures", Measure)
    assert said(rows[-1:]) == said(hand_over(odd))


def test_the_row_that_is_written_is_yaml_that_anyone_can_read(tmp_path):
    folder = region_folder(tmp_path, KEPT)
    write_hand_over(made(), folder)
    row = yaml.safe_load((folder / "measures.yaml").read_text(encoding="utf-8"))["measures"][1]
    assert row["planned_effect"] == 2e6
    assert row["lines"] == ["drugs"]
