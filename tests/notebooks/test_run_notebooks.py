"""Every notebook runs from top to bottom on the made-up region, in a real kernel, as papermill runs it."""

from pathlib import Path

import nbformat
import papermill
import pytest

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def run(notebook, out, **parameters):
    papermill.execute_notebook(str(notebook), str(out), parameters=parameters, progress_bar=False, cwd=NOTEBOOKS)
    return nbformat.read(out, as_version=4)


def outputs_of(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


QUICK_FOR_THE_BOARD = "explore"
"""The notebook that is always run for the whole region; the others are run for it with the slow tests."""


def runs():
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        for unit in ("", "Division Kirurgi", "Reumatologmottagningen"):
            slow = unit == "Division Kirurgi" or (not unit and notebook.stem != QUICK_FOR_THE_BOARD)
            marks = [pytest.mark.slow] if slow else []
            yield pytest.param(notebook, unit, id=f"{notebook.stem}-{unit or 'board'}", marks=marks)


@pytest.mark.parametrize(("notebook", "unit"), list(runs()))
def test_a_notebook_runs_from_top_to_bottom_for_any_level(notebook, unit, demo_folder, tmp_path):
    executed = run(notebook, tmp_path / "out.ipynb", data=str(demo_folder), unit=unit, period="2026-10")
    outputs = outputs_of(executed)
    assert not [output for output in outputs if output.output_type in {"error", "stream"}]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"period": "2031-01"}, "outside the ledger, which has 2019-01 to 2026-10"),
        ({"period": "oktober"}, "is not a month"),
        ({"unit": "Reumatologmotagningen"}, "Did you mean Reumatologmottagningen"),
        ({"unit": 12050}, "The parameter unit is 12050"),
    ],
)
def test_a_parameter_that_cannot_be_used_stops_the_notebook_with_a_sentence(parameters, message, demo_folder, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match=message):
        run(
            NOTEBOOKS / "monthly_report.ipynb",
            tmp_path / "out.ipynb",
            **({"data": str(demo_folder), "unit": "HSN", "period": "2026-10"} | parameters),
        )


def test_a_comparison_that_does_not_exist_stops_the_root_cause_notebook(demo_folder, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="The parameter against is 'forecast'"):
        run(
            NOTEBOOKS / "root_cause.ipynb",
            tmp_path / "out.ipynb",
            **{"data": str(demo_folder), "unit": "HSN", "period": "2026-10", "against": "forecast"},
        )
