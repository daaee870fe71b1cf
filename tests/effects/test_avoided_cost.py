"""What a measure avoided, where the truth is known: planted in the made-up region, in clinics drawn here, by hand."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from benchmarks.avoided_cost import BEFORE, HANDLING, SCENARIOS, WITHIN, before_and_after, estimate, score, simulate
from utfall.effects.avoided.avoided_cost import avoided_cost
from utfall.effects.avoided.guards import Status
from utfall.effects.avoided.result import ADDED, AVOIDED, UNDECIDED
from utfall.effects.avoided.usage_words import UsageWords
from utfall.errors import InvalidData, InvalidParameter
from utfall.evidence import Grade
from utfall.results import NotAvailable

START = "2026-01"
UNIT, DRUG = "Reumatologmottagningen", "Injektionsläkemedel Alfa"


def clinic(change=0.0, *, before=36, after=12, noise=0.02, seed=1, need=200, need_after=None, price=1000.0):
    """A steady clinic: need, 1.2 packages per needed package, and from the start that many more or fewer."""
    rng = np.random.default_rng(seed)
    period = pd.period_range(pd.Period(START, "M") - before, periods=before + after, freq="M")
    later = np.arange(before + after) >= before
    needed = np.where(later, need_after or need, need)
    packages = np.rint(needed * 1.2 * (1 + change * later) * np.exp(rng.normal(0, noise, before + after)))
    return pd.DataFrame(
        {"period": period, "price": price, "packages": packages, "need": needed, "patients": needed // 2}
    )


def guard(result, key):
    return next(guard for guard in result.guards if guard.key == key)


@pytest.fixture(scope="module")
def planted(demo_folder):
    """The made-up region's drug case: the use, the result and the truth since the start."""
    use = utfall.open_region(demo_folder).table("drug_use", unit=UNIT)
    use = use[use["drug"] == DRUG].assign(price=lambda rows: -rows["amount"] / rows["packages"])
    truth = yaml.safe_load((demo_folder / "truth.yaml").read_text())["planted"]
    effect = next(event["effect_sek"] for event in truth if event["id"] == "drug_handling")
    columns = ["period", "price", "packages", "doses", "patients"]
    return use, avoided_cost(use[columns], "2024-03"), pd.Series(effect)


def test_the_planted_saving_is_found_while_the_total_rises(planted):
    use, result, truth = planted
    assert result.amount == pytest.approx(truth.sum(), rel=0.10)
    lo, hi = result.amount_interval()
    assert lo < truth.sum() < hi
    assert result.verdict == AVOIDED
    year = use.set_index("period")["amount"]
    assert year["2025-11-01":"2026-10-01"].sum() < year["2023-03-01":"2024-02-01"].sum() - 5e6
    assert "ökade" in result.text()
    assert "fler patienter" in result.text()


def test_each_planted_month_lies_in_its_interval(planted):
    _, result, truth = planted
    months = result.path.loc[result.path.index >= result.start]
    inside = (months["avoided_lo"] <= truth.to_numpy()) & (truth.to_numpy() <= months["avoided_hi"])
    assert inside.mean() >= 0.9
    assert max(result.ramps, key=result.ramps.get) == 6  # introduced over six months, which nobody told


def test_the_planted_saving_is_the_same_when_its_introduction_is_declared(planted):
    use, result, truth = planted
    columns = ["period", "price", "packages", "doses", "patients"]
    declared = avoided_cost(use[columns], "2024-03", profile="ramp(6)")
    assert declared.amount == pytest.approx(truth.sum(), rel=0.02)
    assert declared.amount == pytest.approx(result.amount, rel=0.01)


def test_the_bridge_is_the_change_of_the_ledger_to_the_ore(planted):
    use, result, _ = planted
    amount = use.set_index("period")["amount"]
    change = amount["2025-11-01":"2026-10-01"].sum() - amount["2023-03-01":"2024-02-01"].sum()
    assert result.bridge.changes.sum() == pytest.approx(change, abs=0.005)
    assert result.bridge.drivers.in_ore().sum() == round(change * 100)
    assert result.bridge.changes["volume"] < 0 < result.bridge.changes["intensity"]


def test_the_closing_sum_is_the_booked_cost(planted):
    use, result, _ = planted
    without, avoided, booked = result.closing_table.frame["amount"]
    assert without + avoided == pytest.approx(booked, abs=0.005)
    assert booked == pytest.approx(use.loc[use["period"] >= "2024-03-01", "amount"].sum(), abs=0.005)


QUICK = {"handling, more patients"}


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SCENARIOS]
)
def test_the_estimate_is_right_on_average_in_every_scenario(name):
    drawn = score(SCENARIOS[name], 10)
    # Ten clinics leave the mean uncertain; the benchmark draws more.
    assert abs(drawn["need"].mean()) <= WITHIN + 2 * drawn["need"].sem()
    assert drawn["covers"].mean() >= 0.9
    if SCENARIOS[name].waste_after == SCENARIOS[name].waste_before:
        assert drawn["claimed"].sum() <= 1
        assert (drawn["truth"] == 0).all()
    else:
        assert 187_000 <= drawn["truth"].mean() <= 430_000


@pytest.mark.slow
def test_common_measures_fail_where_they_are_known_to_fail():
    names = ("new pack size", "mix of doses shifts")
    errors = {name: score(SCENARIOS[name], 4).mean(numeric_only=True) for name in names}
    assert errors["new pack size"]["doses"] < -500_000
    assert errors["new pack size"]["mg_packages"] > 200_000
    assert errors["mix of doses shifts"]["doses"] > 200_000
    use, truth = simulate(HANDLING, 1)
    assert before_and_after(use) < truth - 200_000


def test_a_hand_worked_saving_is_the_actual_cost_times_the_lower_intensity():
    # 1.2 packages per needed one become 1.08: the cost would have been a ninth higher.
    use = clinic(-0.1, noise=0.002, need_after=300)
    result = avoided_cost(use, START)
    cost = (use["price"] * use["packages"])[use["period"] >= START].sum()
    assert result.amount == pytest.approx(cost / 9, rel=0.02)
    assert result.relative == pytest.approx(-0.1, abs=0.002)
    lo, hi = result.interval()
    assert lo < -0.1 < hi < 0
    assert result.totals["avoided"]["full_year"] == pytest.approx(cost / 9, rel=0.03)
    assert result.totals["avoided"]["to_date"] == pytest.approx(result.path["avoided"].sum())


def test_no_change_is_no_finding_and_never_called_zero():
    result = avoided_cost(clinic(0.0), START)
    assert result.verdict == UNDECIDED
    assert "kan inte avgöras" in result.text()
    lo, hi = result.amount_interval()
    assert lo < 0 < hi


def test_a_higher_intensity_is_an_added_cost():
    result = avoided_cost(clinic(+0.1), START)
    assert result.verdict == ADDED
    assert result.amount < 0
    assert "lägre" in result.text()
    assert "tillkommer" in result.text()


def test_amounts_follow_the_price_and_shares_do_not():
    small, large = avoided_cost(clinic(-0.1), START), avoided_cost(clinic(-0.1, price=1e6), START)
    assert large.amount == pytest.approx(1000 * small.amount)
    assert large.relative == pytest.approx(small.relative)


def test_wider_levels_hold_narrower_ones_and_probabilities_fall():
    result = avoided_cost(clinic(-0.05), START)
    (lo80, hi80), (lo95, hi95) = result.amount_interval(0.8), result.amount_interval(0.95)
    assert lo95 < lo80 < result.amount < hi80 < hi95
    assert result.totals["lo-80"]["to_date"] == pytest.approx(lo80)
    assert result.probability(lo80) == pytest.approx(0.9, abs=0.01)
    assert result.probability(hi95) == pytest.approx(0.025, abs=0.005)


def test_half_a_year_with_the_measure_gives_a_rate_for_a_whole_year():
    result = avoided_cost(clinic(-0.1, after=6, noise=0.005), START)
    # Six months at 1.2 × 0.9 and six that would have been as low: a ninth of either.
    assert result.totals["avoided"]["full_year"] == pytest.approx(12 * 200 * 1.2 * 1000 * 0.1, rel=0.08)


def test_a_new_pack_size_is_met_where_need_is_counted_in_packages():
    use, _ = simulate(SCENARIOS["new pack size"], 1)
    result = estimate(use, "need")
    assert guard(result, "pack_size").status is Status.MET
    assert "januari 2026" in guard(result, "pack_size").words


def test_a_new_pack_size_cannot_be_told_from_an_effect_where_only_doses_are_counted():
    use, _ = simulate(SCENARIOS["new pack size"], 1)
    result = avoided_cost(use.drop(columns=["need", "mg_packages"]), use["period"][BEFORE])
    assert guard(result, "pack_size").status is Status.RAISED
    assert result.verdict == UNDECIDED
    assert result.grade is Grade.D
    assert "ny storlek" in result.text()


def test_a_price_deal_is_named_and_is_no_part_of_the_effect():
    use, _ = simulate(SCENARIOS["price deal"], 2)
    result = estimate(use, "need")
    assert guard(result, "price").status is Status.MET
    assert "−1" in guard(result, "price").words
    same = use.assign(price=1000.0)
    assert estimate(same, "need").relative == pytest.approx(result.relative, abs=0.001)


def test_a_stock_bought_before_the_start_is_left_out_of_the_estimate():
    use, _ = simulate(SCENARIOS["stockpiling"], 3)
    result = estimate(use, "need")
    assert guard(result, "stock").status is Status.MET
    assert "ovanliga inköp" in result.method_note()
    # However large the stock: the months it disturbs say nothing.
    larger = use.copy()
    larger.loc[BEFORE - 1 : BEFORE, "packages"] += [20, -20]
    assert estimate(larger, "need").relative == pytest.approx(result.relative, abs=0.003)


def test_nothing_is_raised_about_a_clinic_where_nothing_else_happened():
    statuses = {guard.key: guard.status for guard in avoided_cost(clinic(-0.1), START).guards}
    assert statuses == {
        "pack_size": Status.CLEAR,
        "mix": Status.UNTESTED,
        "price": Status.CLEAR,
        "stock": Status.CLEAR,
        "volume": Status.CLEAR,
    }


def test_more_patients_without_clinic_days_make_it_measure_and_volume_together():
    result = avoided_cost(clinic(-0.1, need_after=300), START)
    assert guard(result, "volume").status is Status.RAISED
    assert "åtgärd och volym tillsammans" in result.text()
    assert result.grade is Grade.C


def test_doses_per_clinic_day_take_the_volume_out_of_the_effect():
    """No measure at all, but twice the doses a day, and a package opened each day is shared by all."""
    rng = np.random.default_rng(4)
    months = 48
    days = rng.integers(6, 13, months)
    doses = np.rint(days * np.where(np.arange(months) >= 36, 8, 4) * rng.uniform(0.7, 1.3, months))
    use = pd.DataFrame(
        {
            "period": pd.period_range("2023-01", periods=months, freq="M"),
            "price": 1000.0,
            "packages": np.rint(doses + days * 1.5 + rng.normal(0, 1, months)),
            "need": doses,
            "clinic_days": days,
        }
    )
    without = avoided_cost(use.drop(columns="clinic_days"), START)
    result = avoided_cost(use, START)
    assert without.relative < -0.1
    assert without.is_joint
    assert abs(result.relative) < 0.03
    assert result.verdict == UNDECIDED
    assert guard(result, "volume").status is Status.MET
    assert "antalet dagar" in result.method_note()


def test_clinic_days_that_never_vary_teach_nothing_and_are_not_used():
    use = clinic(-0.1, need_after=300).assign(clinic_days=8)
    result = avoided_cost(use, START)
    assert guard(result, "volume").status is Status.RAISED


def strata(shift, change=0.0, seed=5):
    """Two groups, one of which wastes half its packages; the other grows from the start."""
    parts = []
    for name, factor, need_after in (("låg", 1.0, 200 + shift), ("hög", 1.5, 200 - shift)):
        part = clinic(change, need_after=need_after, seed=seed + len(parts))
        parts.append(part.assign(band=name, packages=np.rint(part["packages"] * factor)))
    return pd.concat(parts, ignore_index=True)


def test_a_shift_between_strata_is_mix_and_no_effect():
    use = strata(100)
    sums = use.groupby("period", as_index=False)[["packages", "need", "patients"]].sum()
    mixed = avoided_cost(sums.assign(price=1000.0), START)
    assert mixed.verdict == AVOIDED  # what an unstratified reader would believe
    result = avoided_cost(use, START, strata="band")
    assert result.verdict == UNDECIDED
    assert guard(result, "mix").status is Status.MET
    assert result.bridge.changes["mix"] > 0
    assert abs(result.bridge.changes["intensity"]) < 0.1 * result.bridge.changes["mix"]


def test_an_effect_beside_a_shift_between_strata_is_still_found():
    result = avoided_cost(strata(100, change=-0.1), START, strata=["band"])
    assert result.relative == pytest.approx(-0.1, abs=0.02)
    assert result.verdict == AVOIDED


def test_a_stratum_that_is_new_joins_the_bridge_as_mix_and_the_sum_holds():
    use = strata(0)
    new = use[(use["band"] == "låg") & (use["period"] >= START)].assign(band="ny", price=1234.56)
    result = avoided_cost(pd.concat([use, new], ignore_index=True), START, strata="band")
    cost = lambda rows: (rows["price"] * rows["packages"]).sum()  # noqa: E731
    last = use["period"] >= START
    booked = -(cost(use[last]) + cost(new) - cost(use[~last & (use["period"] >= "2025-01")]))
    assert result.bridge.changes.sum() == pytest.approx(booked, abs=0.005)
    stratum = result.bridge.drivers.by_stratum
    moved = stratum[(stratum["band"] == "ny") & (stratum["change"] != 0)]
    assert moved["factor"].tolist() == ["mix"]


def test_a_break_before_the_start_makes_the_estimate_unusable():
    use = clinic(-0.1, before=48, noise=0.01)
    use.loc[36:47, "packages"] = np.rint(use.loc[36:47, "packages"] * 0.85)
    result = avoided_cost(use, START)
    assert result.placebo["found"].any()
    assert result.verdict == UNDECIDED
    assert result.grade is Grade.D
    assert "före starten" in result.text()


def test_a_declared_introduction_is_used_and_said():
    use = clinic(-0.1, noise=0.005)
    result = avoided_cost(use, "2025-10", profile="delay(3)")
    months = result.path["avoided"].dropna()
    assert (months.iloc[:3].abs() < 1_000).all()
    assert (months.iloc[3:] > 20_000).all()
    assert result.ramps == {}
    assert "angivet på förhand" in result.method_note()
    assert "inte angivet" in avoided_cost(use, START).method_note()


def test_a_profile_outside_its_bounds_or_without_effect_yet_is_refused():
    use = clinic(-0.1)
    months = use.loc[use["period"] >= START, "period"]
    for profile, words in ((pd.Series(1.5, pd.PeriodIndex(months)), "between 0 and 1"), ("delay(12)", "judge")):
        with pytest.raises(InvalidParameter, match=words):
            avoided_cost(use, START, profile=profile)
    use.loc[use.index[-1], "packages"] = 0
    with pytest.raises(InvalidParameter, match="judge it later"):
        avoided_cost(use, START, profile="delay(11)")


def test_grades_follow_from_the_checks():
    assert avoided_cost(clinic(-0.1), START).grade is Grade.B
    doses = clinic(-0.1).rename(columns={"need": "doses"})
    assert avoided_cost(doses, START).grade is Grade.C  # a changed dose could look like this
    assert avoided_cost(clinic(-0.1, before=20), START).grade is Grade.C  # too short for a placebo
    assert avoided_cost(clinic(-0.1, before=20), START).placebo.empty


def test_hired_hours_per_visit_are_told_without_a_word_of_drugs():
    words = UsageWords("timme", "timmar", "besök", "besök")
    use = clinic(-0.1, need_after=300).drop(columns="patients")
    result = avoided_cost(use, START, words=words)
    said = " ".join(
        [
            result.text(),
            result.method_note(),
            result.table.to_text(),
            result.guard_table.to_text(),
            result.bridge.table.to_text(),
            result.plot().alt,
        ]
    )
    assert "Timmar per besök" in said
    assert "fler besök" in said
    assert "förpackning" not in said
    assert "dos" not in said


def test_gaps_and_months_without_purchases_are_told_and_left_out():
    use = clinic(-0.1)
    use.loc[5, "packages"] = 0
    result = avoided_cost(use.drop(index=[10, 40]), START)
    assert result.amount == pytest.approx(avoided_cost(use, START).amount * 11 / 12, rel=0.05)
    assert "2 månader saknas" in result.method_note().replace("\u00a0", " ")
    assert "1 månad med ovanliga inköp, eller inga" in result.method_note().replace("\u00a0", " ")
    assert "nan" not in result.month_table.to_text().lower()


def test_a_missing_price_where_nothing_was_bought_is_no_fault():
    use = clinic(-0.1)
    use.loc[5, ["packages", "price"]] = [0, np.nan]
    assert avoided_cost(use, START).verdict == AVOIDED


def test_months_with_few_patients_are_nowhere_to_be_found():
    use = clinic(-0.1, need=40)
    use.loc[40, "patients"] = 3
    result = avoided_cost(use, START)
    month = use["period"][40].to_timestamp()
    assert result.path.loc[month].isna().all()
    assert result.path["cost"].isna().sum() >= 2  # one more, or the total would tell
    assert str(use.loc[40, "packages"] * 1000.0) not in json.dumps(result.to_dict())
    assert "färre än 5 patienter" in result.method_note()
    known = clinic(-0.1, need=40)
    assert result.booked == pytest.approx((known["price"] * known["packages"])[36:].sum())


@pytest.mark.slow
def test_nothing_is_claimed_of_the_drugs_that_had_no_measure(demo_folder):
    drugs = utfall.open_region(demo_folder).table("drug_use")
    drugs = drugs[(drugs["drug"] != DRUG) & (drugs["patients"] > 0)]
    verdicts = []
    for _, use in drugs.groupby(["unit", "drug"]):
        if len(use) < 94 or (use["packages"] == use["doses"]).all():
            continue
        use = use.assign(price=-use["amount"] / use["packages"])
        verdicts.append(avoided_cost(use[["period", "price", "packages", "doses", "patients"]], "2024-03").verdict)
    assert len(verdicts) > 20
    assert sum(verdict != UNDECIDED for verdict in verdicts) <= 1


def test_the_result_shows_itself_and_goes_into_the_appendix(planted):
    _, result, _ = planted
    for shown in (result, avoided_cost(clinic(0.0, before=18, after=1), START)):
        bundle = shown._repr_mimebundle_()
        assert "nan" not in bundle["text/plain"].lower()
        assert shown.text() in bundle["text/plain"]
        json.dumps(shown.to_dict(), allow_nan=False)


def test_the_same_data_give_the_same_answer():
    assert avoided_cost(clinic(-0.1), START).amount == avoided_cost(clinic(-0.1), START).amount


def test_a_single_month_of_january_has_a_bridge_and_one_without_counterpart_has_none():
    assert avoided_cost(clinic(-0.1, after=1), START).bridge.after[0] == pd.Timestamp("2026-01-01")
    use = clinic(-0.1, after=1)
    gone = use[use["period"] != "2025-01"]
    assert isinstance(avoided_cost(gone, START).bridge, NotAvailable)
    assert avoided_cost(gone, START).text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda use: (use.iloc[:0], START), "no rows"),
        (lambda use: (use, "2027-01"), "outside the data"),
        (lambda use: (use, "2023-01"), "outside the data"),
        (lambda use: (use, "2024-06"), "Only 17 months"),
        (lambda use: (use, "våren"), "not a month"),
        (lambda use: (use.drop(columns="need"), START), "need \\(or doses\\)"),
        (lambda use: (use.drop(columns="price"), START), "'price'"),
        (lambda use: (use.assign(packages=use["need"]), START), "without variation"),
        (lambda use: (use.assign(packages=0), START), "Only 0 months"),
        (lambda use: (use.assign(need=0), START), "Only 0 months"),
        (lambda use: (use.assign(packages=use["packages"].where(use["period"] < START, 0)), START), "can be used"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_a_sentence(change, words):
    use, start = change(clinic(-0.1))
    with pytest.raises(InvalidParameter, match=words):
        avoided_cost(use, start)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("packages", -1, "row 8: packages is '-1"),
        ("need", np.nan, "row 8: need is missing"),
        ("price", 0, "row 8: price is '0"),
        ("patients", "tolv", "row 8: patients is 'tolv'"),
        ("period", "mars", "row 8: period is 'mars'"),
    ],
)
def test_values_that_cannot_be_used_are_named_by_row(column, value, words):
    use = clinic(-0.1).astype({column: object})
    use.loc[7, column] = value
    with pytest.raises(InvalidData, match=words):
        avoided_cost(use, START)


def test_a_month_that_occurs_twice_asks_for_strata():
    use = clinic(-0.1)
    with pytest.raises(InvalidData, match="row 49: its month and stratum occur more than once"):
        avoided_cost(pd.concat([use, use.iloc[[3]]], ignore_index=True), START)
