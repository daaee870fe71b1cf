"""Opening a region: everything is checked, and every fault is named, before anything is handed over."""

import shutil

import duckdb
import pandas as pd
import pytest

import utfall
from tests.small_region import REGISTERS, UNITS, budget, ledger, write_region
from utfall.errors import InvalidData, InvalidParameter
from utfall.region import write_duckdb


def faults_of(folder):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(folder)
    return error.value.faults


def test_the_same_region_reads_the_same_from_parquet_csv_and_duckdb(tmp_path, small_region):
    from_csv = utfall.open_region(write_region(tmp_path / "csv", as_csv=True))
    from_duckdb = utfall.open_region(write_duckdb(small_region, tmp_path / "region.duckdb"))
    expected = small_region.amounts(["unit", "line", "period"])
    pd.testing.assert_frame_equal(from_csv.amounts(["unit", "line", "period"]), expected)
    pd.testing.assert_frame_equal(from_duckdb.amounts(["unit", "line", "period"]), expected)


def test_a_notebook_folder_finds_the_region_of_the_checkout_above_it(tmp_path, monkeypatch):
    write_region(tmp_path / "data" / "demo")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert utfall.open_region("data/demo").name == "Småregionen"


def test_a_place_without_a_region_is_answered_with_what_to_do(tmp_path):
    with pytest.raises(InvalidParameter, match="utfall demo"):
        utfall.open_region(tmp_path / "nowhere")
    with pytest.raises(InvalidParameter, match=r"holds no region\.yaml"):
        utfall.open_region(tmp_path)


def test_a_missing_column_is_named(tmp_path):
    folder = write_region(tmp_path, ledger=ledger().drop(columns="account"))
    (fault,) = faults_of(folder)
    assert (fault.file, fault.what) == (
        "ledger.parquet",
        "the column 'account' of the table ledger is missing.",
    )
    assert "region.yaml" in fault.remedy


def test_an_unknown_unit_is_named_by_its_first_row(tmp_path):
    frame = ledger()
    frame.loc[7, "unit"] = "K9"
    faults = faults_of(write_region(tmp_path, ledger=frame))
    assert [(f.file, f.row) for f in faults] == [("ledger.parquet", 8)]
    assert "K9 is not in the organisation" in faults[0].what
    assert "organisation.yaml" in faults[0].remedy


def test_a_text_where_a_number_belongs_is_named_by_its_row_in_the_csv(tmp_path):
    folder = write_region(tmp_path, as_csv=True)
    path = folder / "budget.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].rsplit(";", 1)[0] + ";tolv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert (fault.file, fault.row) == ("budget.csv", 5)
    assert "'tolv' is not a number" in fault.what


def test_an_account_mapped_twice_is_named_by_its_row(tmp_path):
    accounts = {
        "lines": REGISTERS["accounts.yaml"]["lines"],
        "accounts": [
            *REGISTERS["accounts.yaml"]["accounts"],
            {"first": "5610", "last": "5610", "line": "salaries"},
        ],
    }
    folder = write_region(tmp_path, accounts=accounts)
    (fault,) = faults_of(folder)
    rows = (folder / "accounts.yaml").read_text(encoding="utf-8").splitlines()
    assert fault.file == "accounts.yaml"
    assert "5610" in rows[fault.row - 1]
    assert "mapped twice" in fault.what


def test_an_account_in_no_interval_is_named_with_how_many_rows_have_it(tmp_path):
    frame = ledger()
    frame.loc[[3, 5], "account"] = "7910"
    (fault,) = faults_of(write_region(tmp_path, ledger=frame))
    assert (fault.row, fault.what) == (4, "account 7910 is in no interval (2 rows).")


def test_a_unit_without_budget_in_a_budgeted_year_is_named(tmp_path):
    frame = budget()
    frame = frame[(frame["unit"] != "K2") | (frame["period"].dt.year != 2026)]
    (fault,) = faults_of(write_region(tmp_path, budget=frame))
    assert fault.file == "budget.parquet"
    assert "K2 (Ögonmottagningen) has no budget for 2026" in fault.what


def test_a_region_meant_to_have_a_budget_is_not_opened_without_one(tmp_path):
    (fault,) = faults_of(write_region(tmp_path, budget=None))
    assert "reference: previous_year" in fault.remedy


def test_a_budget_row_given_twice_is_named(tmp_path):
    frame = pd.concat([budget(), budget().head(1)], ignore_index=True)
    (fault,) = faults_of(write_region(tmp_path, budget=frame))
    assert fault.row == len(frame)
    assert "second time" in fault.what


def test_a_unit_with_postings_outside_its_validity_is_named(tmp_path):
    units = [dict(unit) for unit in REGISTERS["organisation.yaml"]["units"]]
    next(unit for unit in units if unit["code"] == "K2")["valid_to"] = "2026-06-30"
    faults = faults_of(write_region(tmp_path, organisation={"units": units}))
    assert any("K2 has rows in 2026-07, when it is not a valid unit" in fault.what for fault in faults)


def test_a_measure_of_an_unknown_unit_is_named(tmp_path):
    measure = REGISTERS["measures.yaml"]["measures"][0] | {"units": ["K9"]}
    (fault,) = faults_of(write_region(tmp_path, measures={"measures": [measure]}))
    assert "names the unknown unit K9" in fault.what


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("profile", "slowly", "not one of step"),
        ("start", "2026-13", "start"),
        ("colour", "red", "is not a column here"),
    ],
)
def test_a_register_row_with_an_impossible_value_is_named_by_its_line(tmp_path, column, value, message):
    measure = REGISTERS["measures.yaml"]["measures"][0] | {column: value}
    (fault,) = faults_of(write_region(tmp_path, measures={"measures": [measure]}))
    assert (fault.file, fault.row) == ("measures.yaml", 2)
    assert message in str(fault)


def test_faults_in_several_tables_are_told_at_once(tmp_path):
    bad_ledger, bad_budget = ledger(), budget()
    bad_ledger.loc[0, "period"] = pd.Timestamp("2024-01-15")
    bad_budget.loc[0, "amount"] = float("inf")
    files = {fault.file for fault in faults_of(write_region(tmp_path, ledger=bad_ledger, budget=bad_budget))}
    assert files == {"ledger.parquet", "budget.parquet"}


def test_a_changed_file_is_checked_again_and_gets_another_data_version(tmp_path):
    folder = write_region(tmp_path)
    first = utfall.open_region(folder)
    assert utfall.open_region(folder).data_version == first.data_version
    frame = ledger()
    frame.loc[0, "amount"] += 0.01
    frame.to_parquet(folder / "ledger.parquet", index=False)
    second = utfall.open_region(folder)
    assert second.data_version != first.data_version
    assert round(second.control_total() - first.control_total(), 2) == 0.01
    frame.loc[0, "unit"] = "K9"
    frame.to_parquet(folder / "ledger.parquet", index=False)
    assert faults_of(folder)[0].row == 1


def test_the_data_version_depends_on_the_content_and_not_on_the_place(tmp_path):
    folder = write_region(tmp_path / "one")
    shutil.copytree(folder, tmp_path / "two")
    assert utfall.open_region(folder).data_version == utfall.open_region(tmp_path / "two").data_version


def test_a_duckdb_file_that_is_not_a_region_is_refused(tmp_path):
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE a (b INTEGER)")
    with pytest.raises(InvalidData, match="utfall_registers"):
        utfall.open_region(tmp_path / "other.duckdb")


def test_the_mapping_turns_cost_to_result_sign_and_adds_finer_rows_together(tmp_path):
    raw = pd.DataFrame(
        {
            "månad": ["2026-01", "2026-01", "2026-02"],
            "enhet": ["K1", "K1", "K1"],
            "kostnad": ["1 000,50", "2,25", "10"],
            "recept": ["5", "7", "9"],
        }
    )
    folder = write_region(tmp_path, ledger=None, budget=None, volumes=None)
    raw.to_csv(folder / "export.csv", sep=";", index=False)
    columns = {"period": "månad", "unit": "enhet"}
    settings = {
        "name": "Prov",
        "reference": "previous_year",
        "tables": {
            "ledger": {
                "file": "export.csv",
                "columns": columns | {"account": {"value": "5600"}, "amount": {"column": "kostnad", "factor": -1}},
            },
            "volumes": {
                "file": "export.csv",
                "combine": "sum",
                "columns": columns | {"product": {"value": "Recept"}, "actual": "recept"},
            },
        },
    }
    import yaml

    (folder / "region.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    region = utfall.open_region(folder)
    assert region.amounts(["period", "line"])["actual"].tolist() == [-1002.75, -10.0]
    assert region.table("volumes")["actual"].tolist() == [12.0, 9.0]
    assert not region.has_budget


def test_every_unit_of_the_small_region_has_its_ledger(small_region):
    for unit in UNITS:
        expected = ledger().query("unit == @unit")["amount"].sum()
        assert small_region.control_total(unit=unit) == pytest.approx(expected, abs=0.001)


def test_a_ledger_that_was_not_turned_around_is_refused_with_the_factor_to_use(tmp_path):
    (fault,) = faults_of(write_region(tmp_path, ledger=ledger().assign(amount=lambda frame: -frame["amount"])))
    assert "4 of 4 report lines have the wrong sign" in fault.what
    assert "factor: -1" in fault.remedy


def test_a_month_missing_inside_the_ledger_is_named(tmp_path):
    (fault,) = faults_of(
        write_region(tmp_path, ledger=ledger()[lambda frame: frame["period"] != pd.Timestamp("2025-05-01")])
    )
    assert fault.what == "the ledger has no rows at all for 2025-05."


def test_a_budget_for_a_part_of_the_year_is_named(tmp_path):
    (fault,) = faults_of(write_region(tmp_path, budget=budget().query("period < '2026-11-01'")))
    assert fault.what == "the budget for 2026 has no rows for 2026-11, 2026-12."


def test_a_ledger_without_rows_is_refused(tmp_path):
    (fault,) = faults_of(write_region(tmp_path, as_csv=True, ledger=ledger().head(0)))
    assert fault.what == "the ledger has no rows."


def test_empty_lines_and_lines_that_end_in_a_separator_shift_nothing(tmp_path):
    folder = write_region(tmp_path, as_csv=True)
    path = folder / "budget.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(lines[0] + "\n" + "".join(f"{line};\n" for line in lines[1:]) + "\n\n", encoding="utf-8")
    total = utfall.open_region(folder).control_total(table="budget", until="2026-12")
    assert total == budget()["amount"].sum()


@pytest.mark.parametrize("line", [1, 6])
def test_a_value_beyond_the_headers_columns_is_refused_by_its_row(tmp_path, line):
    folder = write_region(tmp_path, as_csv=True)
    path = folder / "budget.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line] += ";extra"
    path.write_text("\n".join(lines), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert fault.file == "budget.csv"
    assert fault.row == line + 1 or f"line {line + 1}" in fault.what


def test_a_posting_date_in_the_month_counts_as_the_month(tmp_path):
    folder = write_region(tmp_path, as_csv=True)
    path = folder / "ledger.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-09;", "2026-09-30;"), encoding="utf-8")
    total = utfall.open_region(folder).control_total(since="2026-09", until="2026-09")
    assert total == ledger()[lambda frame: frame["period"] == pd.Timestamp("2026-09-01")]["amount"].sum()


def test_a_file_in_another_encoding_is_read_as_it_is_written(tmp_path):
    folder = write_region(tmp_path, as_csv=True)
    path = folder / "ledger.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    assert set(utfall.open_region(folder).table("ledger")["counterparty"]) == {"Leverantör A"}
