"""The organisation: levels, names, and the reorganisation of January 2025."""

from __future__ import annotations

import pandas as pd


def valid(made, day: str) -> list[dict]:
    return [row for row in made.nodes if row["valid_from"] <= day and (row["valid_to"] or "9999") >= day]


def test_it_has_one_board_four_divisions_and_about_two_hundred_units(made):
    levels = pd.Series([row["level"] for row in valid(made, "2026-10-01")]).value_counts()
    assert levels["board"] == 1
    assert levels["division"] == 4
    assert 22 <= levels["area"] <= 28
    assert 190 <= levels["unit"] <= 225


def test_names_are_unique_across_all_levels(made):
    for day in ("2024-12-31", "2025-01-01"):
        names = [row["name"] for row in valid(made, day)]
        assert len(names) == len(set(names))


def test_every_parent_is_valid_as_long_as_its_child_begins(made):
    for row in made.nodes:
        if row["parent"] is not None:
            assert row["parent"] in {node["code"] for node in valid(made, row["valid_from"])}


def test_the_places_and_clinics_of_the_documents_are_there(made):
    names = {row["name"] for row in made.nodes}
    assert names >= {
        "Hälso- och sjukvårdsnämnden", "Bräcke hälsocentral", "Funäsdalens hälsocentral",
        "Järpens hälsocentral", "Lits hälsocentral", "Hallens hälsocentral", "Kirurgienheten",
        "Gällö distriktssköterskemottagning", "Ögonmottagningen", "Dialysmottagningen",
        "Akutmottagningen", "Barn- och ungdomsmottagningen",
    }  # fmt: skip


def test_an_area_and_a_unit_move_with_one_row_for_each_span(made):
    by_code = pd.DataFrame(made.nodes).groupby("code")
    moved = {code: rows for code, rows in by_code if len(set(rows["parent"])) > 1}
    assert sorted(rows["level"].iloc[0] for rows in moved.values()) == ["area", "unit"]
    for rows in moved.values():
        assert rows["valid_to"].iloc[0] == "2024-12-31"
        assert rows["valid_from"].iloc[1] == "2025-01-01"


def test_two_units_end_with_2024_and_the_successor_carries_on(made):
    ended = [row for row in made.nodes if row["successor"]]
    assert len(ended) == 2
    (heir,) = {row["successor"] for row in ended}
    posted = made.cells.groupby("unit")["period"].agg(["min", "max"])
    for row in ended:
        assert posted.loc[row["code"], "max"] == pd.Timestamp("2024-12-01")
    assert posted.loc[heir, "min"] == pd.Timestamp("2025-01-01")


def test_the_moves_are_in_the_answer_key(made):
    rows = {row["id"]: row for row in made.register("truth")["reorganisations"]}
    assert set(rows) == {"area_moves", "unit_moves", "units_merge"}
    assert rows["area_moves"]["to"] == "MED"
