"""What a newcomer is told is so: the commands, example, messages, tables and limits that the pages name."""

from __future__ import annotations

import csv
import importlib
import json
import re
import runpy
import shlex
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import typer
import yaml

import utfall
from tests.project.lockfiles import ROOT
from utfall.cli import app
from utfall.errors import UtfallError
from utfall.region import TABLES
from utfall.region import registers as models
from utfall.rootcause.drivers import price_volume
from utfall.sources import ColumnRule, Exclusion, TableMapping
from utfall.sources.mapping import SieChoice

EXAMPLE = ROOT / "examples" / "own_data"
README, OWN_DATA, MONTHLY = (
    (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/own_data.md", "docs/monthly_report.md")
)
PERIOD = "2026-10"


def copied(folder: Path) -> Path:
    """A copy of the example, without what opening it has left there."""
    return Path(shutil.copytree(EXAMPLE, folder / "own_data", ignore=shutil.ignore_patterns(".utfall")))


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return utfall.open_region(copied(tmp_path_factory.mktemp("example")))


def blocks(text: str, language: str = "") -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for named, content in found if named == language]


def tables_below(text: str, heading: str) -> list[list[list[str]]]:
    """Rows of each Markdown table in the section with this heading, header rows left out."""
    section = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    section = re.split(r"^#+ ", section, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.findall(r"(?:^\|.*\|\n)+", section, re.MULTILINE)
    return [[[cell.strip() for cell in row.split("|")[1:-1]] for row in rows.splitlines()[2:]] for rows in found]


def names(cells: list[str]) -> list[str]:
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


# The commands


COMMANDS = [
    line.split("#")[0].strip()
    for page in (README, OWN_DATA)
    for block in blocks(page)
    for line in block.splitlines()
    if line.startswith("utfall ")
]


def test_the_readme_shows_a_newcomer_every_command():
    assert {line.split()[1] for line in COMMANDS} == set(typer.main.get_command(app).commands)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_written_with_the_options_it_has(line):
    name, *arguments = shlex.split(line)[1:]
    typer.main.get_command(app).commands[name].make_context(name, arguments)


def test_a_command_with_a_misspelt_option_would_be_noticed():
    with pytest.raises(Exception, match="--dta"):
        typer.main.get_command(app).commands["report"].make_context("report", ["2026-10", "--dta", "x"])


def test_the_example_in_python_runs_as_it_is_written(tmp_path, monkeypatch):
    (code,) = blocks(README, "python")
    assert len(code.splitlines()) <= 5
    copied(tmp_path / "data").rename(tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    names_there: dict[str, object] = {}
    # The smaller region stands in for the made-up one, whose units have other names.
    exec(code.replace("Division Kirurgi", "Division Slutenvård"), names_there)
    assert "Division Slutenvård" in names_there["result"].text()
    assert {"text/html", "text/plain"} <= set(names_there["result"]._repr_mimebundle_())


PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_links_to_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        assert "://" in target or ((ROOT / page).parent / target).exists(), target


def test_the_picture_of_the_report_has_a_text_alternative():
    ((alternative, picture),) = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert len(alternative) > 80
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")


# The example


def summed(file: str, *, until: str, since: str = "", unit: str | None = None) -> Decimal:
    """Sum of a table of the example in result sign, without the kit."""
    with (EXAMPLE / file).open(encoding="utf-8", newline="") as rows:
        return sum(
            (
                -Decimal(row["Belopp"].replace(",", "."))
                for row in csv.DictReader(rows, delimiter=";")
                if since <= row["Period"] <= until and unit in (None, row["Kostnadsställe"])
            ),
            Decimal(0),
        )


def test_the_examples_control_total_is_the_sum_of_its_csv(region):
    assert region.control_total(until=PERIOD) == pytest.approx(float(summed("ledger.csv", until=PERIOD)), abs=0.001)
    budget = region.control_total(until="2026-12", table="budget")
    assert budget == pytest.approx(float(summed("budget.csv", until="2026-12")), abs=0.001)


@pytest.mark.parametrize("unit", ["101", "102", "201", "202", None])
def test_the_examples_report_has_the_outcome_and_budget_of_its_csv(region, unit):
    net = utfall.follow_up(region, unit=unit, period=PERIOD).results.net
    year_so_far = {"since": "2026-01", "until": PERIOD, "unit": unit}
    assert net["actual"] == pytest.approx(float(summed("ledger.csv", **year_so_far)), abs=0.001)
    assert net["budget"] == pytest.approx(float(summed("budget.csv", **year_so_far)), abs=0.001)


def test_the_examples_deviation_sits_where_it_was_planted(region):
    deviation = utfall.explain_deviation(region, period=PERIOD)
    parts = deviation.located.parts.sort_values("deviation")
    assert parts[["unit_name", "line_name"]].head(2).to_numpy().tolist() == [
        ["Ögonmottagningen", "Läkemedel"],
        ["Medicinavdelningen", "Inhyrd personal"],
    ]


def test_the_examples_short_history_cannot_tell_signal_from_noise(region):
    assert utfall.explain_deviation(region, period=PERIOD).lines["signal"].isna().all()


def test_the_examples_tables_are_what_its_script_writes(tmp_path):
    runpy.run_path(str(ROOT / "examples" / "make_own_data.py"))["write"](tmp_path)
    for name in ("ledger.csv", "budget.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()


def test_the_mapping_in_the_readme_is_the_examples():
    shown, whole = (
        yaml.safe_load(blocks(README, "yaml")[0]),
        yaml.safe_load((EXAMPLE / "region.yaml").read_text("utf-8")),
    )
    assert shown["name"] == whole["name"]
    assert shown["tables"]["ledger"]["columns"].items() <= whole["tables"]["ledger"]["columns"].items()


@pytest.mark.slow
def test_the_example_becomes_a_report(tmp_path):
    from typer.testing import CliRunner

    arguments = ["report", PERIOD, "--data", str(copied(tmp_path)), "--unit", "102", "--out", str(tmp_path / "reports")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "Ögonmottagningen" in (tmp_path / "reports" / PERIOD / "index.html").read_text(encoding="utf-8")


# The messages


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def breaking(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return breaking


def without_a_budget_for_2026(folder: Path) -> None:
    lines = (folder / "budget.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "budget.csv").write_text(
        "".join(line for line in lines if not re.match("2026-..;202;", line)), encoding="utf-8"
    )


def fourth_amount_in_words(folder: Path) -> None:
    text = (folder / "ledger.csv").read_text(encoding="utf-8")
    (folder / "ledger.csv").write_text(re.sub(r"(V00004;.*;).*", r"\1tolv", text), encoding="utf-8")


BROKEN = {
    "a missing column": replaced("ledger.csv", "Belopp", "Summa"),
    "an unknown unit": replaced("ledger.csv", "2026-09;202;5710", "2026-09;999;5710"),
    "a text where a number belongs": fourth_amount_in_words,
    "an account mapped twice": replaced("accounts.yaml", 'last: "45"', 'last: "55"'),
    "a unit without budget": without_a_budget_for_2026,
}


@pytest.mark.parametrize("what", BROKEN)
def test_the_message_the_page_shows_is_the_message_printed_for(what, tmp_path):
    folder = copied(tmp_path)
    BROKEN[what](folder)
    with pytest.raises(UtfallError) as refused:
        utfall.open_region(folder)
    assert f"```\n{refused.value}\n```" in OWN_DATA


def test_the_message_the_page_shows_is_the_message_printed_for_a_period_outside_the_data(region):
    with pytest.raises(UtfallError) as refused:
        utfall.follow_up(region, period="2027-01")
    assert f"```\n{refused.value}\n```" in OWN_DATA


def test_a_message_in_the_readme_is_one_of_those():
    messages = [block for block in blocks(README) if ", row " in block]
    assert messages
    assert all(f"```\n{message}```" in OWN_DATA for message in messages)


# The tables and registers


def type_of(table: str, column: str) -> str:
    field = TABLES[table].fields[column]
    kind = {"period": "month"}.get(field.kind, field.kind)
    return kind if field.minimum is None else f"{kind} ≥ {field.minimum:g}"


@pytest.mark.parametrize("table", TABLES)
def test_the_page_lists_every_column_of_the_table(table):
    spec = TABLES[table]
    ((*rows,),) = tables_below(OWN_DATA, f"`{table}`")
    assert tuple(names([row[0] for row in rows])) == spec.columns
    for cell, kind, needed, _ in rows:
        (column,) = names([cell])
        assert kind == type_of(table, column), column
        assert needed.startswith("required") == (column in spec.required), column
        can_be_empty = column in spec.required and spec.fields[column].optional
        assert ("may be empty" in needed) == can_be_empty, column


@pytest.mark.parametrize("table", [name for name, spec in TABLES.items() if spec.unique])
def test_the_page_says_what_names_a_row_of_the_table(table):
    (sentence,) = re.findall(rf"^### `{table}`\n\nOne row for each (.*);", OWN_DATA, re.MULTILINE)
    assert tuple(names([sentence])) == TABLES[table].grain


def test_the_page_says_what_every_table_is_for():
    (rows,) = tables_below(OWN_DATA, "The tables")
    assert set(names([row[0] for row in rows])) == set(TABLES)


REGISTERS = {
    "`organisation.yaml`: `units`": models.OrganisationRow,
    "`accounts.yaml`: `lines`": models.ReportLine,
    "`accounts.yaml`: `accounts`": models.AccountInterval,
    "`measures.yaml`: `measures`": models.Measure,
    "`goals.yaml`: `goals`": models.Goal,
    "`decisions.yaml`: `decisions`": models.Decision,
    "`comments.yaml`: `comments`": models.Comment,
    "`events.yaml`: `events`": models.Event,
    "`reports.yaml`: `reports`": models.ReportOrder,
}


@pytest.mark.parametrize("heading", REGISTERS)
def test_the_page_lists_every_column_of_the_register(heading):
    fields = REGISTERS[heading].model_fields
    (rows,) = tables_below(OWN_DATA, heading)
    assert names([row[0] for row in rows]) == list(fields)
    assert {names(row)[0] for row in rows if row[1] == "required"} == {k for k, v in fields.items() if v.is_required()}


def test_the_page_lists_every_key_of_region_yaml_and_its_mapping():
    (settings,) = tables_below(OWN_DATA, "region.yaml")
    mapping, rule, exclusion, sie = tables_below(OWN_DATA, "How a table is read")
    shown = ((settings, models.RegionFile), (mapping, TableMapping), (rule, ColumnRule), (exclusion, Exclusion))
    for rows, model in (*shown, (sie, SieChoice)):
        assert [names(row)[0] for row in rows] == list(model.model_fields)
        for row in rows:
            default = model.model_fields[names(row)[0]].default
            if isinstance(default, str | float | bool) and default != "":
                assert str(default).lower() in row[2].lower(), row


# The method


def limits() -> list[list[str]]:
    (rows,) = tables_below(MONTHLY, "Limits with names")
    return rows


@pytest.mark.parametrize(("name", "value", "module"), limits(), ids=lambda cell: cell.strip("`"))
def test_a_limit_has_the_value_the_page_gives_it(name, value, module):
    assert getattr(importlib.import_module(module.strip("`")), name.strip("`")) == float(value)


def test_every_limit_the_method_names_is_in_its_table():
    named = {name for name in re.findall(r"`([A-Z][A-Z_]+)`", MONTHLY)}
    assert named == {row[0].strip("`") for row in limits()}


def test_the_page_lists_every_identity_of_a_report(region):
    report = utfall.follow_up(region, unit="102", period=PERIOD)
    (rows,) = tables_below(MONTHLY, "Identities")
    checked = {check.name for check in report.results.checks + report.deviation.checks}
    checked |= {report.outlook.checks[0].name, price_volume.IDENTITY}  # the example counts no volumes
    assert {row[0] for row in rows} == checked


def test_the_page_explains_the_grades_in_the_reports_own_words():
    (rows,) = tables_below(MONTHLY, "Evidence grades")
    assert {row[0]: row[1] for row in rows} == {grade.value: grade.explanation for grade in utfall.evidence.Grade}


def test_the_forecast_is_the_median_of_as_many_forecasts_as_the_page_lists():
    from utfall.forecasting.models.core import LIGHT
    from utfall.forecasting.year.rest_of_year import PLAIN_METHODS

    (rows,) = tables_below(MONTHLY, "Where the year is heading")
    assert len(rows) == len(LIGHT) + len(PLAIN_METHODS)
    assert {row[0] for row in rows} == {*LIGHT, *(name.split("_")[0] for name in PLAIN_METHODS)}


def test_the_page_names_every_section_of_the_report():
    cells = json.loads((ROOT / "notebooks" / "monthly_report.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    shown = tables_below(MONTHLY, "The monthly report: what it says, and how")[0]
    assert [row[0] for row in shown] == re.findall(r"^##+ (.*)$", text, re.MULTILINE)
