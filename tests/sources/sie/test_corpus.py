"""Every nasty file is read right or refused by its row."""

from decimal import Decimal

import pytest

from tests.sources.sie.corpus import CASES
from tests.sources.sie.files import fault_rows, lines_in, read


@pytest.mark.parametrize(
    ("content", "amounts"), [pytest.param(case[1], case[2], id=case[0]) for case in CASES if case[2] is not None]
)
def test_this_file_is_read(tmp_path, content, amounts):
    file = read(tmp_path, content)
    assert file.postings["amount"].to_pylist() == [Decimal(amount) / 100 for amount in amounts]
    assert file.rows == lines_in(content) == sum(file.used.values()) + sum(file.left_out.values())


@pytest.mark.parametrize(
    ("content", "rows"), [pytest.param(case[1], case[3], id=case[0]) for case in CASES if case[2] is None]
)
def test_this_file_is_refused_by_its_rows(tmp_path, content, rows):
    assert sorted(fault_rows(tmp_path, content), key=lambda row: row or 0) == sorted(rows, key=lambda row: row or 0)


def test_no_two_files_of_the_corpus_are_the_same():
    assert len({case[0] for case in CASES}) == len({case[1] for case in CASES}) == len(CASES)
