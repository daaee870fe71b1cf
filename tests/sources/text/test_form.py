"""How a text file is written is found from the file, and what is not certain is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from utfall.errors import InvalidData
from utfall.sources.text import TextForm, read_form
from utfall.sources.text.encoding import find_encoding

READ_AT_A_TIME = 4 << 20


def form_of(folder: Path, content: str | bytes, written: str = "utf-8", **given) -> TextForm:
    path = folder / "file.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(written))
    return read_form(path, **given)


@pytest.mark.parametrize(
    ("rows", "decimal"),
    [
        ("1;-12,50\n2;3\n", ","),
        ("1;12.5\n2;3\n", "."),
        ("1;1 234,50-\n2;3\n", ","),
        ("1;1.234,50\n2;2.000\n", ","),
        ("1;1,234.50\n2;2,000\n", "."),
        ("1;1.234.567\n2;2.000\n", None),
        ("1;5\n2;2026-10-01\n", None),
    ],
)
def test_the_decimal_sign_is_the_one_that_numbers_have(rows, decimal, tmp_path):
    assert form_of(tmp_path, "konto;belopp\n" + rows).decimal == decimal


@pytest.mark.parametrize(
    ("content", "line_ends"),
    [
        (b"a;b\n1;2\n", "LF"),
        (b"a;b\r\n1;2\r\n", "CRLF"),
        (b"a;b\r1;2\r", "CR"),
        (b"a;b\r\n1;2\n", "mixed"),
        (b"a;b\n1;2\r3;4\n", "mixed"),
        (b"a;b", "LF"),
    ],
)
def test_line_ends_are_named(content, line_ends, tmp_path):
    assert form_of(tmp_path, content).line_ends == line_ends


def test_a_plain_file_leaves_no_doubt(tmp_path):
    form = form_of(tmp_path, "konto;text;belopp\n5600;Läkemedel;-12,50\n", "cp1252")
    assert form == TextForm("cp1252", ";", '"', 1, ("konto", "text", "belopp"), "LF", False, ",", ())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("konto;text\n1;å\n".encode("cp437"), "cp437"),
        (b"konto;text\r\n1;a\n", "Lines end in different ways"),
        (b"konto;belopp\n1;2,50\n2;3.50\n", "both with a comma (1) and with a point (1)"),
        (b"a,b;c\n1,2;3\n", "',' would fit as well"),
        (b"konto\n1\n", "Only one column"),
        (b"konto;2024\n1;2\n", "Row 1 is taken to hold the column names"),
        ("konto;text\n1;å\n".encode("utf-16-le"), "without a byte order mark"),
        ("konto;text\n1;åäö\n".encode() + b"2;\xe5\n", "UTF-8 but for 1 bytes"),
        (b"konto;text\n1;\xe5\x81\n", "iso-8859-1"),
        ("konto;text\n1;L\ufffdn\n".encode(), "lost in the file itself"),
        ("konto;text\n1;LÃ¤kemedel\n".encode(), "ä seem to have been encoded twice"),
    ],
)
def test_what_is_not_certain_is_said(content, words, tmp_path):
    doubts = form_of(tmp_path, content).doubts
    assert [doubt for doubt in doubts if words in doubt] != []


def test_what_is_given_is_taken_without_a_doubt(tmp_path):
    form = form_of(tmp_path, "x,y;a\nkonto;text,z\n1;å\n", "cp437", encoding="cp437", separator=";", header_row=2)
    assert (form.encoding, form.separator, form.header_row) == ("cp437", ";", 2)
    assert form.columns == ("konto", "text,z")
    assert form.doubts == ()


def test_rows_that_end_in_a_separator_are_told_from_rows_with_an_empty_column(tmp_path):
    assert form_of(tmp_path, "konto;text\n1;a;\n2;b;\n").trailing_separator
    assert not form_of(tmp_path, "konto;text;x\n1;a;\n2;b;\n").trailing_separator


@pytest.mark.parametrize(
    ("last", "encoding"), [(b"9;\xe5\n", "cp1252"), ("9;å\n".encode(), "utf-8"), (b"9;\x86\n", "cp437")]
)
def test_the_last_byte_of_a_large_file_decides_its_encoding(last, encoding, tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"konto;text\n" + b"5600;only ascii\n" * (READ_AT_A_TIME // 16 + 1000) + last)
    assert find_encoding(path).encoding == encoding


def test_a_letter_over_the_edge_of_what_is_read_at_a_time_is_one_letter(tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"k" * (READ_AT_A_TIME - 1) + "å;b\n".encode())
    assert find_encoding(path).encoding == "utf-8"


def test_a_missing_file_is_refused_with_where_it_should_be(tmp_path):
    with pytest.raises(InvalidData, match=r"file is missing\. Put it at"):
        read_form(tmp_path / "none.csv")
