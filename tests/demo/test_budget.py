"""The budget of 2024 is the printed table; the actuals run over it as in the documents."""

from __future__ import annotations

import pandas as pd
import pytest

GROUPS = ("external_income", "internal_income", "external_cost", "depreciation", "internal_cost")
PRINTED_MKR = {
    # A region's plan for 2024, "Budgetramar per division"; the last figure is the printed net.
    "Hälso- och sjukvårdsdirektör": (5.7, 9.8, -282.9, 0.0, -2.1, -269.5),
    "Division Medicin": (94.7, 260.8, -1341.0, -42.7, -177.8, -1206.0),
    "Division Kirurgi": (111.1, 0.0, -1198.8, -0.6, -142.6, -1230.9),
    "Division Nära vård": (238.5, 732.9, -1396.2, -14.7, -206.7, -646.2),
}


def division_in_2024(made) -> dict[str, str]:
    spans = [row for row in made.nodes if row["valid_from"] <= "2024-12-31"]
    parent = {row["code"]: row["parent"] for row in reversed(spans)}  # the span of 2024 comes first
    names = {row["code"]: row["name"] for row in spans}
    return {row["code"]: names[parent[parent[row["code"]]]] for row in spans if row["level"] == "unit"}


@pytest.mark.parametrize("division", PRINTED_MKR)
def test_the_budget_of_2024_equals_the_printed_table_to_the_ore(made, division):
    groups = {row["line"]: row["group"] for row in made.register("accounts")["lines"]}
    year = made.budget[made.budget["period"].dt.year == 2024]
    division_of = division_in_2024(made)
    mine = year[year["unit"].map(division_of) == division]
    sums = (mine["amount"] * 100).groupby(mine["line"].map(groups)).sum()
    assert [round(sums.get(group, 0.0)) for group in GROUPS] == [
        round(mkr * 100_000_000) for mkr in PRINTED_MKR[division][:5]
    ]
    assert round(mine["amount"].sum()) == round(PRINTED_MKR[division][5] * 1_000_000)


def test_every_year_from_2019_to_2026_has_a_budget_for_all_months(made):
    months = made.budget.groupby(made.budget["period"].dt.year)["period"].nunique()
    assert months.to_dict() == dict.fromkeys(range(2019, 2027), 12)
    assert made.budget["version"].unique().tolist() == ["beslutad"]


def test_the_board_runs_over_its_budget_like_the_documents_and_many_units_do_not(made):
    cost_lines = [row["line"] for row in made.register("accounts")["lines"] if row["group"] == "external_cost"]
    deviation = made.deviation_2026[made.deviation_2026["line"].isin(cost_lines)]
    months = made.budget["period"].between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-10-01"))
    budget = made.budget[months & made.budget["line"].isin(cost_lines)].groupby("unit")["amount"].sum()
    share = deviation.groupby("unit")["deviation"].sum() / budget  # negative over negative: above 0 is over budget
    assert 0.05 <= deviation["deviation"].sum() / budget.sum() <= 0.10
    assert (share.abs() < 0.02).mean() > 0.3
    assert (share > 0.08).mean() > 0.3
