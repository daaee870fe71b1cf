"""Notebooks tell and do not compute; the rules are tried on notebooks that break them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from check_notebooks import faults
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def test_there_are_notebooks_to_check():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_stored_notebook_keeps_the_rules(path):
    assert faults(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_stored_notebook_is_valid_and_runs_on_the_kernel_that_is_installed(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


def a_notebook(*cells: Any, parameters: str = 'unit = "HSN"  # a name or a code') -> dict[str, Any]:
    notebook = new_notebook()
    notebook.cells = [
        new_markdown_cell("# Varför avviker utfallet?"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *cells,
    ]
    return notebook


def test_a_notebook_of_prose_parameters_and_calls_has_no_faults():
    assert faults(a_notebook(new_markdown_cell("## Orsaker"), new_code_cell("deviation.plot()"))) == []


def test_a_stored_output_is_a_fault():
    cell = new_code_cell("2", execution_count=1, outputs=[new_output("stream", text="2")])
    (fault,) = faults(a_notebook(cell))
    assert "stored with its output" in fault


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    pass",
        "class C:\n    pass",
        "f = lambda x: x",
        "for unit in units:\n    show(unit)",
        "while True:\n    break",
        "[show(unit) for unit in units]",
    ],
)
def test_code_that_belongs_in_lib_is_a_fault(source):
    (fault,) = faults(a_notebook(new_code_cell(source)))
    assert "belongs in lib/" in fault


@pytest.mark.parametrize("path", ["/mnt/share/ledger", "data/demo", "ledger.csv", r"C:\ledger", "~/ledger"])
def test_a_path_in_a_cell_is_a_fault(path):
    (fault,) = faults(a_notebook(new_code_cell(f"region = utfall.open_region({path!r})")))
    assert "a path is a parameter" in fault


def test_a_swedish_text_with_a_slash_is_no_path():
    assert faults(a_notebook(new_code_cell('show("kr/invånare")'))) == []


def test_a_parameter_may_be_a_path_in_the_project_but_not_elsewhere():
    assert faults(a_notebook(parameters='data = "data/demo"  # the region')) == []
    (fault,) = faults(a_notebook(parameters='data = "/mnt/share/ledger"  # the region'))
    assert "relative to the project" in fault


def test_a_parameter_without_comment_is_a_fault():
    (fault,) = faults(a_notebook(parameters='# the unit\nunit = "HSN"\nperiod = "2026-10"'))
    assert "no comment that explains 'period" in fault


def test_a_computed_parameter_is_a_fault():
    (fault,) = faults(a_notebook(parameters="unit = default_unit()  # the unit"))
    assert "a parameter is a literal" in fault


def test_a_call_in_the_parameters_cell_is_a_fault():
    (fault,) = faults(a_notebook(parameters="import utfall  # the kit"))
    assert "assignments only" in fault


def test_no_parameters_cell_and_two_parameters_cells_are_faults():
    none, two = a_notebook(), a_notebook()
    none.cells.pop()
    two.cells.append(two.cells[1])
    for notebook in (none, two):
        (fault,) = faults(notebook)
        assert "exactly one" in fault


def test_no_title_two_titles_and_a_skipped_level_are_faults():
    untitled = a_notebook()
    untitled.cells.pop(0)
    assert "exactly one, the title" in faults(untitled)[0]
    assert "exactly one, the title" in faults(a_notebook(new_markdown_cell("# Ännu en titel")))[0]
    assert "no level may be skipped" in faults(a_notebook(new_markdown_cell("### Orsaker")))[0]


def test_a_number_sign_in_a_code_fence_is_no_title():
    assert faults(a_notebook(new_markdown_cell("```\n# not a title\n```"))) == []


def test_a_cell_of_thirteen_lines_is_a_fault():
    assert faults(a_notebook(new_code_cell("\n".join(["result"] * 12)))) == []
    (fault,) = faults(a_notebook(new_code_cell("\n".join(["result"] * 13))))
    assert "13 lines" in fault


def test_a_magic_is_a_fault():
    (fault,) = faults(a_notebook(new_code_cell("%matplotlib inline")))
    assert "not plain Python" in fault
