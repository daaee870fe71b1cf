"""What is shown of a simulation counted by hand: see `small_simulation` for how every figure comes about."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.results_walk import untold
from tests.scenarios.result import small_simulation
from utfall.errors import InvalidParameter
from utfall.evidence import Grade, IdentityFailed
from utfall.presentation.charts.chart import Chart
from utfall.presentation.prose import Prose


@pytest.fixture(scope="module")
def shown():
    return small_simulation.scenario()


def told(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_result_of_each_year_has_the_mean_and_quantiles_of_its_draws(shown):
    result = shown.spread("income_statement", "result")
    # 2026: 96, −24, −144, −264; 2027: 24 less each.
    assert result["mean"].tolist() == [-84.0, -108.0]
    assert result["median"].tolist() == [-84.0, -108.0]
    assert result.loc[2026, ["lo-80", "hi-80"]].tolist() == pytest.approx([-228.0, 60.0])


@pytest.mark.parametrize(
    ("statement", "item", "means"),
    [
        ("income_statement", "operating_net_cost", [-1200.0, -1224.0]),
        ("income_statement", "operating_result", [-120.0, -144.0]),
        ("balance_sheet", "total_assets", [1976.0, 1928.0]),
        ("balance_sheet", "total_financing", [1976.0, 1928.0]),
        ("balance_sheet", "cash", [204.0, 84.0]),
        ("balance_sheet", "contingent_pension_liability", [600.0, 600.0]),
        ("cash_flow", "cash_from_operations", [-36.0, -60.0]),
        ("cash_flow", "cash_change", [-96.0, -120.0]),
    ],
)
def test_the_sums_of_the_statements_are_those_counted_by_hand(shown, statement, item, means):
    assert shown.spread(statement, item)["mean"].tolist() == means


def test_the_columns_of_the_printed_statements_sum(shown):
    frame = shown.income_statement.frame.set_index("label")[["2025", "2026", "2027"]]
    parts = ["Verksamhetens intäkter", "Verksamhetens kostnader", "Avskrivningar"]
    assert (frame.loc[parts].sum() == frame.loc["Verksamhetens nettokostnader"]).all()
    financial = frame.loc[["Verksamhetens resultat", "Finansiella intäkter", "Finansiella kostnader"]].sum()
    assert (financial == frame.loc["Årets resultat"]).all()
    assert frame.loc["Årets resultat"].tolist() == [50.0, -84.0, -108.0]


def test_losses_on_placements_are_printed_as_costs():
    losing = dict(small_simulation.simulation().income)
    gains = losing["unrealised_gains"]
    losing["unrealised_gains"], losing["tax_revenue"] = -gains, losing["tax_revenue"] + 2 * gains
    frame = small_simulation.scenario(
        income=losing, cash_flow=_without_result_change(losing)
    ).income_statement.frame.set_index("label")
    assert frame.loc["Finansiella intäkter", "2026"] == 24.0
    assert frame.loc["Finansiella kostnader", "2026"] == -24.0 - 36.0
    assert frame.loc["Årets resultat", "2026"] == -84.0


def _without_result_change(income):
    assert (sum(income.values()) == small_simulation.simulation().result).all()
    return small_simulation.simulation().cash_flow


def test_months_tell_result_cash_and_loans(shown):
    cash = shown.monthly[shown.monthly["item"] == "cash"].set_index("period")["mean"]
    # Draw k: 300 + 7 − 10k after a month.
    assert cash.iloc[0] == 300 - 1 + 8 - 15
    assert cash.loc[pd.Timestamp(2027, 12, 1)] == 84.0
    assert not shown.monthly["booked"].any()


def test_divisions_have_their_internal_lines_and_sum_over_lines(shown):
    surgery = shown.divisions[shown.divisions["division"] == "K"].set_index("year")["mean"]
    # 240 of income, a quarter of 1 380, wear 60, rent 30.
    assert surgery[2026] == 240 - 345 - 60 + 30
    lines = shown.division_lines.groupby(["division", "year"])["mean"].sum()
    assert np.allclose(lines.to_numpy(), shown.divisions.set_index(["division", "year"]).loc[lines.index, "mean"])
    assert set(shown.division_lines["line_name"]) == {"Såld vård", "Löner", "Avskrivningar", "Hyra", "Lokaler"}


def test_the_balance_requirement_is_judged_in_every_draw_and_not_on_the_means(shown):
    # 2026: 60, −60, −180, −300; the mean is −120, yet one draw in four is in balance.
    assert shown.balance["balanced"].tolist() == [0.25, 0.25]
    mean = shown.requirement[shown.requirement["line"] == "requirement"]["mean"]
    assert mean.tolist() == [-120.0, -144.0]
    # Deficits to restore: 0, 60, 180, 300, then 0, 144, 384, 624: the first draw's deficit never comes.
    assert shown.balance["outstanding"].tolist() == [135.0, 288.0]


def test_deficits_of_known_years_are_carried_into_every_draw():
    history = small_simulation.history()
    worse = (history["year"] == 2025) & (history["item"] == "external_costs")
    history.loc[worse, "amount"] -= 100.0  # the result of 2025 becomes −50
    balance = small_simulation.scenario(history=history).balance
    # 50 from 2025: the first draw restores 50 of its 60, the others add their own deficits.
    assert balance["outstanding"].iloc[0] == (0 + 110 + 230 + 350) / 4


def test_limits_tell_in_how_many_of_ten_they_are_broken(shown):
    debt = shown.limits[shown.limits["limit"] == "debt"].set_index("year")
    # Loans 274 and 298 of tax and grants 1 080: 25,4 % and 27,6 % against 26 %, the same in every draw.
    assert debt["breaks"].tolist() == [0.0, 1.0]
    table = shown.limits_table.frame.set_index("name")
    assert table.loc["Skuldtak", ["2026", "2027", "first"]].tolist() == ["ingen", "alla", "2027"]
    assert told(table.loc["Balanskravet", "2026"]) == "8 av 10"


def test_known_years_have_measures_of_the_same_definition(shown):
    chart = shown.plot_limit("debt")
    known = chart.data[chart.data["series"] == "Utfall"].set_index("period")["value"]
    assert known[2025] == pytest.approx(250 / 1080)


def test_the_text_says_where_it_leads_how_sure_it_is_and_what_breaks(shown):
    assert told(shown.text()) == (
        "I scenariot Grundscenariot blir årets resultat i medeltal −108 kr 2027, med 80 % sannolikhet mellan −252 kr "
        "och 36 kr. Det kända resultatet 2025 var 50 kr. Balanskravet klaras 2027 i 3 av 10 beräkningar. Först bryts "
        "”Skuldtak” (låneskuldens andel av skatter och bidrag högst 26 %) 2027, i alla beräkningar."
    )


def test_every_number_told_comes_from_the_frames(shown):
    assert untold(shown, "scenario") == []


def test_without_uncertainty_no_interval_is_told():
    income = {item: np.repeat(values[:1], 4, axis=0) for item, values in small_simulation.simulation().income.items()}
    result = sum(income.values())
    balance = dict(small_simulation.simulation().balance)
    for item, change in (("equity", result), ("cash", result - 100)):
        opening = balance[item][:, :1]
        balance[item] = np.concatenate([opening, opening + change.cumsum(axis=1)], axis=1)
    flow = small_simulation.simulation().cash_flow | {"result": result}
    sure = small_simulation.scenario(
        income=income, balance=balance, cash_flow=flow, net_cost=small_simulation._net_cost(income)
    )
    assert "sannolikhet" not in sure.text()
    assert "lägst, 80 % intervall" not in set(sure.income_statement.frame["label"])


def test_assumptions_are_shown_with_unit_source_and_owner_in_the_order_of_the_drivers(shown):
    frame = shown.assumption_table.frame
    assert frame["name"].tolist() == ["Volym utöver behov och pris: Löner", "Skatteunderlag", "Besparing"]
    assert [told(words) for words in frame["value_words"]] == ["1,0 % per år", "3,0 % per år", "50,0 mkr per år"]
    assert told(frame["interval"].iloc[1]) == "2,0 till 4,5 % per år"
    assert frame["year"].tolist() == ["alla år", "alla år", "2027"]
    assert (frame["owner"] != "").all()


def test_investments_are_shown_with_how_they_are_paid(shown):
    frame = shown.investment_table.frame
    assert told(frame["loan_words"].iloc[0]) == "50 % Lån 2027, resten egna medel"
    assert frame["amount"].tolist() == [48.0, 48.0]
    assert frame["name"].iloc[-1] == "Summa"


def test_what_there_is_nothing_of_says_so_instead():
    bare = small_simulation.scenario(net_cost=np.zeros((4, 2, 0, 5), dtype=np.int64), divisions=())
    assert isinstance(bare.plot_divisions(), Prose)
    assert isinstance(bare.division_table, Prose)


def test_the_grade_is_computed_from_how_much_is_booked(shown):
    assert shown.grade is Grade.D
    assert small_simulation.scenario(booked=24).grade is Grade.A


def test_a_simulation_that_does_not_tie_is_never_shown():
    income = dict(small_simulation.simulation().income)
    income["tax_revenue"] = income["tax_revenue"] + 1
    with pytest.raises(IdentityFailed):
        small_simulation.scenario(income=income)


def test_its_dictionary_is_small_and_holds_no_draws(shown):
    kept = shown.to_dict()
    assert not [name for name in kept if name.startswith("_")]
    assert len(json.dumps(kept)) < 60_000
    assert shown.simulation.draws == 4


def test_every_chart_has_a_text_alternative_of_its_own_numbers(shown):
    for chart in (
        shown.plot(),
        shown.plot_cash(),
        shown.plot_limit("debt"),
        shown.plot_limits(),
        shown.plot_divisions(),
    ):
        assert isinstance(chart, Chart)
        assert "nan" not in chart.alt
        assert chart.svg.startswith("<svg")


def test_an_unknown_limit_or_item_is_refused_with_those_there_are(shown):
    with pytest.raises(InvalidParameter, match="the register has balance, debt"):
        shown.plot_limit("tak")
    with pytest.raises(InvalidParameter, match="it has external_income"):
        shown.spread("income_statement", "cash")
