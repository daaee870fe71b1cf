"""The flexible budget and the variances: worked by hand, exact in every cell, and children sum to parents."""

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.small_region import BUDGET_MONTHS, MONTHS, REGISTERS, budget, ledger, write_region
from utfall.presentation.money import Money
from utfall.rootcause.comparison import compare
from utfall.rootcause.drivers.budget_variances import COMPONENTS
from utfall.rootcause.drivers.cost_factors import split_cells
from utfall.rootcause.drivers.variances import budget_variances

MONEY = Money.for_amounts([1.0])
LAST_YEAR = pd.date_range("2025-01-01", "2025-12-01", freq="MS")


def variances(region, *, unit=None, against=None, one_offs=None):
    comparison = compare(region, unit=unit, period="2026-10", against=against)
    return budget_variances(comparison, split_cells(comparison), MONEY, one_offs=one_offs)


def region_of(folder, *, drugs, volumes, index=None, planned=None, budget_drugs=-300.0):
    """K1's drugs cost `drugs` a month by year, and its visits are `volumes`; the plan for 2026 is `planned`."""
    mine = pd.DataFrame(
        {"period": MONTHS, "unit": "K1", "account": "5610", "amount": [drugs[month.year] for month in MONTHS]}
    )
    rows = ledger().query("not (unit == 'K1' and account == '5610')")
    visits = pd.DataFrame(
        {
            "period": BUDGET_MONTHS,
            "unit": "K1",
            "product": "Besök",
            "planned": [planned if planned and month.year == 2026 else np.nan for month in BUDGET_MONTHS],
            "actual": [volumes[month.year] if month in MONTHS else np.nan for month in BUDGET_MONTHS],
        }
    )
    plan = budget()
    own = (plan["unit"] == "K1") & (plan["account"] == "5610")
    plan.loc[own, "amount"] = budget_drugs
    registers = {key: dict(value) for key, value in REGISTERS.items()}
    if index:
        lines = [
            dict(line) | ({"price_index": "Läkemedel"} if line["line"] == "drugs" else {})
            for line in registers["accounts.yaml"]["lines"]
        ]
        registers["accounts.yaml"]["lines"] = lines
    made = write_region(
        folder,
        ledger=pd.concat([rows, mine], ignore_index=True),
        budget=plan,
        volumes=visits,
        accounts=registers["accounts.yaml"],
    )
    if index:
        prices = pd.DataFrame(
            {
                "index": "Läkemedel",
                "period": BUDGET_MONTHS,
                "value": [index[month.year] for month in BUDGET_MONTHS],
                "status": "outcome",
                "source": "prov",
            }
        )
        prices.to_parquet(made / "price_index.parquet", index=False)
    return utfall.open_region(made)


def cell(result, unit="K1", line="drugs"):
    return result.cells.set_index(["unit", "line"]).loc[(unit, line)]


def test_ten_per_cent_more_visits_than_planned_flex_the_budget_by_ten_per_cent(tmp_path):
    region = region_of(
        tmp_path, drugs={2024: -300, 2025: -300, 2026: -330}, volumes={2024: 100, 2025: 100, 2026: 110}, planned=100
    )
    row = cell(variances(region, unit="K1"))
    assert row["flexible"] == pytest.approx(-3300)
    assert row["volume"] == pytest.approx(-300)  # 10 months × 300 × 10 %
    assert row[["price", "mix", "efficiency", "intensity", "other", "budget"]].to_numpy() == pytest.approx(0, abs=1e-9)


def test_a_higher_cost_per_visit_is_told_from_volume(tmp_path):
    region = region_of(
        tmp_path, drugs={2024: -300, 2025: -300, 2026: -360}, volumes={2024: 100, 2025: 100, 2026: 100}, planned=100
    )
    row = cell(variances(region, unit="K1"))
    assert row["volume"] == pytest.approx(0)
    assert row["intensity"] == pytest.approx(-600)
    assert row["budget"] == pytest.approx(0, abs=1e-9)


def test_what_the_price_index_explains_is_the_budgets_level(tmp_path):
    """Prices rise 20 %, and the budget did not count on it."""
    region = region_of(
        tmp_path,
        drugs={2024: -300, 2025: -300, 2026: -360},
        volumes={2024: 100, 2025: 100, 2026: 100},
        planned=100,
        index={2024: 100, 2025: 100, 2026: 120},
    )
    row = cell(variances(region, unit="K1"))
    assert row["intensity"] == pytest.approx(0, abs=1e-9)
    assert row["budget"] == pytest.approx(-600)


def test_a_budget_below_last_years_level_is_told_from_what_the_unit_did(tmp_path):
    region = region_of(
        tmp_path,
        drugs={2024: -300, 2025: -300, 2026: -300},
        volumes={2024: 100, 2025: 100, 2026: 100},
        planned=100,
        budget_drugs=-250.0,
    )
    row = cell(variances(region, unit="K1"))
    assert row["budget"] == pytest.approx(-500)
    assert row[["volume", "price", "mix", "efficiency", "intensity", "other"]].to_numpy() == pytest.approx(0, abs=1e-9)


def test_a_rise_that_the_budget_foresaw_is_shown_nowhere(small_region):
    """Salaries grow by twelve kronor a year and nothing counts them; the budget is the plain month."""
    row = cell(variances(small_region, unit="K1"), line="salaries")
    now = sum(-1000.0 - number for number in range(24, 34))
    before = sum(-1000.0 - number for number in range(12, 22))
    assert row["other"] + row["budget"] == pytest.approx(now + 10_000)
    assert row["budget"] == pytest.approx(before + 10_000)


def test_components_are_the_deviation_in_every_cell_of_the_made_up_region(demo_folder):
    result = variances(utfall.open_region(demo_folder))
    gap = result.cells[list(COMPONENTS)].sum(axis=1) - result.cells["deviation"]
    assert gap.abs().max() < 0.005


@pytest.mark.parametrize("against", ["budget", "previous_year"])
def test_children_sum_to_their_parents_in_every_component(demo_folder, against):
    region = utfall.open_region(demo_folder)
    parent = variances(region, unit="Division Kirurgi", against=against)
    month = pd.Timestamp("2026-10-01")
    areas = [node for node in region.organisation.nodes(month, "area") if node.parent == parent_code(region)]
    children = [variances(region, unit=area.code, against=against) for area in areas]
    for component in (*COMPONENTS, "flexible", "deviation"):
        total = sum(child.cells[component].sum() for child in children)
        assert total == pytest.approx(parent.cells[component].sum(), abs=0.005), component


def parent_code(region):
    return region.node("Division Kirurgi").code


def test_against_last_year_the_budget_plays_no_part(demo_folder):
    result = variances(utfall.open_region(demo_folder), unit="Division Kirurgi", against="previous_year")
    assert result.cells["budget"].abs().sum() == 0
    assert result.flexible_view is None
    assert "Budgetens nivå" not in result.table.to_text()


def test_one_offs_are_taken_out_before_the_split(small_region):
    taken = pd.DataFrame({"unit": ["K1"], "line": ["drugs"], "amount": [-5000.0]})
    plain, without = variances(small_region, unit="K1"), variances(small_region, unit="K1", one_offs=taken)
    assert without.cells["deviation"].sum() == pytest.approx(plain.cells["deviation"].sum() + 5000)
    assert cell(without)["actual"] == pytest.approx(cell(plain)["actual"] + 5000)


def test_without_a_year_before_the_deviation_is_said_to_have_no_comparison(small_region):
    comparison = compare(small_region, unit="K1", period="2024-06", against="budget")
    result = budget_variances(comparison, split_cells(comparison), MONEY)
    left = result.cells.drop(columns=["before", "volume_ratio"])
    assert left["new"].sum() + left["volume"].sum() == pytest.approx(left["deviation"].sum())
    assert any("Utan jämförelse" in warning for warning in result.warnings)
    assert "nan" not in result.table.to_text().lower()


def test_an_account_without_budget_is_flagged_and_has_no_flexible_budget(tmp_path):
    region = region_of(
        tmp_path,
        drugs={2024: -300, 2025: -300, 2026: -330},
        volumes={2024: 100, 2025: 100, 2026: 110},
        planned=100,
        budget_drugs=0.0,
    )
    result = variances(region, unit="K1")
    assert cell(result)["flexible"] == 0
    assert any("utan budget" in warning for warning in result.warnings)
    assert cell(result)[list(COMPONENTS)].sum() == pytest.approx(-3300)


def test_a_planned_volume_of_zero_flexes_nothing(tmp_path):
    region = region_of(
        tmp_path, drugs={2024: -300, 2025: -300, 2026: -330}, volumes={2024: 100, 2025: 100, 2026: 110}, planned=0.0
    )
    row = cell(variances(region, unit="K1"))
    assert row["flexible"] == pytest.approx(-3000)
    assert np.isfinite(row[list(COMPONENTS)].astype(float)).all()


def test_the_text_names_the_largest_component_and_the_flexible_budget(demo_folder):
    text = variances(utfall.open_region(demo_folder), unit="Ögonmottagningen").text()
    assert "mest genom volym" in text
    assert "Vid den verkliga volymen hade budgeten varit" in text


def test_the_flexible_budget_is_the_budget_and_the_volumes_part(demo_folder):
    frame = variances(utfall.open_region(demo_folder)).flexible_view.frame
    assert (frame["expected"] + frame["planned"]).to_numpy() == pytest.approx(frame["flexible"].to_numpy(), abs=0.005)
    assert (frame["flexible"] + frame["rest"]).to_numpy() == pytest.approx(frame["actual"].to_numpy(), abs=0.005)


def test_what_was_taken_out_first_leads_to_the_whole_deviation(small_region):
    taken = pd.DataFrame({"unit": ["K1"], "line": ["drugs"], "amount": [-5000.0]})
    result = variances(small_region, unit="K1", one_offs=taken)
    frame = result.table.frame
    assert frame["name"].iloc[-2].startswith("Periodiseringar")
    assert frame["deviation"].iloc[-3] - 5000 == pytest.approx(frame["deviation"].iloc[-1])
    assert result.text().startswith("Utan periodiseringar")


def test_a_new_drug_is_volume_and_choice_but_no_price(tmp_path):
    """Fifty patients get a drug that nobody had before, at the price and dose of the old one."""
    rows = []
    for month in pd.date_range("2025-01-01", "2026-10-01", freq="MS"):
        for drug, patients in (("Gammal", 100.0), ("Ny", 50.0 if month.year == 2026 else 0.0)):
            if patients:
                rows.append(
                    {
                        "period": month, "unit": "K1", "drug": drug, "patients": patients, "doses": patients * 2,
                        "packages": patients, "amount": -100.0 * patients,
                    }
                )  # fmt: skip
    use = pd.DataFrame(rows)
    drugs = use.groupby("period")["amount"].sum().rename("amount").reset_index().assign(unit="K1", account="5610")
    others = ledger().query("not (unit == 'K1' and account == '5610' and period >= '2025-01-01')")
    folder = write_region(tmp_path, ledger=pd.concat([others, drugs], ignore_index=True))
    use.to_parquet(folder / "drug_use.parquet", index=False)
    split = split_cells(compare(utfall.open_region(folder), unit="K1", period="2026-10", against=None))
    changes = split.drugs.groupby("factor")["change"].sum()
    assert changes[["price_index", "price", "packages_per_dose", "doses_per_patient"]].abs().sum() == pytest.approx(0)
    assert changes["patients"] + changes["drug_share"] == pytest.approx(-100.0 * 50 * 10)
