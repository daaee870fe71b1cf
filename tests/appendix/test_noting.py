"""What a notebook reads is noted in its own kernel, and leaves no trace in the notebook."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.small_region import write_region
from utfall.appendix.inputs import noted, noting
from utfall.appendix.noting import NotingStore
from utfall.appendix.running import without_run
from utfall.errors import InvalidData, UtfallError
from utfall.publishing.execute import run_notebook
from utfall.region.store import Store


def notebook_of(*cells):
    parameters = new_code_cell('data = "nowhere"\nunit = ""', id="given", metadata={"tags": ["parameters"]})
    own = [new_code_cell(cell, id=f"own-{place}") for place, cell in enumerate(cells)]
    return new_notebook(cells=[new_markdown_cell("# Vad läses?", id="title"), parameters, *own])


def run(notebook, folder, name, data):
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return run_notebook(folder / f"{name}.ipynb", {"data": str(data)}, folder / f"{name}.run.ipynb")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return write_region(tmp_path_factory.mktemp("noting") / "house")


ASKING = (
    'import utfall\nregion = utfall.open_region(data)\nregion.costs(unit=unit or None)["cost"].sum()',
    'a = region.table("price_index", columns=["value"]) if "price_index" in region.tables else None',
    'b = region.expression("budget").count().execute()\nc = region.amounts(["counterparty"])\nlen(c)',
    'def months():\n    own = utfall.open_region(data)\n    return own.table("ledger", columns=["period"])\n\n'
    "len(months())",
)


def test_what_a_notebook_reads_is_noted_whatever_way_it_asks(house, tmp_path):
    noted_book, reads = noted(run(noting(notebook_of(*ASKING), "n.ipynb"), tmp_path, "noted", house))
    assert reads.columns["budget"] >= {"period", "unit", "account", "amount"}
    assert {"counterparty", "period", "amount"} <= reads.columns["ledger"]
    assert {"ledger", "budget", "forecasts"} <= reads.tables
    assert "staffing" not in reads.tables
    assert [said.split(" läses")[0] for said in reads.left_behind] == ["Huvudbokens counterparty"]
    plain = run(notebook_of(*ASKING), tmp_path, "plain", house)
    assert without_run(noted_book) == without_run(plain)


def test_a_read_in_the_statement_that_opens_the_region_is_noted(house, tmp_path):
    cell = 'import utfall\nlen(utfall.open_region(data).table("ledger", columns=["booked_on"]))'
    _, reads = noted(run(noting(notebook_of(cell), "n.ipynb"), tmp_path, "short", house))
    assert reads.columns["ledger"] == {"booked_on"}
    assert reads.booked_on
    assert reads.left_behind == ()


def test_a_notebook_without_a_region_reads_nothing(tmp_path):
    _, reads = noted(run(noting(notebook_of("1 + 1"), "n.ipynb"), tmp_path, "none", tmp_path))
    assert reads.columns == {}


def test_notes_that_do_not_come_out_stop_the_build(tmp_path):
    hides = "from IPython import get_ipython\nget_ipython().display_pub.publish = lambda *a, **k: None"
    with pytest.raises(UtfallError, match="could not be noted"):
        noted(run(noting(notebook_of(hides), "n.ipynb"), tmp_path, "hides", tmp_path))


def test_a_cell_that_is_no_plain_python_is_named():
    with pytest.raises(InvalidData, match=r"n\.ipynb: cell 3 is no plain Python"):
        noting(notebook_of("!ls"), "n.ipynb")


def test_the_notebook_that_is_handed_in_is_left_as_it_is():
    notebook = notebook_of("1")
    noting(notebook, "n.ipynb")
    assert notebook == notebook_of("1")


def test_every_way_to_ask_a_store_is_noted():
    asked = {name for name in vars(Store) if not name.startswith("_")}
    assert asked <= set(vars(NotingStore))
