"""What a table is said to sum to is tried against what it sums to, and every row is accounted for."""

import pytest
import yaml

import utfall
from tests.small_region import ledger, write_region
from utfall.errors import InvalidData

DEBIT = {"period": "period", "unit": "unit", "account": "account", "amount": {"column": "amount", "factor": -1}}


def mapped(folder, *, rows_after=(), **mapping):
    """A region whose ledger is a CSV with debit positive."""
    write_region(folder, as_csv=True)
    path = folder / "ledger.csv"
    frame = ledger().assign(
        amount=lambda frame: -frame["amount"], period=lambda frame: frame["period"].dt.strftime("%Y%m")
    )
    text = frame[["period", "unit", "account", "amount"]].to_csv(sep=";", decimal=",", index=False)
    path.write_text(text + "".join(f"{row}\n" for row in rows_after), encoding="utf-8")
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    settings["tables"] = {"ledger": {"file": "ledger.csv", "columns": DEBIT, **mapping}}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return folder


def debit(since="2024", frame=None):
    rows = ledger() if frame is None else frame
    return float(-rows.loc[rows["period"].dt.strftime("%Y-%m").str.startswith(since), "amount"].sum())


def test_totals_of_all_a_year_and_a_month_in_the_files_own_sign_hold(tmp_path):
    stated = {"all": debit(""), "2025": debit("2025"), "2026-10": debit("2026-10")}
    region = utfall.open_region(mapped(tmp_path, control_totals=stated))
    totals = region.row_accounts["ledger"].totals
    assert [total.what for total in totals] == ["all", "2025", "2026-10"]
    assert [total.found for total in totals] == [-value for value in stated.values()]


def test_a_total_in_whole_thousands_is_held_to_whole_thousands(tmp_path):
    utfall.open_region(mapped(tmp_path, control_totals={"2025": round(debit("2025"))}))


def test_a_total_that_is_an_ore_off_is_refused_with_the_difference(tmp_path):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(mapped(tmp_path, control_totals={"2025": debit("2025") + 0.01}))
    (fault,) = error.value.faults
    assert fault.file == "ledger.csv"
    assert "difference 0.01" in fault.what


def test_a_closing_sum_row_is_no_posting_but_a_total_to_hold(tmp_path):
    stated = f"{debit(''):.2f}".replace(".", ",")
    region = utfall.open_region(mapped(tmp_path, rows_after=[f"Summa;;;{stated}"]))
    account = region.row_accounts["ledger"]
    assert account.used == len(ledger())
    assert sum(account.excluded.values()) == 1
    assert account.totals[0].stated == -debit("")


def test_a_closing_sum_row_that_is_wrong_stops_the_import(tmp_path):
    with pytest.raises(InvalidData, match="sum row of the file"):
        utfall.open_region(mapped(tmp_path, rows_after=["Summa;;;1,00"]))


def test_rows_left_out_by_a_stated_rule_are_counted_by_its_reason(tmp_path):
    rule = {"column": "account", "first": "1", "last": "2", "reason": "balance accounts"}
    rows = ["202610;K1;1510;500,00", "202610;K1;2990;-500,00"]
    account = utfall.open_region(mapped(tmp_path, rows_after=rows, exclude=[rule])).row_accounts["ledger"]
    assert (account.read, account.used, account.excluded) == (len(ledger()) + 2, len(ledger()), {"balance accounts": 2})


def test_the_account_of_rows_is_remembered_with_the_check(tmp_path):
    folder = mapped(tmp_path, control_totals={"all": debit("")})
    first = utfall.open_region(folder).row_accounts
    assert utfall.open_region(folder).row_accounts == first
