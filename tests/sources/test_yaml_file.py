"""YAML that knows its rows."""

import pytest

from utfall.errors import InvalidData
from utfall.sources import read_yaml


def write(tmp_path, text):
    path = tmp_path / "goals.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_row_knows_the_line_it_begins_on(tmp_path):
    content = read_yaml(write(tmp_path, "goals:\n  - id: a\n    year: 2026\n  - id: b\n"))
    assert [row.line for row in content["goals"]] == [2, 4]


def test_a_key_given_twice_is_refused_by_its_line(tmp_path):
    with pytest.raises(InvalidData, match=r"goals\.yaml, row 2: the key 'a' is given twice"):
        read_yaml(write(tmp_path, "a: 1\na: 2\n"))


def test_broken_yaml_is_refused_by_its_line(tmp_path):
    with pytest.raises(InvalidData, match=r"goals\.yaml, row 2"):
        read_yaml(write(tmp_path, "a: [1, 2\nb: 3\n"))


def test_a_missing_file_is_told_with_where_to_put_it(tmp_path):
    with pytest.raises(InvalidData, match=r"the file is missing\. Create "):
        read_yaml(tmp_path / "goals.yaml")


def test_a_file_that_is_not_utf8_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "goals.yaml"
    path.write_bytes("namn: Östersund".encode("latin-1"))
    with pytest.raises(InvalidData, match="Save the file as UTF-8"):
        read_yaml(path)
