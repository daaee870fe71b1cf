"""Who belongs to whom, when."""

from datetime import date

import pandas as pd
import pytest

from utfall.errors import InvalidData, InvalidParameter
from utfall.region import Organisation
from utfall.region.registers import OrganisationRow

BEFORE, AFTER = pd.Timestamp("2024-12-01"), pd.Timestamp("2025-01-01")


def row(code, level, parent=None, **more):
    return OrganisationRow(code=code, name=more.pop("name", f"Namn {code}"), level=level, parent=parent, **more)


def reorganised() -> Organisation:
    """On 1 January 2025 area A2 moves from division D1 to D2, and unit U3 is merged into U2."""
    turn = {"valid_to": date(2024, 12, 31)}
    return Organisation(
        [
            row("B", "board"),
            row("D1", "division", "B"),
            row("D2", "division", "B"),
            row("A1", "area", "D1"),
            row("A2", "area", "D1", **turn),
            row("A2", "area", "D2", valid_from=date(2025, 1, 1)),
            row("U1", "unit", "A1"),
            row("U2", "unit", "A2"),
            row("U3", "unit", "A1", **turn, successor="U2"),
        ]
    )


def test_an_area_that_moves_takes_its_history_to_the_new_division():
    organisation = reorganised()
    assert set(organisation.units_under("D1", BEFORE)) == {"U1", "U2", "U3"}
    assert set(organisation.units_under("D1", AFTER)) == {"U1"}
    assert set(organisation.units_under("D2", AFTER)) == {"U2", "U3"}


def test_a_merged_unit_is_counted_with_its_successor():
    organisation = reorganised()
    assert set(organisation.units_under("U2", AFTER)) == {"U2", "U3"}
    assert organisation.units_under("U2", BEFORE) == ["U2"]


@pytest.mark.parametrize("month", [BEFORE, AFTER])
def test_every_unit_belongs_to_exactly_one_division_whatever_the_month(month):
    organisation = reorganised()
    divisions = [node.code for node in organisation.nodes(month, "division")]
    units = [unit for division in divisions for unit in organisation.units_under(division, month)]
    assert sorted(units) == sorted(organisation.units_under("B", month)) == ["U1", "U2", "U3"]


def test_a_unit_that_ended_without_successor_keeps_its_history_where_it_was():
    organisation = Organisation(
        [
            row("B", "board"),
            row("D1", "division", "B"),
            row("U1", "unit", "D1"),
            row("U2", "unit", "D1", valid_to=date(2024, 12, 31)),
        ]
    )
    assert set(organisation.units_under("D1", AFTER)) == {"U1", "U2"}


def test_a_misspelt_unit_is_answered_with_the_nearest_names():
    organisation = Organisation([row("B", "board"), row("1", "unit", "B", name="Ortopedi")])
    with pytest.raises(InvalidParameter, match="Did you mean Ortopedi"):
        organisation.find("Ortopädi", AFTER)


def test_a_unit_that_has_ended_is_answered_with_its_successor():
    with pytest.raises(InvalidParameter, match="Its successor is U2"):
        reorganised().find("U3", AFTER)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("B", "board"), row("U", "unit", "X")], "unknown parent X"),
        ([row("B", "board"), row("C", "board")], "2 boards"),
        ([row("B", "board"), row("U", "unit", "B"), row("A", "area", "U")], "must be on a higher level"),
        ([row("B", "board"), row("U", "unit", "B"), row("U", "unit", "B")], "two rows that are valid"),
        (
            [row("B", "board"), row("U", "unit", "B", valid_to=date(2024, 1, 1), successor="X")],
            "unknown successor X",
        ),
    ],
)
def test_a_register_that_does_not_hold_together_is_refused(rows, message):
    with pytest.raises(InvalidData, match=message):
        Organisation(rows)
