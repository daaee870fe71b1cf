"""A file is opened by what its name ends in, or refused in plain words."""

from __future__ import annotations

import pytest

from utfall.errors import InvalidData
from utfall.sources.opening import open_file


@pytest.mark.parametrize("suffix", [".csv", ".TXT", ".tsv"])
def test_text_is_opened_whatever_the_capitals_of_its_suffix(suffix, tmp_path):
    path = tmp_path / f"file{suffix}"
    path.write_text("konto\tbelopp\n1\t2\n", encoding="utf-8")
    assert open_file(path).columns == ("konto", "belopp")


def test_a_missing_file_a_folder_and_an_unknown_kind_are_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name, words in (
        ("none.csv", "is missing"),
        ("folder.csv", "a folder"),
        ("a.pdf", "'.pdf' cannot be read"),
        ("a", "''"),
    ):
        with pytest.raises(InvalidData, match=words):
            open_file(tmp_path / name)


def test_an_option_of_another_kind_of_file_is_refused(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"")
    with pytest.raises(InvalidData, match=r"header_row is given, which says nothing of a \.parquet file"):
        open_file(tmp_path / "a.parquet", header_row=2)
