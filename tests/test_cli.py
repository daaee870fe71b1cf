"""The command line: one sentence and exit 1 for what is wrong, and nothing rendered from half-read data."""

import json

import pytest
from typer.testing import CliRunner

from tests.small_region import REGISTERS, budget, ledger, write_region
from utfall.cli import app


def run(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def folder(tmp_path):
    return write_region(tmp_path / "region")


def rename_unit():
    frame = ledger()
    frame.loc[3, "unit"] = "K9"
    return frame


FAULTS = {
    "a missing column": ({"ledger": ledger().drop(columns="amount")}, "ledger.parquet: the column 'amount'"),
    "an unknown unit": ({"ledger": rename_unit()}, "ledger.parquet, row 4: unit K9 is not in the organisation"),
    "a budget missing for a unit": (
        {"budget": budget().query("unit != 'M1'")},
        "budget.parquet: the unit M1 (Hjärtenheten) has no budget for 2024",
    ),
    "an account mapped twice": (
        {
            "accounts": {
                "lines": REGISTERS["accounts.yaml"]["lines"],
                "accounts": [*REGISTERS["accounts.yaml"]["accounts"], {"first": "56", "last": "57", "line": "drugs"}],
            }
        },
        "mapped twice: 56–56 (drugs) overlaps 56–57 (drugs)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_data_are_named_and_nothing_is_rendered(fault, tmp_path):
    replaced, message = FAULTS[fault]
    folder = write_region(tmp_path / "region", **replaced)
    out = tmp_path / "reports"
    for command in (("report", "2026-10", "--data", folder, "--out", out), ("check", folder)):
        result = run(*command)
        assert result.exit_code == 1
        assert message in result.output
    assert not out.exists()


def test_a_text_where_a_number_belongs_stops_the_report_by_file_and_row(tmp_path):
    folder = write_region(tmp_path / "region", as_csv=True)
    path = folder / "ledger.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    fields = lines[9].split(";")
    fields[lines[0].split(";").index("amount")] = "tolv kronor"
    lines[9] = ";".join(fields)
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run("report", "2026-10", "--data", folder, "--out", tmp_path / "reports")
    assert result.exit_code == 1
    assert "ledger.csv, row 10: amount 'tolv kronor' is not a number." in result.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2031-01"], "outside the ledger, which has 2024-01 to 2026-10"),
        (["oktober"], "write it as YYYY-MM"),
        (["2026-10", "--unit", "Ortopädi"], "Did you mean Ortopedi"),
    ],
)
def test_a_period_or_unit_that_cannot_be_used_is_answered_with_what_can(arguments, message, folder, tmp_path):
    result = run("report", *arguments, "--data", folder, "--out", tmp_path / "reports")
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "reports").exists()


def test_a_sound_region_is_told_what_it_holds(folder):
    result = run("check", folder)
    assert result.exit_code == 0
    assert "3 units, 2024-01–2026-10" in result.output
    for table, rows in (("budget", 432), ("ledger", 408), ("volumes", 102)):
        assert f"{table}.parquet: {rows} rows read, {rows} used." in result.output


def test_a_place_without_a_region_says_how_to_make_one(tmp_path):
    result = run("check", tmp_path / "nothing")
    assert result.exit_code == 1
    assert "utfall demo" in result.output


def test_one_unit_is_rendered_and_the_command_says_where_to_look(folder, tmp_path):
    out = tmp_path / "reports"
    result = run("report", "2026-10", "--data", folder, "--out", out, "--unit", "Ortopedi", "--workers", "1")
    assert result.exit_code == 0
    assert "1 of 1 reports made in" in result.output
    assert "index.html" in result.output
    (page,) = [path for path in (out / "2026-10").glob("*.html") if path.name != "index.html"]
    text = page.read_text(encoding="utf-8")
    assert "Ortopedi" in text
    assert "Påhittade uppgifter" in text


@pytest.mark.slow
def test_another_notebook_is_rendered_into_the_folder_asked_for(folder, tmp_path):
    arguments = ["--notebook", "root_cause.ipynb", "--unit", "Ortopedi", "--workers", "1"]
    result = run("report", "2026-10", "--data", folder, "--out", tmp_path / "why", *arguments)
    assert result.exit_code == 0, result.output
    (page,) = [path for path in (tmp_path / "why" / "2026-10").glob("*.html") if path.name != "index.html"]
    text = page.read_text(encoding="utf-8")
    assert "Orsaksanalys" in text
    assert "Varför avviker utfallet?" in text


def test_a_notebook_that_is_not_there_is_answered_with_those_that_are(folder, tmp_path):
    result = run("report", "2026-10", "--data", folder, "--notebook", "why.ipynb", "--out", tmp_path / "reports")
    assert result.exit_code == 1
    assert "root_cause.ipynb" in result.output
    assert not (tmp_path / "reports").exists()


PLAN = """reports:
- {notebook: monthly_report.ipynb, title: Månadsrapport, levels: [division]}
- {notebook: root_cause.ipynb, title: Orsaksanalys, units: [K1], receivers: [Divisionschefen], months: [10]}
- {notebook: year_end_forecast.ipynb, title: Helårsprognos, months: [3]}
"""


def test_the_report_plan_decides_which_notebooks_are_rendered_for_whom_and_when(folder, tmp_path):
    (folder / "reports.yaml").write_text(PLAN, encoding="utf-8")
    arguments = ["report", "2026-10", "--data", folder, "--out", tmp_path / "reports", "--workers", "1"]
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "3 of 3 reports made" in result.output
    status = json.loads((tmp_path / "reports" / "2026-10" / "status.json").read_text(encoding="utf-8"))
    kinds = [(report["kind"], report["unit_code"]) for report in status["reports"]]
    assert [kind for kind, _ in kinds] == ["monthly_report", "monthly_report", "root_cause"]
    assert kinds[-1] == ("root_cause", "K1")

    again = run(*arguments)
    assert "0 of 0 reports made" in again.output
    assert "3 were there already" in again.output


def test_a_report_plan_with_an_unknown_unit_is_named_by_row(folder, tmp_path):
    (folder / "reports.yaml").write_text(PLAN.replace("[K1]", "[K9]"), encoding="utf-8")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "reports.yaml, row 3: the report Orsaksanalys names the unknown unit K9." in result.output


def test_the_made_up_region_refuses_to_replace_a_folder_that_is_no_region(tmp_path):
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    result = run("demo", tmp_path)
    assert result.exit_code == 1
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "keep me"


def test_a_months_forecasts_are_stored_and_told_where(folder):
    result = run("forecast", "2026-10", "--data", folder)
    assert result.exit_code == 0, result.output
    assert "Forecasts of 1 months stored" in result.output
    (path,) = (folder / "forecasts").iterdir()
    assert path.name.startswith("2026-10-")
    check = run("check", folder)
    assert check.exit_code == 0
    assert "Stored forecasts: 1" in check.output


def test_earlier_months_are_reconstructed_once_without_their_december(folder):
    result = run("forecast", "2026-02", "--data", folder, "--since", "2025-11")
    assert result.exit_code == 0, result.output
    before = {path.name: path.read_bytes() for path in (folder / "forecasts").iterdir()}
    assert sorted(name[:7] for name in before) == ["2025-11", "2026-01", "2026-02"]
    again = run("forecast", "2026-02", "--data", folder, "--since", "2025-11")
    assert "Forecasts of 0 months stored, 3 were there already" in again.output
    assert {path.name: path.read_bytes() for path in (folder / "forecasts").iterdir()} == before


@pytest.mark.slow
def test_new_data_make_the_asked_months_forecast_anew_but_no_earlier_one(folder):
    run("forecast", "2026-09", "--data", folder, "--since", "2026-08")
    changed = ledger()
    changed.loc[changed["period"] == "2026-10-01", "amount"] *= 2
    changed.to_parquet(folder / "ledger.parquet", index=False)
    result = run("forecast", "2026-09", "--data", folder, "--since", "2026-07")
    assert "Forecasts of 2 months stored, 1 were there already" in result.output
    months = sorted(path.name[:7] for path in (folder / "forecasts").iterdir())
    assert months == ["2026-07", "2026-08", "2026-09", "2026-09"]


def test_an_interrupted_reconstruction_keeps_the_months_it_finished(folder, monkeypatch):
    from utfall.followup.forecast_accounts import make

    whole = make.make_forecasts

    def interrupted(*arguments, **options):
        yield next(whole(*arguments, **options))
        raise KeyboardInterrupt

    monkeypatch.setattr(make, "make_forecasts", interrupted)
    result = run("forecast", "2026-10", "--data", folder, "--since", "2026-08")
    assert result.exit_code == 130
    assert "What was finished is kept" in result.output
    assert [path.name[:7] for path in (folder / "forecasts").iterdir()] == ["2026-08"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2025-12"], "nothing left to forecast"),
        (["2031-01"], "outside the ledger"),
        (["2026-02", "--since", "2026-05"], "swap the two"),
    ],
)
def test_a_month_that_cannot_be_forecast_is_answered_in_a_sentence(arguments, message, folder):
    result = run("forecast", *arguments, "--data", folder)
    assert result.exit_code == 1
    assert message in result.output
    assert not (folder / "forecasts").exists()


def test_a_damaged_forecast_is_named_by_the_check(folder):
    (folder / "forecasts").mkdir()
    (folder / "forecasts" / "2026-10-0123456789ab.parquet").write_bytes(b"PAR1")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "forecasts/2026-10-0123456789ab.parquet: this is no stored forecast" in result.output
