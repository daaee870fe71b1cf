"""Every forecast is made of what was known then, and kept as it was told."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import utfall
from tests.followup.forecast_rows import MONTH, own_forecasts, told, with_own
from tests.small_region import ledger, write_region
from utfall.errors import InvalidData, InvalidParameter
from utfall.followup import forecast_accuracy, year_outlook
from utfall.followup.forecast_accounts.ledger_then import LedgerThen
from utfall.followup.forecast_accounts.make import forecast_months, make_forecasts
from utfall.region import write_duckdb
from utfall.region.stored_forecasts import (
    COLUMNS,
    SCHEMA,
    count_stored,
    forecast_folder,
    read_forecasts,
    store_forecasts,
)


@pytest.fixture(scope="module")
def live(small_region):
    """The forecasts of the small region's latest month."""
    (frame,) = make_forecasts(small_region, [MONTH])
    return frame


@pytest.fixture
def folder(tmp_path):
    return write_region(tmp_path / "region")


# Making


def test_parts_sum_to_the_whole_for_every_method_at_every_level(live, small_region):
    means = live.set_index(["method", "unit", "key"])["mean"]
    for method in live["method"].unique():
        for parent in small_region.organisation.nodes(MONTH):
            children = small_region.organisation.children(parent.code, MONTH)
            for key in ("net", "income", "cost", "drugs") if children else ():
                total = sum(means[method, child.code, key] for child in children)
                assert means[method, parent.code, key] == pytest.approx(total, abs=0.01)
            both = means[method, parent.code, "income"] + means[method, parent.code, "cost"]
            assert means[method, parent.code, "net"] == pytest.approx(both, abs=0.01)


def test_the_accounts_hold_what_the_reports_outlook_says(live, small_region):
    mine = live[live["method"] == "utfall"].set_index(["unit", "key"])["mean"]
    for node in (small_region.node(code, MONTH) for code in ("B", "K", "K1")):
        outlook = year_outlook(small_region, unit=node.code, period=MONTH).frame.set_index("key")["mean"]
        for key, value in outlook.items():
            assert mine[node.code, key] == pytest.approx(value, abs=0.01), (node.name, key)


def test_every_node_has_one_forecast_a_key_and_method_and_only_the_model_has_intervals(live, small_region):
    assert not live.duplicated(["unit", "key", "method"]).any()
    assert set(live["unit"]) == {node.code for node in small_region.organisation.nodes(MONTH)}
    model = live["method"] == "utfall"
    assert live.loc[~model, ["lo_80", "hi_80", "lo_95", "hi_95"]].isna().all().all()
    known = live[model].dropna(subset=["lo_80"])
    assert len(known)
    assert (known["lo_95"] <= known["lo_80"]).all()
    assert (known["lo_80"] <= known["mean"]).all()
    assert (known["mean"] <= known["hi_80"]).all()


def test_the_plain_methods_are_what_a_controller_would_reckon_by_hand(live):
    rows = ledger()
    rows = rows[(rows["unit"] == "M1") & (rows["account"] == "4010")].set_index("period")["amount"]
    so_far, before = rows["2026"].sum(), rows["2025"]
    rest = before[before.index.month > 10].sum()
    growth = so_far / before[before.index.month <= 10].sum()
    found = live[(live["unit"] == "M1") & (live["key"] == "salaries")].set_index("method")["mean"]
    assert found["budget"] == pytest.approx(-12_000.0)
    assert found["run_rate"] == pytest.approx(so_far * 12 / 10)
    assert found["last_year_remainder"] == pytest.approx(so_far + rest)
    assert found["last_year_profile"] == pytest.approx(so_far + rest * growth)


def test_the_ledger_of_an_earlier_month_lacks_what_was_booked_after_its_books_closed(tmp_path):
    frame = ledger()
    random = np.random.default_rng(5)
    frame["booked_on"] = frame["period"] + pd.to_timedelta(random.integers(0, 100, len(frame)), unit="D")
    frame.loc[random.random(len(frame)) < 0.1, "booked_on"] = pd.NaT
    region = utfall.open_region(write_region(tmp_path / "region", ledger=frame))
    then = LedgerThen(region, books_close_after=11)
    for month in (pd.Timestamp("2025-02-01"), pd.Timestamp("2026-07-01")):
        closed = month + pd.offsets.MonthEnd(0) + pd.Timedelta(days=11)
        known = frame[(frame["period"] <= month) & (frame["booked_on"].isna() | (frame["booked_on"] <= closed))]
        expected = known.groupby("period")["amount"].sum()
        found = then.until(month).groupby("period")["actual"].sum()
        pd.testing.assert_series_equal(found, expected.reindex(found.index), check_names=False, check_dtype=False)
        assert len(known) < (frame["period"] <= month).sum()


def test_a_reconstructed_forecast_does_not_see_a_late_invoice_but_a_later_one_does(tmp_path):
    frame = ledger()
    frame["booked_on"] = frame["period"] + pd.Timedelta(days=5)
    late = {"period": pd.Timestamp("2026-03-01"), "unit": "M1", "account": "5610", "amount": -90_000.0}
    frame = pd.concat([frame, pd.DataFrame([late | {"booked_on": pd.Timestamp("2026-04-20")}])], ignore_index=True)
    region = utfall.open_region(write_region(tmp_path / "region", ledger=frame))
    march, april = make_forecasts(region, [pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-01")])
    rate = [
        made[(made["unit"] == "M1") & (made["key"] == "drugs") & (made["method"] == "run_rate")]
        for made in (march, april)
    ]
    assert rate[0]["mean"].item() > -10_000
    assert rate[1]["mean"].item() < -90_000 * 12 / 4
    assert march["reconstructed"].all()


def test_a_ledger_whose_days_of_booking_are_the_day_it_was_moved_cannot_be_reconstructed(tmp_path):
    moved = ledger().assign(booked_on=pd.Timestamp("2026-01-15"))
    region = utfall.open_region(write_region(tmp_path / "region", ledger=moved))
    with pytest.raises(InvalidParameter, match=r"Nothing had been booked when the books of 2025-03 closed"):
        next(make_forecasts(region, [pd.Timestamp("2025-03-01")]))


def test_the_ledgers_first_month_has_no_last_year_to_go_by(small_region):
    (made,) = make_forecasts(small_region, [pd.Timestamp("2024-01-01")])
    assert set(made["method"]) == {"utfall", "budget", "run_rate"}
    assert made["mean"].notna().all()


def test_the_latest_month_is_forecast_from_the_ledger_as_it_is(live):
    assert not live["reconstructed"].any()


def test_an_own_forecast_is_of_a_whole_only_when_nearly_all_of_it_was_forecast(tmp_path):
    own = own_forecasts()
    own = own[~((own["unit"] == "K2") & (own["line"] == "drugs"))]
    region = utfall.open_region(with_own(write_region(tmp_path / "region"), own))
    (made,) = make_forecasts(region, [MONTH])
    found = made[made["method"] == "own_forecast"].set_index(["unit", "key"])["mean"]
    assert found["M1", "net"] == pytest.approx(12 * (200 - 1000 - 300 - 150))
    assert found["K", "salaries"] == pytest.approx(-24_000.0)
    for lacking in (("K2", "drugs"), ("K2", "net"), ("K", "drugs"), ("B", "net")):
        assert lacking not in found.index


def test_a_december_has_nothing_left_to_forecast_and_is_passed_over_among_others(small_region):
    months = forecast_months(small_region, "2026-02", "2025-11")
    assert [f"{month:%Y-%m}" for month in months] == ["2025-11", "2026-01", "2026-02"]
    with pytest.raises(InvalidParameter, match="nothing left to forecast"):
        forecast_months(small_region, "2025-12")
    with pytest.raises(InvalidParameter, match="swap the two"):
        forecast_months(small_region, "2025-03", "2025-04")


# Keeping


def test_a_stored_forecast_comes_back_as_it_was_and_is_no_part_of_the_data(folder, live):
    region = utfall.open_region(folder)
    frame = live.assign(data_version=region.data_version)
    path = store_forecasts(region, frame)
    assert path.name == f"2026-10-{region.data_version}.parquet"
    back = read_forecasts(region)
    order = ["unit", "key", "method"]
    pd.testing.assert_frame_equal(
        back.sort_values(order, ignore_index=True),
        frame[list(COLUMNS)].sort_values(order, ignore_index=True),
        check_dtype=False,
    )
    again = utfall.open_region(folder)
    assert again.data_version == region.data_version
    assert count_stored(again) == 1
    assert [path.name for path in forecast_folder(region).iterdir()] == [path.name]


def test_what_is_stored_is_never_written_again(folder, live):
    region = utfall.open_region(folder)
    frame = live.assign(data_version=region.data_version)
    path = store_forecasts(region, frame)
    before = path.read_bytes()
    assert store_forecasts(region, frame.assign(mean=0.0)) is None
    assert path.read_bytes() == before


def test_a_forecast_made_again_from_other_data_is_kept_beside_the_first_and_shown_as_a_revision(folder):
    region = utfall.open_region(folder)
    (first,) = make_forecasts(region, [MONTH])
    store_forecasts(region, first)
    changed = ledger()
    changed.loc[(changed["period"] == MONTH) & (changed["unit"] == "M1"), "amount"] *= 2
    changed.to_parquet(folder / "ledger.parquet", index=False)
    region = utfall.open_region(folder)
    (second,) = make_forecasts(region, [MONTH])
    store_forecasts(region, second)
    assert count_stored(region) == 2
    result = forecast_accuracy(region, unit="M1", period=MONTH)
    net = [
        made[(made["unit"] == "M1") & (made["key"] == "net") & (made["method"] == "utfall")]["mean"].item()
        for made in (first, second)
    ]
    (row,) = result.revisions.to_dict("records")
    assert (row["first"], row["latest"]) == pytest.approx(tuple(net))
    assert row["change"] == pytest.approx(net[1] - net[0])
    assert "oktober 2026" in result.revision_note.to_text()
    # What was told first is what counts.
    assert result.movement["utfall"].tolist() == pytest.approx([net[0]])


def test_rows_of_two_months_or_of_other_data_are_not_stored_together(folder, live):
    region = utfall.open_region(folder)
    mixed = live.assign(data_version=region.data_version)
    mixed.loc[0, "made_for"] = pd.Timestamp("2026-09-01")
    with pytest.raises(InvalidParameter, match="one month"):
        store_forecasts(region, mixed)
    with pytest.raises(InvalidParameter, match="cannot be stored together"):
        store_forecasts(region, live.assign(data_version="abc"))
    assert not forecast_folder(region).exists()


def test_a_duckdb_regions_forecasts_lie_beside_its_file(tmp_path, small_region):
    region = utfall.open_region(write_duckdb(small_region, tmp_path / "region.duckdb"))
    (made,) = make_forecasts(region, [pd.Timestamp("2026-05-01")])
    path = store_forecasts(region, made)
    assert path.parent == tmp_path / "region.duckdb.forecasts"
    assert utfall.open_region(tmp_path / "region.duckdb").data_version == region.data_version
    assert len(read_forecasts(region)) == len(made)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2026-10-{version}.parquet", b"PAR1 not really"),
        ("budget.parquet", None),
        ("2026-09-{version}.parquet", None),
        ("2026-10-{version}.parquet", pa.table({"period": [1]})),
    ],
    ids=["damaged", "another table's name", "another month than its name", "other columns"],
)
def test_a_file_that_is_no_forecast_is_named_with_what_to_do(folder, name, content):
    region = utfall.open_region(folder)
    where = forecast_folder(region)
    where.mkdir()
    path = where / name.format(version=region.data_version)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        row = told(region, made_for=MONTH, year=2026)
        pq.write_table(content or pa.Table.from_pandas(pd.DataFrame([row]), schema=SCHEMA), path)
    with pytest.raises(InvalidData) as error:
        forecast_accuracy(region, period=MONTH)
    (fault,) = error.value.faults
    assert fault.file == f"forecasts/{path.name}"
    assert "no stored forecast" in fault.what
    assert "Move it out of" in fault.remedy


def test_an_unknown_unit_or_line_of_an_own_forecast_is_named_by_its_row(folder):
    own = own_forecasts()
    own.loc[4, "line"] = "medicines"
    own.loc[9, "unit"] = "K9"
    with pytest.raises(InvalidData) as error:
        utfall.open_region(with_own(folder, own))
    said = {(fault.file, fault.row): fault.what for fault in error.value.faults}
    assert said["own_forecast.parquet", 5] == "line medicines is not a report line."
    assert said["own_forecast.parquet", 10] == "unit K9 is not in the organisation."
