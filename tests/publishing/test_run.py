"""A whole run: some reports fail, in every way they can, and the others do not notice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.publishing.standin import NODES, TABLE, failing_for, notebook_of, small_report, written
from utfall.errors import InvalidParameter, UtfallError
from utfall.publishing import ReportNode, make_plan, render_reports
from utfall.publishing.files import MonthFolder
from utfall.publishing.jobs import slug_of
from utfall.publishing.outcome import FailureKind
from utfall.publishing.status import State

WAYS = {
    "fine": "pass",
    "error": "from utfall.errors import InvalidParameter; raise InvalidParameter('No budget for this unit.')",
    "killed": "import os; os.kill(os.getpid(), 9)",
    "worker": "import os; os.kill(int(os.environ['JPY_PARENT_PID']), 9)",
    "empty": "from IPython.display import HTML; display(HTML('<p>nan mkr</p>'))",
    "warns": "import warnings; warnings.warn('old figures'); print('checked')",
}
"""What the notebook does, by unit."""

UNITS = {way: ReportNode(way, f"Enhet {way}", "unit") for way in WAYS}


def slug(way):
    return slug_of(UNITS[way])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    choices = "\n".join(f"if unit == {way!r}:\n    {what}" for way, what in WAYS.items())
    path = written(notebook_of(new_markdown_cell("## Utfall"), new_code_cell(choices), new_code_cell(TABLE)), folder)
    month = folder / "reports" / "2026-10"
    month.mkdir(parents=True)
    for way in WAYS:
        (month / f"{slug(way)}.html").write_text("an old page", encoding="utf-8")
    plan = make_plan(path, "2026-10", folder, UNITS.values(), fictitious=True)
    return render_reports(plan, out=folder / "reports", workers=2, progress=False)


@pytest.fixture(scope="module")
def month(run):
    return run.index.parent


@pytest.fixture(scope="module")
def failures(run):
    return {report.unit_name.removeprefix("Enhet "): report.failure for report in run.failed}


def test_one_failing_report_does_not_stop_the_others(run, failures):
    assert set(run.ok) == {slug("fine"), slug("warns")}
    assert set(failures) == {"error", "killed", "worker", "empty"}
    assert run.exit_code == 1


@pytest.mark.parametrize(
    ("way", "kind", "told"),
    [
        ("error", FailureKind.NOTEBOOK, "No budget for this unit."),
        ("killed", FailureKind.KERNEL, "died in cell"),
        ("worker", FailureKind.KERNEL, "The process that made the report died"),
        ("empty", FailureKind.GATES, 'The reader would see "nan"'),
    ],
)
def test_each_failure_says_what_happened(failures, way, kind, told):
    assert failures[way].kind is kind
    assert told in failures[way].reason
    assert "\n" not in failures[way].reason


def test_no_old_page_is_left_looking_new(month):
    pages = {way: (month / f"{slug(way)}.html").read_text(encoding="utf-8") for way in WAYS}
    assert not any("an old page" in page for page in pages.values())
    assert {way for way, page in pages.items() if "Rapporten saknas" in page} == {
        "error",
        "killed",
        "worker",
        "empty",
    }


def test_the_front_page_names_every_failure_and_links_to_every_report(month):
    index = (month / "index.html").read_text(encoding="utf-8")
    assert "No budget for this unit." in index
    assert all(f'href="{slug(way)}.html"' in index for way in WAYS)


def test_the_record_holds_the_trace_of_each_failure(month):
    record = json.loads((month / "status.json").read_text(encoding="utf-8"))
    by_slug = {report["slug"]: report for report in record["reports"]}
    assert by_slug[slug("fine")]["state"] == State.OK
    assert "InvalidParameter" in by_slug[slug("error")]["failure"]["traceback"]


def test_what_a_notebook_printed_is_a_warning_to_whoever_publishes(run):
    (warned, printed) = run.warnings[slug("warns")]
    assert "old figures" in warned
    assert "checked" in printed
    assert slug("fine") not in run.warnings


def test_the_executed_notebook_is_kept_also_of_a_failed_report(month):
    kept = {path.stem for path in (month / "notebooks").iterdir()}
    assert {slug("fine"), slug("error"), slug("empty")} <= kept


def test_nothing_half_written_is_left(month):
    assert [path.name for path in month.rglob(".*")] == []


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return written(small_report(), tmp_path_factory.mktemp("notebook"))


@pytest.fixture(scope="module")
def runs(report, tmp_path_factory):
    """The same two reports in two folders, and then the first of them alone once more, over what a killed run left."""
    folder = tmp_path_factory.mktemp("runs")
    plan = make_plan(report, "2026-10", folder, NODES[:2])
    pages = []
    for name in ("first", "second"):
        result = render_reports(plan, out=folder / name, workers=2, progress=False)
        pages.append({path.name: path.read_bytes() for path in result.index.parent.glob("*.html")})
    (result.index.parent / "notebooks" / ".unfinished-1-x.ipynb").write_text("half", encoding="utf-8")
    render_reports(make_plan(report, "2026-10", folder, NODES[:1]), out=folder / "second", progress=False)
    return pages, result.index.parent


def test_two_runs_give_the_same_bytes(runs):
    (first, second), _ = runs
    assert len(first) == 3
    assert first == second


def test_key_figures_reach_the_front_page(runs):
    (first, _), _ = runs
    assert "−12,4 mkr" in first["index.html"].decode()


def test_a_complete_run_removes_the_pages_of_units_that_are_no_more(runs):
    _, folder = runs
    assert {path.name for path in folder.glob("*.html")} == {"index.html", f"{slug_of(NODES[0])}.html"}


def test_a_file_left_by_a_killed_run_is_cleared_away(runs):
    _, folder = runs
    assert [path.name for path in (folder / "notebooks").iterdir()] == [f"{slug_of(NODES[0])}.ipynb"]


def test_the_same_command_makes_a_failed_report_again(tmp_path):
    nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
    path = written(
        failing_for("2", "if not __import__('os').path.exists('mended'): raise ValueError('broken')"),
        tmp_path,
    )
    plan = make_plan(path, "2026-10", tmp_path, nodes)
    assert render_reports(plan, out=tmp_path, progress=False).exit_code == 1
    (tmp_path / "mended").touch()
    result = render_reports(plan, out=tmp_path, progress=False)
    assert (result.exit_code, len(result.ok)) == (0, 2)
    assert "Rapporten saknas" not in (tmp_path / "2026-10" / "tva-2.html").read_text(encoding="utf-8")
    assert "broken" not in result.index.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="folders are locked on POSIX only")
def test_two_runs_of_a_month_at_once_are_refused(report, tmp_path):
    plan = make_plan(report, "2026-10", tmp_path, NODES[:1])
    with MonthFolder(tmp_path / "2026-10").taken(), pytest.raises(UtfallError, match="Another run is making reports"):
        render_reports(plan, out=tmp_path, progress=False)


def test_less_than_one_worker_is_refused(report, tmp_path):
    with pytest.raises(InvalidParameter, match="The number of workers is 0"):
        render_reports(make_plan(report, "2026-10", tmp_path, NODES), out=tmp_path, workers=0)


SCRIPT = """
import sys
from pathlib import Path
from utfall.publishing import ReportNode, make_plan, render_reports
folder = Path(sys.argv[1])
nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
result = render_reports(make_plan(folder / "report.ipynb", "2026-10", folder, nodes), out=folder, workers=1)
print(len(result.ok), result.exit_code)
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a run is stopped by signal only on POSIX")
def test_ctrl_c_leaves_the_finished_reports_and_tells_which_are_missing(tmp_path):
    # The second report says that it runs, through a pipe, and then waits for ever.
    os.mkfifo(tmp_path / "running")
    written(failing_for("2", "open('running', 'w').write('x'); __import__('threading').Event().wait()"), tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    (tmp_path / "running").read_text(encoding="utf-8")
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert printed.split() == ["1", "130"]
    month = tmp_path / "2026-10"
    assert "Varför avviker utfallet?" in (month / "ett-1.html").read_text(encoding="utf-8")
    assert not (month / "tva-2.html").exists()
    assert "Inte framtagen" in (month / "index.html").read_text(encoding="utf-8")


def test_a_script_without_a_main_guard_may_render_reports(report, tmp_path):
    # A pool from the standard library would run the script again in every worker.
    (tmp_path / "report.ipynb").write_bytes(Path(report).read_bytes())
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2", "0"], done.stderr
    assert "Reports" in done.stderr  # the progress bar


def test_another_regions_reports_are_not_mixed_with_or_removed(tmp_path):
    notebook = written(small_report(), tmp_path)
    ours = make_plan(notebook, "2026-10", tmp_path, NODES[:1], publisher="Region Ett")
    render_reports(ours, out=tmp_path / "reports", workers=1, progress=False)
    page = next(path for path in (tmp_path / "reports" / "2026-10").glob("*.html") if path.stem != "index")
    theirs = make_plan(notebook, "2026-10", tmp_path, NODES[:1], publisher="Region Två")
    with pytest.raises(InvalidParameter, match="holds the reports of Region Ett"):
        render_reports(theirs, out=tmp_path / "reports", workers=1, progress=False)
    assert page.is_file()
