"""The commands for the years ahead, as a controller types them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import yaml
from typer.testing import CliRunner, Result

import utfall
from tests.scenarios.example_region import MKR, assumption, registers, write_example
from utfall.cli import app

PROJECT = {
    "id": "travel",
    "name": "Digitala vårdmöten",
    "unit": "R1",
    "start": "2026-01",
    "years": 5,
    "discount_rate": 0.03,
    "status": "decided",
    "decision": "HSN/1/2026 (påhittad)",
    "responsible": "Enhetschef",
}
ITEM = {
    "project": "travel",
    "name": "Färre prover",
    "kind": "benefit",
    "value": 2.0 * MKR,
    "timing": "yearly",
    "start": "2026-01",
    "effect": "cash",
    "lines": ["drugs"],
    "source": "Exemplet",
    "owner": "Enhetschef",
}


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_example(tmp_path / "region")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_scenario_is_told_with_its_three_statements(folder: Path) -> None:
    told = run("scenario", "example", "--data", folder, "--years", 3, "--draws", 10)
    assert told.exit_code == 0
    rows = {line.split("  ")[0].strip(): line for line in plain(told.output).splitlines()}
    assert rows["Årets resultat"].split()[-3:] == ["34,0", "35,1", "37,7"]
    assert rows["Likvida medel"].split()[-3:] == ["333,6", "341,2", "400,6"]


def test_the_statements_are_written_to_excel(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "statements.xlsx"
    told = run("scenario", "example", "--data", folder, "--years", 3, "--draws", 10, "--to-excel", path)
    assert told.exit_code == 0
    sheets = openpyxl.load_workbook(path).sheetnames
    assert {"Resultaträkning", "Balansräkning", "Kassaflöde", "Kontroll"} <= set(sheets)


def test_every_scenario_is_set_beside_the_others(tmp_path: Path) -> None:
    content = registers()["scenarios.yaml"]
    content["scenarios"].append({"id": "strained", "name": "Ansträngt", "based_on": "example"})
    content["assumptions"].append(assumption("tax_base", "", 0.0, scenario="strained"))
    told = run("scenario", "--data", write_example(tmp_path / "region", scenarios=content), "--draws", 10)
    assert told.exit_code == 0
    assert "Ansträngt" in told.output
    assert "Exemplet" in told.output


def test_an_unknown_scenario_is_refused_with_those_there_are(folder: Path) -> None:
    told = run("scenario", "best", "--data", folder)
    assert told.exit_code == 1
    assert "There is no scenario 'best'; the register has example." in told.output


def test_a_decided_project_becomes_a_measure_that_the_scenarios_count_with(tmp_path: Path) -> None:
    folder = write_example(tmp_path / "region")
    (folder / "projects.yaml").write_text(
        yaml.safe_dump({"projects": [PROJECT], "project_items": [ITEM]}, allow_unicode=True), encoding="utf-8"
    )
    before = utfall.simulate_years(utfall.open_region(folder), "example", years=3, draws=1)
    told = run("hand-over", "travel", "--data", folder)
    assert told.exit_code == 0, told.output
    after = utfall.simulate_years(utfall.open_region(folder), "example", years=3, draws=1)
    gained = after.simulation.yearly_income("result") - before.simulation.yearly_income("result")
    # 2 mkr a year in the prices of 2025, and drugs become 2 % dearer a year; working capital moves no result.
    assert gained[0] / 1e8 == pytest.approx([2 * 1.02, 2 * 1.02**2, 2 * 1.02**3], abs=1e-6)


def test_a_project_is_handed_over_once(tmp_path: Path) -> None:
    folder = write_example(tmp_path / "region")
    (folder / "projects.yaml").write_text(
        yaml.safe_dump({"projects": [PROJECT], "project_items": [ITEM]}, allow_unicode=True), encoding="utf-8"
    )
    assert run("hand-over", "travel", "--data", folder).exit_code == 0
    written = (folder / "measures.yaml").read_bytes()
    again = run("hand-over", "travel", "--data", folder)
    assert again.exit_code == 1
    assert "travel" in again.output
    assert (folder / "measures.yaml").read_bytes() == written
