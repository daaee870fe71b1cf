"""The register of events: read with the region, and every row that cannot be used is named."""

from __future__ import annotations

import pytest
import yaml

import utfall
from tests.small_region import write_region
from utfall.errors import InvalidData
from utfall.region import write_duckdb

CLOSING = {"id": "e1", "name": "Stängning", "units": ["K1"], "start": "2027-01", "kind": "closing", "change": -1}


def region_with(folder, *events):
    write_region(folder)
    text = yaml.safe_dump({"events": list(events)}, allow_unicode=True, sort_keys=False)
    (folder / "events.yaml").write_text(text, encoding="utf-8")
    return folder


def fault_of(folder, **changed):
    row = {key: value for key, value in (CLOSING | changed).items() if value is not None}
    with pytest.raises(InvalidData) as error:
        utfall.open_region(region_with(folder, row))
    return str(error.value)


def test_events_are_read_in_the_order_of_the_file(tmp_path):
    move = {"id": "e2", "name": "Flytt", "units": ["K", "M1"], "lines": ["drugs"], "accounts": [4010]}
    move |= {"start": "2026-12", "kind": "one_off", "amount": -5e5, "status": "planned", "known_from": "2026-08"}
    closing, moving = utfall.open_region(region_with(tmp_path, CLOSING, move)).events
    assert (closing.change, closing.amount, closing.status, closing.last_month) == (-1.0, None, "decided", None)
    assert (moving.units, moving.accounts, moving.amount) == (("K", "M1"), ("4010",), -5e5)
    assert moving.last_month == "2026-12"  # what comes once is over when its month is


def test_a_region_without_the_register_has_no_events(small_region):
    assert small_region.events == ()


def test_events_travel_with_the_region_in_a_duckdb_file(tmp_path):
    region = utfall.open_region(region_with(tmp_path / "region", CLOSING))
    assert utfall.open_region(write_duckdb(region, tmp_path / "r.duckdb")).events == region.events


def test_a_changed_register_is_another_version_of_the_data(tmp_path):
    before = utfall.open_region(region_with(tmp_path, CLOSING)).data_version
    assert utfall.open_region(region_with(tmp_path, CLOSING | {"change": -0.5})).data_version != before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": ["K9"]}, "events.yaml, row 2: the event e1 names the unknown unit K9. Use a code of organisation"),
        ({"lines": ["food"]}, "events.yaml, row 2: the event e1 names the unknown line food"),
        ({"accounts": ["9999"]}, "events.yaml, row 2: the event e1 names the unknown account 9999"),
        ({"amount": -5.0}, "events.yaml, row 2: give either change (share of the level) or amount"),
        ({"change": None}, "events.yaml, row 2: give either change (share of the level) or amount"),
        ({"change": -1.2}, "change -1.2 takes away more than there is"),
        ({"change": "mycket"}, "change 'mycket': it is not a share such as -1.0 or 0.034, nor the word estimate"),
        ({"change": float("nan")}, "change nan: it is not a finite number"),
        ({"end": "2026-12"}, "end 2026-12 is before start 2027-01"),
        ({"start": "januari"}, "start 'januari'"),
        ({"kind": "shut"}, "kind 'shut': Input should be 'contract_end'"),
        ({"status": "maybe"}, "status 'maybe'"),
        ({"note": "x"}, "note is not a column here"),
        ({"units": []}, "units"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_what_to_do(tmp_path, changed, said):
    assert said in fault_of(tmp_path, **changed)


def test_two_events_cannot_have_one_id(tmp_path):
    with pytest.raises(InvalidData, match="the event e1 is given twice"):
        utfall.open_region(region_with(tmp_path, CLOSING, CLOSING))


def test_the_size_of_a_past_event_may_be_left_to_be_estimated(tmp_path):
    (event,) = utfall.open_region(region_with(tmp_path, CLOSING | {"change": "estimate"})).events
    assert event.change == "estimate"
