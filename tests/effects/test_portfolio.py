"""The portfolio counts each krona once, against truths that were planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from tests.effects.portfolio_region import MONTHS, ledger, make_region, measure, noise, path
from utfall.effects.portfolio.measure_portfolio import measure_portfolio
from utfall.effects.portfolio.verdicts import BELOW_PLAN, CLAIMS, NOT_REACHED, ONGOING, REACHED
from utfall.presentation.sourced import known_values

PERIOD = "2026-10"


def row(portfolio, name):
    return portfolio.measures.set_index("id").loc[name]


def saved(without, effects):
    """What measures saved of a cost in 2026, one after the other, as they were planted."""
    year = MONTHS >= "2026-01-01"
    found = []
    for effect in effects:
        found.append(-(without * np.expm1(effect))[year].sum())
        without = without * np.exp(effect)
    return found


# --- The made-up region ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(demo_folder):
    return measure_portfolio(utfall.open_region(demo_folder), period=PERIOD)


@pytest.fixture(scope="module")
def truth(demo_folder):
    planted = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))["planted"]
    return {event["id"]: event["effect_sek_by_year"].get(2026, 0.0) for event in planted}


def test_every_effect_planted_in_the_made_up_region_lies_in_its_interval(demo, truth):
    effects = demo.span("to_date")
    outside = [
        name
        for name in demo.measures["id"]
        if not effects.loc[name, "lo-95"] <= truth[name] <= effects.loc[name, "hi-95"]
    ]
    assert outside == []


def test_the_sum_in_the_made_up_region_is_near_the_truth_and_in_its_interval(demo, truth):
    whole = sum(truth[name] for name in demo.measures["id"])
    total = demo.span("to_date").loc["total"]
    assert total["lo-95"] <= whole <= total["hi-95"]
    assert total["estimate"] == pytest.approx(whole, rel=0.1)


def test_the_measure_without_effect_is_not_claimed(demo):
    assert row(demo, "service_agreements_2024")["verdict"] == ONGOING


def test_the_drug_case_is_judged_on_what_was_used_and_gives_what_was_planted(demo, truth):
    assert demo.span("to_date").loc["drug_handling", "estimate"] == pytest.approx(truth["drug_handling"], rel=0.1)


def test_the_bridge_leads_from_last_years_ledger_to_this_years_to_the_ore(demo, demo_folder):
    steps = demo.bridge.frame
    assert round(steps["amount"].iloc[:-1].sum(), 2) == steps["amount"].iloc[-1]
    region = utfall.open_region(demo_folder)
    # The claimed cells summed another way: straight from the ledger's rows.
    accounts = region.accounts.line_of(sorted(region.table("ledger", since=PERIOD)["account"].unique()))
    claimed = set()
    for one in region.measures:
        for account, line in accounts.items():
            if line in one.lines and (not one.accounts or account in one.accounts):
                claimed |= {(unit, account) for unit in one.units}
    rows = region.table("ledger", since="2026-01", until=PERIOD)
    mine = [pair in claimed for pair in zip(rows["unit"], rows["account"], strict=True)]
    assert steps["amount"].iloc[-1] == pytest.approx(float(rows.loc[mine, "amount"].astype(float).sum()), abs=0.01)


def test_what_is_left_unexplained_in_the_bridge_is_small(demo):
    steps = demo.bridge.frame.set_index("key")["amount"]
    assert abs(steps["rest"]) < 0.01 * abs(steps["this_year"])


def test_the_portfolio_shows_itself_and_goes_into_the_appendix(demo):
    assert "kan inte avgöras ännu" in demo.table.to_text()
    for table in (demo.rate_table, demo.kind_table, demo.check_table, demo.bridge.table):
        assert "nan" not in table.to_text().lower()
    assert demo.plot().svg
    assert demo.bridge.plot().svg
    content = demo.to_dict()
    assert len(content["measures"]) == len(demo.measures)
    assert "löpande skattningar" in content["text"]


def test_the_chart_has_a_row_a_measure_with_its_intervals_and_says_what_cannot_be_told(demo):
    chart = demo.plot()
    rows = chart.data.set_index("label")
    assert rows.index.tolist() == demo.measures["name"].tolist()
    assert rows[["lo-80", "hi-80", "lo-95", "hi-95", "grade"]].notna().all(axis=None)
    undecided = demo.measures["verdict"].str.contains("kan inte avgöras").to_numpy()
    assert rows["decided"].tolist() == (~undecided).tolist()
    assert chart.alt.count("kan inte avgöras ännu") == undecided.sum() > 0
    assert known_values(demo.effects).unsourced(chart.alt, unit=6) == ()


def test_the_table_leaves_the_narrow_interval_to_the_chart_so_that_it_fits_the_page(demo):
    assert not {"lo-80", "hi-80"} & set(demo.table.columns)
    assert {"lo-95", "hi-95"} <= set(demo.table.columns)


def test_nothing_is_judged_before_its_month(demo):
    assert not demo.measures["judged"].any()
    assert demo.measures["verdict"].str.startswith("löpande: ").all()


def test_the_grade_of_each_measure_follows_from_its_checks(demo):
    failed = demo.measure_checks.groupby("id")["passed"].all()
    graded = demo.measures.set_index("id")["grade"]
    assert (graded[failed.index[~failed]] != "B").all()
    assert set(graded) <= {"B", "C"}


# --- Overlaps ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def overlapping(tmp_path_factory):
    """Two measures on the same salaries, 10 and then 20 per cent; and one on another unit."""
    first, second = np.log(0.9) * path("2023-06", 3), np.log(0.8) * path("2025-06")
    without = 1e6 * np.exp(noise(1))
    amounts = {("K1", "4010"): -without * np.exp(first + second)}
    measures = [
        measure("first", "2023-06", profile="ramp(3)"),
        measure("second", "2025-06", planned_effect=4_800_000.0),
        measure("nothing", "2024-03", units=["K2"], planned_effect=2_400_000.0),
    ]
    region = make_region(tmp_path_factory.mktemp("overlap"), amounts, measures)
    return measure_portfolio(region, period=PERIOD), saved(without, [first, second])


def test_measures_on_the_same_cells_share_what_was_saved_without_counting_it_twice(overlapping):
    portfolio, (first, second) = overlapping
    effects = portfolio.span("to_date")
    assert effects.loc["first", "lo-95"] <= first <= effects.loc["first", "hi-95"]
    assert effects.loc["second", "lo-95"] <= second <= effects.loc["second", "hi-95"]
    both = effects.loc["first", "estimate"] + effects.loc["second", "estimate"]
    assert both == pytest.approx(first + second, rel=0.1)


def test_the_total_is_the_sum_of_the_measures_and_its_interval_keeps_their_correlation(overlapping):
    portfolio, _ = overlapping
    effects = portfolio.span("to_date")
    names = ["first", "second", "nothing"]
    assert effects.loc["total", "estimate"] == pytest.approx(effects.loc[names, "estimate"].sum(), abs=0.01)
    width = (effects["hi-95"] - effects["lo-95"])[names]
    rho = portfolio.correlation.loc[names, names].to_numpy()
    expected = np.sqrt(width.to_numpy() @ rho @ width.to_numpy())
    assert effects.loc["total", "hi-95"] - effects.loc["total", "lo-95"] == pytest.approx(expected, rel=0.1)
    assert abs(portfolio.correlation.loc["first", "second"]) > 0.1


def test_a_measure_that_did_nothing_is_not_claimed_in_its_month_of_judgement(overlapping):
    portfolio, _ = overlapping
    assert row(portfolio, "nothing")["verdict"] == NOT_REACHED
    assert row(portfolio, "second")["verdict"] in CLAIMS
    assert portfolio.measures["judged"].all()


def test_two_measures_that_no_data_can_tell_apart_get_one_effect_and_a_marked_split(tmp_path):
    effect = np.log(0.8) * path("2024-03")
    without = 1e6 * np.exp(noise(3))
    amounts = {("K1", "4010"): -without * np.exp(effect)}
    measures = [
        measure("large", "2024-03", planned_effect=3_000_000.0),
        measure("small", "2024-03", planned_effect=1_000_000.0),
    ]
    portfolio = measure_portfolio(make_region(tmp_path, amounts, measures), period=PERIOD)
    effects = portfolio.span("to_date")["estimate"]
    (truth,) = saved(without, [effect])
    assert effects["total"] == pytest.approx(truth, rel=0.15)
    assert effects["large"] == pytest.approx(3 * effects["small"])
    assert portfolio.measures["split"].all()
    assert set(portfolio.measures["group"]) == {"large"}
    assert "Fördelning, ej mätt" in portfolio.table.to_text()


def test_more_income_counts_as_a_gain(tmp_path):
    effect = np.log(1.2) * path("2024-03")
    income = 5e5 * np.exp(noise(4))
    region = make_region(
        tmp_path,
        {("K2", "3010"): income * np.exp(effect)},
        [measure("fees", "2024-03", units=["K2"], lines=["care_sold"], kind="price")],
    )
    portfolio = measure_portfolio(region, period=PERIOD)
    (truth,) = saved(income, [effect])
    assert portfolio.span("to_date").loc["fees", "estimate"] == pytest.approx(-truth, rel=0.15)
    assert row(portfolio, "fees")["relative"] > 0


# --- Plan, cost, judgement ---------------------------------------------------------------------------------------


def test_the_plan_follows_the_declared_profile_and_the_cost_makes_a_net(overlapping):
    portfolio, _ = overlapping
    second = row(portfolio, "second")
    assert second["plan_to_date"] == pytest.approx(4_800_000 * 10 / 12)
    assert second["net_to_date"] == pytest.approx(portfolio.span("to_date").loc["second", "estimate"])


def test_the_measures_own_cost_is_taken_from_its_net(tmp_path):
    region = make_region(tmp_path, {}, [measure("costly", "2026-05", cost=240_000.0, profile="ramp(2)")])
    costly = row(measure_portfolio(region, period=PERIOD), "costly")
    assert costly["cost_to_date"] == pytest.approx(240_000 * 6 / 12)
    assert costly["plan_to_date"] == pytest.approx(1_200_000 / 12 * 5.5)


def test_a_verdict_stands_from_its_month_on(tmp_path):
    amounts = {("K1", "4010"): -1e6 * np.exp(noise(5) + np.log(0.8) * path("2024-01"))}
    planned = {"planned_effect": 600_000.0, "judgement": "2025-12"}
    region = make_region(tmp_path, amounts, [measure("early", "2024-01", **planned)])
    at_judgement = row(measure_portfolio(region, period="2025-12"), "early")
    later = row(measure_portfolio(region, period=PERIOD), "early")
    assert at_judgement["verdict"] == REACHED
    assert later["verdict"] == f"{REACHED} (bedömd i december 2025)"
    assert not later["judged"]


def test_an_effect_below_its_plan_is_said_to_be(tmp_path):
    amounts = {("K1", "4010"): -1e6 * np.exp(noise(6) + np.log(0.8) * path("2024-01"))}
    region = make_region(tmp_path, amounts, [measure("less", "2024-01", planned_effect=9_000_000.0)])
    less = row(measure_portfolio(region, period=PERIOD), "less")
    assert less["verdict"] == BELOW_PLAN
    assert less["p_positive"] > 0.99
    assert less["p_plan"] < 0.01


# --- What goes wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": "2020-06"}, "månader finns före starten"),
        ({"start": "2018-01"}, "månader finns före starten"),
        ({"start": "2026-09", "profile": "delay(6)"}, "ingen effekt ännu"),
        ({"units": ["K2"], "lines": ["care_sold"]}, "ingenting är bokfört"),
        ({"units": ["M1"], "lines": ["drugs"]}, "saknar positivt belopp"),
        ({"units": ["M1"], "lines": ["purchased_care"]}, "lika stort varje månad"),
    ],
)
def test_a_measure_that_cannot_be_estimated_says_why_and_has_no_figures(tmp_path, changed, said):
    amounts = {
        ("M1", "5610"): np.where(np.arange(len(MONTHS)) % 5 == 0, 0.0, -1e5),
        ("M1", "5310"): np.full(len(MONTHS), -2e5),
    }
    row_of = measure("odd", "2025-01") | changed
    portfolio = measure_portfolio(make_region(tmp_path, amounts, [row_of]), period=PERIOD)
    odd = row(portfolio, "odd")
    assert said in odd["reason"]
    assert odd["verdict"].startswith("kan inte skattas")
    assert odd["grade"] == "D"
    assert pd.isna(odd["p_positive"])
    assert "odd" not in set(portfolio.effects["id"])
    assert "nan" not in portfolio.table.to_text().lower()
    assert portfolio.grade == "D"
    assert portfolio.plot().alt


def test_an_empty_register_is_a_portfolio_without_measures(tmp_path):
    portfolio = measure_portfolio(make_region(tmp_path, {}, []), period=PERIOD)
    assert portfolio.text() == "Ingen åtgärd i registret kan skattas ännu."
    assert portfolio.measures.empty


def test_a_measure_that_starts_later_is_counted_but_not_shown(tmp_path):
    measures = [measure("now", "2025-01"), measure("later", "2027-01")]
    portfolio = measure_portfolio(make_region(tmp_path, {}, measures), period=PERIOD)
    assert portfolio.measures["id"].tolist() == ["now"]
    assert any("börjar senare" in warning for warning in portfolio.warnings)


def test_a_short_history_is_estimated_but_graded_down(tmp_path):
    portfolio = measure_portfolio(make_region(tmp_path, {}, [measure("soon", "2021-04")]), period=PERIOD)
    assert row(portfolio, "soon")["grade"] == "D"


def test_no_comparison_is_made_with_a_unit_that_has_a_measure_itself(tmp_path):
    measures = [
        measure("one", "2024-01", comparison_units=["K2", "M1"]),
        measure("two", "2024-06", units=["M1"]),
    ]
    portfolio = measure_portfolio(make_region(tmp_path, {}, measures), period=PERIOD)
    assert any("Hjärtenheten" in warning for warning in portfolio.warnings)
    assert row(portfolio, "one")["grade"] == "B"
    assert row(portfolio, "two")["grade"] == "C"


def test_an_effect_on_what_the_measure_cannot_touch_fails_a_check(tmp_path):
    # Everything at the unit falls at the start: it was not the measure.
    fallen = np.log(0.7) * path("2024-01")
    amounts = {
        ("K1", "4010"): -1e6 * np.exp(noise(7) + fallen),
        ("K1", "5610"): -4e5 * np.exp(noise(8) + fallen),
        ("K2", "5610"): -4e5 * np.exp(noise(9)),
    }
    control = {"units": ["K1"], "lines": ["drugs"]}
    innocent = {"units": ["K2"], "lines": ["drugs"]}
    measures = [measure("wrong", "2024-01", negative_control=control)]
    wrong = measure_portfolio(make_region(tmp_path / "a", amounts, measures), period=PERIOD)
    measures = [measure("right", "2024-01", negative_control=innocent)]
    right = measure_portfolio(make_region(tmp_path / "b", amounts, measures), period=PERIOD)
    assert row(wrong, "wrong")["grade"] == "D"
    assert "inte borde finnas" in row(wrong, "wrong")["negative_control"]
    assert row(right, "right")["grade"] == "C"


def test_cells_without_positive_amounts_join_those_of_the_same_measure(tmp_path):
    effect = np.log(0.8) * path("2024-01")
    salaries = 1e6 * np.exp(noise(12))
    # Drugs of K1 are claimed by both measures but are bought every third month only.
    drugs = np.where(np.arange(len(MONTHS)) % 3 == 0, 3e4, 0.0)
    amounts = {("K1", "4010"): -salaries * np.exp(effect), ("K1", "5610"): -drugs}
    measures = [
        measure("whole", "2024-01", lines=["salaries", "drugs"]),
        measure("drugs", "2025-03", lines=["drugs"]),
    ]
    portfolio = measure_portfolio(make_region(tmp_path, amounts, measures), period=PERIOD)
    (truth,) = saved(salaries, [effect])
    assert portfolio.span("to_date").loc["whole", "estimate"] == pytest.approx(truth, rel=0.2)
    # The second works on one per cent of the series only: nothing can be said of it.
    assert row(portfolio, "drugs")["verdict"] not in CLAIMS


def test_prices_are_taken_out_before_the_effect_is_estimated(tmp_path):
    # Prices jump by a tenth when the measure starts and hide it.
    index = np.where(MONTHS >= "2024-01-01", 110.0, 100.0)
    effect = np.log(0.9) * path("2024-01")
    without = 1e6 * index / 100 * np.exp(noise(13))
    region = make_region(tmp_path, {("K1", "4010"): -without * np.exp(effect)}, [measure("hidden", "2024-01")])
    hidden = measure_portfolio(region, period=PERIOD).span("to_date").loc["hidden", "estimate"]
    folder = tmp_path / "region"
    prices = pd.DataFrame(
        {"index": "Löner", "period": MONTHS, "value": index, "status": "outcome", "source": "påhittad"}
    )
    prices.to_parquet(folder / "price_index.parquet", index=False)
    accounts = yaml.safe_load((folder / "accounts.yaml").read_text(encoding="utf-8"))
    accounts["lines"][1]["price_index"] = "Löner"
    (folder / "accounts.yaml").write_text(yaml.safe_dump(accounts, allow_unicode=True), encoding="utf-8")
    (truth,) = saved(without, [effect])
    seen = measure_portfolio(utfall.open_region(folder), period=PERIOD).span("to_date").loc["hidden", "estimate"]
    assert seen == pytest.approx(truth, rel=0.25)
    assert hidden < 0.5 * truth


def test_material_per_visit_is_judged_per_visit(tmp_path):
    # Visits double while each takes a tenth less: the total hides the effect.
    visits = (
        100 * np.exp(np.log(2) * path("2024-03", 6)) * np.exp(np.random.default_rng(2).normal(0, 0.03, len(MONTHS)))
    )
    effect = np.log(0.9) * path("2024-01")
    without = 1e3 * visits * np.exp(np.random.default_rng(3).normal(0, 0.01, len(MONTHS)))
    volumes = pd.DataFrame({"period": MONTHS, "unit": "K1", "product": "Besök", "planned": visits, "actual": visits})
    one = measure("sparing", "2024-01", lines=["drugs"], component="intensity")
    region = make_region(tmp_path, {("K1", "5610"): -without * np.exp(effect)}, [one], volumes=volumes)
    (truth,) = saved(without, [effect])
    portfolio = measure_portfolio(region, period=PERIOD)
    assert portfolio.span("to_date").loc["sparing", "estimate"] == pytest.approx(truth, rel=0.25)
    assert portfolio.bridge.frame.set_index("key").loc["volume", "amount"] != 0.0


def test_a_one_off_is_judged_on_what_it_gave_and_has_no_full_year_rate(tmp_path):
    effect = np.log(0.5) * (MONTHS == "2026-03-01")
    without = 1e6 * np.exp(noise(14))
    once = measure("once", "2026-03", profile="pulse", kind="one_off", planned_effect=12 * 300_000.0)
    region = make_region(tmp_path, {("K1", "4010"): -without * np.exp(effect)}, [once])
    portfolio = measure_portfolio(region, period=PERIOD)
    (truth,) = saved(without, [effect])
    assert portfolio.span("to_date").loc["once", "estimate"] == pytest.approx(truth, rel=0.15)
    assert row(portfolio, "once")["plan_to_date"] == pytest.approx(300_000)
    assert row(portfolio, "once")["verdict"] == REACHED
    assert pd.isna(portfolio.span("full_year").loc["once", "estimate"])
    assert "engångseffekt" in portfolio.rate_table.to_text()


def test_a_ledger_with_one_year_only_has_no_bridge_but_a_reason(tmp_path):
    region = make_region(tmp_path, {}, [measure("one", "2021-06")])
    bridge = measure_portfolio(region, period="2021-12").bridge
    assert bridge.check.passed
    alone = measure_portfolio(region, period="2020-12")
    assert alone.measures.empty
    assert "bokfört" in alone.bridge.reason


def test_the_ledger_helper_keeps_result_sign():
    assert (ledger({("K1", "4010"): np.full(len(MONTHS), -5.0)})["amount"] == -5.0).all()
