"""What does not stop an import but needs a look is found, with its row; little else is."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import utfall
from tests.quality.planted import part_of, plant
from tests.results_walk import untold
from tests.small_region import ledger, write_region
from utfall.errors import InvalidParameter
from utfall.evidence import Grade
from utfall.presentation.tables import Table
from utfall.quality import check_data
from utfall.quality.kinds import KINDS


@pytest.fixture(scope="module")
def clean(demo_folder, tmp_path_factory):
    part = part_of(demo_folder)
    return check_data(utfall.open_region(part.write(tmp_path_factory.mktemp("clean") / "region")))


@pytest.fixture(scope="module")
def planted(demo_folder, tmp_path_factory):
    part = part_of(demo_folder)
    plant(part, seed=1)
    region = utfall.open_region(part.write(tmp_path_factory.mktemp("planted") / "region"))
    return part, check_data(region)


def told(findings: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(findings["kind"], findings["what"], strict=True))


def test_every_kind_of_fault_that_is_planted_is_found(planted):
    part, result = planted
    missed = [
        (kind, place)
        for kind, place in part.planted
        if not any(kind == found and place in what for found, what in told(result.findings))
    ]
    assert missed == []
    assert {kind for kind, _ in part.planted} == set(KINDS)


def test_nearly_every_finding_that_planting_adds_is_of_the_kind_and_at_the_place_that_was_planted(clean, planted):
    part, result = planted
    new = sorted(set(told(result.findings)) - set(told(clean.findings)))
    unasked = [(kind, what) for kind, what in new if not any(kind == k and place in what for k, place in part.planted)]
    # A voucher copied two months on is also booked long before its month, and a line emptied this year lacks months.
    assert len(unasked) <= 0.15 * len(new), unasked


def test_a_clean_part_of_the_region_raises_few_alarms(clean):
    # Planted in the made-up region itself: an accrual taken out and put right, a missing invoice, single dear cases.
    of_truth = clean.faults["what"].str.contains("Konto 6910|Konto 5730|Konto 5310")
    assert of_truth.sum() >= 4
    assert (~of_truth).sum() <= 2, told(clean.findings)


def test_a_doubled_rows_finding_names_rows_of_the_file_that_are_the_same(planted):
    part, result = planted
    rows = result.findings.loc[result.findings["kind"] == "doubled_rows", "rows"].iloc[0]
    named = part.ledger.iloc[[int(row) - 1 for row in rows.split(", ")]]  # a Parquet file's rows are counted from 1
    assert named.duplicated(keep=False).any()
    assert set(named["period"]) == {pd.Timestamp("2026-04-01")}


def test_the_money_of_a_turned_posting_is_its_own(planted):
    part, result = planted
    finding = result.findings[(result.findings["kind"] == "turned_sign") & (result.findings["rows"] != "")].iloc[-1]
    rows = [int(row) - 1 for row in finding["rows"].split(", ")]
    assert part.ledger["amount"].iloc[rows].abs().max() <= finding["amount"] + 0.005


def test_no_personal_number_is_shown(planted):
    assert "640823" not in str(planted[1].to_dict())


def test_the_result_tells_only_what_it_holds(planted):
    assert untold(planted[1], "check_data") == []


def test_the_result_shows_itself(planted):
    result = planted[1]
    assert isinstance(result.table, Table)
    assert "ledger.parquet, rad " in result.faults_view.to_text()
    assert "Summa" in result.rows_view.to_text()
    assert result.plot().svg
    assert result.to_dict()["result"] == "DataQuality"


def region_of_csv(folder, frame, **mapping):
    """The small region with its ledger as a mapped CSV, debit positive."""
    write_region(folder)
    (folder / "ledger.parquet").unlink()
    columns = {"period": "Period", "unit": "Kst", "account": "Konto", "voucher": "Ver"}
    rule = {"file": "export.csv", "columns": {**columns, "amount": {"column": "Belopp", "factor": -1}}, **mapping}
    text = frame.assign(amount=-frame["amount"], period=frame["period"].dt.strftime("%Y-%m"))
    text = text[["period", "unit", "account", "voucher", "amount"]].set_axis([*columns.values(), "Belopp"], axis=1)
    text.to_csv(folder / "export.csv", sep=";", decimal=",", index=False)
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    settings["tables"] = {"ledger": rule}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return utfall.open_region(folder)


def vouchers():
    frame = ledger()
    return frame.assign(voucher=[f"F{number}" for number in range(len(frame))])


def test_a_row_of_a_csv_is_counted_as_a_person_counts_it_past_rows_that_are_left_out(tmp_path):
    frame = vouchers()
    balance = frame.iloc[:3].assign(account="1510", voucher="B")
    frame = pd.concat([balance, frame, frame.iloc[[-1]]], ignore_index=True)
    exclude = [{"column": "Konto", "first": "1", "last": "2", "reason": "balanskonton"}]
    result = check_data(region_of_csv(tmp_path / "region", frame, exclude=exclude))
    doubles = result.findings[result.findings["kind"] == "doubled_rows"].iloc[0]
    # The header is row 1, so the last row but one of n rows is n, and the last is n + 1.
    assert doubles["rows"] == f"{len(frame)}, {len(frame) + 1}"
    assert (doubles["file"], doubles["count"]) == ("export.csv", 1)
    ledger_rows = result.rows[result.rows["table"] == "ledger"].iloc[0]
    assert (ledger_rows["read"], ledger_rows["used"], ledger_rows["excluded"]) == (len(frame), len(frame) - 3, 3)
    assert "balanskonton" in result.rows_view.to_text()


def test_control_totals_that_hold_and_no_faults_give_the_highest_grade(tmp_path):
    frame = vouchers()
    plain = frame.assign(amount=frame["amount"].where(frame["amount"] > -5000, frame["amount"] + 5000))
    total = float(-plain["amount"].sum())
    result = check_data(region_of_csv(tmp_path / "region", plain, control_totals={"all": total}))
    assert result.findings["is_fault"].sum() == 0, told(result.findings)
    assert result.totals["holds"].tolist() == [True]
    assert result.grade is Grade.A
    assert "stämmer" in result.totals_view.to_text()
    assert result.faults_view is None


def test_without_a_control_total_it_is_said_that_the_file_may_be_incomplete(tmp_path):
    result = check_data(utfall.open_region(write_region(tmp_path / "region")))
    assert result.grade is Grade.C
    assert any("kontrollsumma" in warning for warning in result.warnings)


def test_a_posting_that_is_taken_out_and_booked_anew_is_no_turned_sign(tmp_path):
    frame = vouchers()
    base = {"unit": "K1", "account": "4010", "counterparty": "", "voucher": "A"}
    accrual = [
        {**base, "period": pd.Timestamp("2026-04-01"), "amount": -9000.0},
        {**base, "period": pd.Timestamp("2026-05-01"), "amount": 9000.0, "voucher": "B"},
    ]
    result = check_data(
        region_of_csv(tmp_path / "region", pd.concat([frame, pd.DataFrame(accrual)], ignore_index=True))
    )
    assert "turned_sign" not in set(result.findings["kind"])


def test_a_voucher_spread_over_three_months_is_not_booked_twice(tmp_path):
    frame = vouchers().assign(counterparty="Leverantör A")
    spread = [
        {"period": pd.Timestamp(f"2026-0{month}-01"), "unit": "K1", "account": "5610", "amount": -50.0, "voucher": "P"}
        for month in (3, 4, 5)
    ]
    result = check_data(region_of_csv(tmp_path / "region", pd.concat([frame, pd.DataFrame(spread)], ignore_index=True)))
    assert not {"booked_twice", "doubled_rows"} & set(result.findings["kind"])


def test_a_region_in_a_duckdb_file_is_checked_without_rows(tmp_path):
    from utfall.region.writing import write_duckdb

    region = utfall.open_region(write_region(tmp_path / "region"))
    write_duckdb(region, tmp_path / "region.duckdb")
    result = check_data(utfall.open_region(tmp_path / "region.duckdb"))
    assert result.rows["read"].sum() > 0
    in_ledger = result.findings[result.findings["table"] == "ledger"]
    assert (in_ledger["rows"] == "").all()


def test_a_month_outside_the_ledger_is_refused(small_region):
    with pytest.raises(InvalidParameter, match="outside the ledger"):
        check_data(small_region, period="2031-01")


@pytest.mark.slow
def test_the_whole_made_up_region_raises_few_alarms_and_tells_its_planted_accruals(demo_folder):
    result = check_data(utfall.open_region(demo_folder))
    assert len(result.findings) <= 20, told(result.findings)
    cells = " ".join(result.findings["what"])
    assert "Konto 6910" in cells  # an accrual taken out in May and put right in June
    assert "Konto 5730" in cells  # one taken out whose invoice is missing
