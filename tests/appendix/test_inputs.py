"""What of a region leaves the house, and that the amounts are the same when it has."""

import csv
import hashlib
import io

import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import MONTHS, ledger, write_region
from utfall.appendix.inputs import RULES, Form, Reads, inputs_csv, take_inputs
from utfall.errors import InvalidData, InvalidParameter
from utfall.followup.forecast_accounts.ledger_then import LedgerThen
from utfall.region import TABLES

OCTOBER = pd.Timestamp("2026-10-01")


def told_ledger():
    """Each posting of the small region in two vouchers with a text and a supplier, some booked three months late."""
    whole = ledger()
    first = whole.assign(amount=(whole["amount"] * 0.3).round(2), voucher=[f"V{n:07}" for n in range(len(whole))])
    second = whole.assign(amount=whole["amount"] - first["amount"], voucher=[f"W{n:07}" for n in range(len(whole))])
    rows = pd.concat([first, second], ignore_index=True)
    late = pd.Series(range(len(rows))) % 17 == 0
    days = pd.Series(range(len(rows))) % 9
    read = pd.Timestamp("2026-11-11")
    booked = rows["period"] + pd.offsets.MonthEnd(0) + pd.to_timedelta(days.where(~late, 95), "D")
    return rows.assign(text="Faktura Karlssons rehab", activity="Vård", project="P1", booked_on=booked.clip(upper=read))


def write_large(folder):
    """The small region with tables of persons beside it."""
    write_region(folder, ledger=told_ledger())
    pd.DataFrame(
        [
            {
                "period": OCTOBER,
                "unit": unit,
                "drug": drug,
                "patients": n,
                "doses": n,
                "packages": n,
                "amount": -10.0 * n,
            }
            for unit, counts in {"K1": (2, 7, 30, 90), "K2": (6, 7, 30, 90)}.items()
            for drug, n in zip("ABCD", counts, strict=True)
        ]
    ).to_parquet(folder / "drug_use.parquet", index=False)
    pd.DataFrame(
        [
            {
                "period": month,
                "unit": unit,
                "pathway": "Besök",
                "waiting": 50.0,
                "referred": 3.0 if (unit, month) == ("K1", OCTOBER) else 20.0,
                "completed": 20.0,
                "within_guarantee": 15.0,
            }
            for month in MONTHS
            for unit in ("K1", "K2")
        ]
    ).to_parquet(folder / "waiting.parquet", index=False)
    pd.DataFrame(
        {
            "period": [OCTOBER] * 4,
            "unit": ["K1", "K2", "K1", "K2"],
            "product": ["Operationer", "Operationer", "DRG-poäng", "DRG-poäng"],
            "planned": [10.0] * 4,
            "actual": [3.0, 12.0, 2.0, 4.7],
        }
    ).to_parquet(folder / "volumes.parquet", index=False)
    pd.DataFrame(
        {"period": [OCTOBER], "unit": ["K1"], "provider": ["X"], "case": ["V1"], "drg_points": [1.0], "amount": [-5.0]}
    ).to_parquet(folder / "purchased_care.parquet", index=False)
    pd.DataFrame(
        {"kpi": ["k"] * 3, "unit": ["B", "K", "K1"], "period": [OCTOBER] * 3, "value": [1.0, 2.0, 3.0]}
    ).to_parquet(folder / "kpi_values.parquet", index=False)
    staffing = {"period": OCTOBER, "unit": "K1", "category": "Läkare", "employment": "own", "headcount": 1.0}
    rest = dict.fromkeys(("fte", "hours", "leavers", "sick_hours"), 1.0) | {"amount": -60000.0}
    pd.DataFrame([staffing | rest]).to_parquet(folder / "staffing.parquet", index=False)
    comments = {"comments": [{"unit": "K1", "period": "2026-09", "text": "Karlsson är sjukskriven"}]}
    (folder / "comments.yaml").write_text(yaml.safe_dump(comments, allow_unicode=True), encoding="utf-8")
    with (folder / "measures.yaml").open("a", encoding="utf-8") as file:
        file.write("# ring Karlsson om detta\n")
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return write_large(tmp_path_factory.mktemp("house") / "region")


@pytest.fixture(scope="module")
def taken(house, tmp_path_factory):
    return take_inputs(house, tmp_path_factory.mktemp("out") / "underlag", booked_on=True)


def left(taken, table):
    return pd.read_parquet(taken.folder / f"{table}.parquet")


def test_every_cost_is_the_same_to_the_ore_in_what_leaves(house, taken):
    by = ["period", "posted_unit", "account", "line", "division"]
    inside, outside = (utfall.open_region(place) for place in (house, taken.folder))
    pd.testing.assert_frame_equal(inside.costs(by), outside.costs(by), check_exact=True)
    pd.testing.assert_frame_equal(inside.amounts(by), outside.amounts(by), check_exact=True)
    assert outside.control_total() == inside.control_total() == round(float(told_ledger()["amount"].sum()), 2)


def test_no_voucher_text_supplier_or_project_leaves(taken):
    rows = left(taken, "ledger")
    for column in ("voucher", "text", "counterparty", "project", "activity"):
        assert set(rows[column]) == {""}
    assert b"Karlsson" not in b"".join(taken.payload().values())


def test_late_bookings_are_as_late_as_they_were(house, taken):
    inside, outside = (LedgerThen(utfall.open_region(place)) for place in (house, taken.folder))
    for month in ("2026-03-01", "2026-10-01"):
        pd.testing.assert_frame_equal(inside.until(pd.Timestamp(month)), outside.until(pd.Timestamp(month)))
        pd.testing.assert_frame_equal(inside.vintages(pd.Timestamp(month)), outside.vintages(pd.Timestamp(month)))


def test_the_days_of_what_was_booked_on_time_stay(house, taken):
    inside = told_ledger()
    on_time = inside["booked_on"] <= inside["period"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=11)
    rows = left(taken, "ledger")
    kept = rows["booked_on"] <= rows["period"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=11)
    assert inside[on_time].groupby("period")["booked_on"].nunique().max() > 1
    assert rows[kept].groupby("period")["booked_on"].nunique().max() == 1


def test_days_of_booking_stay_when_nothing_needs_them(house, tmp_path):
    taken = take_inputs(house, tmp_path / "u", tables=[])
    assert left(taken, "ledger")["booked_on"].isna().all()
    assert len(left(taken, "ledger")) == len(ledger())


def test_few_patients_are_taken_out_with_one_more_drug_of_that_unit(taken):
    rows = left(taken, "drug_use")
    assert set(rows.loc[rows["unit"] == "K1", "drug"]) == {"C", "D"}
    assert set(rows.loc[rows["unit"] == "K2", "drug"]) == set("ABCD")


def test_a_queue_with_a_small_count_does_not_leave_at_all(taken):
    assert set(left(taken, "waiting")["unit"]) == {"K2"}


def test_a_small_volume_is_left_empty_but_points_are_not(taken):
    rows = left(taken, "volumes").set_index(["unit", "product"])["actual"]
    assert pd.isna(rows["K1", "Operationer"])
    assert rows["K2", "Operationer"] == 12.0
    assert rows["K1", "DRG-poäng"] == 2.0


def test_key_figures_of_units_stay(taken):
    assert set(left(taken, "kpi_values")["unit"]) == {"B", "K"}


def test_persons_cases_and_comments_stay_with_their_hash(house, taken):
    stays = {file.part if file.part != "register" else file.name: file for file in taken.stays}
    assert set(stays) == {"staffing", "purchased_care", "comments.yaml"}
    digest = hashlib.sha256((house / "staffing.parquet").read_bytes()).hexdigest()
    assert stays["staffing"].sha256 == digest
    assert not (taken.folder / "staffing.parquet").exists()


def test_a_table_the_notebooks_do_not_read_stays(house, tmp_path):
    taken = take_inputs(house, tmp_path / "u", tables=["drug_use"])
    assert {path.stem for path in taken.folder.glob("*.parquet")} == {"ledger", "budget", "drug_use"}
    assert (
        next(file for file in taken.stays if file.part == "waiting").why == "Ärendets anteckningsböcker läser den inte."
    )


def test_the_list_names_every_file_with_hash_size_and_reason(house, taken):
    rows = list(csv.DictReader(io.StringIO(inputs_csv(taken).decode("utf-8-sig")), delimiter=";"))
    named = {row["fil"] for row in rows}
    assert named == {path.name for path in house.iterdir() if path.is_file()}
    for row in rows:
        content = (house / row["fil"]).read_bytes()
        assert (row["sha256"], int(row["byte"])) == (hashlib.sha256(content).hexdigest(), len(content))
        assert row["skäl"].endswith(".")
        if row["lämnas ut"] == "ja":
            sent = (taken.folder / row["fil i underlag"]).read_bytes()
            assert row["sha256 i underlag"] == hashlib.sha256(sent).hexdigest()
    assert str(house) not in inputs_csv(taken).decode("utf-8-sig")


def test_the_same_region_gives_the_same_bytes_in_another_folder(house, taken, tmp_path):
    again = take_inputs(house, tmp_path / "elsewhere" / "u", booked_on=True)
    assert again.payload() == taken.payload()
    assert inputs_csv(again) == inputs_csv(taken)


def test_what_opening_leaves_behind_is_no_part_of_the_payload(taken):
    utfall.open_region(taken.folder)
    assert (taken.folder / ".utfall").exists()
    assert all(name.startswith("underlag/") and ".utfall" not in name for name in taken.payload())


def test_files_lying_elsewhere_are_listed_without_their_path(tmp_path):
    house, other = tmp_path / "house", tmp_path / "secret place"
    write_region(house, ledger=None)
    other.mkdir()
    ledger().to_parquet(other / "export.parquet", index=False)
    columns = {name: name for name in ("period", "unit", "account", "amount")}
    settings = {"name": "R", "tables": {"ledger": {"file": str(other / "export.parquet"), "columns": columns}}}
    (house / "region.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    taken = take_inputs(house, tmp_path / "u")
    assert "export.parquet" in {file.name for file in taken.files}
    assert b"secret place" not in inputs_csv(taken) + b"".join(taken.payload().values())
    assert utfall.open_region(taken.folder).costs([]).equals(utfall.open_region(house).costs([]))


def test_a_folder_that_holds_something_is_left_alone(house, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(InvalidParameter, match="is not empty"):
        take_inputs(house, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_left_behind_when_the_region_is_faulty(tmp_path):
    house = write_region(tmp_path / "house", ledger=ledger().assign(unit="XX"))
    with pytest.raises(InvalidData):
        take_inputs(house, tmp_path / "out" / "u")
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_every_table_and_register_has_a_rule():
    assert set(TABLES) <= set(RULES)
    assert all(rule.why.endswith(".") for rule in RULES.values())
    assert RULES["staffing"].form is RULES["purchased_care"].form is Form.STAYS


def test_the_list_of_inputs_names_what_was_read_and_did_not_leave(house, tmp_path):
    reads = Reads({"staffing": frozenset({"amount", "fte"}), "ledger": frozenset({"period", "text"})})
    taken = take_inputs(house, tmp_path / "out", tables=reads.tables)
    text = inputs_csv(taken, reads.kept_back).decode("utf-8-sig")
    told = {row["uppgift"]: row["läst men inte lämnat"] for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    assert told["staffing"] == "amount, fte"
    assert told["ledger"] == "text"
    assert set(told.values()) == {"amount, fte", "text", ""}
