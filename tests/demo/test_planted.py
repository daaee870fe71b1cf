"""What the answer key says is what the tables show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

BUYERS = ("Riks- och regionvården", "Utomlänsvård psykiatri")
"""Units that only buy care: their cost is a few large cases, so their noise is large."""

CLEAR = {
    "drug_patients": "Reumatologmottagningen",
    "volume_rise": "Ögonmottagningen",
    "supplier_price_jump": "Dialysmottagningen",
    "drug_price_jump": "Hudmottagningen",
    "mix_shift": "Onkologiska dagvården",
    "high_cost_hematology": "Hematologmottagningen",
    "high_cost_iva_1": "Intensivvårdsavdelningen",
    "high_cost_neonatal": "Neonatalavdelningen",
    "high_cost_heart": "Hjärtavdelningen",
    "accrual_open": "Klinisk kemi",
}
"""Cause and the unit whose deviation of 2026 it explains."""


def against_budget(made, unit: str) -> dict[str, float]:
    code = made.code(unit)
    effects = {key: row["against_budget_2026_by_unit"].get(code, 0.0) for key, row in made.planted.items()}
    return {key: value for key, value in effects.items() if value}


def ledger_series(made, unit: str, line: str) -> pd.Series:
    rows = made.cells[(made.cells["unit"] == made.code(unit)) & (made.cells["line"] == line)]
    return rows.groupby("period")["ore"].sum() / 100


def drug(made, name: str) -> pd.DataFrame:
    use = made.table("drug_use")
    return use[use["drug"] == name].set_index("period").sort_index()


def test_what_is_planted_explains_every_units_deviation_but_for_noise(made):
    deviation = made.deviation_2026.groupby("unit")["deviation"].sum()
    planted = pd.DataFrame({key: row["against_budget_2026_by_unit"] for key, row in made.planted.items()})
    noise = deviation - planted.sum(axis=1).reindex(deviation.index).fillna(0.0)
    months = made.budget["period"].between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-10-01"))
    costs = made.budget[months & (made.budget["amount"] < 0)].groupby("unit")["amount"].sum()
    share = (noise / costs).drop([made.code(name) for name in BUYERS])
    assert share.abs().max() < 0.03
    assert share.abs().median() < 0.008


@pytest.mark.parametrize(("event", "unit"), CLEAR.items())
def test_the_planted_cause_is_clearly_the_largest_of_its_units_deviation(made, event, unit):
    effects = against_budget(made, unit)
    deviation = made.deviation_2026.query("unit == @made.code(@unit)")["deviation"].sum()
    assert max(effects, key=lambda key: abs(effects[key])) == event
    assert np.sign(effects[event]) == np.sign(deviation)
    assert sum(effects.values()) == pytest.approx(deviation, rel=0.2)
    assert abs(effects[event]) > 1_000_000


@pytest.mark.parametrize(("event", "unit"), CLEAR.items())
def test_the_lines_of_the_planted_cause_hold_the_units_largest_deviation(made, event, unit):
    rows = made.deviation_2026.query("unit == @made.code(@unit)").set_index("line")["deviation"]
    assert rows.abs().idxmax() in made.planted[event]["lines"]


def test_avoided_drug_cost_follows_from_packages_a_dose(made):
    use = drug(made, "Injektionsläkemedel Alfa")
    ratio = use["packages"] / use["doses"]
    before, after = ratio[:"2024-02"].mean(), ratio["2024-09":]
    assert after.mean() / before == pytest.approx(1 - 0.13, abs=0.005)
    # Avoided cost: actual cost × (e^−τ − 1), τ the change of the logarithm of packages a dose.
    cost = -use.loc["2024-09":, "amount"]
    avoided = (cost * (1 / (1 - 0.13) - 1)).sum()
    effect = made.planted["drug_handling"]["effect_sek"]
    assert sum(effect.values()) > 8_000_000
    assert sum(sek for month, sek in effect.items() if month >= "2024-09") == pytest.approx(avoided, rel=0.005)


def test_the_drugs_total_cost_rises_although_packages_a_dose_fall(made):
    yearly = -drug(made, "Injektionsläkemedel Alfa")["amount"].groupby(lambda day: day.year).sum()
    assert yearly[2025] > yearly[2023]
    patients = drug(made, "Injektionsläkemedel Alfa")["patients"]
    assert patients["2026-08":"2026-10"].mean() > 1.3 * patients["2023-08":"2023-10"].mean()


def test_the_drugs_price_jumps_by_what_is_planted(made):
    use = drug(made, "Biologiskt läkemedel Delta")
    price = -use["amount"] / use["packages"]
    assert price["2026-03"].iloc[0] / price["2026-02"].iloc[0] == pytest.approx(1.32, abs=0.003)
    effect = sum(made.planted["drug_price_jump"]["effect_sek"].values())
    assert effect == pytest.approx(use.loc["2026-03":, "amount"].sum() * 0.32 / 1.32, rel=1e-4)


def test_the_suppliers_invoices_hold_the_price_jump(made):
    rows = pd.read_parquet(
        made.folder / "ledger.parquet",
        columns=["period", "amount", "counterparty"],
        filters=[
            ("unit", "==", made.code("Dialysmottagningen")),
            ("period", ">=", pd.Timestamp("2026-02-01")),
        ],
    )
    supplier = made.planted["supplier_price_jump"]["parameters"]["counterparty"]
    invoiced = rows.loc[rows["counterparty"] == supplier, "amount"].astype(float).sum()
    effect = sum(made.planted["supplier_price_jump"]["effect_sek"].values())
    assert effect == pytest.approx(invoiced * 0.42 / 1.42, rel=1e-6)


def test_the_volume_rise_shows_in_volumes_and_moves_cost_in_proportion(made):
    volumes = made.table("volumes")
    mine = volumes[(volumes["unit"] == made.code("Ögonmottagningen")) & (volumes["period"] >= "2026-01-01")]
    sums = mine.dropna().groupby("product")[["planned", "actual"]].sum()
    assert (sums["actual"] / sums["planned"]).to_numpy() == pytest.approx(1.17, abs=0.02)
    planted = made.planted["volume_rise"]["against_budget_2026_by_line"]
    materials = ledger_series(made, "Ögonmottagningen", "materials")["2026-01":].sum()
    assert planted["materials"] == pytest.approx(materials * 0.17 / 1.17, rel=1e-6)


def test_the_mix_shift_moves_patients_and_not_their_number(made):
    leave, enter = drug(made, "Cytostatika Epsilon"), drug(made, "Antikropp Zeta")
    both = leave["patients"] + enter["patients"]
    assert enter["patients"]["2026-04":].mean() > 1.3 * enter["patients"]["2025-04":"2025-09"].mean()
    assert both["2026-04":].mean() == pytest.approx(both["2025-04":"2025-09"].mean(), rel=0.10)


def test_cases_above_a_million_are_those_of_the_answer_key(made):
    cases = made.table("purchased_care")
    costly = cases[cases["amount"] < -1_000_000]
    planted = [row for row in made.planted.values() if row["kind"] == "one_off"]
    assert len(planted) == 8
    assert sorted(-costly["amount"]) == sorted(row["parameters"]["cost_sek"] for row in planted)
    shown = {(row["units"][0], row["start"], -row["parameters"]["cost_sek"]) for row in planted}
    assert shown == set(
        zip(costly["unit"], costly["period"].dt.strftime("%Y-%m"), costly["amount"].astype(int), strict=True)
    )


def test_operations_under_the_contract_come_home(made):
    cases = made.table("purchased_care")
    contract = cases[cases["provider"].str.contains("Ortopedi")]
    yearly = contract.groupby(contract["period"].dt.year)["amount"].sum()
    assert yearly[2025] / yearly[2023] == pytest.approx(0.14, abs=0.06)
    effect = made.planted["contract_home"]["effect_sek_by_year"]
    assert 5_000_000 < effect[2025] < 8_000_000


def test_the_accrual_pair_cancels_and_the_open_one_does_not(made):
    pair, still_open = made.planted["accrual_pair"], made.planted["accrual_open"]
    assert sum(pair["effect_sek"].values()) == 0
    assert set(pair["effect_sek"]) == {"2026-05", "2026-06"}
    assert still_open["effect_sek"] == {"2026-10": 2_380_000.0}
    other = ledger_series(made, "Röntgen Östersund", "other_costs")
    usual = other["2026-01":"2026-04"].mean()
    assert other["2026-05"].iloc[0] - usual > 2_000_000
    assert other["2026-06"].iloc[0] - usual < -2_000_000


def test_the_review_of_service_agreements_has_no_effect(made):
    row = made.planted["service_agreements_2024"]
    assert row["effect_sek"] == {}
    assert row["budgeted_sek_by_year"] == {2024: pytest.approx(3_000_000, abs=100)}


@pytest.mark.parametrize(
    ("event", "planned_mkr", "line"),
    [
        ("hired_staff_2024", 50, "hired_staff"),
        ("fees_2024", 17, "patient_fees"),
        ("contract_home", 8, "purchased_care"),
    ],
)
def test_the_plans_of_2024_are_within_the_budget_of_2024(made, event, planned_mkr, line):
    row = made.planted[event]
    assert row["budgeted_sek_by_year"][2024] / 1e6 == pytest.approx(planned_mkr, abs=0.001)
    assert line in row["lines"]
    assert row["effect_sek_by_year"][2025] > 0


def test_hired_staff_falls_with_the_review_but_less_than_budgeted(made):
    row = made.planted["hiring_review_2026"]
    assert 20_000_000 < row["effect_sek_by_year"][2026] < 60_000_000
    assert row["budgeted_sek_by_year"][2026] == pytest.approx(75_000_000, abs=1000)
    assert row["against_budget_2026_sek"] < 0
    hired = made.cells[made.cells["line"] == "hired_staff"].groupby("period")["ore"].sum()
    assert hired["2026-04":"2026-10"].sum() > 0.8 * hired["2025-04":"2025-10"].sum()  # costs are negative


def test_closed_beds_lower_the_salaries_of_nurses_only_there(made):
    staffing = made.table("staffing")
    own = staffing[(staffing["employment"] == "own") & (staffing["category"] == "Sjuksköterska")]
    fte = own.pivot_table(index="period", columns="unit", values="fte")
    closed = fte[made.code("Kirurgienheten")]
    other = fte[made.code("Kirurgavdelningen")]
    assert closed["2026"].mean() / closed["2025-01":"2025-10"].mean() == pytest.approx(0.905, abs=0.02)
    assert other["2026"].mean() / other["2025-01":"2025-10"].mean() > 0.95


def test_vaccination_costs_drugs_and_spares_care_days(made):
    row = made.planted["rs_vaccination"]
    by_unit = row["against_budget_2026_by_unit"]
    assert by_unit[made.code("Barn- och ungdomsmottagningen")] < -1_000_000
    assert by_unit[made.code("Barnavdelningen")] > 100_000
    volumes = made.table("volumes")
    days = volumes[(volumes["unit"] == made.code("Barnavdelningen")) & (volumes["product"] == "Vårddygn")]
    days = days.set_index("period")["actual"]
    assert days["2026-01":"2026-03"].sum() < 0.8 * days["2025-01":"2025-03"].sum()


def test_the_pension_cost_jumps_in_2023_in_every_unit(made):
    pensions = made.cells[made.cells["line"] == "pensions"]
    pensions = pensions.assign(year=pensions["period"].dt.year)
    yearly = pensions.pivot_table(index="unit", columns="year", values="ore", aggfunc="sum")
    growth = (yearly[2023] / yearly[2022]).dropna()
    assert growth.between(1.28, 1.52).all()
    assert len(growth) > 190
    row = made.planted["pension_jump"]
    assert row["effect_sek_by_year"][2023] < row["budgeted_sek_by_year"][2023] < 0


def test_effects_by_month_sum_to_the_year_and_units_to_the_whole(made):
    for row in made.planted.values():
        for year, total in row["effect_sek_by_year"].items():
            months = [sek for month, sek in row["effect_sek"].items() if month.startswith(str(year))]
            assert sum(months) == pytest.approx(total, abs=0.01)
        for year, total in row["budgeted_sek_by_year"].items():
            assert sum(sek for month, sek in row["budgeted_sek"].items() if month[:4] == str(year)) == total
        whole = row["against_budget_2026_sek"]
        happened = sum(sek for month, sek in row["effect_sek"].items() if month >= "2026-01")
        counted_on = sum(sek for month, sek in row["budgeted_sek"].items() if "2026-01" <= month <= "2026-10")
        assert happened - counted_on == pytest.approx(whole, abs=0.01)
        assert sum(row["against_budget_2026_by_unit"].values()) == pytest.approx(whole, abs=0.01)
        assert sum(row["against_budget_2026_by_line"].values()) == pytest.approx(whole, abs=0.01)
