"""Associations: nothing is found where nothing is, what was planted is found, and what cannot be told is said."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

import utfall
from tests.small_region import REGISTERS, write_region
from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.results import NotAvailable
from utfall.rootcause.associations.associations import associations
from utfall.rootcause.associations.monthly_series import cost_series, driver_series, history_months
from utfall.rootcause.associations.screening import innovations, screen
from utfall.rootcause.comparison import Comparison, compare

MONTHS = pd.date_range("2019-01-01", "2026-10-01", freq="MS")
MONEY = Money.for_amounts([1e6])


def sluggish(generator, columns, persistence, months=94):
    """Independent AR(1) series with a season and a trend each, as logarithms."""
    steps = generator.normal(0, 0.03, (months + 100, len(columns)))
    noise = lfilter([1.0], [1.0, -persistence], steps, axis=0)[100:]
    season = np.resize(generator.normal(0, 0.1, (12, len(columns))), (months, len(columns)))
    trend = np.arange(months)[:, None] * generator.normal(0, 0.004, len(columns))
    index = pd.date_range("2019-01-01", periods=months, freq="MS")
    return pd.DataFrame(noise + season + trend, index=index, columns=columns)


COSTS = [f"kostnad {number}" for number in range(6)]
DRIVERS = [f"volym {number}" for number in range(8)]
PAIRS = [(cost, driver) for cost in COSTS for driver in DRIVERS]


@pytest.mark.parametrize(("persistence", "months"), [(0.0, 94), (0.6, 94), (0.9, 94), (0.6, 40)])
def test_among_unrelated_sluggish_series_anything_at_all_is_found_at_most_once_in_twenty(persistence, months):
    cases = 120
    false = 0
    for seed in range(cases):
        levels = sluggish(np.random.default_rng(seed), COSTS + DRIVERS, persistence, months)
        false += bool(screen(levels, PAIRS).frame["beyond_chance"].any())
    # The count that a true rate of 5 per cent exceeds once in a hundred.
    assert false <= stats.binom.ppf(0.99, cases, 0.05)


def test_a_plain_correlation_test_finds_something_almost_every_time_even_after_bonferroni():
    false = 0
    for seed in range(30):
        levels = sluggish(np.random.default_rng(seed), COSTS + DRIVERS, 0.6)
        p_values = [stats.pearsonr(levels[cost], levels[driver]).pvalue for cost, driver in PAIRS]
        false += min(p_values) * len(PAIRS) < 0.05
    assert false >= 28


@pytest.mark.parametrize("lag", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_planted_association_is_found_with_its_direction_and_lag(lag, sign):
    levels = sluggish(np.random.default_rng(lag), COSTS + DRIVERS, 0.5)
    levels[COSTS[0]] += sign * 1.5 * levels[DRIVERS[3]].shift(lag).bfill()
    tried = screen(levels, PAIRS).frame
    found = tried[tried["beyond_chance"]]
    best = found.loc[found["share"].idxmax()]
    assert (best["first"], best["second"], best["lag"]) == (COSTS[0], DRIVERS[3], lag)
    assert np.sign(best["correlation"]) == sign
    assert best["slope"] == pytest.approx(sign * 1.5, rel=0.25)
    assert best["holds"]
    assert set(found["first"]) == {COSTS[0]}


def test_the_interval_of_the_share_holds_the_true_share():
    """y = x + e of equal spread: half of the variation is shared."""
    inside = 0
    for seed in range(100):
        generator = np.random.default_rng(seed)
        x, e = generator.normal(0, 0.03, (2, len(MONTHS)))
        row = screen(pd.DataFrame({"y": x + e, "x": x}, index=MONTHS), [("y", "x")], lags=[0]).frame.iloc[0]
        inside += row["share_low"] <= 0.5 <= row["share_high"]
    assert inside >= 89  # 95 expected; fewer than 89 happens once in a hundred


def test_one_extreme_month_in_both_series_is_no_association():
    levels = sluggish(np.random.default_rng(5), ["kostnad", "volym"], 0.3)
    levels.loc["2023-05-01"] += 3.0
    fresh = innovations(levels)
    assert np.corrcoef(fresh.T)[0, 1] > 0.9
    assert not screen(levels, [("kostnad", "volym")]).frame["beyond_chance"].any()


def test_an_association_that_turned_in_the_last_year_does_not_hold():
    x, e = np.random.default_rng(7).normal(0, 0.03, (2, len(MONTHS)))
    follows = np.where(MONTHS < "2025-11-01", 1.0, -1.0)
    levels = pd.DataFrame({"kostnad": follows * x + e / 2, "volym": x}, index=MONTHS)
    row = screen(levels, [("kostnad", "volym")], lags=[0]).frame.iloc[0]
    assert row["beyond_chance"]
    assert not row["holds"]


WITHOUT_BUDGET = REGISTERS["region.yaml"] | {"reference": "previous_year"}


def region_with(tmp_path, *, volumes=None, cost_follows=0.0, months=MONTHS, tables=None, **replaced):
    """The small region over many months, where K1's drugs follow its visits by an elasticity."""
    generator = np.random.default_rng(3)
    noise = np.exp(generator.normal(0, 0.02, (len(months), 8)))
    visits = 1000 * np.exp(generator.normal(0, 0.05, len(months)))
    rows = []
    for unit, first in {"K1": 0, "K2": 4}.items():
        for offset, (account, plain) in enumerate({"4010": -1e6, "5310": -2e5, "5610": -3e5}.items()):
            amount = plain * noise[:, first + offset]
            if (unit, account) == ("K1", "5610"):
                amount = amount * (visits / 1000) ** cost_follows
            rows.append(pd.DataFrame({"period": months, "unit": unit, "account": account, "amount": amount.round(2)}))
    counted = pd.DataFrame(
        {"period": months, "unit": "K1", "product": "Läkarbesök", "planned": 1000.0, "actual": visits.round()}
    )
    ledger = pd.concat(rows, ignore_index=True)
    folder = write_region(
        tmp_path / "region",
        ledger=ledger,
        budget=None,
        region=WITHOUT_BUDGET,
        volumes=counted if volumes is None else volumes(counted),
        **replaced,
    )
    for name, frame in (tables or {}).items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return utfall.open_region(folder)


def tried_in(region, unit="K1", period="2026-10", cells=None):
    return associations(compare(region, unit=unit, period=period, against=None), MONEY, cells)


def test_costs_that_follow_visits_are_named_as_a_candidate_and_not_as_a_cause(tmp_path):
    result = tried_in(region_with(tmp_path, cost_follows=1.0))
    assert result.frame[["label", "driver", "direction", "lag"]].to_numpy().tolist() == [
        ["Läkemedel", "Läkarbesök", "samma", 0]
    ]
    assert result.grade is Grade.C
    assert len(result.tried) == 3 * 1 * 3  # three cost lines, one driver, three lags
    text = result.text()
    assert "Läkemedel går i samma riktning som läkarbesök samma månad" in text
    assert "kandidater, inte orsaker" in text
    assert "9\u00a0samband prövades" in text
    assert "8 förkastades" in text
    assert result.step.outcome == "1\u00a0kandidat"


def test_costs_that_follow_nothing_give_no_candidate_and_an_empty_view(tmp_path):
    result = tried_in(region_with(tmp_path))
    assert result.frame.empty
    assert result.view is None
    assert result.text().startswith("Inget samband")
    assert result.plot().data.empty


def test_the_same_region_gives_the_same_answer_twice(tmp_path):
    region = region_with(tmp_path, cost_follows=0.7)
    first, second = tried_in(region), tried_in(region)
    pd.testing.assert_frame_equal(first.tried, second.tried)


def test_cells_are_tried_against_their_own_units_series_only(tmp_path):
    region = region_with(tmp_path, cost_follows=1.0)
    cells = pd.DataFrame({"unit": ["K1", "K2"], "line": ["drugs", "drugs"]})
    result = tried_in(region, unit="Division Kirurgi", cells=cells)
    assert result.tried["label"].unique().tolist() == ["Ortopedi: Läkemedel"]  # nothing is counted at K2
    assert result.frame["driver"].tolist() == ["Läkarbesök"]
    assert "Ortopedi: Läkemedel går" in result.text()


def test_a_short_history_cannot_tell(small_region):
    result = tried_in(small_region)
    assert isinstance(result, NotAvailable)
    assert "kan inte avgöras: historiken är 34\u00a0månader och minst 36 behövs" in result.reason


def test_a_single_month_cannot_tell(tmp_path):
    region = region_with(tmp_path, months=MONTHS[-1:])
    result = associations(Comparison(region, region.node("K1"), MONTHS[-1], "previous_year"), MONEY)
    assert "historiken är 1\u00a0månad " in result.reason


def test_a_region_that_counts_nothing_cannot_tell(tmp_path):
    result = tried_in(region_with(tmp_path, volumes=lambda counted: None))
    assert "ingen serie över produktion, bemanning eller köer" in result.reason


@pytest.mark.parametrize("flaw", ["zero", "absent", "missing"])
def test_a_volume_that_is_not_counted_every_month_is_left_out_and_said_to_be(tmp_path, flaw):
    def flawed(counted):
        other = counted.assign(product="Vårddygn", actual=counted["actual"].to_numpy()[::-1])
        if flaw == "absent":
            other = other.drop(index=20)
        else:
            other.loc[20, "actual"] = 0.0 if flaw == "zero" else np.nan
        return pd.concat([counted, other], ignore_index=True)

    result = tried_in(region_with(tmp_path, volumes=flawed))
    assert set(result.tried["driver"]) == {"Läkarbesök"}
    assert result.left_out.to_numpy().tolist() == [["Vårddygn", "är noll, negativ eller saknas i någon månad"]]
    assert any("Vårddygn" in warning for warning in result.warnings)


def test_a_volume_that_never_changes_is_left_out_and_said_to_be(tmp_path):
    def steady(counted):
        return pd.concat([counted, counted.assign(product="Vårdplatser", actual=20.0)], ignore_index=True)

    result = tried_in(region_with(tmp_path, volumes=steady))
    assert set(result.tried["driver"]) == {"Läkarbesök"}
    assert result.left_out["name"].tolist() == ["Vårdplatser"]
    assert "varierar inte" in result.left_out["reason"].iloc[0]


def test_a_unit_is_tried_on_its_own_history_not_on_the_ledgers(tmp_path):
    """K1 opens in 2022: its series begin there, and are whole from there."""
    region = region_with(tmp_path, cost_follows=1.0)
    ledger = region.table("ledger").query("unit == 'K2' or period >= '2022-01-01'")
    visits = region.table("volumes").query("period >= '2022-01-01'")
    opened = utfall.open_region(
        write_region(tmp_path / "opened", ledger=ledger, budget=None, region=WITHOUT_BUDGET, volumes=visits)
    )
    result = tried_in(opened)
    assert result.since == pd.Timestamp("2022-01-01")
    assert result.frame["driver"].tolist() == ["Läkarbesök"]


def staffing(generator):
    """Own staff with sick leave, and hired staff."""
    size = len(MONTHS)
    own = pd.DataFrame({"period": MONTHS, "employment": "own", "hours": generator.normal(9000, 200, size).round(1)})
    hired = pd.DataFrame({"period": MONTHS, "employment": "hired", "hours": generator.normal(900, 90, size).round(1)})
    frame = pd.concat([own, hired], ignore_index=True).assign(unit="K1", category="Läkare", amount=-1.0)
    return frame.assign(
        headcount=60.0,
        fte=frame["hours"] / 150,
        leavers=generator.integers(0, 3, 2 * size).astype(float),
        sick_hours=np.where(frame["employment"] == "own", generator.normal(500, 60, 2 * size).round(1), 0.0),
    )


def test_staff_is_tried_but_not_the_hours_of_a_line_against_the_cost_of_the_same_hours(tmp_path):
    generator = np.random.default_rng(11)
    waiting = pd.DataFrame(
        {
            "period": MONTHS,
            "unit": "K1",
            "pathway": "Första besök",
            "waiting": generator.normal(300, 20, len(MONTHS)).round(),
            "referred": 50.0,
            "completed": 50.0,
            "within_guarantee": 40.0,
        }
    )
    region = region_with(tmp_path, tables={"staffing": staffing(generator), "waiting": waiting})
    tried = tried_in(region).tried
    drivers = {line: set(rows["driver"]) for line, rows in tried.groupby("line_name")}
    everything = {
        "Läkarbesök",
        "Väntande patienter",
        "Sjukfrånvaro, andel av egen tid",
        "Avgångar, andel av anställda",
        "Inhyrd personal, andel av timmar",
        "Årsarbetare",
    }
    assert drivers["Läkemedel"] == everything
    assert everything - drivers["Löner"] == {"Inhyrd personal, andel av timmar", "Årsarbetare"}


def test_shares_of_staff_are_those_counted_by_hand(tmp_path):
    table = staffing(np.random.default_rng(12))
    region = region_with(tmp_path, tables={"staffing": table})
    comparison = compare(region, unit="K1", period="2026-10", against=None)
    levels = driver_series(comparison, history_months(comparison)).levels
    levels = {name: levels[unit, kind, name] for unit, kind, name in levels.columns}
    own, hired = (table[table["employment"] == kind].set_index("period") for kind in ("own", "hired"))
    sick = own["sick_hours"] / (own["sick_hours"] + own["hours"])
    assert levels["Sjukfrånvaro, andel av egen tid"].to_numpy() == pytest.approx(sick.to_numpy())
    share = hired["hours"] / (own["hours"] + hired["hours"])
    assert levels["Inhyrd personal, andel av timmar"].to_numpy() == pytest.approx(share.to_numpy())
    assert np.exp(levels["Årsarbetare"].to_numpy()) == pytest.approx(own["fte"].to_numpy())


def test_without_a_board_of_units_or_a_budget_the_series_are_still_the_nodes_own(tmp_path):
    units = [{"code": "B", "name": "Nämnden", "level": "board", "parent": None}]
    units += [row | {"parent": "B"} for row in REGISTERS["organisation.yaml"]["units"] if row["level"] == "unit"]
    result = tried_in(region_with(tmp_path, cost_follows=1.0, organisation={"units": units}), unit=None)
    assert result.unit_name == "Nämnden"
    assert result.since == MONTHS[0]


def test_every_number_is_finite_and_the_result_shows_itself(tmp_path):
    result = tried_in(region_with(tmp_path, cost_follows=1.0))
    assert np.isfinite(result.tried.select_dtypes("number").to_numpy()).all()
    json.dumps(result.to_dict(), allow_nan=False)
    shown = result._repr_mimebundle_()
    assert not re.search(r"\b(nan|inf)\b", shown["text/plain"])
    assert "<svg" in shown["text/html"]


@pytest.fixture(scope="module")
def demo(demo_folder):
    return utfall.open_region(demo_folder)


def test_in_the_made_up_region_doses_go_with_the_cost_of_drugs_where_they_were_made_to(demo):
    result = tried_in(demo, unit="Reumatologmottagningen")
    best = result.frame.iloc[0]
    assert (best["label"], best["driver"], best["direction"], best["lag"]) == (
        "Läkemedel",
        "Läkemedelsdoser",
        "samma",
        0,
    )
    assert best["share_low"] > 0.3


@pytest.mark.slow
def test_one_units_costs_do_not_go_with_another_units_production(demo):
    """A placebo: units of the made-up region are independent but for what all of them share."""
    codes = [node.code for node in demo.organisation.nodes(demo.latest_period, "unit")][::7]
    comparisons = {code: compare(demo, unit=code, period="2026-10", against=None) for code in codes}
    false = cases = 0
    for code, other in zip(codes, codes[1:] + codes[:1], strict=True):
        months = history_months(comparisons[code])
        costs, drivers = cost_series(comparisons[code], months), driver_series(comparisons[other], months)
        pairs = [(cost, driver) for cost in costs.levels.columns for driver in drivers.levels.columns]
        tried = screen(pd.concat([costs.levels, drivers.levels], axis=1), pairs)
        if tried is not None:
            cases += 1
            false += bool(tried.frame["beyond_chance"].any())
    assert cases >= 25
    assert false <= stats.binom.ppf(0.99, cases, 0.05)
