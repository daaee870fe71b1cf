"""Where the years begin is found in the tables, and what does not tie is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.engine.examples_on_disk import open_example, seen, with_tables, without_table
from tests.scenarios.example_region import BALANCE_SHEET, INCOME_STATEMENT, MKR, YEARLY, registers
from utfall.errors import InvalidData, InvalidParameter
from utfall.region import Region
from utfall.scenarios.engine import read_start, resolve, simulate

ORE = 100 * MKR
"""Öre of a million kronor."""


def without_its_scanner(region: Region, latest: str) -> Region:
    """The example without investments and loans."""
    return seen(region, latest, investments=(), loans=())


def test_it_begins_after_the_last_year_with_both_tables_and_a_whole_ledger(example: Region) -> None:
    start = read_start(seen(example, "2025-12"))
    assert (start.first_year, len(start.booked)) == (2026, 0)
    assert start.balance["cash"] == 268 * ORE
    assert start.contingent == 300 * ORE
    assert start.items == {item: round(INCOME_STATEMENT.get(item, 0.0) * ORE) for item in start.items}
    assert dict(zip([line.line for line in start.lines], start.base[0] / ORE, strict=True)) == pytest.approx(
        {"fees": 120, "salaries": -1200, "drugs": -240, "depreciation": -60}
    )
    assert list(YEARLY.values()) == pytest.approx((start.before.sum(axis=0)[0] / ORE).tolist())
    assert start.warnings == ()


def test_months_booked_since_are_the_first_years_and_the_rest_is_its_forecast(example: Region) -> None:
    start = read_start(example)
    assert start.first_year == 2026
    assert start.booked.shape == (8, 1, 4)
    assert start.booked[0, 0].tolist() == [10 * ORE, -100 * ORE, -20 * ORE, -5 * ORE]
    assert start.base[0] / ORE == pytest.approx([120, -1200, -240, -60], rel=1e-6)


def test_the_region_is_read_as_it_was_when_its_latest_month_is_set_back(example: Region) -> None:
    start = read_start(seen(example, "2026-03"))
    assert (start.first_year, len(start.booked)) == (2026, 3)


def test_a_year_that_lacks_its_balance_sheet_is_passed_over(example: Region, tmp_path: Path) -> None:
    late = with_tables(example, tmp_path, equity={2023: 52.0, 2024: 76.0}, results=(2024, 2025))
    start = read_start(without_its_scanner(late, "2025-12"))
    assert start.first_year == 2025
    assert start.balance["equity"] == 76 * ORE
    assert len(start.booked) == 12
    assert start.base[0, 1] / ORE == pytest.approx(-1200)
    assert not start.base_sd.any()


def test_a_year_that_lacks_its_income_statement_is_passed_over(example: Region, tmp_path: Path) -> None:
    late = with_tables(example, tmp_path, equity={2023: 52.0, 2024: 76.0, 2025: 100.0}, results=(2024,))
    start = read_start(without_its_scanner(late, "2026-03"))
    assert (start.first_year, start.balance["equity"]) == (2025, 76 * ORE)


def test_booked_months_that_cannot_be_used_for_want_of_a_balance_sheet_are_told_of(
    example: Region, tmp_path: Path
) -> None:
    late = with_tables(example, tmp_path, equity={2023: 52.0, 2024: 76.0}, results=(2024, 2025))
    start = read_start(without_its_scanner(late, "2026-08"))
    assert any("2026" in said for said in start.warnings)


def test_a_year_that_the_ledger_begins_in_the_middle_of_cannot_be_the_opening(tmp_path: Path) -> None:
    region = open_example(tmp_path, first="2025-04", last="2025-12")
    with pytest.raises(InvalidParameter, match="No year from 2026 to 2025 has both a balance sheet and an income"):
        read_start(region)


def test_a_year_that_is_not_yet_whole_in_the_ledger_cannot_be_the_opening(example: Region) -> None:
    with pytest.raises(InvalidParameter, match="No year from 2022 to 2024"):
        read_start(seen(example, "2025-11"))


@pytest.mark.parametrize("table", ["balance_sheet", "income_statement"])
def test_a_table_that_is_missing_is_named(example: Region, table: str) -> None:
    with pytest.raises(InvalidParameter, match=table):
        read_start(without_table(example, table))


def test_a_result_that_is_not_the_change_of_equity_is_refused_beyond_a_million(example: Region, tmp_path: Path) -> None:
    with pytest.raises(InvalidData) as refused:
        read_start(
            without_its_scanner(with_tables(example, tmp_path, equity={2024: 76.0 - 1.1, 2025: 100.0}), "2025-12")
        )
    said = str(refused.value)
    assert "24000000.00" in said
    assert "25100000.00" in said
    assert "-1100000.00" in said


def test_a_gap_below_a_million_is_warned_of(example: Region, tmp_path: Path) -> None:
    start = read_start(
        without_its_scanner(with_tables(example, tmp_path, equity={2024: 76.0 - 0.9, 2025: 100.0}), "2025-12")
    )
    assert len(start.warnings) == 1
    assert "mindre än en miljon" in start.warnings[0]


def test_a_balance_sheet_without_the_year_before_cannot_be_tried_and_it_is_said(
    example: Region, tmp_path: Path
) -> None:
    start = read_start(without_its_scanner(with_tables(example, tmp_path, equity={2025: 100.0}), "2025-12"))
    assert len(start.warnings) == 1
    assert "kan inte prövas" in start.warnings[0]


def test_history_holds_the_ledgers_sums_and_the_result_of_every_year_that_is_known(example: Region) -> None:
    history = read_start(seen(example, "2025-12")).history.set_index(["year", "item"])["amount"] / MKR
    assert history[2025, "external_costs"] == pytest.approx(-1440)
    assert history[2025, "result"] == pytest.approx(24)
    assert history[2024, "equity"] == pytest.approx(76)
    assert (2024, "result") not in history.index


def test_a_region_without_the_level_of_divisions_begins_as_one(tmp_path: Path) -> None:
    board, *_, unit = registers()["organisation.yaml"]["units"]
    region = open_example(tmp_path, organisation={"units": [board, unit | {"parent": "B"}]})
    start = read_start(seen(region, "2025-12"))
    assert start.divisions == ("",)
    drawn = simulate(start, resolve(region, "example"), years=3, draws=1)
    # The same three years as the worked example, whatever level the investment stands on.
    assert drawn.yearly_income("result")[0] / ORE == pytest.approx([33.96, 35.13, 37.73], abs=0.005)
    assert BALANCE_SHEET["equity"] * ORE + drawn.yearly_income("result").sum() == drawn.closing("equity")[0, -1]
