"""What measures bring beyond what the base year holds of them, against courses written down month by month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenarios.engine.examples_on_disk import open_example, seen, with_tables
from tests.scenarios.engine.plain_start import BASE, MKR, assume, booked_months, measure, plain_start, row, yearly
from tests.scenarios.example_region import registers
from utfall.region import Region
from utfall.region.registers import Measure
from utfall.scenarios.engine import read_start, simulate
from utfall.scenarios.engine.measures_ahead import MeasureAhead

NEVER = np.zeros(1)


def registered(known_as: str, start: str, **more: Any) -> Measure:
    """A measure of the register: 12 mkr a year on the X-ray unit's salaries."""
    row = {
        "id": known_as,
        "name": known_as,
        "units": ["R1"],
        "lines": ["salaries"],
        "start": start,
        "planned_effect": 12e6,
    }
    return Measure(**(row | more))


REGISTER = (
    registered("whole", "2024-06"),
    registered("half", "2025-07", cost=2.4e6),
    registered("ramp", "2025-11", profile="ramp(4)"),
    registered("late", "2026-02", profile="delay(3)", cost=1.2e6),
    registered("pulse", "2026-03", profile="pulse"),
    registered("once", "2025-07", kind="one_off"),
    registered("time", "2026-01", kind="capacity"),
    registered("nowhere", "2026-01", name="Ingenstans", lines=["fees"], accounts=["3999"]),
)


@pytest.fixture(scope="module")
def found(example: Region) -> tuple[dict[str, MeasureAhead], tuple[str, ...]]:
    start = read_start(seen(example, "2025-12", measures=REGISTER))
    return {ahead.id: ahead for ahead in start.measures}, start.warnings


def months(*parts: tuple[int, float]) -> list[float]:
    """So many months of each share."""
    return [share for count, share in parts for _ in range(count)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # It was half in place on the base year's average: the other half comes every month from January.
        ("half", months((24, 0.5))),
        # ¼ in November, ½ in December: 0.0625 of the base year; ¾ in January, then whole.
        ("ramp", months((1, 0.75 - 0.0625), (23, 1 - 0.0625))),
        # From February, nothing for three months, then whole.
        ("late", months((4, 0.0), (20, 1.0))),
        ("pulse", months((2, 0.0), (1, 1.0), (21, 0.0))),
        # July 2025 to June 2026: the other half for six months, and after that what the base holds goes away.
        ("once", months((6, 0.5), (18, -0.5))),
    ],
)
def test_the_course_beyond_the_base_year(
    found: tuple[dict[str, MeasureAhead], tuple[str, ...]], name: str, expected: list[float]
) -> None:
    assert found[0][name].path[:24] == pytest.approx(expected)


def test_a_measure_that_is_whole_in_the_base_year_changes_nothing_more(
    found: tuple[dict[str, MeasureAhead], tuple[str, ...]],
) -> None:
    assert "whole" not in found[0]


def test_a_measure_that_frees_capacity_changes_no_krona(found: tuple[dict[str, MeasureAhead], tuple[str, ...]]) -> None:
    assert "time" not in found[0]


def test_a_measure_that_cannot_be_placed_is_told_of(found: tuple[dict[str, MeasureAhead], tuple[str, ...]]) -> None:
    ahead, said = found
    assert "nowhere" not in ahead
    assert [sentence for sentence in said if "Ingenstans" in sentence and "räknas inte med" in sentence]


def test_what_a_measure_costs_is_counted_from_its_start_less_what_the_base_year_holds(
    found: tuple[dict[str, MeasureAhead], tuple[str, ...]],
) -> None:
    assert found[0]["half"].running[:24] == pytest.approx(months((24, 0.5)))
    assert found[0]["late"].running[:24] == pytest.approx(months((1, 0.0), (23, 1.0)))
    assert (found[0]["late"].planned, found[0]["late"].cost) == pytest.approx((12e8, 1.2e8))


def test_the_divisions_line_improves_by_the_plan_less_what_it_costs_month_by_month() -> None:
    start = plain_start(measures=(measure(np.ones(1), cost=2.4 * MKR, running=np.ones(12 * 31)),))
    drawn = simulate(start, assume(), years=2, draws=1)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600 + 12 - 2.4] * 2, abs=1e-6)
    assert yearly(drawn, "salaries", 1)[0] == pytest.approx([-360] * 2, abs=1e-6)
    quarter = simulate(plain_start(measures=(measure(np.array([0.0, 0.0, 0.0, 1.0])),)), assume(), years=1, draws=1)
    assert quarter.income["external_costs"][0] / MKR == pytest.approx([-1776 / 12] * 3 + [-1776 / 12 + 1] * 9, abs=1e-6)


def test_effects_grow_with_the_prices_of_the_line_and_the_measures_own_cost_does_not() -> None:
    start = plain_start(measures=(measure(np.ones(1), cost=2.4 * MKR, running=np.ones(12 * 31)),))
    drawn = simulate(start, assume(row("price", "Löner", 0.10)), years=2, draws=1)
    expected = [(-600 + 12) * 1.1 - 2.4, (-600 + 12) * 1.21 - 2.4]
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx(expected, abs=1e-6)


def test_the_scenario_says_how_much_of_the_plan_comes_for_all_measures_and_for_one() -> None:
    other = measure(np.ones(1), line="drugs", id="n")
    start = plain_start(measures=(measure(np.ones(1)), other))
    drawn = simulate(start, assume(row("measure", "", 0.5), row("measure", "n", 0.25)), years=1, draws=1)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600 + 6], abs=1e-6)
    assert yearly(drawn, "drugs", 0)[0] == pytest.approx([-240 + 3], abs=1e-6)


def test_a_share_assumed_of_one_measure_for_one_year_leaves_it_as_the_others_in_the_rest() -> None:
    shares = assume(row("measure", "", 0.5), row("measure", "m", 0.25, year=2027))
    drawn = simulate(plain_start(measures=(measure(np.ones(1)),)), shares, years=3, draws=1)
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600 + 6, -600 + 3, -600 + 6], abs=1e-6)


def test_a_booked_month_holds_what_it_holds_and_the_months_left_bring_the_rest() -> None:
    booked = booked_months(np.broadcast_to(BASE / 12, (6, *BASE.shape)))
    start = plain_start(booked=booked, measures=(measure(np.array([0.5] * 9 + [1.0])),))
    drawn = simulate(start, assume(), years=2, draws=1)
    # 1 mkr a month when it is whole: half of it in July to September, whole from October.
    assert yearly(drawn, "salaries", 0)[0] == pytest.approx([-600 + 1.5 + 3, -600 + 12], abs=1e-6)
    assert drawn.income["external_costs"][0, :6] / MKR == pytest.approx([-1776 / 12] * 6, abs=1e-6)


def test_a_measure_that_grows_through_a_booked_year_is_held_at_what_the_last_booked_month_had(example: Region) -> None:
    # A twelfth more each month from January: eight twelfths in August, which the forecast takes as going on.
    growing = registered("growing", "2026-01", profile="ramp(12)")
    ahead = read_start(seen(example, "2026-08", measures=(growing,))).measures[0]
    assert ahead.path[8:12] == pytest.approx(np.arange(1, 5) / 12)
    held = (sum(range(1, 9)) + 4 * 8) / 12 / 12
    assert ahead.path[12:24] == pytest.approx(np.full(12, 1 - held))


def test_a_measure_that_begins_after_the_booked_months_is_wholly_still_to_come(example: Region) -> None:
    # Every month is alike, so the forecast of 2026 is the months so far going on: it knows nothing of September.
    start = read_start(seen(example, "2026-08", measures=(registered("coming", "2026-09"),)))
    without = read_start(seen(example, "2026-08"))
    with_it, plain = (simulate(known, assume(), years=2, draws=1) for known in (start, without))
    more = (with_it.yearly_income("external_costs") - plain.yearly_income("external_costs"))[0] / MKR
    assert more == pytest.approx([4.0, 12.0], abs=1e-6)


def test_a_measure_without_lines_keeps_its_whole_effect_in_the_regions_result(tmp_path: Path) -> None:
    accounts = registers()["accounts.yaml"]
    accounts["lines"][2]["group"] = "internal_cost"  # drugs, as if another division sold them
    region = with_tables(open_example(tmp_path, accounts=accounts), tmp_path, equity={2025: 100.0})
    start = read_start(seen(region, "2025-12", measures=(registered("wide", "2026-01", lines=()),)))
    with_it, without = (simulate(start, assume(row("measure", "", share)), years=1, draws=1) for share in (1.0, 0.0))
    more = (with_it.yearly_income("result") - without.yearly_income("result"))[0, 0] / MKR
    assert more == pytest.approx(12.0, abs=1e-6)
