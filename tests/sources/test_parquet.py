"""A Parquet file keeps its types, and its rows are counted from 1."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from utfall.errors import InvalidData
from utfall.sources.parquet import ParquetSource

TABLE = pa.table(
    {
        "konto": pa.array(["5600", "5010", "5600"]).dictionary_encode(),
        "belopp": pa.array([Decimal("-12.50"), None, Decimal("3.00")], type=pa.decimal128(18, 2)),
        "datum": pa.array([dt.date(2026, 10, 31)] * 3),
        "när": pa.array([dt.datetime(2026, 10, 31, 8, 30)] * 3, type=pa.timestamp("ns")),
        "antal": pa.array([1, 2, 3], type=pa.int32()),
    }
)


def test_dictionaries_decimals_and_dates_come_as_what_they_are(tmp_path):
    path = tmp_path / "file.parquet"
    pq.write_table(TABLE, path, row_group_size=2)
    source = ParquetSource(path)
    relation = source.relation(duckdb.connect(), numbered=True)
    moment = dt.datetime(2026, 10, 31, 8, 30)
    day = dt.date(2026, 10, 31)
    assert relation.fetchall() == [
        ("5600", Decimal("-12.50"), day, moment, 1, 1),
        ("5010", None, day, moment, 2, 2),
        ("5600", Decimal("3.00"), day, moment, 3, 3),
    ]
    assert [str(kind) for kind in relation.types[:3]] == ["VARCHAR", "DECIMAL(18,2)", "DATE"]
    assert source.left_out() == {}
    assert source.relation(duckdb.connect()).columns == list(TABLE.column_names)


@pytest.mark.parametrize("name", ["a b.parquet", "it's [1] 100%*.parquet", "åäö?.parquet"])
def test_a_file_name_is_no_pattern(name, tmp_path):
    pq.write_table(TABLE, tmp_path / name)
    pq.write_table(TABLE, tmp_path / "other.parquet")
    assert len(ParquetSource(tmp_path / name).relation(duckdb.connect()).fetchall()) == 3


def test_names_lose_the_spaces_around_them_and_keep_their_quotes(tmp_path):
    path = tmp_path / "file.parquet"
    pq.write_table(pa.table({" konto ": [1], 'a"b': [2]}), path)
    source = ParquetSource(path)
    assert source.columns == ("konto", 'a"b')
    assert source.relation(duckdb.connect()).columns == ["konto", 'a"b']


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pa.table({"a": [[1]], "b": [1]}), "lists or structures"),
        (pa.table({"Konto": [1], "konto": [1]}), "capitals"),
        (pa.table({"source_row": [1]}), "the kit uses"),
        (pa.table({"": [1]}), "has no name"),
    ],
)
def test_columns_that_cannot_be_told_apart_or_read_are_refused(table, words, tmp_path):
    pq.write_table(table, tmp_path / "file.parquet")
    with pytest.raises(InvalidData, match=words):
        ParquetSource(tmp_path / "file.parquet")


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"PAR1 and no more", "cannot be read as Parquet")])
def test_a_damaged_file_is_refused(content, words, tmp_path):
    path = tmp_path / "file.parquet"
    path.write_bytes(content)
    with pytest.raises(InvalidData, match=words):
        ParquetSource(path)
