"""The organisation and the accounts out of a mart's objects, with validity worked by hand."""

from datetime import date, datetime

import pandas as pd
import pytest

from utfall.errors import InvalidData
from utfall.region.registers import OrganisationRow
from utfall.sources.raindance import MartNode, account_rows, object_levels, organisation_rows

LEVELS = {"KST": "unit", "VO": "area", "DI": "division"}


def objects(*rows: tuple) -> pd.DataFrame:
    """Cost centre, name, first and last day, area and division."""
    return pd.DataFrame(
        [
            {
                "KST_ID": unit,
                "KST_TEXT": name,
                "KST_GILTIG_FOM": first,
                "KST_GILTIG_TOM": last,
                "KST_PASSIV": "0",
                "VO_ID": area,
                "VO_TEXT": f"Område {area}",
                "VO_GILTIG_FOM": "1899-12-31",
                "VO_GILTIG_TOM": "1899-12-31",
                "DI_ID": division,
                "DI_TEXT": f"Division {division}",
            }
            for unit, name, first, last, area, division in rows
        ]
    )


TREE = objects(
    ("1100", "Akuten", "2020-01-01", "1899-12-31", "A1", "D1"),
    ("1200", "Röntgen", "2020-01-01", "2025-12-31", "A1", "D1"),
    ("1200", "Bilddiagnostik", "2026-01-01", "1899-12-31", "A2", "D1"),
)


def made(frame, levels=LEVELS, **options):
    return organisation_rows(frame, levels, file="EK_DIM_OBJ_KST.csv", **options)


def test_the_organisation_has_every_level_from_the_board_down():
    nodes = made(TREE, board=("N", "Nämnden"))
    assert [(node.level, node.code, node.parent) for node in nodes] == [
        ("board", "N", None),
        ("division", "D1", "N"),
        ("area", "A1", "D1"),
        ("area", "A2", "D1"),
        ("unit", "1100", "A1"),
        ("unit", "1200", "A1"),
        ("unit", "1200", "A2"),
    ]


def test_an_object_that_moves_has_a_span_in_each_place():
    moved = [node for node in made(TREE) if node.code == "1200"]
    assert moved == [
        MartNode("1200", "Röntgen", "unit", "A1", date(2020, 1, 1), date(2025, 12, 31)),
        MartNode("1200", "Bilddiagnostik", "unit", "A2", date(2026, 1, 1), None),
    ]


def test_a_node_fits_the_organisation_register():
    for node in made(TREE, board=("N", "Nämnden")):
        spans = {"valid_to": node.valid_to} | ({"valid_from": node.valid_from} if node.valid_from else {})
        row = OrganisationRow(code=node.code, name=node.name, level=node.level, parent=node.parent, **spans)
        assert row.code == node.code


@pytest.mark.parametrize(
    "none", ["1899-12-31", "1899-12-31 00:00:00", date(1899, 12, 31), None, "", float("nan"), pd.NaT]
)
def test_the_marts_way_of_writing_no_date_is_no_date(none):
    (node,) = made(objects(("1100", "Akuten", none, none, "A1", "D1")), {"KST": "unit"})
    assert (node.valid_from, node.valid_to) == (None, None)


def test_days_may_be_timestamps():
    (node,) = made(
        objects(("1100", "Akuten", datetime(2020, 1, 1), pd.Timestamp("2025-12-31"), "A", "D")), {"KST": "unit"}
    )
    assert (node.valid_from, node.valid_to) == (date(2020, 1, 1), date(2025, 12, 31))


def test_spans_that_overlap_are_refused_by_the_later_row():
    frame = objects(
        ("1200", "Röntgen", "2020-01-01", "2026-01-31", "A1", "D1"),
        ("1200", "Röntgen", "2026-01-01", "1899-12-31", "A2", "D1"),
    )
    with pytest.raises(InvalidData, match="row 3: 1200 is given twice from 2026-01-01"):
        made(frame)


def test_a_gap_between_spans_is_refused_with_its_days():
    frame = objects(
        ("1200", "Röntgen", "2020-01-01", "2025-12-31", "A1", "D1"),
        ("1200", "Röntgen", "2026-02-01", "1899-12-31", "A1", "D1"),
    ).assign(source_row=[14, 15])
    with pytest.raises(InvalidData, match="row 15: 1200 is not valid from 2026-01-01 to 2026-01-31"):
        made(frame)


def test_an_area_with_two_parents_at_once_is_refused():
    frame = objects(("1100", "Akuten", "", "", "A1", "D1"), ("1200", "Röntgen", "", "", "A1", "D2"))
    with pytest.raises(InvalidData, match="A1 is given twice"):
        made(frame)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidData, match="row 2: 1100 ends 2019-12-31, before it begins 2020-01-01"):
        made(objects(("1100", "Akuten", "2020-01-01", "2019-12-31", "A1", "D1")))


def test_a_date_that_is_none_is_refused_by_its_row():
    with pytest.raises(InvalidData, match="row 2: KST_GILTIG_FOM is '2020-13-01', which is no day"):
        made(objects(("1100", "Akuten", "2020-13-01", "", "A1", "D1")))


def test_an_object_without_code_is_refused_by_its_row():
    with pytest.raises(InvalidData, match="row 2: KST_ID is empty"):
        made(objects(("", "Akuten", "", "", "A1", "D1")))


def test_a_level_whose_codes_are_also_units_gets_its_name_before_them():
    nodes = made(objects(("1", "Akuten", "", "", "1", "D1")))
    assert {(node.level, node.code, node.parent) for node in nodes} == {
        ("unit", "1", "VO:1"),
        ("area", "VO:1", "D1"),
        ("division", "D1", None),
    }


def test_an_object_without_area_hangs_on_the_division():
    unit = made(objects(("1100", "Akuten", "", "", "", "D1")))[-1]
    assert unit.parent == "D1"


def test_a_level_that_is_not_exported_is_named():
    with pytest.raises(InvalidData, match="the columns SEKT_ID, SEKT_TEXT are missing") as error:
        made(TREE, {"KST": "unit", "SEKT": "area"})
    assert "KST, VO, DI" in error.value.faults[0].remedy


def test_passive_objects_are_marked():
    frame = TREE.assign(KST_PASSIV=["1", "J", "0"])
    assert [node.passive for node in made(frame, {"KST": "unit"})] == [True, True, False]


def test_levels_are_found_with_swedish_letters():
    assert object_levels(["ÅRL_ID", "ÅRL_TEXT", "ÅRL_ID_TEXT", "KST_ID"]) == ("ÅRL",)


ACCOUNTS = pd.DataFrame(
    {
        "KONTO_ID": ["5600", "4010"],
        "KONTO_TEXT": ["Läkemedel", "Lön"],
        "KONTO_GILTIG_FOM": ["2020-01-01", "1899-12-31"],
        "KONTO_PASSIV": [True, False],
        "ÅRL_ID": ["K", "P"],
        "ÅRL_TEXT": ["Övrigt", "Personal"],
    }
)


def test_accounts_have_their_groups_and_validity():
    first, second = account_rows(ACCOUNTS, file="konto.csv")
    assert (first.number, first.groups, first.valid_from, first.passive) == (
        "4010",
        {"ÅRL": ("P", "Personal")},
        None,
        False,
    )
    assert (second.number, second.name, second.valid_from, second.passive) == (
        "5600",
        "Läkemedel",
        date(2020, 1, 1),
        True,
    )


def test_an_account_given_twice_is_refused_by_its_row():
    with pytest.raises(InvalidData, match="row 3: the account '5600' is given a second time"):
        account_rows(ACCOUNTS.assign(KONTO_ID="5600"), file="konto.csv")
