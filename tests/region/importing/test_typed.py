"""From an outside file's columns to the kit's, and the rows that do not fit."""

import pandas as pd
import pyarrow as pa
import pytest

from utfall.errors import InvalidData
from utfall.region.importing import import_table, importing_engine
from utfall.region.tables import TABLES
from utfall.sources import SOURCE_ROW, ArrowSource, TableMapping

COLUMNS = {
    "period": "månad",
    "unit": "ansvar",
    "account": "konto",
    "amount": {"column": "belopp", "factor": -1},
    "version": {"value": "beslutad"},
}


def imported(tmp_path, frame, **mapping):
    """A budget read out of a frame whose first row stands in row 2 of its file."""
    content = pa.Table.from_pandas(frame, preserve_index=False)
    content = content.append_column(SOURCE_ROW, pa.array(range(2, 2 + len(frame)), pa.int64()))
    rules = TableMapping(file="export.csv", columns=COLUMNS, **mapping)
    target = tmp_path / "budget.parquet"
    with importing_engine(tmp_path) as engine:
        table = import_table(engine, ArrowSource("export.csv", content), TABLES["budget"], rules, target)
    return table, pd.read_parquet(target)[list(TABLES["budget"].columns)]


def frame(**columns):
    count = max(len(values) for values in columns.values())
    plain = {"månad": ["2026-10"] * count, "ansvar": [f"{n}" for n in range(count)], "konto": ["5600"] * count}
    return pd.DataFrame({**plain, "belopp": ["5"] * count, **columns})


def faults(tmp_path, given, **mapping):
    with pytest.raises(InvalidData) as error:
        imported(tmp_path, given, **mapping)
    assert not list(tmp_path.glob("*.parquet"))
    return error.value.faults


def test_columns_are_renamed_filled_and_turned_to_result_sign(tmp_path):
    _, rows = imported(tmp_path, frame(ansvar=[" 1100 "], belopp=["1 234,50"]))
    row = rows.iloc[0]
    assert row["period"] == pd.Timestamp("2026-10-01")
    assert (row["unit"], float(row["amount"]), row["version"]) == ("1100", -1234.5, "beslutad")


def test_every_text_where_a_number_belongs_is_named_by_its_row_and_nothing_is_written(tmp_path):
    found = faults(tmp_path, frame(belopp=["5", "fem", "n/a"]))
    assert [(fault.file, fault.row, fault.what) for fault in found] == [
        ("export.csv", 3, "belopp 'fem' is not a number."),
        ("export.csv", 4, "belopp 'n/a' is not a number."),
    ]
    assert all("decimal: in region.yaml" in fault.remedy for fault in found)


def test_faults_of_several_columns_are_told_in_the_order_of_the_file(tmp_path):
    found = faults(tmp_path, frame(månad=["oktober", "2026-10", ""], belopp=["5", "", "6"]))
    assert [(fault.row, fault.what) for fault in found] == [
        (2, "månad 'oktober' is not a date."),
        (3, "belopp is empty."),
        (4, "månad is empty."),
    ]


def test_a_missing_column_is_named_with_the_columns_the_file_has(tmp_path):
    (fault,) = faults(tmp_path, frame(belopp=["5"]).drop(columns="belopp"))
    assert "'belopp' is missing; the file has månad, ansvar, konto." in fault.what


def test_the_day_that_stands_for_no_date_is_no_month(tmp_path):
    (fault,) = faults(tmp_path, frame(månad=["1899-12-31"]))
    assert fault.what == "månad '1899-12-31' is empty."


def test_amounts_in_ore_become_kronor(tmp_path):
    columns = {**COLUMNS, "amount": {"column": "belopp", "factor": -0.01}}
    content = pa.Table.from_pandas(frame(belopp=["1234567", "1", "-33"]), preserve_index=False)
    content = content.append_column(SOURCE_ROW, pa.array([2, 3, 4], pa.int64()))
    rules = TableMapping(file="export.csv", columns=columns)
    with importing_engine(tmp_path) as engine:
        import_table(engine, ArrowSource("e.csv", content), TABLES["budget"], rules, tmp_path / "budget.parquet")
    assert pd.read_parquet(tmp_path / "budget.parquet")["amount"].astype(str).tolist() == ["-12345.67", "-0.01", "0.33"]


def test_an_amount_too_large_to_be_real_is_refused(tmp_path):
    (fault,) = faults(tmp_path, frame(belopp=["99999999999999"]))
    assert "1e+13 SEK or more" in fault.what


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_they_are(tmp_path):
    given = frame(månad=[pd.Timestamp("2026-10-17")], ansvar=[1100.0], konto=[5600.0], belopp=[12.5])
    _, rows = imported(tmp_path, given)
    assert rows.iloc[0].tolist()[:4] == [pd.Timestamp("2026-10-01"), "1100", "5600", "beslutad"]


def test_a_second_row_of_the_same_grain_is_named(tmp_path):
    (fault,) = faults(tmp_path, frame(ansvar=["1", "2", "1"]))
    assert fault.row == 4
    assert "2026-10-01, 1, 5600, beslutad" in fault.what


def test_rows_of_the_same_grain_are_added_where_that_is_asked_for(tmp_path):
    table, rows = imported(tmp_path, frame(ansvar=["1", "2", "1"], belopp=["1,10", "2", "3,20"]), combine="sum")
    assert rows.set_index("unit")["amount"].astype(float).to_dict() == {"1": -4.3, "2": -2.0}
    assert table.account.used == 3


def test_a_rule_of_exclusion_works_on_intervals_as_the_accounts_do(tmp_path):
    rule = {"column": "konto", "first": "1", "last": "29", "reason": "balance"}
    given = frame(konto=["1510", "2999", "3000", "29", "30"])
    table, rows = imported(tmp_path, given, exclude=[rule])
    assert rows["account"].tolist() == ["3000", "30"]
    assert table.account.excluded == {"balance": 3}


def test_a_faulty_row_that_is_left_out_stops_nothing(tmp_path):
    rule = {"column": "konto", "values": ["1510"], "reason": "balance"}
    _, rows = imported(tmp_path, frame(konto=["1510", "5600"], belopp=["fem", "5"]), exclude=[rule])
    assert len(rows) == 1


def test_a_rule_needs_exactly_one_origin():
    with pytest.raises(ValueError, match="either column or value"):
        TableMapping(file="a.csv", columns={"unit": {"column": "a", "value": "b"}})


def test_a_mapping_needs_a_file_or_a_database():
    with pytest.raises(ValueError, match="either file or database"):
        TableMapping(columns=COLUMNS)
