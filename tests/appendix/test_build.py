"""From a case file to a package on disk, or to a sentence and nothing on disk."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from tests.small_region import write_region
from utfall.appendix.build import DisclosureRefused, build_appendix
from utfall.appendix.verify import rerun_package, verify_package
from utfall.cli import app
from utfall.errors import InvalidData, UtfallError

SALARIES, DRUGS = 103_683, 37_283
"""Three units in 34 months: 1 000 and 300 a month, one krona more each month; and 5 000 of drugs once."""

ANSWER = """# Vad kostade vården?

{{ fråga: F1 }}

Lönerna kostade {{ loner }} och läkemedlen {{ lakemedel }}. Lönerna är {{ storst }}.
"""

CASE = {
    "id": "REV-7-2026",
    "diary_number": "REV/7/2026",
    "title": "Svar på granskning av kostnader",
    "asked_by": "Regionens revisorer",
    "publisher": "Nämnden i Småregionen",
    "period": "2026-10",
    "signatory": {"name": "Kim Exempel", "role": "Direktör"},
    "data": "region",
    "answer": "svar.md",
    "questions": [{"id": "F1", "text": "Vad kostade vården?", "source": "Granskning 2026, s. 3"}],
    "notebooks": [{"id": "kostnad", "path": "notebooks/cost.ipynb"}],
    "sensitivity": {"kostnad": "öppen"},
    "numbers": {
        "loner": {"notebook": "kostnad", "table": "Kostnad", "row": "salaries", "column": "Kostnad", "unit": "kr"},
        "lakemedel": {"notebook": "kostnad", "table": "Kostnad", "row": "drugs", "column": "Kostnad", "unit": "kr"},
    },
    "claims": {"storst": {"words": "den största kostnaden", "check": "loner > lakemedel"}},
}

SHOWS = """import utfall
from utfall.presentation.tables import Column, Table
costs = utfall.open_region(data).costs(by=["cost_type"], until=period)[["cost_type", "cost"]]
Table(costs, "Kostnad per kostnadsslag", {"cost_type": Column("Slag"), "cost": Column("Kostnad", "amount")})"""


def write_case(folder, **changes):
    """A case with its data and notebook in a folder, and the path of its file."""
    write_region(folder / "region")
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Vad kostade vården?", id="title"),
            new_code_cell('data = "region"\nperiod = "2026-10"', id="given", metadata={"tags": ["parameters"]}),
            new_code_cell(SHOWS, id="table"),
        ],
        metadata={"title": "Kostnader"},
    )
    (folder / "notebooks").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "method_cost.md").write_text("# Så räknas kostnaden\n\nBelopp summeras.\n", encoding="utf-8")
    nbformat.write(notebook, folder / "notebooks" / "cost.ipynb")
    (folder / "svar.md").write_text(changes.pop("text", ANSWER), encoding="utf-8")
    path = folder / "case.yaml"
    text = yaml.safe_dump({**CASE, **changes}, allow_unicode=True, sort_keys=False)
    path.write_text(f"{text}date: 2026-11-20\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A package, and the folder it was made in."""
    folder = tmp_path_factory.mktemp("first")
    return build_appendix(write_case(folder), folder / "out"), folder


def test_the_numbers_of_the_package_are_those_of_the_ledger(built):
    appendix, _ = built
    lines = (appendix.package.folder / "data" / "tal.csv").read_text(encoding="utf-8-sig").splitlines()
    told = {row["namn"]: row for row in csv.DictReader(lines, delimiter=";")}
    assert {name: abs(float(row["värde"])) for name, row in told.items()} == {"loner": SALARIES, "lakemedel": DRUGS}
    page = (appendix.package.folder / "data" / "svar.html").read_text(encoding="utf-8")
    assert "103\N{NO-BREAK SPACE}683" in page
    assert appendix.numbers == 2
    assert appendix.warnings == ()


def test_the_package_holds_and_gives_the_same_when_it_is_run_again(built):
    package = built[0].package
    assert verify_package(package.archive, package.root_hash).holds
    assert verify_package(package.folder, package.root_hash).holds
    again = rerun_package(package.archive, environment="here", root_hash=package.root_hash)
    assert again.text() == "" or again.holds, again.text()
    assert again.numbers == 2


def test_no_page_of_the_package_leads_out_of_it(built):
    data = built[0].package.folder / "data"
    page = (data / "rapport.html").read_text(encoding="utf-8")
    assert "index.html" not in page
    assert 'href="rapport.xlsx"' in page
    assert 'href="notebooks/kostnad.korning.ipynb"' in page
    assert (data / "rapport.xlsx").exists()


def test_the_same_case_gives_the_same_bytes_elsewhere(built, tmp_path, monkeypatch):
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.chdir(tmp_path)
    time.tzset()
    try:
        again = build_appendix(write_case(tmp_path), tmp_path / "elsewhere")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert os.environ.get("TZ") == before
    assert again.package.root_hash == built[0].package.root_hash
    assert again.package.archive.read_bytes() == built[0].package.archive.read_bytes()


@pytest.mark.slow
def test_a_claim_that_does_not_hold_leaves_nothing_behind(tmp_path):
    claims = {"storst": {"words": "den största kostnaden", "check": "loner < lakemedel"}}
    with pytest.raises(InvalidData, match="no longer holds"):
        build_appendix(write_case(tmp_path, claims=claims), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_may_not_leave_the_house_leaves_nothing_behind(tmp_path):
    title = "Svar om 640823" + "-3234"  # a made-up identity number
    with pytest.raises(DisclosureRefused, match="personnummer") as refused:
        build_appendix(write_case(tmp_path, title=title), tmp_path / "out")
    assert "3234" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_an_answer_written_on_other_data_is_stopped_before_anything_is_run(tmp_path):
    steps = []
    with pytest.raises(InvalidData, match="written on data version 0123abcd"):
        build_appendix(write_case(tmp_path, data_version="0123abcd"), tmp_path / "out", told=steps.append)
    assert steps == ["Läser ärendet"]


@pytest.mark.slow
def test_a_notebook_that_fails_is_named_and_leaves_nothing_behind(tmp_path):
    case = write_case(tmp_path)
    notebook = nbformat.read(tmp_path / "notebooks" / "cost.ipynb", 4)
    # It fails where only the inputs that may leave are, and not where its reads are noted.
    notebook.cells[-1].source = SHOWS.replace("import utfall", "import pathlib, utfall", 1) + (
        "\nassert not pathlib.Path('../underlag/ledger.parquet').exists()"
    )
    nbformat.write(notebook, tmp_path / "notebooks" / "cost.ipynb")
    with pytest.raises(UtfallError, match="kostnad: "):
        build_appendix(case, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_commands_tell_the_root_hash_and_find_a_changed_package(built, tmp_path):
    package = built[0].package
    shutil.copytree(package.folder, tmp_path / "copy")
    sound = CliRunner().invoke(app, ["verify", str(package.archive), "--root-hash", package.root_hash])
    assert sound.exit_code == 0
    assert "rothashen är den registrerade" in sound.output
    answer = tmp_path / "copy" / "data" / "svar.html"
    answer.write_text(answer.read_text(encoding="utf-8").replace("683", "863"), encoding="utf-8")
    changed = CliRunner().invoke(app, ["verify", str(tmp_path / "copy")])
    assert changed.exit_code == 1
    assert "svar.html" in changed.output


@pytest.mark.slow
def test_the_command_shares_the_work_over_processes_and_gives_the_same_bytes(built, tmp_path):
    command = [sys.executable, "-m", "utfall.cli", "appendix", str(write_case(tmp_path)), "--out", str(tmp_path / "o")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"Rothash att skriva i diariet: {built[0].package.root_hash}" in told
    assert (tmp_path / "o" / "REV-7-2026.zip").read_bytes() == built[0].package.archive.read_bytes()


def test_what_was_read_and_stayed_is_told_in_the_package(tmp_path):
    path = write_case(tmp_path)
    notebook = nbformat.read(tmp_path / "notebooks" / "cost.ipynb", 4)
    reads = 'texts = utfall.open_region(data).table("ledger", columns=["text"])'
    notebook.cells[-1].source = SHOWS.replace("costs = ", f"{reads}\ncosts = ", 1)
    nbformat.write(notebook, tmp_path / "notebooks" / "cost.ipynb")
    appendix = build_appendix(path, tmp_path / "out")
    assert [said.split(":")[0] for said in appendix.left_behind] == ["Huvudbokens text läses men lämnas inte ut"]
    lines = (appendix.package.folder / "data" / "indata.csv").read_text(encoding="utf-8-sig").splitlines()
    told = {row["uppgift"]: row["läst men inte lämnat"] for row in csv.DictReader(lines, delimiter=";")}
    assert told["ledger"] == "text"
    executed = nbformat.read(appendix.package.folder / "data" / "notebooks" / "kostnad.korning.ipynb", 4)
    assert [cell.execution_count for cell in executed.cells if cell.cell_type == "code"] == [1, 2, 3]
    assert verify_package(appendix.package.archive, appendix.package.root_hash).holds


def test_a_case_that_is_not_there_is_answered_in_a_sentence(tmp_path):
    told = CliRunner().invoke(app, ["appendix", str(tmp_path / "none.yaml")])
    assert told.exit_code == 1
    assert "none.yaml" in told.output
    assert "Traceback" not in told.output
