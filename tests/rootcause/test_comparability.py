"""Price index, working days and reorganisations: what makes this year comparable with last."""

import json
import re

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import REGISTERS, ledger, volumes, write_region
from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.results import NotAvailable
from utfall.rootcause.comparability.calendar_days import days_off, working_days
from utfall.rootcause.comparability.comparability import comparability
from utfall.rootcause.comparison import Comparison, compare

MONEY = Money.for_amounts([1e5])
MONTHS = pd.date_range("2024-01-01", "2026-12-01", freq="MS")
SOURCE = "Prov, fiktivt"
NO_BUDGET = {"region": REGISTERS["region.yaml"] | {"reference": "previous_year"}}


def test_easter_and_the_days_that_follow_it_fall_on_their_published_dates():
    published = {
        2024: {"Långfredagen": "2024-03-29", "Annandag påsk": "2024-04-01", "Kristi himmelsfärdsdag": "2024-05-09"},
        2025: {"Långfredagen": "2025-04-18", "Annandag påsk": "2025-04-21", "Kristi himmelsfärdsdag": "2025-05-29"},
        2026: {"Långfredagen": "2026-04-03", "Annandag påsk": "2026-04-06", "Kristi himmelsfärdsdag": "2026-05-14"},
    }
    midsummer = {2024: "2024-06-21", 2025: "2025-06-20", 2026: "2026-06-19"}
    for year, dates in published.items():
        found = {name: f"{day:%Y-%m-%d}" for day, name in days_off(year).items()}
        assert dates | {"Midsommarafton": midsummer[year]} == {name: found[name] for name in [*dates, "Midsommarafton"]}


def test_working_days_a_quarter_are_those_a_listed_company_publishes_for_sweden():
    """Working days per quarter 2016–2018, from the investor pages of Ahlsell AB."""
    published = {2016: [61, 62, 66, 64], 2017: [64, 59, 65, 63], 2018: [63, 60, 65, 62]}
    for year, quarters in published.items():
        days = working_days(pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 1))
        assert [int(days.iloc[first : first + 3].sum()) for first in (0, 3, 6, 9)] == quarters


def index_table(levels, *, forecast_from=None):
    """A price index for each name: a function of the month's number from January 2024."""
    rows = [
        {
            "index": name,
            "period": month,
            "value": level(number),
            "status": "forecast" if forecast_from and month >= pd.Timestamp(forecast_from) else "outcome",
            "source": SOURCE,
        }
        for name, level in levels.items()
        for number, month in enumerate(MONTHS)
    ]
    return pd.DataFrame(rows)


def a_year_steps(number):
    """100, 110, 121: ten per cent more each January."""
    return 100 * 1.1 ** (number // 12)


def accounts(indices):
    """The small region's accounts, each cost line with an index of its own or none."""
    plan = REGISTERS["accounts.yaml"]
    lines = [
        line | {"price_index": indices[line["line"]]} if line["line"] in indices else line for line in plan["lines"]
    ]
    return plan | {"lines": lines}


def region_with(tmp_path, prices, indices, **replaced):
    folder = write_region(tmp_path / "region", accounts=accounts(indices), **replaced)
    if prices is not None:
        prices.to_parquet(folder / "price_index.parquet", index=False)
    return utfall.open_region(folder)


def compared(region, unit=None, period="2026-10"):
    return comparability(compare(region, unit=unit, period=period, against=None), MONEY)


def flat_ledger(by_year):
    """Every unit and account the same amount each month, times what its year says."""
    frame = ledger()
    plain = frame["account"].map({"3010": 200.0, "4010": -1000.0, "5610": -300.0, "5310": -150.0})
    return frame.assign(amount=(plain * frame["period"].dt.year.map(by_year)).round(2))


def test_a_cost_that_rises_as_its_index_is_all_price_and_nothing_real(tmp_path):
    rising = flat_ledger({2024: 1.0, 2025: 1.1, 2026: 1.21})
    region = region_with(tmp_path, index_table({"Pris": a_year_steps}), {"drugs": "Pris"}, ledger=rising)
    result = compared(region, "K1")
    drugs = result.prices.lines.set_index("line").loc["drugs"]
    assert drugs["price_part"] == pytest.approx(-330 * 10 * 0.1)
    assert drugs["real_part"] == 0
    assert drugs["price_growth"] == pytest.approx(0.1)
    assert drugs["real_growth"] == pytest.approx(0)


def test_a_cost_that_rises_while_its_index_stands_still_is_all_real(tmp_path):
    rising = flat_ledger({2024: 1.0, 2025: 1.1, 2026: 1.21})
    region = region_with(tmp_path, index_table({"Pris": lambda _: 100.0}), {"drugs": "Pris"}, ledger=rising)
    drugs = compared(region, "K1").prices.lines.set_index("line").loc["drugs"]
    assert drugs["price_part"] == 0
    assert drugs["real_part"] == pytest.approx(-330 * 10 * 0.1)


def test_fixed_prices_are_each_months_cost_by_the_index_of_the_same_month_this_year(tmp_path):
    """A second implementation: month by month, with an index that wanders and costs that vary."""
    generator = np.random.default_rng(2)
    wander = 100 * np.exp(np.cumsum(generator.normal(0.002, 0.01, len(MONTHS))))
    region = region_with(tmp_path, index_table({"Pris": lambda number: wander[number]}), {"drugs": "Pris"})
    result = compared(region, "K1")
    level = dict(zip(MONTHS, wander, strict=True))
    rows = ledger().query("unit == 'K1' and account == '5610' and period < '2026-01-01'")
    rows = rows[rows["period"].dt.month <= 10]
    worth = {2024: 0.0, 2025: 0.0}
    for month, amount in zip(rows["period"], rows["amount"], strict=True):
        worth[month.year] += amount * level[month.replace(year=2026)] / level[month]
    drugs = result.prices.lines.set_index("line").loc["drugs"]
    assert drugs["fixed_before"] == pytest.approx(worth[2025], abs=0.005)
    others = ledger().query("unit == 'K1' and account in ['4010', '5310'] and period < '2025-01-01'")
    nominal = others[others["period"].dt.month <= 10]["amount"].sum()
    years = result.prices.years.set_index("year")
    assert years.loc[2024, "fixed"] == pytest.approx(worth[2024] + nominal, abs=0.005)


@pytest.mark.parametrize("unit", [None, "Division Kirurgi", "K1"])
def test_price_and_real_part_sum_to_the_change_of_every_line_to_the_ore(tmp_path, unit):
    prices = index_table({"Pris": lambda number: 100 + number / 7, "Lön": lambda number: 90 + number / 3})
    region = region_with(tmp_path, prices, {"drugs": "Pris", "salaries": "Lön"})
    result = compared(region, unit)
    lines = result.prices.deflated
    assert set(lines["line"]) == {"drugs", "salaries"}
    rest = lines["after"] - lines["before"] - lines["price_part"] - lines["real_part"]
    assert rest.abs().max() < 0.005
    totals = result.totals
    assert totals["after"] - totals["before"] == pytest.approx(
        totals["price_part"] + totals["real_part"] + totals["not_deflated"], abs=0.005
    )
    shown = result.table.frame.set_index("name")
    assert shown.loc["Summa kostnader", "after"] == pytest.approx(
        region.amounts([], unit=unit, since="2026-01", until="2026-10", lines=["drugs", "salaries", "purchased_care"])[
            "actual"
        ].sum()
    )


def test_growth_in_nominal_prices_is_price_growth_times_real_growth(tmp_path):
    region = region_with(tmp_path, index_table({"Pris": a_year_steps}), {"drugs": "Pris"})
    drugs = compared(region, "K1").prices.lines.set_index("line").loc["drugs"]
    assert 1 + drugs["nominal_growth"] == pytest.approx((1 + drugs["price_growth"]) * (1 + drugs["real_growth"]))


def test_a_line_without_an_index_stays_nominal_in_a_row_of_its_own_and_is_named(tmp_path):
    region = region_with(tmp_path, index_table({"Pris": a_year_steps}), {"drugs": "Pris", "salaries": "Pris"})
    result = compared(region, "K1")
    shown = result.table.frame.set_index("name")
    assert pd.isna(shown.loc["Köpt vård", "price_part"])
    assert shown.loc["Köpt vård", "not_deflated"] == pytest.approx(-12 * 10)  # one krona more a month
    assert any("Köpt vård (inget prisindex i kontoregistret)" in warning for warning in result.warnings)
    assert result.grade is Grade.C  # a line that has no index is no index that is missing


def test_a_region_without_any_index_is_shown_in_nominal_prices_and_says_so(small_region):
    result = compared(small_region, "K1")
    assert result.prices.deflated.empty
    assert "i löpande priser; prisindex saknas" in result.text()
    assert result.plot().alt.count("Löpande priser") == 1
    assert "2026 års priser:" not in result.plot().alt


@pytest.mark.parametrize("flaw", ["absent", "zero"])
def test_an_index_that_lacks_a_month_or_is_zero_deflates_nothing_and_says_which_month(tmp_path, flaw):
    prices = index_table({"Pris": a_year_steps})
    hole = prices["period"] == "2025-03-01"
    prices = prices[~hole] if flaw == "absent" else prices.assign(value=prices["value"].mask(hole, 0.0))
    result = compared(region_with(tmp_path, prices, {"drugs": "Pris"}), "K1")
    assert result.prices.deflated.empty
    assert "prisindex Pris saknas eller är noll för mars 2025" in " ".join(result.warnings)
    assert result.grade is Grade.D


def test_an_index_that_does_not_reach_an_early_year_leaves_that_year_out_and_no_other(tmp_path):
    prices = index_table({"Pris": a_year_steps}).query("period >= '2025-01-01'")
    result = compared(region_with(tmp_path, prices, {"drugs": "Pris"}), "K1")
    years = result.prices.years.set_index("year")["fixed"]
    assert years.isna().to_dict() == {2024: True, 2025: False, 2026: False}
    assert any("Fasta priser saknas för 2024" in warning for warning in result.warnings)
    assert "nan" not in result.plot().alt


def test_an_index_that_is_a_forecast_is_flagged_with_its_months_and_its_source(tmp_path):
    prices = index_table({"Pris": a_year_steps}, forecast_from="2026-07-01")
    result = compared(region_with(tmp_path, prices, {"drugs": "Pris"}), "K1")
    assert "Prisindex är prognos för juli–oktober 2026" in " ".join(result.warnings)
    status = result.prices.indices.iloc[0]
    assert (status["outcome_until"], status["forecast_months"], status["source"]) == (
        pd.Timestamp("2026-06-01"),
        4,
        SOURCE,
    )
    assert status["change"] == pytest.approx(0.1)
    assert result.grade is Grade.D
    assert [check.name for check in result.checks if not check.passed] == ["Prisindex är utfall, inte prognos"]


def test_a_unit_that_did_not_exist_last_year_has_costs_but_no_growth(tmp_path):
    opened = ledger().query("unit != 'K1' or period >= '2026-01-01'")
    region = region_with(tmp_path, index_table({"Pris": a_year_steps}), {"drugs": "Pris"}, ledger=opened)
    result = compared(region, "K1")
    assert "ingen kostnad samma månader förra året" in result.text()
    assert result.table.frame["nominal_growth"].isna().all()
    assert result.prices.lines["before"].eq(0).all()
    assert_shows_only_finite_numbers(result)


def test_the_first_year_and_a_unit_without_costs_are_refused_in_a_sentence(tmp_path, small_region):
    node = small_region.node("K1")
    first = comparability(Comparison(small_region, node, pd.Timestamp("2024-05-01"), "budget"), MONEY)
    assert isinstance(first, NotAvailable)
    assert "historiken är för kort" in first.reason
    income = ledger().query("unit != 'M1' or account == '3010'")
    region = utfall.open_region(write_region(tmp_path / "income", ledger=income))
    assert compared(region, "M1").reason == "Inga kostnader är bokförda på enheten."


def follows_days(elasticity, months, seed=1):
    """Visits that follow the working days, and vary besides."""
    generator = np.random.default_rng(seed)
    days = working_days(months[0], months[-1]).to_numpy()
    visits = 1000 * (days / 20.0) ** elasticity * np.exp(generator.normal(0, 0.01, len(months)))
    return pd.DataFrame(
        {"period": months, "unit": "K1", "product": "Läkarbesök", "planned": 1000.0, "actual": visits.round(2)}
    )


def long_region(tmp_path, elasticity):
    months = pd.date_range("2019-01-01", "2025-12-01", freq="MS")
    rows = [
        {"period": month, "unit": unit, "account": account, "amount": amount}
        for month in months
        for unit in ("K1", "K2", "M1")
        for account, amount in {"4010": -1000.0, "5610": -300.0, "5310": -150.0}.items()
    ]
    tables = {"ledger": pd.DataFrame(rows), "budget": None, "volumes": follows_days(elasticity, months)}
    return utfall.open_region(write_region(tmp_path / "long", **tables, **NO_BUDGET))


def test_volumes_that_follow_the_working_days_give_a_candidate_amount(tmp_path):
    result = compared(long_region(tmp_path, 1.0), "K1", "2025-10")
    days = result.calendar
    assert (days.before, days.after) == (212, 210)
    assert days.elasticity == pytest.approx(1.0, abs=0.1)
    assert days.amount == pytest.approx(-300 * 10 * (210 / 212 - 1), rel=0.15)  # drugs alone are volume-driven
    assert days.grade is Grade.C
    assert "2 färre arbetsdagar" in result.text()
    assert "Kandidat" in result.text()


def test_volumes_that_do_not_follow_the_working_days_give_no_amount(tmp_path):
    days = compared(long_region(tmp_path, 0.0), "K1", "2025-10").calendar
    assert days.amount is None
    assert days.grade is Grade.D
    assert "kan inte avgöras: volymen har inte följt antalet arbetsdagar" in days.text()


@pytest.mark.parametrize(
    ("unit", "reason"), [("K2", "ingen volym räknas varje månad"), ("K1", "historiken är 22\u00a0månader")]
)
def test_without_volumes_or_with_a_short_history_the_calendar_gives_no_amount(tmp_path, small_region, unit, reason):
    region = long_region(tmp_path, 1.0) if unit == "K2" else small_region
    days = compared(region, unit, "2025-10").calendar
    assert days.amount is None
    assert reason in days.text()
    assert days.table.frame["difference"].iloc[-1] == -2


def units_of(*changes):
    """The small region's organisation with some rows replaced by others of the same code."""
    codes = {row["code"] for row in changes}
    kept = [row for row in REGISTERS["organisation.yaml"]["units"] if row["code"] not in codes]
    return {"units": [*kept, *changes]}


def unit_row(code, name, parent, valid_from, valid_to=None, successor=None):
    return {
        "code": code,
        "name": name,
        "level": "unit",
        "parent": parent,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "successor": successor,
    }


def cost_of(unit, first, last):
    rows = ledger().query(f"unit == '{unit}' and account != '3010' and period >= '{first}' and period <= '{last}'")
    return rows["amount"].sum()


def test_a_unit_that_moved_in_the_middle_of_last_year_is_told_on_both_sides(tmp_path):
    moved = units_of(
        unit_row("K2", "Ögonmottagningen", "KA", "2019-01-01", "2025-05-31"),
        unit_row("K2", "Ögonmottagningen", "MA", "2025-06-01"),
    )
    region = utfall.open_region(write_region(tmp_path, organisation=moved))
    before = cost_of("K2", "2025-01-01", "2025-05-01")
    for unit, relation, sign in (("Division Medicin", "kommer hit", 1), ("Division Kirurgi", "går härifrån", -1)):
        found = compared(region, unit).reorganisations
        row = found.changes.iloc[0]
        assert (row["name"], row["relation"], row["before"], row["after"]) == (
            "Ögonmottagningen",
            relation,
            "Område Kirurgi",
            "Område Medicin",
        )
        assert row["cost"] == pytest.approx(before)
        assert found.as_now - found.as_then == pytest.approx(sign * before)
        assert all(check.passed for check in found.checks)
    board = compared(region).reorganisations
    assert board.as_now == board.as_then
    assert board.changes["relation"].tolist() == ["inom enheten"]


def test_a_unit_that_left_and_came_back_counts_only_the_months_it_was_away(tmp_path):
    there_and_back = units_of(
        unit_row("K2", "Ögonmottagningen", "KA", "2019-01-01", "2025-02-28"),
        unit_row("K2", "Ögonmottagningen", "MA", "2025-03-01", "2025-08-31"),
        unit_row("K2", "Ögonmottagningen", "KA", "2025-09-01"),
    )
    region = utfall.open_region(write_region(tmp_path, organisation=there_and_back))
    found = compared(region, "Division Kirurgi").reorganisations
    assert found.changes["relation"].tolist() == ["går härifrån", "kommer hit"]
    assert found.changes["cost"].tolist() == pytest.approx([0.0, cost_of("K2", "2025-03-01", "2025-08-01")])
    assert all(check.passed for check in found.checks)


def test_an_area_that_moves_and_leaves_a_unit_behind_takes_only_the_rest_along(tmp_path):
    area = {"level": "area", "successor": None}
    split = units_of(
        area | {"code": "KA", "name": "Område A", "parent": "K", "valid_from": "2019-01-01", "valid_to": "2025-05-31"},
        area | {"code": "KA", "name": "Område A", "parent": "M", "valid_from": "2025-06-01", "valid_to": None},
        area | {"code": "KB", "name": "Område B", "parent": "K", "valid_from": "2019-01-01", "valid_to": None},
        unit_row("K2", "Ögonmottagningen", "KA", "2019-01-01", "2025-05-31"),
        unit_row("K2", "Ögonmottagningen", "KB", "2025-06-01"),
    )
    region = utfall.open_region(write_region(tmp_path, organisation=split))
    found = compared(region, "Division Kirurgi").reorganisations
    told = found.changes.set_index("code")
    assert told["relation"].to_dict() == {"KA": "går härifrån", "K2": "inom enheten"}
    assert told.loc["KA", "cost"] == pytest.approx(cost_of("K1", "2025-01-01", "2025-05-01"))
    assert all(check.passed for check in found.checks)


def test_a_merger_and_a_new_name_are_told_as_what_they_are(tmp_path):
    merged = units_of(
        unit_row("K2", "Ögonmottagningen", "KA", "2019-01-01", "2025-12-31", successor="K1"),
        unit_row("K1", "Ortopedi", "KA", "2019-01-01", "2025-12-31"),
        unit_row("K1", "Ortopedi och ögon", "KA", "2026-01-01"),
    )
    tables = {
        name: table.query("unit != 'K2' or period < '2026-01-01'")
        for name, table in {"ledger": ledger(), "volumes": volumes()}.items()
    }
    region = utfall.open_region(write_region(tmp_path, organisation=merged, budget=None, **tables, **NO_BUDGET))
    result = compared(region, "K1")
    told = result.reorganisations.changes.set_index("change")
    assert told.loc["går upp i", "cost"] == pytest.approx(cost_of("K2", "2025-01-01", "2025-10-01"))
    assert (told.loc["byter namn", "before"], told.loc["byter namn", "after"]) == ("Ortopedi", "Ortopedi och ögon")
    assert pd.isna(told.loc["byter namn", "cost"])
    assert "Ögonmottagningen går upp i Ortopedi och ögon från januari 2026" in result.text()
    assert result.reorganisations.as_now == pytest.approx(
        cost_of("K1", "2025-01-01", "2025-10-01") + cost_of("K2", "2025-01-01", "2025-10-01")
    )


def assert_shows_only_finite_numbers(result):
    json.dumps(result.to_dict(), allow_nan=False)
    shown = result._repr_mimebundle_()
    tables = [result.prices.index_table, result.years_table, result.calendar.table, result.reorganisations.table]
    text = " ".join([shown["text/plain"], result.plot().alt, *(table.to_text() for table in tables)])
    assert not re.search(r"\b(nan|inf|None|NaT)\b", text)
    assert "<svg" in shown["text/html"]


@pytest.fixture(scope="module")
def demo(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def truth(demo_folder):
    planted = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))["reorganisations"]
    return {change["id"]: change for change in planted}


def test_every_reorganisation_planted_in_the_made_up_region_is_found_at_the_board_and_no_other(demo, truth):
    changes = compared(demo, period="2025-10").reorganisations.changes
    planted = {(code, pd.Timestamp(change["date"])) for change in truth.values() for code in change["codes"]}
    assert set(zip(changes["code"], changes["period"], strict=True)) == planted
    assert set(changes["relation"]) == {"inom enheten"}


def test_an_area_that_changed_division_carries_its_cost_with_it(demo, truth):
    move = truth["area_moves"]
    at_home = demo.amounts(
        [],
        unit=move["codes"][0],
        since="2024-01",
        until="2024-10",
        lines=[line.line for line in demo.accounts.lines if line.kind == "cost"],
    )["actual"].sum()
    for division, relation in ((move["from"], "går härifrån"), (move["to"], "kommer hit")):
        found = compared(demo, division, "2025-10").reorganisations
        row = found.changes.set_index("code").loc[move["codes"][0]]
        assert row["relation"] == relation
        assert row["cost"] == pytest.approx(at_home, abs=0.005)
        assert all(check.passed for check in found.checks)


def test_a_merged_unit_shows_last_year_of_those_it_was_made_from(demo, truth):
    merger = truth["units_merge"]
    found = compared(demo, merger["to"], "2025-10").reorganisations
    assert found.changes["code"].tolist() == merger["codes"]
    assert found.as_then == 0
    assert found.as_now == pytest.approx(found.changes["cost"].sum())


@pytest.mark.parametrize("unit", [None, "Division Medicin", "Reumatologmottagningen"])
def test_the_made_up_region_sums_and_names_the_source_of_every_index(demo, unit):
    result = compared(demo, unit)
    totals = result.totals
    assert totals["after"] - totals["before"] == pytest.approx(
        totals["price_part"] + totals["real_part"] + totals["not_deflated"], abs=0.005
    )
    failed = [check.name for check in result.checks if not check.passed]
    assert failed == ["Prisindex är utfall, inte prognos"]
    assert result.prices.indices["source"].tolist() == ["Påhittad för demonstration"] * len(result.prices.indices)
    assert len(result.prices.years) == 7
    assert [step.name for step in result.steps] == ["Prisindex", "Kalender", "Omorganisationer"]
    assert_shows_only_finite_numbers(result)
