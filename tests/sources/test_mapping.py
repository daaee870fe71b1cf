"""From an outside file's columns to the kit's."""

import pandas as pd
import pytest

from utfall.errors import InvalidData
from utfall.sources import ColumnRule, RawTable, TableMapping, apply_mapping, read_file

RULES = {
    "period": ColumnRule(column="månad"),
    "unit": ColumnRule(column="ansvar"),
    "amount": ColumnRule(column="belopp", factor=-1),
    "version": ColumnRule(value="beslutad"),
}


def mapped(frame):
    return apply_mapping(RawTable(frame, "export.csv", 2), RULES, numeric={"amount"}, dates={"period"})


def test_columns_are_renamed_filled_and_turned_to_result_sign():
    frame = mapped(pd.DataFrame({"månad": ["2026-10"], "ansvar": [" 1100 "], "belopp": ["1 234,50"]}))
    row = frame.iloc[0]
    assert row["period"] == pd.Timestamp("2026-10-01")
    assert (row["unit"], row["amount"], row["version"], row["source_row"]) == ("1100", -1234.5, "beslutad", 2)


def test_every_text_where_a_number_belongs_is_named_by_its_row_in_the_file():
    with pytest.raises(InvalidData) as error:
        mapped(pd.DataFrame({"månad": ["2026-10"] * 3, "ansvar": ["1"] * 3, "belopp": ["5", "fem", "n/a"]}))
    assert [(fault.file, fault.row) for fault in error.value.faults] == [("export.csv", 3), ("export.csv", 4)]
    assert "'fem'" in str(error.value)
    assert "Write a number there" in str(error.value)


def test_a_missing_column_is_named_with_the_columns_the_file_has():
    with pytest.raises(InvalidData, match=r"'belopp' is missing; the file has månad, ansvar"):
        mapped(pd.DataFrame({"månad": ["2026-10"], "ansvar": ["1"]}))


@pytest.mark.parametrize("text", ["2026-13", "oktober", "2026-02-30"])
def test_a_text_that_is_no_date_is_refused(text):
    with pytest.raises(InvalidData, match="not a date"):
        mapped(pd.DataFrame({"månad": [text], "ansvar": ["1"], "belopp": ["5"]}))


def test_an_excel_column_that_mixes_numbers_and_texts_is_read_or_refused_cell_by_cell():
    frame = mapped(pd.DataFrame({"månad": ["202610"] * 2, "ansvar": ["1"] * 2, "belopp": [1234.5, "1 234,50"]}))
    assert frame["amount"].tolist() == [-1234.5, -1234.5]


def test_a_rule_needs_exactly_one_origin():
    with pytest.raises(ValueError, match="either column or value"):
        TableMapping(file="a.csv", columns={"unit": {"column": "a", "value": "b"}})


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_the_separator_of_a_text_file_is_found_from_its_header(tmp_path, separator):
    path = tmp_path / "a.csv"
    path.write_text(separator.join(["konto", "text"]) + "\n" + separator.join(["5600", "x"]) + "\n", encoding="utf-8")
    assert read_file(path).frame.to_dict("records") == [{"konto": "5600", "text": "x"}]


def test_account_numbers_keep_their_leading_zeros(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("konto;belopp\n0100;1\n", encoding="utf-8")
    assert read_file(path).frame["konto"].tolist() == ["0100"]


def test_a_file_of_an_unknown_kind_is_refused_with_the_kinds_that_can_be_read(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(InvalidData, match=r"Use one of \.parquet, \.csv"):
        read_file(path)
