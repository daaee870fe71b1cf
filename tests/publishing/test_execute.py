"""Running one notebook: what goes wrong, and what it is called."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from papermill.engines import papermill_engines

from tests.publishing.standin import notebook_of, written
from utfall.publishing.execute import ENGINE, NotebookFailed, run_notebook
from utfall.publishing.outcome import FailureKind
from utfall.publishing.warm import engine


def run(tmp_path, source, unit="1", **limits):
    path = written(notebook_of(new_code_cell(source)), tmp_path)
    return run_notebook(path, {"unit": unit}, tmp_path / "executed.ipynb", **limits)


def failure_of(tmp_path, source, **limits):
    with pytest.raises(NotebookFailed) as caught:
        run(tmp_path, source, **limits)
    return caught.value.failure


def test_a_notebook_runs_in_its_own_folder_with_its_parameters(tmp_path):
    (tmp_path / "beside.txt").write_text("beside", encoding="utf-8")
    notebook = run(tmp_path, "open('beside.txt').read() + unit", unit="Åre")
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "'besideÅre'"
    assert nbformat.read(tmp_path / "executed.ipynb", 4).cells[-1].outputs == notebook.cells[-1].outputs


def test_papermill_finds_the_engine_under_its_name():
    (found,) = entry_points(group="papermill.engine", name=ENGINE)
    assert found.load() is papermill_engines.get_engine(ENGINE)


def test_a_cell_may_take_its_time_and_say_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "LOOK_SECONDS", 0.01)  # the kernel is asked after many times meanwhile
    source = "import select\nselect.select([], [], [], 0.5)\nprint('there')"
    notebook = run(tmp_path, source, cell_seconds=30)
    assert notebook.cells[-1].outputs[0].text == "there\n"


def test_an_error_of_the_kit_is_told_in_its_own_words(tmp_path):
    failure = failure_of(
        tmp_path,
        "from utfall.errors import InvalidParameter\nraise InvalidParameter('The period is not a month.')",
    )
    assert (failure.kind, failure.reason) == (FailureKind.NOTEBOOK, "The period is not a month.")
    assert "InvalidParameter" in failure.traceback


def test_another_error_is_told_with_its_name_in_one_line_without_colour_codes(tmp_path):
    failure = failure_of(tmp_path, "raise KeyError('unit\\nand more')")
    assert failure.reason == r"KeyError: 'unit\nand more'"
    assert "\x1b" not in failure.traceback


def test_an_error_over_several_lines_is_shortened_and_says_so(tmp_path):
    failure = failure_of(tmp_path, "raise ValueError('first\\nsecond\\nthird')")
    assert failure.reason == "ValueError: first (and 2 more lines)"


def test_a_failed_notebook_is_kept_with_its_error(tmp_path):
    failure_of(tmp_path, "1 / 0")
    outputs = [cell.get("outputs") for cell in nbformat.read(tmp_path / "executed.ipynb", 4).cells]
    assert any(out and out[0].output_type == "error" for out in outputs)


def test_a_kernel_that_dies_in_a_cell_is_named_and_the_cell_is_not_run_again(tmp_path):
    source = "import os\nopen('runs.txt', 'a').write('x')\nos.kill(os.getpid(), 9)"
    failure = failure_of(tmp_path, source)
    assert failure.kind is FailureKind.KERNEL
    assert "died in cell 4" in failure.reason  # the title, the parameters, the unit's own parameters, the cell
    assert (tmp_path / "runs.txt").read_text(encoding="utf-8") == "x"


def test_a_cell_that_hangs_is_stopped_and_named(tmp_path):
    failure = failure_of(tmp_path, "import threading\nthreading.Event().wait()", cell_seconds=1)
    assert failure.kind is FailureKind.HANGING
    assert failure.reason == "Cell 4 ran for more than 1 seconds and was stopped."


STARTER = """
import os, sys
with open({marks!r}, "a+") as marks:
    marks.write("x")
    marks.seek(0)
    starts = len(marks.read())
if starts < {lives_at}:
    sys.exit(1)
os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", "-f", sys.argv[1]])
"""


@pytest.fixture
def kernel_that_starts_at(tmp_path, monkeypatch):
    """Put a python3 kernel in Jupyter's way that dies at its first starts."""

    def install(lives_at):
        marks = tmp_path / "starts.txt"
        script = tmp_path / "starter.py"
        script.write_text(STARTER.format(marks=str(marks), lives_at=lives_at), encoding="utf-8")
        folder = tmp_path / "jupyter" / "kernels" / "python3"
        folder.mkdir(parents=True)
        argv = [sys.executable, str(script), "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        return marks

    return install


def test_a_kernel_that_dies_at_its_start_is_started_again(tmp_path, kernel_that_starts_at):
    marks = kernel_that_starts_at(2)
    assert run(tmp_path, "1 + 1").cells[-1].outputs[0].data["text/plain"] == "2"
    assert marks.read_text(encoding="utf-8") == "xx"


def test_a_kernel_that_never_starts_is_given_up_after_three_attempts(tmp_path, kernel_that_starts_at):
    marks = kernel_that_starts_at(99)
    failure = failure_of(tmp_path, "1 + 1")
    assert failure.kind is FailureKind.KERNEL
    assert "did not start in 3 attempts" in failure.reason
    assert marks.read_text(encoding="utf-8") == "xxx"
