"""The inputs that may leave must give the numbers of the house's own."""

import pytest

from tests.appendix.small_case import executed, write_case
from utfall.appendix.case import read_case
from utfall.appendix.running import require_same_numbers
from utfall.errors import UtfallError
from utfall.presentation.shown_data import DATA_MIME


def with_drugs(amount):
    notebook = executed()
    rows = notebook.cells[1].outputs[0].data[DATA_MIME]["rows"]
    row = next(row for row in rows if row[0] == "Läkemedel")
    row[3] = amount
    return {"kostnad": notebook}


@pytest.fixture
def case(tmp_path):
    return read_case(write_case(tmp_path))


def test_a_number_that_comes_out_otherwise_on_what_leaves_stops_the_build(case):
    with pytest.raises(UtfallError) as stopped:
        require_same_numbers(case, with_drugs(-31_300_000.0), with_drugs(-29_800_000.0))
    assert "lakemedel: Redovisat 31,3 mkr, omkörning 29,8 mkr" in str(stopped.value).replace("\u00a0", " ")


def test_a_number_may_differ_by_less_than_half_of_its_last_digit(case):
    require_same_numbers(case, with_drugs(-31_300_000.0), with_drugs(-31_310_000.0))
