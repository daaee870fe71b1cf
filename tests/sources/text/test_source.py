"""A text file's rows go to DuckDB whole, with their lines, as often as they are asked for."""

from __future__ import annotations

import csv
import gc
import random
from pathlib import Path

import duckdb
import pytest

from utfall.errors import InvalidData
from utfall.sources.text import TextSource, read_form


def source_of(folder: Path, content: bytes, **options) -> TextSource:
    path = folder / "file.csv"
    path.write_bytes(content)
    return TextSource(path, read_form(path), **options)


def test_a_relation_may_be_asked_many_times_and_for_some_columns(tmp_path):
    relation = source_of(tmp_path, b"konto;text\n1;a\n2;b\n").relation(duckdb.connect())
    assert relation.columns == ["konto", "text"]
    assert relation.aggregate("count(*)").fetchall() == [(2,)]
    assert relation.project("text").fetchall() == [("a",), ("b",)]
    assert relation.filter("konto = '2'").fetchall() == [("2", "b")]


def test_rows_come_in_the_order_of_the_file_with_their_lines(tmp_path):
    content = b"konto;text\n" + b"".join(b"%d;a\n" % number for number in range(50_000))
    source = source_of(tmp_path, content, block_bytes=4096)
    rows = source.relation(duckdb.connect(), numbered=True).fetchall()
    assert rows == [(str(number), "a", number + 2) for number in range(50_000)]
    assert source.row_count() == 50_000


def test_lines_and_cells_are_those_of_pythons_csv_in_a_file_of_many_blocks(tmp_path):
    chance = random.Random(1)
    texts = ["a", 'b "c"', "d\ne", "f;g", 'h\r\n"', "i\rj", "", "slang 5", "åäö"]
    path = tmp_path / "file.csv"
    written = [[str(number), chance.choice(texts), chance.choice(texts)] for number in range(20_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
            [["n", "a", "b"], *written]
        )
    source = TextSource(path, read_form(path), block_bytes=10_000)
    rows = source.relation(duckdb.connect(), numbered=True).fetchall()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=";")
        before = 0
        expected = []
        for cells in reader:
            expected.append((*cells, before + 1))
            # Python counts a CR alone in quotes as no line; a text editor does.
            before = reader.line_num
    assert [row[:-1] for row in rows] == [row[:-1] for row in expected[1:]]
    lines = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert all(lines[row[-1] - 1].startswith(b'"%s";' % row[0].encode()) for row in rows)


def test_a_fault_deep_in_a_large_file_has_its_row(tmp_path):
    rows = [b"%d;a\n" % number for number in range(400_000)]
    rows[300_000] = b"300000;\xe5\n"
    rows[350_000] = b"350000;a;b\n"
    rows[17] = "17;åäö åäö\n".encode()
    with pytest.raises(InvalidData) as refusal:
        source_of(tmp_path, b"konto;text\n" + b"".join(rows), block_bytes=1 << 18).relation(duckdb.connect())
    assert [fault.row for fault in refusal.value.faults] == [300_002, 350_002]


def test_a_quote_left_open_spoils_its_row_and_not_the_megabytes_after_it(tmp_path):
    rows = [b"%d;a\n" % number for number in range(300_000)]
    rows[10] = b'10;"a\n'
    with pytest.raises(InvalidData) as refusal:
        source_of(tmp_path, b"konto;text\n" + b"".join(rows), block_bytes=1 << 17).relation(duckdb.connect())
    assert [(fault.row, fault.what) for fault in refusal.value.faults] == [
        (12, 'a text that begins with " does not end with one.')
    ]


def test_bytes_without_a_line_end_are_refused_before_they_fill_the_memory(tmp_path):
    with pytest.raises(InvalidData, match="row 2: the row does not end"):
        source_of(tmp_path, b"konto;text\n" + b"a" * (3 << 20), block_bytes=1 << 16).relation(duckdb.connect())


def test_faults_are_raised_when_the_rows_are_asked_for_before_any_is_given(tmp_path):
    source = source_of(tmp_path, b"konto;text\n1;a\n2\n3;c\n")
    for ask in (source.left_out, source.stated_sums, lambda: source.relation(duckdb.connect())):
        with pytest.raises(InvalidData):
            ask()


def test_a_file_that_changed_since_it_was_judged_is_not_read_on(tmp_path):
    source = source_of(tmp_path, b"konto;text\n1;a\n")
    source.row_count()
    source.path.write_bytes(b"konto;text\n1;a\n2;b\n")
    with pytest.raises(InvalidData, match="changed while it was read"):
        source.batches()


def test_the_sums_a_file_states_are_kept_by_column(tmp_path):
    source = source_of(tmp_path, b"konto;text;belopp\n1;a;2,5\n;Summa;2,5\n;Totalt;;\n")
    assert source.left_out() == {"sum row": 2}
    assert source.stated_sums() == {"text": "Totalt"}
    assert source_of(tmp_path, b"konto;text;belopp\n1;a;2,5\nSumma:;;2,5\n").stated_sums() == {
        "konto": "Summa:",
        "belopp": "2,5",
    }
    assert source_of(tmp_path, b"konto;belopp\n1;2,5\n").stated_sums() == {}


def test_a_file_written_anew_as_utf8_lives_as_long_as_it_is_read(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("konto;text\n1;å\n".encode("utf-16"))
    source = TextSource(path, read_form(path))
    relation = source.relation(duckdb.connect(), numbered=True)
    scratch = Path(source._scratch.name)
    del source
    gc.collect()
    assert relation.fetchall() == [("1", "å", 2)]
    del relation
    gc.collect()
    assert not scratch.exists()


def test_wrong_bytes_above_the_rows_are_refused(tmp_path):
    with pytest.raises(InvalidData, match="row 1: the row cannot be read as utf-8"):
        source_of(tmp_path, b"konto;f\xe5r\n" + "1;åäö\n".encode()).relation(duckdb.connect())


def test_a_quote_in_the_header_that_does_not_close_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="row 1: the row of column names has a quote"):
        source_of(tmp_path, b'konto;"text\n1;2\n3;4\n').relation(duckdb.connect())
