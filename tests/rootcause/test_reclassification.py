"""Reclassifications: moves planted in monthly sums with noise, and nothing where shifts only happen to coincide."""

import re

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.small_region import REGISTERS, ledger, write_region
from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.results import NotAvailable
from utfall.rootcause.comparison import compare
from utfall.rootcause.postings.reclassification import reclassifications

MONTHS = pd.date_range("2023-01-01", "2026-12-01", freq="MS")
UNITS = [f"U{number:02d}" for number in range(30)]
ACCOUNTS = {"3010": 900.0, "4010": -4000.0, "5610": -800.0, "5710": -600.0, "6010": -500.0, "6910": -300.0}
LINES = {"30": "care_sold", "40": "salaries", "56": "drugs", "57": "materials", "60": "other", "69": "other"}
NOISE = 0.02
"""Scale of a month's noise, drawn from Student's t with four degrees of freedom: its standard deviation is 2.8 %."""


def find(region, unit=None, period="2026-10", against=None):
    return reclassifications(compare(region, unit=unit, period=period, against=against), Money.for_amounts([1e6]))


def ordinary(seed, noise=NOISE):
    """Monthly sums with season, growth and heavy-tailed noise; without noise they are the budget."""
    rng = np.random.default_rng(seed)
    rows = [
        {"period": month, "unit": unit, "account": account, "amount": 1000 * level * swing * growth}
        for unit in UNITS
        for account, level in ACCOUNTS.items()
        for number, month in enumerate(MONTHS)
        for swing in [(0.6 if month.month == 7 else 1.0) * (1 + noise * rng.standard_t(4))]
        for growth in [1.003**number]
    ]
    return pd.DataFrame(rows).assign(amount=lambda frame: frame["amount"].round(2))


def move(frame, source, target, start, amount):
    """Move an amount a month from one account at a unit to another, from a month on."""
    changed = frame.copy()
    for (unit, account), sign in ((source, 1.0), (target, -1.0)):
        here = (changed["unit"] == unit) & (changed["account"] == account) & (changed["period"] >= start)
        changed.loc[here, "amount"] += sign * amount
    return changed


def open_region(folder, frame, budget=None):
    """Fifteen units in each of two areas; the ledger ends in October 2026."""
    units = [{"code": "B", "name": "Nämnden", "level": "board", "parent": None}]
    units += [{"code": "D", "name": "Division", "level": "division", "parent": "B"}]
    units += [{"code": area, "name": f"Område {area}", "level": "area", "parent": "D"} for area in ("A1", "A2")]
    units += [
        {"code": unit, "name": f"Enhet {unit}", "level": "unit", "parent": "A1" if unit < "U15" else "A2"}
        for unit in UNITS
    ]
    names = list(dict.fromkeys(LINES.values()))
    accounts = {
        "lines": [
            {"line": name, "name": name.capitalize(), "group": f"external_{kind}", "kind": kind}
            for name in names
            for kind in ["income" if name == "care_sold" else "cost"]
        ],
        "accounts": [{"first": code, "last": code, "line": line, "name": line} for code, line in LINES.items()],
    }
    budget = ordinary(0, noise=0.0) if budget is None else budget
    frame = frame[frame["period"] <= "2026-10-01"]
    folder = write_region(folder, ledger=frame, budget=budget, volumes=None, measures=None,
                          organisation={"units": units}, accounts=accounts)  # fmt: skip
    return utfall.open_region(folder)


MOVES = [
    (("U00", "5710"), ("U00", "6010"), "2026-04-01", 150_000.0),
    (("U05", "5610"), ("U05", "5710"), "2026-01-01", 250_000.0),
    (("U16", "6910"), ("U20", "6910"), "2026-06-01", 120_000.0),
    (("U21", "6010"), ("U22", "6010"), "2026-08-01", 200_000.0),
    (("U25", "5710"), ("U25", "6910"), "2026-07-01", 150_000.0),
    (("U01", "6010"), ("U01", "5610"), "2026-05-01", 250_000.0),
    (("U02", "5710"), ("U03", "5710"), "2026-03-01", 200_000.0),
    (("U09", "6910"), ("U09", "6010"), "2026-02-01", 150_000.0),
    (("U10", "3010"), ("U11", "3010"), "2026-05-01", -250_000.0),
    (("U28", "5610"), ("U29", "5610"), "2026-04-01", 250_000.0),
]
"""From, to, start, a month: within units, and between units of an area."""


@pytest.fixture(scope="module", params=[1, 2, 3])
def planted(request, tmp_path_factory):
    frame = ordinary(request.param)
    for source, target, start, amount in MOVES:
        frame = move(frame, source, target, start, amount)
    return open_region(tmp_path_factory.mktemp("moves") / "region", frame)


@pytest.mark.parametrize("against", ["budget", "previous_year"])
def test_planted_moves_are_found_with_their_start_and_size_and_nothing_else_is(planted, against):
    frame = find(planted, against=against).frame
    found = {
        ((row["unit_from"], row["account_from"]), (row["unit_to"], row["account_to"])): row
        for row in frame.to_dict("records")
    }
    right = [
        (source, target) in found
        and found[source, target]["start"] == pd.Timestamp(start)
        and found[source, target]["amount"] == pytest.approx(abs(amount), rel=0.15)
        for source, target, start, amount in MOVES
    ]
    assert np.mean(right) >= 0.9
    assert set(found) <= {(source, target) for source, target, _, _ in MOVES}


def test_the_two_effects_are_opposite_and_sum_to_the_net(planted):
    result = find(planted)
    frame = result.frame
    cost = frame["line_from"] != "care_sold"
    assert ((frame["effect_from"] > 0) == cost).all()  # less cost, or less income
    assert ((frame["effect_to"] < 0) == cost).all()
    assert (frame["net"].abs() <= 0.25 * frame["effect_from"].abs()).all()
    assert result.by_line["effect"].sum() == pytest.approx(frame["net"].sum(), abs=0.01)
    assert frame["effect_from"].abs().to_numpy() == pytest.approx(
        (frame["amount"] * frame["months"]).to_numpy(), rel=0.125
    )
    assert result.grade is Grade.C


def test_a_move_between_units_is_seen_above_them_and_not_at_either(planted):
    between = [row for row in find(planted, unit="A2").frame.to_dict("records") if row["unit_from"] != row["unit_to"]]
    assert {(row["unit_from"], row["unit_to"]) for row in between} == {("U16", "U20"), ("U21", "U22"), ("U28", "U29")}
    assert find(planted, unit="U16").frame.empty


@pytest.mark.parametrize("seed", range(11, 16))
def test_nothing_is_found_where_nothing_moved(tmp_path, seed):
    """180 accounts a seed, at three ends of a period: no false move among 2 700 looks."""
    region = open_region(tmp_path, ordinary(seed))
    for period in ("2025-06", "2025-12", "2026-10"):
        for against in ("budget", "previous_year"):
            assert find(region, period=period, against=against).frame.empty


@pytest.mark.parametrize(
    "changes",
    [
        [(("U00", "5710"), "2026-04-01", 150_000.0)],  # one side only: a saving
        [(("U00", "5710"), "2026-04-01", 150_000.0), (("U00", "6010"), "2026-06-01", -150_000.0)],  # other months
        [(("U00", "5710"), "2026-04-01", 150_000.0), (("U00", "6010"), "2026-04-01", -250_000.0)],  # other sizes
        [(("U00", "5710"), "2026-09-01", 150_000.0), (("U00", "6010"), "2026-09-01", -150_000.0)],  # two months
        [(("U00", "5710"), "2026-04-01", 150_000.0), (("U01", "6010"), "2026-04-01", -150_000.0)],  # nothing shared
        [(("U00", "5710"), "2026-04-01", 150_000.0), (("U20", "5710"), "2026-04-01", -150_000.0)],  # another area
        [(("U00", "5710"), "2026-04-01", -150_000.0), (("U00", "3010"), "2026-04-01", 150_000.0)],  # more care sold
    ],
)
def test_shifts_that_do_not_mirror_each_other_are_no_move(tmp_path, changes):
    frame = ordinary(4)
    for (unit, account), start, amount in changes:
        here = (frame["unit"] == unit) & (frame["account"] == account) & (frame["period"] >= start)
        frame.loc[here, "amount"] += amount
    region = open_region(tmp_path, frame)
    assert find(region).frame.empty
    assert find(region, against="previous_year").frame.empty


def test_a_move_that_the_budget_followed_explains_no_deviation_from_it(tmp_path):
    moved = [
        move(some, ("U00", "5710"), ("U00", "6010"), "2026-04-01", 150_000.0)
        for some in (ordinary(4), ordinary(0, noise=0.0))
    ]
    region = open_region(tmp_path, *moved)
    assert find(region, against="budget").frame.empty
    assert len(find(region, against="previous_year").frame) == 1


def test_a_season_that_mirrors_another_is_no_move(tmp_path):
    """Every summer the leave is booked on one account and less on the other."""
    frame = ordinary(4)
    for year in ("2023", "2024", "2025", "2026"):
        frame = move(frame, ("U00", "5710"), ("U00", "6010"), f"{year}-06-01", 150_000.0)
        frame = move(frame, ("U00", "6010"), ("U00", "5710"), f"{year}-09-01", 150_000.0)
    region = open_region(tmp_path, frame)
    assert find(region, period="2026-08").frame.empty
    assert find(region, period="2026-08", against="previous_year").frame.empty


def test_an_income_that_moved_is_told_from_where_it_fell(tmp_path):
    units = REGISTERS["organisation.yaml"]["units"]
    plain = ledger()
    start = plain["period"] >= "2026-05-01"
    frame = plain.copy()
    frame.loc[start & (frame["unit"] == "K1") & (frame["account"] == "3010"), "amount"] -= 80.0
    frame.loc[start & (frame["unit"] == "K2") & (frame["account"] == "3010"), "amount"] += 80.0
    region = utfall.open_region(write_region(tmp_path, ledger=frame))
    row = find(region).frame.iloc[0]
    assert (row["unit_from"], row["unit_to"], row["amount"]) == ("K1", "K2", pytest.approx(80.0))
    assert row["unit_from_name"] == next(unit["name"] for unit in units if unit["code"] == "K1")
    assert (row["effect_from"], row["effect_to"]) == (pytest.approx(-480.0), pytest.approx(480.0))


def test_a_short_history_or_a_young_year_is_not_judged_and_says_so(small_region):
    assert "två hela år" in find(small_region, period="2025-10").reason
    assert "tredje månad" in find(small_region, period="2026-02").reason
    assert isinstance(find(small_region, period="2026-02"), NotAvailable)


def test_a_unit_without_history_has_no_moves(tmp_path):
    new = ledger().query("unit != 'K2' or period >= '2026-05-01'")
    region = utfall.open_region(write_region(tmp_path, ledger=new))
    assert find(region, unit="K2").frame.empty


def test_an_even_ledger_has_no_moves_and_says_so(small_region):
    result = find(small_region)
    assert result.text() == "Inget belopp har flyttat varaktigt mellan konton eller enheter."
    assert result.step.outcome == "Inget funnet"
    assert not re.search(r"\bnan\b", result._repr_mimebundle_()["text/html"], re.IGNORECASE)


def test_the_result_shows_itself_in_whole(planted):
    result = find(planted)
    shown = result._repr_mimebundle_()["text/html"] + result.text() + str(result.to_dict())
    assert not re.search(r"\bnan\b", shown, re.IGNORECASE)
    assert "Enhet U00, konto 5710" in result.text() + result.table.to_text()
    assert "Enhet U05, konto 5610" in result.plot().alt


@pytest.mark.parametrize("period", ["2023-10", "2024-10", "2025-12", "2026-10"])
def test_nothing_has_moved_in_the_made_up_region(demo_folder, period):
    region = utfall.open_region(demo_folder)
    divisions = [node.code for node in region.organisation.nodes(pd.Timestamp(period), "division")]
    for unit in [None, *divisions]:
        assert find(region, unit=unit, period=period).frame.empty
