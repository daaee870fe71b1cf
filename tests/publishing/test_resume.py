"""The same command goes on where it stopped, and makes again only what would come out otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.publishing.standin import NODES, failing_for, small_report, written
from utfall.publishing import NotebookOrder, ReportNode, make_plan, plan_reports, render_reports
from utfall.publishing.jobs import slug_of
from utfall.publishing.outcome import FailureKind

UNITS = NODES[:2]


@pytest.fixture
def notebook(tmp_path):
    return written(small_report(), tmp_path)


def run(notebook, folder, *, inputs="version 1", force=False, units=UNITS, **options):
    plan = make_plan(notebook, "2026-10", folder, units, inputs=inputs, **options)
    return render_reports(plan, out=folder / "reports", workers=1, progress=False, force=force)


@pytest.fixture
def first(notebook, tmp_path):
    result = run(notebook, tmp_path)
    assert len(result.ok) == 2
    return result


def times(result):
    return {path.name: path.stat().st_mtime_ns for path in result.index.parent.glob("*-*.html")}


def test_a_report_that_would_come_out_the_same_is_left_as_it_is(first, notebook, tmp_path):
    before = times(first)
    second = run(notebook, tmp_path)
    assert (second.ok, len(second.kept), second.exit_code) == ((), 2, 0)
    assert times(second) == before
    assert "−12,4 mkr" in second.index.read_text(encoding="utf-8")


def test_new_data_make_every_report_again(first, notebook, tmp_path):
    assert len(run(notebook, tmp_path, inputs="version 2").ok) == 2


@pytest.mark.slow
def test_data_whose_version_is_not_known_make_every_report_again(notebook, tmp_path):
    for _ in range(2):
        assert len(run(notebook, tmp_path, inputs="").ok) == 2


def test_an_edited_notebook_makes_its_reports_again(first, notebook, tmp_path):
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("högre än budget", "lägre än budget"), encoding="utf-8")
    result = run(notebook, tmp_path)
    assert len(result.ok) == 2
    assert "lägre än budget" in (result.index.parent / f"{slug_of(UNITS[0])}.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_another_name_of_a_unit_makes_its_report_again(first, notebook, tmp_path):
    renamed = [UNITS[0], ReportNode("20", "Division Kirurgi och ortopedi", "division", "HSN")]
    result = run(notebook, tmp_path, units=renamed)
    assert result.kept == (slug_of(UNITS[0]),)


def test_another_version_of_the_kit_makes_every_report_again(first, notebook, tmp_path, monkeypatch):
    monkeypatch.setattr("utfall.publishing.fingerprint.kit", lambda: "another version")
    assert len(run(notebook, tmp_path).ok) == 2


def test_who_receives_a_report_does_not_change_it(first, notebook, tmp_path):
    order = NotebookOrder(notebook, "Månadsrapport", receivers=("Nämnden",))
    plan = plan_reports([order], "2026-10", tmp_path, UNITS, inputs="version 1")
    result = render_reports(plan, out=tmp_path / "reports", workers=1, progress=False)
    assert len(result.kept) == 2
    assert "Nämnden" in result.index.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "harm",
    [lambda page: page.write_text("half a pa", encoding="utf-8"), pytest.param(Path.unlink, marks=pytest.mark.slow)],
)
def test_a_page_that_is_torn_or_gone_is_made_again(first, notebook, tmp_path, harm):
    page = first.index.parent / f"{slug_of(UNITS[1])}.html"
    whole = page.read_bytes()
    harm(page)
    result = run(notebook, tmp_path)
    assert (result.ok, result.kept) == ((slug_of(UNITS[1]),), (slug_of(UNITS[0]),))
    assert page.read_bytes() == whole


@pytest.mark.slow
def test_one_asked_for_makes_all_anew(first, notebook, tmp_path):
    assert len(run(notebook, tmp_path, force=True).ok) == 2


SCRIPT = """
import sys
from pathlib import Path
from utfall.publishing import ReportNode, make_plan, render_reports, run
run.SAVE_SECONDS = 0.0
folder = Path(sys.argv[1])
nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
plan = make_plan(folder / "report.ipynb", "2026-10", folder, nodes, inputs="version 1")
render_reports(plan, out=folder, workers=1, progress=False)
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a run is killed by signal only on POSIX")
def test_a_run_that_is_killed_goes_on_with_what_it_had_not_finished(tmp_path):
    # The second report says that it runs, through a pipe, and then waits for ever: until the power goes.
    os.mkfifo(tmp_path / "running")
    waits = "open('running', 'w').write('x'); __import__('threading').Event().wait()"
    written(failing_for("2", f"if not os.path.exists('mended'): {waits}"), tmp_path)
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], stderr=subprocess.DEVNULL)
    (tmp_path / "running").read_text(encoding="utf-8")
    process.send_signal(signal.SIGKILL)
    process.wait()
    page = tmp_path / "2026-10" / "ett-1.html"
    assert "Varför avviker utfallet?" in page.read_text(encoding="utf-8")
    made = page.stat().st_mtime_ns

    (tmp_path / "mended").touch()
    nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
    plan = make_plan(tmp_path / "report.ipynb", "2026-10", tmp_path, nodes, inputs="version 1")
    result = render_reports(plan, out=tmp_path, workers=1, progress=False)
    assert (result.kept, result.ok, result.exit_code) == (("ett-1",), ("tva-2",), 0)
    assert page.stat().st_mtime_ns == made
    assert [path.name for path in result.index.parent.rglob(".*")] == []


@contextmanager
def _small_disk(place):
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], check=False).returncode:
        pytest.skip("a small disk can be made by root alone")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made on Linux alone")
def test_a_full_disk_costs_the_reports_that_have_no_room_and_the_same_command_makes_them_later(tmp_path):
    notebook = written(failing_for("2", "print('x' * 1_000_000)"), tmp_path)
    nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit"), ReportNode("3", "Tre", "unit")]
    plan = make_plan(notebook, "2026-10", tmp_path, nodes, inputs="version 1")
    with _small_disk(tmp_path / "disk") as disk:
        result = render_reports(plan, out=disk, workers=1, progress=False)
        assert result.ok == ("ett-1", "tre-3")
        ((slug, failure),) = [(report.slug, report.failure) for report in result.failed]
        assert (slug, failure.kind) == ("tva-2", FailureKind.STORAGE)
        assert "disk is full" in failure.reason
        assert "Två" in result.index.read_text(encoding="utf-8")
        assert [path.name for path in result.index.parent.rglob(".unfinished*")] == []
        notebook.write_text(notebook.read_text(encoding="utf-8").replace("1_000_000", "1"), encoding="utf-8")
        again = make_plan(notebook, "2026-10", tmp_path, nodes, inputs="version 1")
        assert len(render_reports(again, out=disk, workers=1, progress=False).ok) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by process on Linux alone")
def test_a_report_that_takes_all_memory_costs_that_report(tmp_path):
    notebook = written(failing_for("2", "x = bytearray(1 << 42)"), tmp_path)
    nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
    result = render_reports(make_plan(notebook, "2026-10", tmp_path, nodes), out=tmp_path, workers=1, progress=False)
    assert result.ok == ("ett-1",)
    assert "MemoryError" in result.failed[0].failure.reason


def test_a_notebook_has_a_time_limit_of_its_own(tmp_path):
    waits = written(failing_for("2", "__import__('threading').Event().wait()"), tmp_path)
    order = NotebookOrder(waits, "Månadsrapport", cell_seconds=2.0)
    nodes = [ReportNode("1", "Ett", "unit"), ReportNode("2", "Två", "unit")]
    result = render_reports(plan_reports([order], "2026-10", tmp_path, nodes), out=tmp_path, workers=1, progress=False)
    assert (result.ok, [report.failure.kind for report in result.failed]) == (("ett-1",), [FailureKind.HANGING])
