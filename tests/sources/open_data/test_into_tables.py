"""Open data beside the region's own tables: added once, never over what is there, and the region still holds."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import write_region
from tests.sources.open_data.server import serving
from tests.sources.open_data.test_kolada import Kolada, page, row
from tests.sources.open_data.test_pxweb import people
from tests.sources.open_data.test_socialstyrelsen import MEASURES, Reply
from tests.sources.open_data.test_socialstyrelsen import page as drug_page
from tests.sources.open_data.test_socialstyrelsen import row as drug_row
from utfall.errors import InvalidData, InvalidParameter
from utfall.region.reference import add_reference, add_saved
from utfall.sources.open_data import fetch


@pytest.fixture
def region(tmp_path):
    return write_region(tmp_path / "region")


@pytest.fixture
def saved(tmp_path, clock):
    """Kolada's net cost an inhabitant of 2023 and 2024, the region's and the country's."""
    figures = [("0023", 2023, 35100.5), ("0023", 2024, 36200.0), ("0000", 2024, 31000.0)]
    pages = page([row("N60008", code, year, ("T", value)) for code, year, value in figures])
    with serving(Kolada(pages)) as source:
        return fetch(
            "kolada",
            kpi="N60008",
            region="0023,0000",
            years="2023-2024",
            to=tmp_path / "reference",
            base=source.base,
            open_transport=clock.transport,
        ).folder


def test_figures_of_kolada_are_in_the_region_with_their_source_and_the_region_holds(region, saved):
    added = add_saved(region, saved, units={"0023": "B"})
    rows = utfall.open_region(region).table("kpi_values")
    assert rows[["kpi", "unit", "period", "value", "source"]].to_numpy().tolist() == [
        ["N60008", "B", pd.Timestamp("2023-01-01"), 35100.5, "Kolada, hämtad 2026-11-30"],
        ["N60008", "B", pd.Timestamp("2024-01-01"), 36200.0, "Kolada, hämtad 2026-11-30"],
    ]
    assert (added.added, added.same, len(added.differing)) == (2, 0, 0)
    assert added.text().startswith("kpi_values.parquet: 2 rows added, 0 were there already.")
    assert "0000 is no unit here and is left out (1 values)." in added.text()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_adding_the_same_again_adds_nothing_and_leaves_the_file_as_it_is(region, saved, form):
    first = add_saved(region, saved, units={"0023": "B"}, form=form)
    before = first.file.read_bytes()
    again = add_saved(region, saved, units={"0023": "B"}, form=form)
    assert (again.added, again.same, len(again.differing)) == (0, 2, 0)
    assert first.file.name == f"kpi_values.{form}"
    assert again.file.read_bytes() == before


@pytest.mark.parametrize(
    ("update", "value", "said"), [(False, "35000,5", "are kept as they were"), (True, "35100,5", "were replaced")]
)
def test_a_row_that_is_there_with_another_value_is_kept_and_told_unless_it_is_to_be_replaced(
    region, saved, update, value, said
):
    own = region / "kpi_values.csv"
    own.write_text(
        "kpi;unit;period;value;source\nN60008;B;2023-01-01;35000,5;Egen\nsjuk;B;2023-01-01;6,25;Egen\n",
        encoding="utf-8",
    )
    added = add_saved(region, saved, units={"0023": "B"}, update=update)
    assert (added.added, added.same) == (1, 0)
    assert "N60008, B, 2023-01: 35000.5 here, 35100.5 fetched" in added.text()
    assert said in added.text()
    written = own.read_text(encoding="utf-8")
    assert f";2023-01-01;{value};" in written
    assert "sjuk;B;2023-01-01;6,25;Egen" in written
    assert ";2024-01-01;36200,0;Kolada, hämtad 2026-11-30" in written


def test_a_unit_that_is_not_in_the_organisation_is_refused_and_nothing_is_written(region, saved):
    with pytest.raises(InvalidParameter, match=r"HSN is not in organisation\.yaml"):
        add_saved(region, saved, units={"0023": "HSN"})
    assert not list(region.glob("kpi_values.*"))


def test_which_unit_a_region_is_has_to_be_said(region, saved):
    with pytest.raises(InvalidParameter, match="Say which unit"):
        add_saved(region, saved)


def test_a_table_that_the_region_reads_from_elsewhere_is_not_written_in(region, saved):
    path = region / "region.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["tables"] = {"kpi_values": {"file": "nyckeltal.xlsx", "columns": {"kpi": "Mått"}}}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InvalidParameter, match=r"reads kpi_values from nyckeltal\.xlsx"):
        add_saved(region, saved, units={"0023": "B"})


def test_columns_of_ones_own_are_not_lost(region, saved):
    own = region / "kpi_values.csv"
    own.write_text("kpi;unit;period;value;source;ansvarig\nx;B;2023-01-01;1;Egen;Anna\n", encoding="utf-8")
    before = own.read_bytes()
    with pytest.raises(InvalidData, match="ansvarig"):
        add_saved(region, saved, units={"0023": "B"})
    assert own.read_bytes() == before


def test_a_table_with_a_faulty_row_is_refused_by_its_row_and_left_as_it_is(region, saved):
    own = region / "kpi_values.csv"
    own.write_text("kpi;unit;period;value;source\nx;B;2023-01-01;1;E\ny;B;2023-01-01;ett;E\n", encoding="utf-8")
    before = own.read_bytes()
    with pytest.raises(InvalidData) as refused:
        add_saved(region, saved, units={"0023": "B"})
    assert (refused.value.faults[0].file, refused.value.faults[0].row) == ("kpi_values.csv", 3)
    assert own.read_bytes() == before
    assert {path.name for path in region.iterdir() if "kpi_values" in path.name} == {"kpi_values.csv"}


def test_rows_that_contradict_each_other_are_refused_and_nothing_is_written(region):
    rows = pd.DataFrame(
        {"kpi": "x", "unit": "B", "period": pd.Timestamp("2024-01-01"), "value": [1.0, 2.0], "source": "s"}
    )
    with pytest.raises(InvalidData, match=r"x, B, 2024-01-01 .* is given a second time"):
        add_reference(region, "kpi_values", rows)
    assert not list(region.glob("kpi_values.*"))


def test_population_of_scb_is_in_the_region(region, tmp_path, clock):
    with serving(people()) as source:
        folder = fetch(
            "scb",
            table="TAB638",
            region="23",
            years="2023-2024",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        ).folder
    rows = pd.read_parquet(add_saved(region, folder, areas={"23": "Länet"}).file)
    assert rows[["area", "period", "inhabitants"]].to_numpy().tolist() == [
        ["Länet", pd.Timestamp("2023-12-01"), 2023.0],
        ["Länet", pd.Timestamp("2024-12-01"), 2024.0],
    ]


def test_figures_that_belong_to_no_table_are_read_in_a_notebook_instead(region, tmp_path, clock):
    def answer(asked):
        return Reply(MEASURES) if asked.path.endswith("/matt") else drug_page([drug_row("5")])

    with serving(answer) as source:
        folder = fetch(
            "socialstyrelsen",
            measure="1",
            choose=["atc=L04AB02"],
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        ).folder
    with pytest.raises(InvalidParameter, match="read them with read_saved"):
        add_saved(region, folder)


def test_only_reference_tables_are_written_in(region):
    with pytest.raises(InvalidParameter, match="not into ledger"):
        add_reference(region, "ledger", pd.DataFrame())
