"""The control chart on series whose truth is known: in control, shifted, too short, and the made-up region."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import ledger, write_region
from utfall.errors import InvalidParameter
from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.results import NotAvailable
from utfall.rootcause.comparison import compare
from utfall.rootcause.signal.control_chart import control_chart
from utfall.rootcause.signal.control_charts import control_charts
from utfall.rootcause.signal.process import fit_process
from utfall.rootcause.signal.run_rules import RULE_NAMES, WIDENING, apply_rules
from utfall.rootcause.signal.usable_history import usable_from

SERIES = 1200
"""Simulated series of each kind: the standard error of a rate of five per cent is .6 points."""

KINDS = ("white", "ar .3", "ar .5", "ar .7", "heavy tails", "drifting level", "yearly steps")


def in_control(kind: str, months: int, *, sd: float = 0.04, seed: int = 1, series: int = SERIES) -> np.ndarray:
    """Costs with a season and a trend, and noise of the kind, but without any signal."""
    rng = np.random.default_rng([seed, KINDS.index(kind), months])
    tails = rng.standard_t(3, (series, months)) / np.sqrt(3)
    shocks = tails if kind == "heavy tails" else rng.standard_normal((series, months))
    rho = {"ar .3": 0.3, "ar .5": 0.5, "ar .7": 0.7, "drifting level": 0.3, "yearly steps": 0.35}.get(kind, 0.0)
    noise = shocks.copy()
    for month in range(1, months):
        noise[:, month] = rho * noise[:, month - 1] + np.sqrt(1 - rho**2) * shocks[:, month]
    if kind == "drifting level":
        noise = 0.8 * noise + 0.15 * rng.standard_normal((series, months)).cumsum(axis=1)
    if kind == "yearly steps":
        noise += 0.5 * np.repeat(rng.standard_normal((series, months // 12)), 12, axis=1)
    season = np.tile(0.1 * np.sin(np.arange(12) * np.pi / 6), months // 12)
    return -1e6 * np.exp(sd * noise + season + 0.003 * np.arange(months))


def frame_of(values: np.ndarray, first: str = "2020-01") -> pd.DataFrame:
    months = pd.date_range(first, periods=values.shape[1], freq="MS")
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(len(values)), len(months)),
            "period": np.tile(months, len(values)),
            "actual": values.ravel(),
        }
    )


def judged(values: np.ndarray, months: int = 12) -> pd.DataFrame:
    """Verdicts on the last months."""
    frame = frame_of(values)
    return control_chart(frame, frame["period"].iloc[values.shape[1] - months]).frame


def alarm_rate(values: np.ndarray) -> float:
    verdict = judged(values)["verdict"]
    return float((verdict == "signal").sum() / (verdict != "kan inte avgöras").sum())


# False alarms and power.


@pytest.mark.parametrize("years", [2, 3, 5])
def test_a_series_without_signal_raises_an_alarm_in_less_than_one_year_of_twenty(years):
    """Measured: .034, .032 and .034 on average; the worst are correlation .7 after two years (.077) and heavy tails."""
    rates = {kind: alarm_rate(in_control(kind, 12 * (years + 1))) for kind in KINDS}
    assert 0.015 < np.mean(list(rates.values())) < 0.05
    assert max(rates.values()) < 0.10, rates


def test_plain_three_sigma_around_the_same_centre_line_would_raise_several_times_as_many():
    """The trap: the centre line is itself uncertain, and months are correlated (measured: .26 against .02)."""
    values = in_control("ar .5", 36)
    process = fit_process(values[:, :24])
    textbook = np.abs(values[:, 24:] - process.expected) > 3 * process.noise[:, None] * process.unit
    assert textbook.any(axis=1).mean() > 5 * alarm_rate(values)


@pytest.mark.parametrize(
    ("sd", "years", "at_least"),
    # Measured: .97, .92, .48 and .35.
    [(0.02, 5, 0.93), (0.02, 3, 0.85), (0.04, 5, 0.42), (0.04, 3, 0.28)],
)
def test_ten_per_cent_more_from_midyear_is_seen_the_better_the_calmer_and_longer_the_history(sd, years, at_least):
    values = np.concatenate([in_control(kind, 12 * (years + 1), sd=sd, series=400) for kind in KINDS])
    values[:, -6:] *= 1.1
    assert alarm_rate(values) > at_least


def test_a_shift_is_named_and_dated():
    values = in_control("ar .3", 72, sd=0.02)
    values[:, -8:] *= 1.15
    found = judged(values)
    assert (found["rule"] == "shift").mean() > 0.95
    begins = found.loc[found["rule"] == "shift", "since"]
    assert (begins == pd.Timestamp("2025-05-01")).mean() > 0.9
    assert (found["outside"] < 0).mean() > 0.99  # more cost is worse


def test_the_amount_outside_is_what_was_planted():
    values = in_control("white", 72, sd=0.01)
    before = judged(values)["outside"]
    values[:, -8:] *= 1.2
    planted = (values[:, -8:] / 1.2 * 0.2).sum(axis=1)
    assert (judged(values)["outside"] - before).to_numpy() == pytest.approx(planted, abs=0.1)
    assert before.abs().median() < 0.1 * np.abs(planted).mean()


def test_the_limits_of_the_sum_hold_nineteen_of_twenty_sums():
    held = []
    for kind in KINDS:
        frame = judged(in_control(kind, 72))
        frame = frame[frame["verdict"] != "kan inte avgöras"]
        held.append(frame["actual"].between(frame["lo"], frame["hi"]).mean())
    assert np.mean(held) > 0.95
    assert min(held) > 0.9, held


# The rules.


@pytest.fixture
def calm():
    """One calm series: five years, and a year that follows from them exactly."""
    history = in_control("white", 60, sd=0.02, series=1)
    process = fit_process(history)
    return process, process.expected.copy(), (process.noise * process.unit[0])[:12]


def broken(process, year) -> tuple[str, list[int]]:
    rule, months = apply_rules(year, process).first_rule()
    return rule[0], np.flatnonzero(months[0] != "").tolist()


def test_a_year_as_expected_breaks_no_rule(calm):
    process, year, _ = calm
    assert broken(process, year) == ("", [])


def test_one_month_far_out_is_a_single_month_and_its_way_back_is_not_told_again(calm):
    process, year, sigma = calm
    year[0, 4] -= 9 * sigma[4]
    assert broken(process, year) == ("point", [4])


def test_two_months_of_three_near_the_limit_on_the_same_side(calm):
    process, year, _ = calm
    near = (process.spread(12) * process.unit)[0] * 2.4 * WIDENING[5]
    year[0, [4, 6]] -= near[[4, 6]]
    assert broken(process, year) == ("two_of_three", [4, 6])
    opposite = process.expected.copy()
    opposite[0, 4] -= near[4]
    opposite[0, 6] += near[6]
    assert broken(process, opposite)[0] != "two_of_three"


def test_six_months_on_one_side_beyond_what_the_centre_line_may_be_wrong_are_a_shift(calm):
    process, year, _ = calm
    size = 5 * (process.level_spread(12) * process.unit)[0]
    year[0, 5:11] -= size[5:11]
    assert broken(process, year) == ("shift", list(range(5, 11)))
    five = process.expected.copy()
    five[0, 5:10] -= size[5:10]
    assert broken(process, five)[0] != "shift"


def test_one_large_month_among_small_ones_on_the_same_side_is_no_shift(calm):
    process, year, sigma = calm
    year[0, 5:11] -= 0.1 * sigma[5:11]
    year[0, 10] -= 30 * sigma[10]
    assert broken(process, year) == ("point", [10])


def test_a_steady_climb_is_a_trend_only_when_it_covers_ground(calm):
    process, year, _ = calm
    climb = np.linspace(-2.3, 2.3, 6) * process.spread(12)[0, 10] * process.unit[0, 5:11]
    year[0, 5:11] += climb
    assert broken(process, year)[0] == "trend"
    little = process.expected.copy()
    little[0, 5:11] += climb / 10
    assert broken(process, little) == ("", [])


def test_a_leap_between_two_months_that_both_stay_inside_is_told(calm):
    process, year, _ = calm
    alarms = apply_rules(year, process)
    year[0, 4] += 0.9 * alarms.limit[0, 4]
    year[0, 5] -= 0.9 * alarms.limit[0, 5]
    assert broken(process, year) == ("range", [5])


def test_limits_widen_from_the_end_of_the_history(calm):
    process, year, _ = calm
    share = apply_rules(year, process).limit / process.unit
    assert (np.diff(share[0]) >= 0).all()
    assert share[0, 0] > (apply_rules(year, process).limit_before / process.fitted_unit)[0, 0]


def test_every_rule_has_a_name_a_reader_understands():
    assert set(apply_rules(np.full((1, 12), -1.0), fit_process(np.full((1, 24), -1.0))).months) == set(RULE_NAMES)


# The process, against a second implementation.


def test_a_pure_season_on_a_straight_line_is_continued_with_four_fifths_of_the_trend():
    season = np.array([3.0, -1, 4, -1, -5, 9, -2, -6, 5, -3, -5, 2])
    values = np.tile(season, 5) + 0.5 * np.arange(60)
    middle = values[:48].mean()  # taken away, so that the series has both signs and is treated in amounts
    expected = fit_process(values[None, :48] - middle).expected[0] + middle
    # The year's mean rises by 6, of which 4.8 is carried on; what happens within the year is season, alike each year.
    assert expected == pytest.approx(values[48:] - 1.2, abs=1e-9)


def test_the_spread_of_a_month_is_found_from_its_moving_range():
    for kind in ("white", "ar .5"):
        noise = fit_process(in_control(kind, 60)).noise / np.sqrt(1 + 1 / 5)
        assert np.median(noise) == pytest.approx(0.04, rel=0.12)


def test_correlation_is_found_without_the_bias_of_short_years():
    found = [np.median(fit_process(in_control(kind, 60)).correlation) for kind in ("white", "ar .3", "ar .5", "ar .7")]
    assert found == sorted(found)
    assert found[2] == pytest.approx(0.5, abs=0.1)
    assert found[0] < 0.1


def test_errors_of_earlier_years_widen_the_level():
    steps = fit_process(in_control("yearly steps", 60)).level
    assert np.median(steps) > 1.3 * np.median(fit_process(in_control("white", 60)).level)


# What cannot be decided.


def test_history_begins_after_the_last_lasting_jump():
    values = in_control("ar .3", 84, sd=0.02)
    assert usable_from(values[:, :72])[1].mean() < 0.01
    values[:, 36:] *= 1.35
    first, jumped = usable_from(values[:, :72])
    assert jumped.all()
    assert (first == 36).mean() > 0.95
    assert (judged(values)["months"] == 36).mean() > 0.95


def test_a_trend_however_steep_is_no_jump():
    values = in_control("white", 72, sd=0.02) * np.exp(0.02 * np.arange(72))
    assert not usable_from(values)[1].any()


def test_a_jump_last_year_leaves_nothing_to_judge_by_and_says_so():
    values = in_control("white", 84, sd=0.02, series=1)
    values[:, 62:] *= 1.4
    row = judged(values).iloc[0]
    assert row["verdict"] == "kan inte avgöras"
    assert row["reason"] == "Nivån ändrades varaktigt i mars 2025; 10\u00a0månader är för kort historik."
    assert row[["expected", "outside", "lo", "hi"]].isna().all()
    assert row["actual"] == pytest.approx(values[0, -12:].sum(), abs=0.1)


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (np.zeros(60), "Inget är bokfört före januari 2025."),
        (np.r_[np.zeros(37), np.full(23, -100.0)], "Posten bokfördes första gången i februari 2023"),
        (np.where(np.arange(60) % 4, 0.0, -100.0), "Posten bokförs inte längre, eller bara i enstaka månader."),
        (np.r_[np.full(30, -100.0), np.zeros(30)], "Posten bokförs inte längre, eller bara i enstaka månader."),
    ],
)
def test_what_cannot_be_decided_has_its_reason(history, reason):
    row = judged(np.r_[history, np.full(12, -100.0)][None]).iloc[0]
    assert row["verdict"] == "kan inte avgöras"
    assert row["reason"].startswith(reason)


def test_a_history_of_one_month_is_no_history():
    row = judged(np.array([[-5.0, -6.0]]), months=1).iloc[0]
    assert (row["verdict"], row["rule"]) == ("kan inte avgöras", "")


@pytest.mark.parametrize(
    "values",
    [
        np.full(72, -100.0),
        np.zeros(72) + np.tile([1.0, -1.0], 36),
        np.r_[np.full(60, -100.0), np.zeros(12)],
        np.r_[np.full(60, -100.0), np.full(12, 100.0)],
        np.r_[np.full(59, -100.0), 1e9, np.full(12, -100.0)],
        np.where(np.arange(72) == 7, 1e-9, -100.0),
    ],
    ids=["constant", "both signs", "ends", "turns", "one enormous month", "almost nothing once"],
)
def test_odd_series_are_judged_without_a_missing_number(values):
    chart = control_chart(frame_of(values[None]), pd.Timestamp("2025-01-01"))
    assert chart.frame["verdict"].iloc[0] in ("signal", "brus")
    assert not chart.points.isna().any().any()
    assert np.isfinite(chart.points[["expected", "lo", "hi"]].to_numpy()).all()


def test_an_activity_that_ends_or_turns_is_a_signal_and_a_constant_one_is_not():
    values = np.vstack([np.full(72, -100.0), np.r_[np.full(60, -100.0), np.zeros(12)]])
    assert judged(values)["verdict"].tolist() == ["brus", "signal"]


def test_a_series_gets_the_same_verdict_alone_as_among_many():
    values = np.concatenate([in_control(kind, 72, series=20) for kind in KINDS])
    values[::3, -6:] *= 1.15
    values = values[::5]
    together = judged(values)
    alone = pd.concat([judged(row[None]) for row in values], ignore_index=True)
    pd.testing.assert_frame_equal(together.drop(columns="series"), alone.drop(columns="series"))


def test_a_month_without_a_row_is_zero_and_the_order_of_the_rows_is_nothing():
    values = in_control("white", 72, series=3)
    values[:, 30] = 0.0
    frame = frame_of(values)
    shuffled = frame[frame["actual"] != 0].sample(frac=1.0, random_state=1)
    since = pd.Timestamp("2025-01-01")
    expected = control_chart(frame, since).frame.sort_values("series", ignore_index=True)
    got = control_chart(shuffled, since).frame.sort_values("series", ignore_index=True)
    pd.testing.assert_frame_equal(got, expected)


@pytest.mark.parametrize("since", ["2026-01-01", "2024-12-01"])
def test_no_month_or_more_than_a_year_is_not_judged(since):
    with pytest.raises(InvalidParameter, match="give one to twelve"):
        control_chart(frame_of(in_control("white", 72, series=1)), pd.Timestamp(since))


# A node's charts.


def charts(region, unit, period="2026-10", **options):
    return control_charts(compare(region, unit=unit, period=period, against=None), Money.for_amounts([1e6]), **options)


def test_the_planted_cost_is_a_signal_at_its_unit_and_above_and_nowhere_else(small_region):
    for unit, count in (("K1", 1), ("Division Kirurgi", 2), ("Nämnden", 2)):
        found = charts(small_region, unit)
        assert set(found.signals["line"]) == {"drugs"}
        assert len(found.signals) == count
        assert (found.signals["since"] == pd.Timestamp("2026-10-01")).all()
    assert charts(small_region, "M1").signals.empty


def test_a_nodes_text_table_and_chart_say_the_same(small_region):
    found = charts(small_region, "K1")
    assert found.text() == (
        "Ortopedi: läkemedel avviker från sitt mönster i oktober 2026 (enstaka månad utanför gränsen), "
        "hittills i år 5\u00a0tkr sämre än väntat. 3 av 4\u00a0serier ligger inom sin normala variation."
    )
    assert found.plot().title in found.text()
    assert found.table.frame["rule"].tolist() == ["Enstaka månad utanför gränsen"]
    assert found.table.notes == ("3 av 4\u00a0serier ligger inom sin normala variation.",)
    assert found.chart("K1", "salaries").title == "Ortopedi: löner ligger inom sin normala variation"


def test_series_sum_to_the_node_and_two_years_of_history_are_too_few_for_the_check_of_the_year_before(small_region):
    identity, before = charts(small_region, None).checks
    assert identity.passed
    assert not before.passed
    assert "för kort historik" in before.detail
    assert charts(small_region, None).grade is Grade.D


def test_lines_alone_give_the_nodes_own_charts(small_region):
    found = charts(small_region, None, by=("line",))
    assert found.frame["unit"].unique().tolist() == ["B"]
    assert len(found.frame) == 4
    assert found.checks[0].passed


def test_without_two_years_of_history_there_is_no_verdict(small_region):
    missing = charts(small_region, "K1", period="2025-06")
    assert isinstance(missing, NotAvailable)
    assert "två hela års" in missing.reason


def test_a_series_without_a_chart_is_refused(small_region):
    with pytest.raises(KeyError, match="no control chart of 'pensions' at 'K1'"):
        charts(small_region, "K1").chart("K1", "pensions")


def test_everything_a_result_holds_can_be_written_to_the_appendix(small_region):
    told = charts(small_region, "K").to_dict()
    json.dumps(told, allow_nan=False)
    assert {row["unit"] for row in told["points"]} == {"K", "K1"}  # the node's own lines, and the signal


@pytest.mark.parametrize(("patients", "shown"), [(4, False), (5, True)])
def test_months_of_fewer_than_five_patients_are_judged_but_their_amounts_are_not_shown(tmp_path, patients, shown):
    months = pd.date_range("2024-01-01", "2026-10-01", freq="MS")
    care = pd.DataFrame(
        [
            {
                "period": month,
                "unit": "K1",
                "provider": "Universitetssjukhuset",
                "case": f"{month:%Y-%m} {number}",
                "drg_points": 1.0,
                "amount": -9_000_000.0 if month == months[-1] else -100_000.0,
            }
            for month in months
            for number in range(patients)
        ]
    )
    posted = care.assign(account="5310")[["period", "unit", "account", "amount"]]
    folder = write_region(tmp_path, ledger=pd.concat([ledger(), posted], ignore_index=True))
    care.to_parquet(folder / "purchased_care.parquet", index=False)
    found = charts(utfall.open_region(folder), "K1")
    row = found.frame.set_index("line").loc["purchased_care"]
    assert row["verdict"] == "signal"
    assert pd.notna(row["outside"]) == shown
    assert ("färre än fem patienter" in row["reason"]) != shown
    assert ("purchased_care" in set(found.points["line"])) == shown
    assert ("köpt vård" in found.text()) == shown == ("köpt vård" in found.plot().title)
    if not shown:
        with pytest.raises(KeyError):
            found.chart("K1", "purchased_care")
        assert "färre än fem patienter" in found.table.to_text()


def test_a_node_is_hidden_when_it_would_give_a_hidden_unit_away_by_subtraction(tmp_path):
    months = pd.date_range("2024-01-01", "2026-10-01", freq="MS")
    care = pd.DataFrame(
        [
            {"period": month, "unit": unit, "provider": "A", "case": f"{unit} {month:%Y-%m} {number}", "amount": -1e5}
            for month in months
            for unit, patients in (("K1", 6), ("K2", 2))
            for number in range(patients)
        ]
    ).assign(drg_points=1.0)
    posted = care.assign(account="5310")[["period", "unit", "account", "amount"]]
    folder = write_region(tmp_path, ledger=pd.concat([ledger(), posted], ignore_index=True))
    care.to_parquet(folder / "purchased_care.parquet", index=False)
    frame = charts(utfall.open_region(folder), "Division Kirurgi").frame
    shown = frame[frame["line"] == "purchased_care"].set_index("unit")["outside"].notna()
    assert shown.to_dict() == {"K": False, "K1": True, "K2": False}


# The made-up region.


@pytest.fixture(scope="module")
def demo(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def board(demo):
    return charts(demo, None)


@pytest.mark.parametrize(
    ("unit", "line", "rule", "since"),
    [
        ("Dialysmottagningen", "materials", "Nivåskifte", "2026-02"),
        ("Hudmottagningen", "drugs", "Nivåskifte", "2026-03"),
        ("Onkologiska dagvården", "drugs", "Nivåskifte", "2026-01"),
        ("Ögonmottagningen", "materials", "Nivåskifte", "2026-01"),
        ("Intensivvårdsavdelningen", "purchased_care", "Enstaka månad utanför gränsen", None),
        ("Hematologmottagningen", "purchased_care", "Enstaka månad utanför gränsen", None),
        ("Klinisk kemi", "materials", "Enstaka månad utanför gränsen", "2026-10"),
        ("Röntgen Östersund", "other_costs", "Enstaka månad utanför gränsen", "2026-05"),
    ],
)
def test_what_is_planted_is_found_where_and_when_it_was_planted(board, unit, line, rule, since):
    row = board.frame[(board.frame["unit_name"] == unit) & (board.frame["line"] == line)].iloc[0]
    begun = None if pd.isna(row["since"]) else f"{row['since']:%Y-%m}"
    # Of a few patients' care the month is not told: it is when one patient's bill came.
    assert (row["verdict"], row["rule"], begun) == ("signal", rule, since)


def test_where_nothing_is_planted_at_most_three_series_of_a_hundred_are_signals(board, demo_folder):
    """Measured: 1.2 per cent of 1 647."""
    planted = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))["planted"]
    moved = {
        (unit, line)
        for row in planted
        if row["effect_sek_by_year"].get(2026) or row["effect_sek"]
        for unit in row["units"]
        for line in row["lines"]
    }
    units = board.frame[(board.frame["unit"] != board.unit) & (board.frame["verdict"] != "kan inte avgöras")]
    quiet = units[[pair not in moved for pair in zip(units["unit"], units["line"], strict=True)]]
    assert len(quiet) > 1000
    assert (quiet["verdict"] == "signal").mean() < 0.03


def test_pension_costs_that_fell_to_a_new_level_last_year_cannot_be_decided(board):
    pensions = board.frame[board.frame["line"] == "pensions"]
    assert (pensions["verdict"] == "kan inte avgöras").all()
    assert pensions["reason"].str.contains("Nivån ändrades varaktigt i januari 2025").mean() > 0.95


def test_the_same_unit_gets_the_same_verdicts_in_its_own_report_as_in_the_boards(board, demo):
    own = charts(demo, "Dialysmottagningen").frame
    among = board.frame[board.frame["unit"] == own["unit"].iloc[0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, among)


def test_the_board_passes_its_checks(board):
    assert all(check.passed for check in board.checks)
    assert board.grade is Grade.C
    assert board.step.outcome.endswith("serier är signal")
    assert len(board.table.frame) == 12
