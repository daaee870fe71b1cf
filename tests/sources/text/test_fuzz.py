"""Tables written by Python's own csv are read back; any bytes are read whole or refused."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_csv import SEEDS, check, reference_rows
from utfall.sources.source import SOURCE_ROW
from utfall.sources.text import TextSource, read_form
from utfall.sources.text.sums import is_sum_row

FOLDER = Path(tempfile.mkdtemp(prefix="utfall-fuzz-"))

ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "iso8859-1",
    "cp437",
    "cp850",
    "shift_jis",
]

SIGNS = "abåÄö0159 .,;|\t\"'=\n\r\u00a0\u2028\x0b\x85€-éñ\ufeff日🏥"
"""What cells are made of: everything that parts or encloses something, and letters of one to four bytes."""


@st.composite
def tables(draw):
    encoding = draw(st.sampled_from(ENCODINGS))
    signs = [sign for sign in SIGNS if can_be_written(sign, encoding)]
    width = draw(st.integers(1, 4))
    cell = st.text(st.sampled_from(signs), max_size=6)
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=12))
    return encoding, [[f"k{number}" for number in range(width)], *rows]


def can_be_written(sign: str, encoding: str) -> bool:
    try:
        return sign.encode(encoding).decode(encoding) == sign
    except UnicodeError:
        return False


def unwrapped(cell: str) -> str:
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell


def expected_rows(rows: list[list[str]], first_line: int) -> list[tuple[int, list[str]]]:
    """What must come back: everything but blank rows, the header again, and sum rows that end the file."""
    expected = []
    line = first_line
    for row in rows[1:]:
        plain = [unwrapped(cell) for cell in row]
        if any(cell.strip() for cell in plain) and row != rows[0]:
            expected.append((line, plain))
        line += 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
    while expected and is_sum_row(expected[-1][1]):
        expected.pop()
    return expected


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables(),
    st.sampled_from(";\t,|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([16, 33, 4096]),
    st.booleans(),
)
def test_a_table_written_by_pythons_csv_is_read_back_cell_for_cell(
    table, separator, line_end, quoting, block_bytes, cut
):
    encoding, rows = table
    if any(sign in cell for row in rows for cell in row for sign in "\r\n"):
        quoting = csv.QUOTE_ALL  # the writer leaves a line break that is not its own without quotes
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(rows)
    path = FOLDER / "table.csv"
    text = out.getvalue()
    # The last line may lack its end, unless the line is nothing but that.
    text = text.removesuffix(line_end) if cut and not text.endswith(2 * line_end) else text
    path.write_bytes(text.encode(encoding))
    form = read_form(path, encoding=encoding, separator=separator, header_row=1)
    source = TextSource(path, form, block_bytes=block_bytes)
    read = source.batches(numbered=True).read_all()
    assert source.columns == tuple(rows[0])
    expected = expected_rows(rows, first_line=2)
    assert read[SOURCE_ROW].to_pylist() == [line for line, _ in expected]
    cells = [list(row) for row in zip(*(column.to_pylist() for column in read.columns[:-1]), strict=True)]
    assert cells == [row for _, row in expected]
    assert read.num_rows + sum(source.left_out().values()) == len(rows) - 1


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.lists(
            st.sampled_from(
                [
                    b";",
                    b",",
                    b"\n",
                    b"\r",
                    b"\r\n",
                    b'"',
                    b'""',
                    b"a",
                    b"1",
                    b" ",
                    b"\xe5",
                    b"\xc3\xa5",
                    b"\0",
                    b"Summa",
                    b"konto;text\n",
                    b"1;a\n",
                    b'="',
                    b"\x1a",
                    b"'",
                    b"\xff\xfe",
                    b"\xef\xbb\xbf",
                    b"sep=;\n",
                ]
            ),
            max_size=40,
        ).map(b"".join),
        st.binary(max_size=60),
    ),
    st.sampled_from([16, 64, 1 << 16]),
)
@example(b'k;t\n1;"a"\n""";\n', 16)
@example(b"k;t\r1;a\r\n\r2;b", 16)
def test_any_bytes_are_read_whole_or_refused(data, block_bytes):
    check(data, FOLDER / "any.csv", block_bytes=block_bytes)
    check(b"konto;text\n1;a\n" + data, FOLDER / "any.csv", block_bytes=block_bytes)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_files_the_fuzzer_starts_from_are_read_and_give_rows(seed):
    outcome = check(seed, FOLDER / "seed.csv")
    assert not outcome.refused
    assert outcome.given > 0


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab;"\n'), max_size=30))
def test_the_reference_reader_agrees_with_pythons_csv(text):
    # On what both allow: csv drops blank lines and ends an open quote at the end of the file.
    ours = [row for _, row in reference_rows(text, ";", '"') if row != [""]]
    theirs = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") if row not in ([], [""])]
    assert ours == theirs
