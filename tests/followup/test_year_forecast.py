"""The year by every candidate: totals and records by hand, planted winners, and what may not be said."""

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.followup.year_region import (
    PERIOD,
    candidates_of,
    own_forecasts,
    plain_budget,
    plain_ledger,
    record_of,
    region_of,
)
from tests.small_region import ACCOUNTS
from utfall.evidence import Grade
from utfall.followup.candidates.gathered import gather
from utfall.followup.candidates.records import behind, errors_by_month, past_forecasts, record_at
from utfall.followup.candidates.remade import remade_forecast
from utfall.followup.candidates.standing import standing_words
from utfall.followup.candidates.totals import CANDIDATES, totals_at
from utfall.followup.candidates.year_forecast import model_check
from utfall.followup.forecast_accounts.nodes import leaves_of
from utfall.followup.forecast_accounts.plain_methods import PLAIN, plain_methods
from utfall.followup.outlook import outlook_and_forecast
from utfall.results import NotAvailable


@pytest.fixture(scope="module")
def ledger():
    return plain_ledger()


@pytest.fixture(scope="module")
def region(tmp_path_factory, ledger):
    return region_of(tmp_path_factory.mktemp("region"), ledger, own=own_forecasts(ledger, miss=0.01))


@pytest.fixture(scope="module")
def surgery(region):
    return utfall.year_forecast(region, "Division Kirurgi", period=PERIOD)


def by_method(result):
    return result.frame.set_index("method")


def yearly(ledger, units, year, through=12):
    span = (ledger["period"].dt.year == year) & (ledger["period"].dt.month <= through) & ledger["unit"].isin(units)
    return ledger[span]


def test_the_plain_candidates_are_what_a_controller_would_reckon(surgery, ledger):
    units, rows = ["K1", "K2"], by_method(surgery)
    to_date = yearly(ledger, units, 2026)["amount"].sum()
    last_year, same_months = (yearly(ledger, units, 2025, through)["amount"].sum() for through in (12, 9))
    assert rows.loc["run_rate", "net"] == pytest.approx(to_date * 12 / 9)
    assert rows.loc["last_year_remainder", "net"] == pytest.approx(to_date + last_year - same_months)
    profile = 0.0
    for _, leaf in yearly(ledger, units, 2025).groupby(["unit", "account"]):
        this = yearly(ledger, units, 2026).merge(leaf[["unit", "account"]].drop_duplicates())["amount"].sum()
        profile += this * leaf["amount"].sum() / leaf.loc[leaf["period"].dt.month <= 9, "amount"].sum()
    assert rows.loc["last_year_profile", "net"] == pytest.approx(profile)


def test_the_plain_candidates_are_those_of_the_accounts_of_forecasts(region):
    month = pd.Timestamp(PERIOD)
    gathered = gather(region, region.node("B", month), month)
    booked = region.amounts(["unit", "line", "period"], until=month)
    accounts = plain_methods(leaves_of(booked, month), month).sum()
    ours = totals_at(gathered, month).sum()
    for method in PLAIN:
        assert ours[method] == pytest.approx(accounts[method])


def test_income_and_cost_of_every_candidate_sum_to_its_net(surgery):
    sums = surgery.frame[["income", "cost"]].sum(axis=1)
    assert (surgery.frame["net"] - sums).abs().max() < 0.005
    assert len([check for check in surgery.checks if "summerar till nettot" in check.name]) == len(CANDIDATES)


def test_the_candidates_of_the_divisions_sum_to_those_of_the_board(region, surgery):
    board, medicine = (candidates_of(region, unit)["net"] for unit in ("B", "M"))
    assert (board - medicine - by_method(surgery)["net"]).abs().max() < 0.005


def test_the_record_of_a_candidate_is_its_errors_over_the_cost_of_those_years(region, surgery, ledger):
    row, units = by_method(surgery).loc["last_year_remainder"], ["K1", "K2"]
    shares = []
    for year in range(2022, 2026):  # the years with own forecasts: all candidates are compared on the same
        outcome, so_far = (yearly(ledger, units, year, through)["amount"].sum() for through in (12, 9))
        before, same = (yearly(ledger, units, year - 1, through)["amount"].sum() for through in (12, 9))
        months = yearly(ledger, units, year)
        cost = -months.loc[months["account"] != "3010", "amount"].sum()
        shares.append((so_far + before - same - outcome) / cost)
    assert row["own_count"] == 4
    assert row["own_error"] == pytest.approx(np.mean(np.abs(shares)))
    assert row["own_bias"] == pytest.approx(np.mean(shares))
    assert row["count"] == 8, "two divisions and four years"


def test_the_models_own_record_is_the_backtest_of_the_forecast_it_shows(region, surgery, ledger):
    _, forecast = utfall.followup.outlook.outlook_and_forecast(region, unit="K", period=PERIOD)
    tests = forecast.backtest.query("unique_id == 'net' and year >= 2022")
    costs = ledger[(ledger["account"] != "3010") & ledger["unit"].isin(["K1", "K2"])]
    cost = -costs.groupby(costs["period"].dt.year)["amount"].sum()
    shares = (tests["forecast"] - tests["actual"]) / tests["year"].map(cost)
    assert by_method(surgery).loc["utfall", "own_error"] == pytest.approx(shares.abs().mean())


@pytest.mark.parametrize(("winner", "budget_error", "own_error"), [("budget", 0.0, 0.04), ("own_forecast", 0.04, 0.0)])
def test_a_planted_winner_is_the_best_by_record(tmp_path, ledger, winner, budget_error, own_error):
    budget, own = plain_budget(ledger, budget_error), own_forecasts(ledger, own_error)
    record = record_of(region_of(tmp_path, ledger, budget, own), "K", most=1)
    loser = ({"budget", "own_forecast"} - {winner}).pop()
    assert record.best["method"] == winner
    assert record.frame.set_index("method").loc[loser, "verdict"] == "worse"
    assert "Bäst enligt facit hittills" in standing_words(record, pd.Timestamp(PERIOD), "enheter")


def test_a_model_that_is_surely_worse_than_another_candidate_fails_its_check():
    index = pd.MultiIndex.from_product([["a", "b", "c", "d"], range(2021, 2026)], names=["node", "year"])
    errors = np.random.default_rng(3).normal(0, 0.001, (2, len(index)))
    past = [
        pd.DataFrame({"share": share + shift, "method": method, "month": 9}, index=index)
        for method, share, shift in (("utfall", errors[0], 0.03), ("budget", errors[1], 0.0))
    ]
    record = record_at(pd.concat(past).reset_index(), 9, "a")
    assert record.best["method"] == "budget"
    (check,) = model_check(record)
    assert not check.passed
    swapped = pd.concat(past).replace({"method": {"utfall": "budget", "budget": "utfall"}}).reset_index()
    assert model_check(record_at(swapped, 9, "a"))[0].passed


def test_a_difference_that_the_years_do_not_agree_on_may_be_chance():
    index = pd.MultiIndex.from_product([["a", "b"], [2022, 2023, 2024, 2025]], names=["node", "year"])
    best = pd.Series([0.01, 0.03, 0.01, 0.03] * 2, index=index)
    now_one_now_the_other = pd.Series([0.04, 0.01, 0.03, 0.015] * 2, index=index)
    assert behind(best, now_one_now_the_other).verdict == "unclear"
    assert behind(best, best + 0.02).low > 0


def test_equal_candidates_seldom_get_a_sure_winner():
    """The best of six on three years is picked, so it must not look surely better too often."""
    rng = np.random.default_rng(5)
    index = pd.MultiIndex.from_product([["a"], [2023, 2024, 2025]], names=["node", "year"])
    sure = 0
    for _ in range(200):
        errors = pd.DataFrame(rng.standard_normal((3, 6)) + rng.standard_normal((3, 1)), index=index)
        first, second = errors.abs().mean().sort_values().index[:2]
        sure += behind(errors[first], errors[second]).low > 0
    assert sure <= 10


def test_the_ranking_says_when_it_may_be_chance_and_how_much_it_rests_on(surgery):
    text = surgery.text()
    assert "4\u00a0tidigare år (2022–2025) för 2 divisioner" in text
    level = surgery.record.second["verdict"] == "level"
    assert ("kan bero på slumpen" in text) == level


def test_candidates_that_say_the_same_are_said_to_be_equal(tmp_path):
    ledger = plain_ledger(growth=0.0, noise=0.0).assign(amount=lambda frame: frame["account"].map(ACCOUNTS) * 1000.0)
    result = utfall.year_forecast(region_of(tmp_path, ledger, plain_budget(ledger)), "K1", period=PERIOD)
    assert result.frame["net"].dropna().round(2).unique().tolist() == [12 * 1000 * sum(ACCOUNTS.values())]
    assert "precis lika bra" in result.text()
    assert set(result.frame.loc[result.frame["count"] > 0, "verdict"]) == {"best", "level"}
    result.plot()
    result.through_the_year.plot()


def test_each_month_of_the_year_is_forecast_without_seeing_the_months_after(tmp_path, region, ledger):
    later = ledger.assign(amount=ledger["amount"].where(ledger["period"] < "2026-07-01", ledger["amount"] * 1.5))
    other = region_of(tmp_path, later, own=own_forecasts(ledger, miss=0.01))
    month = pd.Timestamp(PERIOD)
    one, changed = (gather(asked, asked.node("K", month), month) for asked in (region, other))
    june, august = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-08-01")
    plain = ["run_rate", "last_year_remainder", "last_year_profile", "own_forecast"]
    pd.testing.assert_frame_equal(totals_at(one, june)[plain], totals_at(changed, june)[plain])
    assert (totals_at(one, august)["run_rate"] != totals_at(changed, august)["run_rate"]).all()
    seen = [remade_forecast(asked, june) for asked in (one, changed)]
    pd.testing.assert_frame_equal(seen[0].frame, seen[1].frame)
    pd.testing.assert_frame_equal(seen[0].backtest, seen[1].backtest)


def test_the_last_month_of_the_course_is_the_candidates_themselves(surgery):
    last, now = surgery.through_the_year.frame.iloc[-1], by_method(surgery)["net"]
    for method in CANDIDATES:
        assert last[method] == pytest.approx(now[method])
    assert last["lo-80"] == surgery.outlook.net["lo-80"]
    assert len(surgery.through_the_year.frame) == 9


def test_what_was_said_in_an_earlier_month_is_what_is_said_when_asked_then(region, surgery):
    then = candidates_of(region, "K", "2026-05")["net"]
    course = surgery.through_the_year.frame.set_index("period").loc["2026-05-01"]
    for method in CANDIDATES[1:]:
        assert course[method] == pytest.approx(then[method])
    assert course["utfall"] == pytest.approx(then["utfall"], rel=0.02), "made on the division's lines, not the units'"


def test_errors_by_month_fall_and_tell_when_the_budget_is_left_behind(surgery):
    errors = surgery.errors.frame.set_index("month")
    assert list(errors.index) == list(range(1, 12))
    assert errors.loc[11, "last_year_profile"] < errors.loc[1, "last_year_profile"]
    assert errors["budget"].max() == pytest.approx(errors["budget"].min()), "a budget does not learn"
    better = errors["utfall"] < errors["budget"]
    assert better.all() == ("från årets första månad" in surgery.errors.text())


def test_a_budget_that_is_right_has_no_error_in_any_month(tmp_path, ledger):
    region, month = region_of(tmp_path, ledger, plain_budget(ledger)), pd.Timestamp(PERIOD)
    gathered = gather(region, region.node("K", month), month)
    nothing = pd.DataFrame(columns=["node", "year", "month", "forecast"])
    errors, nodes, years = errors_by_month(past_forecasts(gathered, nothing, range(1, 12)))
    assert errors["budget"].max() < 1e-9
    assert (errors["last_year_profile"] > errors["budget"]).all()
    assert (nodes, years) == (2, 5)


@pytest.mark.slow
def test_a_unit_that_began_this_year_has_no_record_of_its_own(tmp_path, ledger):
    new = ledger[(ledger["unit"] != "K2") | (ledger["period"] >= "2026-03-01")]
    region = region_of(tmp_path, new, plain_budget(ledger))
    result = utfall.year_forecast(region, "K2", period=PERIOD)
    assert (result.frame["own_count"] == 0).all()
    assert result.frame["own_error"].isna().all()
    assert result.through_the_year.frame["period"].min() == pd.Timestamp("2026-03-01")
    assert "inga tidigare år" in result.records_view.to_text()
    assert "2 enheter" in result.text(), "the record is that of the units like it"


@pytest.mark.slow
def test_a_region_too_young_for_a_ranking_says_so(small_region):
    result = utfall.year_forecast(small_region, "K1", period="2026-10")
    assert result.best is None
    assert "Facit är för kort" in result.text()
    assert isinstance(result.errors, NotAvailable)
    result.plot()


def test_without_own_forecasts_that_is_said(tmp_path, ledger):
    rows = candidates_of(region_of(tmp_path, ledger), "K")
    assert np.isnan(rows.loc["own_forecast", "net"])
    assert "own_forecast" in rows.loc["own_forecast", "reason"]


def test_own_forecasts_of_some_units_are_not_taken_for_the_whole(tmp_path, ledger, region):
    own = own_forecasts(ledger, units=["K1"])
    rows = candidates_of(region_of(tmp_path, ledger, own=own), "K")
    assert np.isnan(rows.loc["own_forecast", "net"])
    assert "täcker bara" in rows.loc["own_forecast", "reason"]
    alone = candidates_of(region, "K1").loc["own_forecast", "net"]
    assert alone == pytest.approx(1.01 * yearly(ledger, ["K1"], 2026)["amount"].sum())


def test_a_net_near_zero_is_measured_against_the_cost(tmp_path):
    ledger = plain_ledger()
    cost = ledger[ledger["account"] != "3010"].groupby(["unit", "period"])["amount"].sum()
    income = ledger["account"] == "3010"
    keys = pd.MultiIndex.from_frame(ledger.loc[income, ["unit", "period"]])
    ledger.loc[income, "amount"] = -cost.reindex(keys).to_numpy() + 1.0
    region = region_of(tmp_path, ledger)
    outlook, _ = outlook_and_forecast(region, unit="K", period=PERIOD)
    assert abs(outlook.net["to_date"]) < 100
    assert record_of(region, "K").frame["error"].dropna().between(0, 0.5).all()
    assert outlook.text()


def test_in_december_the_year_is_known_and_nothing_is_ranked(tmp_path):
    months = pd.date_range("2020-01-01", "2026-12-01", freq="MS")
    whole = plain_ledger(months=months)
    result = utfall.year_forecast(region_of(tmp_path, whole, plain_budget(whole, 0.05)), "K1", period="2026-12")
    assert result.outlook.budget_chance == 1.0
    assert "ja" in result.probabilities.frame.loc[0, "said"]
    assert "avslutat" in result.text()
    assert "sannolikhet" not in result.text().lower()
    assert result.grade is Grade.A
    assert result.best is None
    rows = by_method(result)["net"]
    assert rows["utfall"] == pytest.approx(rows["last_year_profile"]) == pytest.approx(rows["run_rate"])
    assert len(result.through_the_year.frame) == 12


def test_the_monthly_report_ranks_by_the_nodes_own_record(region):
    follow = utfall.follow_up(region, unit="K", period=PERIOD)
    month = pd.Timestamp(PERIOD)
    gathered = gather(region, region.node("K", month), month, most=1)
    assert gathered.nodes == ["K"]
    _, forecast = utfall.followup.outlook.outlook_and_forecast(region, unit="K", period=PERIOD)
    tests = forecast.backtest.query("unique_id == 'net'").assign(node="K")
    past = past_forecasts(gathered, tests[["node", "year", "month", "forecast"]], (9,))
    best = record_at(past, 9, "K").best
    words = {"utfall": "modellen", "own_forecast": "egen prognos", "last_year_profile": "förra årets profil"}
    assert f"Bäst enligt facit hittills är {words[best['method']]}" in follow.track_record.text
    assert "Sannolikheten att budgeten hålls" in follow.outlook.text()


def test_every_part_shows_itself(surgery):
    for part in (surgery, surgery.through_the_year, surgery.errors, surgery.probabilities):
        assert part.plot().alt
        assert part.view is not None
        assert part.text() == part.to_dict()["text"]
        assert part.method_note()
    assert surgery.records_view.to_html()
    assert surgery.parts_view.to_html()
