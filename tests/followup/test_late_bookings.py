"""A ledger that is booked late: every forecast of the year sees what was booked then, and waits for the rest."""

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.followup.year_region import plain_budget, plain_ledger
from tests.small_region import write_region
from utfall.followup.candidates import remade
from utfall.followup.candidates.gathered import gather
from utfall.followup.candidates.records import past_forecasts, record_at
from utfall.followup.candidates.standing import own_standing, standing_words
from utfall.followup.candidates.totals import totals_at
from utfall.followup.forecast_accounts.ledger_then import LedgerThen, days_until_read
from utfall.followup.forecast_accounts.make import make_forecasts
from utfall.followup.forecast_accounts.plain_methods import PLAIN
from utfall.followup.outlook import outlook_and_forecast

PERIOD = pd.Timestamp("2026-09-01")
READ = pd.Timestamp("2026-10-11")
SHARE = 0.06


def late_ledger():
    """Of every amount a part is booked on the 20th of the month after; read on October 11, the last has not come."""
    whole = plain_ledger()
    share = np.random.default_rng(4).uniform(0, 2 * SHARE, len(whole))
    late = whole.assign(amount=(whole["amount"] * share).round(2))
    late["booked_on"] = whole["period"] + pd.DateOffset(months=1) + pd.Timedelta(days=19)
    rest = whole.assign(amount=(whole["amount"] - late["amount"]).round(2))
    rest["booked_on"] = whole["period"] + pd.DateOffset(months=1) + pd.Timedelta(days=10)
    rows = pd.concat([rest, late], ignore_index=True)
    return rows[rows["booked_on"] <= READ].reset_index(drop=True)


def opened(folder, ledger):
    return utfall.open_region(
        write_region(folder, ledger=ledger, budget=plain_budget(plain_ledger()), volumes=None, measures=None)
    )


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("late"), late_ledger())


@pytest.fixture(scope="module")
def outlooks(region):
    return {code: outlook_and_forecast(region, unit=code, period=PERIOD) for code in ("B", "K", "M", "K1", "K2")}


def test_the_ledger_was_read_on_its_last_day_of_booking(region):
    assert days_until_read(region, PERIOD) == 11
    assert days_until_read(region, pd.Timestamp("2026-07-01")) == (READ - pd.Timestamp("2026-07-31")).days


@pytest.mark.slow
def test_what_is_waited_for_is_a_part_of_the_forecast_that_adds_up_from_unit_to_board(outlooks, region):
    frames = {code: outlook.frame.set_index("key") for code, (outlook, _) in outlooks.items()}
    for column in ("to_date", "late", "mean"):
        for key in ("net", "income", "cost", "salaries"):
            value = {code: frame.loc[key, column] for code, frame in frames.items()}
            assert value["K1"] + value["K2"] == pytest.approx(value["K"], abs=0.01)
            assert value["K"] + value["M"] == pytest.approx(value["B"], abs=0.01)
    net = frames["B"].loc["net"]
    assert net["to_date"] == pytest.approx(region.control_total(since="2026-01", until=PERIOD), abs=0.01)
    monthly = plain_ledger().groupby("period")["amount"].sum()
    assert net["late"] == pytest.approx(SHARE * monthly.tail(12).mean(), rel=0.15)


def test_the_report_says_what_is_waited_for_in_one_sentence_and_one_column(outlooks):
    outlook, _ = outlooks["B"]
    said = [text for text in outlook.text().split(". ") if "väntas bokföras senare" in text]
    assert len(said) == 1
    assert outlook.money.write(outlook.net["late"], signed=True) in said[0]
    assert "Väntad sen bokföring" in [column.label for column in outlook.table.columns.values()]
    assert any(check.name.startswith("Utfall hittills + väntad sen bokföring") for check in outlook.checks)


def test_a_ledger_without_days_of_booking_waits_for_nothing_and_says_nothing(tmp_path):
    region = opened(tmp_path, plain_ledger())
    outlook, forecast = outlook_and_forecast(region, unit="K1", period=PERIOD)
    assert (outlook.frame["late"] == 0.0).all()
    assert "senare" not in outlook.text()
    assert "Väntad sen bokföring" not in [column.label for column in outlook.table.columns.values()]
    assert "dagens huvudbok" in own_standing(region, region.node("K1", PERIOD), PERIOD, forecast)


def test_an_earlier_month_asked_for_today_holds_what_is_booked_today(region):
    month = pd.Timestamp("2026-07-01")
    outlook, _ = outlook_and_forecast(region, unit="K1", period=month)
    # Seventy-two days after July all of it had come, as it had seventy-two days after every other month.
    assert outlook.net["late"] == 0.0
    assert outlook.net["to_date"] == pytest.approx(
        region.control_total(unit="K1", since="2026-01", until=month), abs=0.01
    )


def test_the_record_sees_what_the_accounts_of_forecasts_saw(region):
    gathered = gather(region, region.node("K1", PERIOD), PERIOD)
    for month in (pd.Timestamp("2024-03-01"), pd.Timestamp("2025-08-01")):
        (made,) = make_forecasts(region, [month])
        stored = made[made["key"] == "net"].set_index(["method", "unit"])["mean"]
        totals = totals_at(gathered, month).groupby("node").sum()
        mine = remade.remade_forecast(gathered, month).frame.set_index("unique_id")["mean"]
        for unit in ("K1", "K2", "M1"):
            for method in PLAIN:
                assert totals.loc[unit, method] == pytest.approx(stored[method, unit], abs=0.01)
            assert mine[unit] == pytest.approx(stored["utfall", unit], abs=0.01)


def test_the_record_meets_the_outcome_as_it_is_booked_now_with_forecasts_of_what_was_booked_then(region, outlooks):
    node = region.node("K1", PERIOD)
    gathered = gather(region, node, PERIOD, most=1)
    past = past_forecasts(gathered, remade.tests_of_outlook("K1", outlooks["K1"][1]), (9,))
    row = past.query("method == 'run_rate' and year == 2025").iloc[0]
    rows = late_ledger().query("unit == 'K1'")
    closed = pd.Timestamp("2025-10-11")
    then = rows[(rows["period"] <= "2025-09-01") & (rows["period"] >= "2025-01-01") & (rows["booked_on"] <= closed)]
    assert row["forecast"] == pytest.approx(then["amount"].sum() * 12 / 9, abs=0.01)
    year = rows[rows["period"].dt.year == 2025]
    assert row["outcome"] == pytest.approx(year["amount"].sum(), abs=0.01)
    record = record_at(past, 9, "K1", gathered.read_after)
    said = standing_words(record, PERIOD, "enheter")
    assert "11\u00a0dagar efter månadens slut" in said
    assert f"({record.years[0]}–2025)" in said


def test_a_ledger_that_was_moved_has_no_late_bookings(tmp_path):
    moved = late_ledger()
    moved.loc[moved["booked_on"] < "2026-02-15", "booked_on"] = pd.Timestamp("2026-02-15")
    region = opened(tmp_path, moved)
    vintages = LedgerThen.as_read(region, PERIOD).vintages(PERIOD)
    # The months whose days are those of the move are taken to have been known; what came late after it is not.
    assert vintages["period"].min() == pd.Timestamp("2026-02-01")
    outlook, _ = outlook_and_forecast(region, unit="B", period=PERIOD)
    monthly = plain_ledger().groupby("period")["amount"].sum()
    assert abs(outlook.net["late"]) < 2 * SHARE * abs(monthly.tail(12).mean())


def test_a_posting_on_the_day_the_books_close_is_on_time_and_one_the_day_after_is_not(tmp_path):
    ledger = plain_ledger().assign(booked_on=lambda frame: frame["period"] + pd.DateOffset(months=1))
    august = ledger.index[(ledger["period"] == "2026-08-01") & (ledger["unit"] == "K1")][:2]
    ledger.loc[august, "booked_on"] = [pd.Timestamp("2026-09-11"), pd.Timestamp("2026-09-12")]
    region = opened(tmp_path, ledger)
    then = LedgerThen(region, 11).until(pd.Timestamp("2026-08-01"))
    now = region.amounts(["posted_unit", "period"], until="2026-08")
    gone = now["actual"].sum() - then["actual"].sum()
    assert gone == pytest.approx(ledger.loc[august[1], "amount"])
