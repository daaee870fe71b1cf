"""Every nasty file is read as a person would read it, or refused by the rows that are wrong."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest

from tests.sources.nasty.case import Nasty
from tests.sources.nasty.text_files import TEXT_FILES
from tests.sources.nasty.workbooks import WORKBOOKS
from utfall.errors import InvalidData
from utfall.sources.opening import open_file

FILES = [*TEXT_FILES, *WORKBOOKS]


def rows_of(path: Path, case: Nasty) -> list[tuple]:
    source = open_file(path, **case.options)
    relation = source.relation(duckdb.connect(), numbered=True)
    if case.columns is not None:
        assert source.columns == tuple(case.columns)
    assert tuple(relation.columns) == (*source.columns, "source_row")
    assert source.left_out() == dict(case.left_out)
    return [(row[-1], *row[:-1]) for row in relation.fetchall()]


def the_same(value: object, expected: object) -> bool:
    if isinstance(value, float) and isinstance(expected, float) and math.isnan(expected):
        return math.isnan(value)
    return type(value) is type(expected) and value == expected


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.says)
def test_a_nasty_file_is_read_right_or_refused_by_its_rows(case, tmp_path):
    path = case.write(tmp_path)
    if case.rows is None:
        with pytest.raises(InvalidData) as refusal:
            rows_of(path, case)
        found = [(fault.row, fault.what) for fault in refusal.value.faults]
        assert [row for row, _ in found] == [row for row, _ in case.faults]
        for (_, what), (_, words) in zip(found, case.faults, strict=True):
            assert words in what
        assert {fault.file for fault in refusal.value.faults} == {path.name}
        assert all(fault.remedy.endswith((".", ")")) for fault in refusal.value.faults)
    else:
        rows = rows_of(path, case)
        assert [row[0] for row in rows] == [row[0] for row in case.rows]
        for row, expected in zip(rows, case.rows, strict=True):
            assert all(map(the_same, row, expected)), (row, expected)
            assert len(row) == len(expected)


def test_there_are_files_enough_and_each_says_something_of_its_own():
    assert len(FILES) >= 60
    assert len({case.says for case in FILES}) == len(FILES)
