"""The result table, counted by hand on the small region."""

import pandas as pd
import pytest

import utfall
from tests.small_region import ACCOUNTS, REGISTERS, UNITS, ledger, write_region
from utfall.errors import InvalidParameter


@pytest.fixture(scope="module")
def surgery(small_region):
    return utfall.follow_up(small_region, unit="Division Kirurgi", period="2026-10")


def test_outcome_budget_and_last_year_are_the_sums_of_the_ledger_and_the_budget(surgery):
    rows = surgery.results.frame.set_index("key")
    months = ledger().query("unit in ['K1', 'K2']").assign(drugs=lambda frame: frame["account"] == "5610")
    this_year = months[months["period"] >= "2026-01-01"]
    last_year = months[(months["period"] >= "2025-01-01") & (months["period"] <= "2025-10-01")]
    assert rows.loc["net", "actual"] == pytest.approx(this_year["amount"].sum())
    assert rows.loc["net", "previous_year"] == pytest.approx(last_year["amount"].sum())
    assert rows.loc["drugs", "actual"] == pytest.approx(this_year.query("drugs")["amount"].sum())
    assert rows.loc["drugs", "budget"] == 2 * 10 * ACCOUNTS["5610"]
    assert rows.loc["net", "year_budget"] == 2 * 12 * sum(ACCOUNTS.values())


def test_lines_sum_to_their_sums_and_the_sums_to_the_net(surgery):
    rows = surgery.results.frame.set_index("key")
    for column in ("actual", "budget", "previous_year", "forecast", "year_budget"):
        cost = rows.loc[["salaries", "purchased_care", "drugs"], column].sum()
        assert rows.loc["cost", column] == pytest.approx(cost)
        assert rows.loc["net", column] == pytest.approx(rows.loc["income", column] + rows.loc["cost", column])


def test_a_cost_that_grows_has_a_positive_change(surgery):
    rows = surgery.results.frame.set_index("key")
    assert rows.loc["salaries", "change"] == pytest.approx(
        rows.loc["salaries", "actual"] / rows.loc["salaries", "previous_year"] - 1
    )
    assert rows.loc["salaries", "change"] > 0


def test_the_forecast_of_the_divisions_sums_to_the_boards(small_region):
    def year(unit):
        return utfall.follow_up(small_region, unit=unit, period="2026-10").outlook.net["mean"]

    assert year("Nämnden") == pytest.approx(year("Division Kirurgi") + year("Division Medicin"), abs=0.005)
    assert year("Division Kirurgi") == pytest.approx(year("K1") + year("K2"), abs=0.005)


def test_the_forecast_begins_with_the_outcome_of_the_ledger(surgery, small_region):
    ledger_sum = small_region.control_total(unit="K", since="2026-01", until="2026-10")
    assert surgery.outlook.net["to_date"] == pytest.approx(ledger_sum)


def test_in_december_the_forecast_is_the_outcome(tmp_path):
    extra = (
        ledger().query("period >= '2026-09-01'").assign(period=lambda frame: frame["period"] + pd.DateOffset(months=2))
    )
    folder = write_region(tmp_path, ledger=pd.concat([ledger(), extra], ignore_index=True))
    region = utfall.open_region(folder)
    outlook = utfall.follow_up(region, unit="", period="2026-12").outlook
    assert outlook.net["mean"] == pytest.approx(region.control_total(since="2026-01", until="2026-12"))
    outlook.plot()


def test_a_region_without_budget_has_no_budget_column_and_no_zero_in_its_place(tmp_path):
    settings = {"name": "Utan budget", "reference": "previous_year"}
    region = utfall.open_region(write_region(tmp_path, budget=None, region=settings))
    results = utfall.follow_up(region, unit="K1", period="2026-10").results
    assert results.frame["budget"].isna().all()
    assert "Budget ack" not in results.table.to_text()
    assert "sämre än budget" not in results.text()


def test_the_first_year_of_the_ledger_has_no_last_year_to_compare_with(small_region):
    follow = utfall.follow_up(small_region, unit="K1", period="2024-06")
    assert follow.results.frame["previous_year"].isna().all()
    assert follow.deviation.price_volume.view is None
    assert "historiken är för kort" in follow.deviation.price_volume.note.to_text()


@pytest.mark.parametrize("unit", ["", "Nämnden", "M", *UNITS])
@pytest.mark.parametrize("period", ["2024-01", pytest.param("2024-12", marks=pytest.mark.slow), "2025-01", "2026-10"])
def test_every_part_of_the_report_can_be_shown_for_any_unit_and_month(small_region, unit, period):
    follow = utfall.follow_up(small_region, unit=unit, period=period)
    deviation = follow.deviation
    shown = [
        follow.heading,
        follow.summary,
        follow.key_figures,
        follow.results.table,
        deviation.table,
        deviation.located.table,
        deviation.located.note,
        deviation.price_volume.note,
        deviation.high_cost.note,
        follow.personnel.note,
        follow.outlook.note,
        follow.outlook.table,
        follow.measures.note,
        follow.sources,
        follow.controls,
        deviation.trail_table,
    ]
    text = "\n".join(part.to_text() for part in shown)
    assert "nan" not in text.replace("nannan", "").lower().split()
    assert "None" not in text
    assert deviation.plot().alt
    assert follow.outlook.plot().alt


def test_the_summary_is_three_sentences_with_figures_from_the_data(surgery):
    text = surgery.summary.to_text()
    assert text.count(". ") == 2
    assert "Division Kirurgi redovisar" in text
    assert "läkemedel" in text  # the five thousand that were planted


def test_key_figures_carry_the_deviation_for_the_front_page(surgery, small_region):
    bundle = surgery.key_figures._repr_mimebundle_()
    figures = bundle["application/vnd.utfall.key-figures+json"]
    actual = small_region.control_total(unit="K", since="2026-01", until="2026-10")
    budget = small_region.control_total(unit="K", since="2026-01", until="2026-10", table="budget")
    assert figures["deviation"]["value"] == pytest.approx(actual - budget)
    assert figures["deviation"]["assessment"] == "sämre"


@pytest.mark.parametrize("unit", ["", "K", "K1"])
def test_the_monthly_trend_of_the_front_page_adds_up_to_the_deviation(small_region, unit):
    bundle = utfall.follow_up(small_region, unit=unit, period="2026-10").key_figures._repr_mimebundle_()
    figure = bundle["application/vnd.utfall.key-figures+json"]["deviation"]
    months = {month["period"]: month["value"] for month in figure["trend"]["values"]}
    assert (len(months), min(months), max(months)) == (13, "2025-10", "2026-10")
    this_year = sum(value for period, value in months.items() if period >= "2026-01")
    assert this_year == pytest.approx(figure["value"])


def test_without_a_budget_the_monthly_trend_compares_with_the_same_month_last_year(tmp_path):
    settings = {"name": "Utan budget", "reference": "previous_year"}
    region = utfall.open_region(write_region(tmp_path, budget=None, region=settings))
    bundle = utfall.follow_up(region, unit="K", period="2026-10").key_figures._repr_mimebundle_()
    figure = bundle["application/vnd.utfall.key-figures+json"]["deviation"]
    assert figure["trend"]["label"] == "Månadens avvikelse mot förra året"
    last = figure["trend"]["values"][-1]["value"]
    now, before = (region.control_total(unit="K", since=month, until=month) for month in ("2026-10", "2025-10"))
    assert last == pytest.approx(now - before)


def test_a_unit_that_has_not_posted_anything_yet_is_refused_with_a_sentence(tmp_path):
    units = [*REGISTERS["organisation.yaml"]["units"], {"code": "K3", "name": "Ny", "level": "unit", "parent": "KA"}]
    region = utfall.open_region(write_region(tmp_path, organisation={"units": units}))
    with pytest.raises(InvalidParameter, match="Ny has no postings through 2026-10"):
        _ = utfall.follow_up(region, unit="K3", period="2026-10").outlook
