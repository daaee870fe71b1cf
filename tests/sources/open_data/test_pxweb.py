"""SCB's tables: asked for in parts that are small enough, and read cell by cell as they are meant."""

from __future__ import annotations

import math
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.open_data.server import Reply, serving
from utfall.errors import InvalidData, InvalidParameter
from utfall.sources.open_data import fetch, population, price_index, read_saved
from utfall.sources.open_data.pxweb import MAX_CELLS, parts_of

REGIONS = {"00": "Riket", "23": "Jämtlands län", "2380": "Östersund"}
NOTE = "Från och med 2025 är uppgifterna brusade (CKM)."


def dimension(codes, *, optional=False):
    return {
        "label": "…",
        "category": {"index": {code: place for place, code in enumerate(codes)}, "label": dict(codes)},
        "extension": {"elimination": optional},
    }


class Table:
    """A table whose every figure is known: `figure` gives it by its codes."""

    def __init__(self, dimensions, figure, *, optional=(), changed=None):
        self.dimensions = dimensions
        self.figure = figure
        self.optional = set(optional)
        self.changed = changed or (lambda dataset: dataset)
        self.bodies = []

    def __call__(self, asked):
        parts = urlsplit(asked.path)
        if parts.path.endswith("/metadata"):
            return Reply(self._dataset(self.dimensions, values=[]))
        assert parse_qs(parts.query) == {"lang": ["sv"], "outputFormat": ["json-stat2"]}
        self.bodies.append(asked.body)
        chosen = {one["variableCode"]: one["valueCodes"] for one in asked.body["selection"]}
        assert set(self.dimensions) - set(chosen) <= self.optional
        kept = {name: {code: self.dimensions[name][code] for code in chosen[name]} for name in chosen}
        # Written as the specification says: the last dimension changes quickest.
        values = [self.figure(dict(zip(kept, codes, strict=True))) for codes in product(*kept.values())]
        return Reply(self.changed(self._dataset(kept, values)))

    def _dataset(self, dimensions, values):
        return {
            "version": "2.0",
            "class": "dataset",
            "id": list(dimensions),
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "size": [len(codes) for codes in dimensions.values()],
            "dimension": {name: dimension(codes, optional=name in self.optional) for name, codes in dimensions.items()},
            "value": values,
        }


def years(first, last):
    return {str(year): str(year) for year in range(first, last + 1)}


def people(first=2022, last=2024, **options):
    """Inhabitants: 1 000 a region's place, and the last two digits of the year."""
    places = {code: place for place, code in enumerate(REGIONS, 1)}
    return Table(
        {"Region": REGIONS, "ContentsCode": {"BE0101N1": "Folkmängd"}, "Tid": years(first, last)},
        lambda codes: 1000 * places[codes["Region"]] + int(codes["Tid"]) % 100,
        **options,
    )


@pytest.fixture
def ask(tmp_path, clock):
    def asking(table, what=None, **options):
        with serving(table) as source:
            options = {"table": None if what else "TAB638", "to": tmp_path, "base": source.base} | options
            return fetch("scb", what, open_transport=clock.transport, **options)

    return asking


def test_every_cell_is_the_one_its_codes_say(ask):
    rows = ask(people(), region="23,2380", years="2023-2024").figures.frame
    assert rows[["Region", "Region_text", "Tid", "value"]].to_numpy().tolist() == [
        ["23", "Jämtlands län", "2023", 2023.0],
        ["23", "Jämtlands län", "2024", 2024.0],
        ["2380", "Östersund", "2023", 3023.0],
        ["2380", "Östersund", "2024", 3024.0],
    ]


def test_a_question_that_is_too_large_is_asked_in_parts_and_every_cell_comes_once(ask):
    dimensions = {
        "Region": {f"{number:04d}": f"Kommun {number}" for number in range(155)},
        "Alder": {str(age): f"{age} år" for age in range(100)},
        "Tid": years(2015, 2024),
    }
    table = Table(
        dimensions, lambda codes: 10_000 * int(codes["Region"]) + 100 * int(codes["Alder"]) + int(codes["Tid"]) % 100
    )
    rows = ask(table, choose=["Region=*", "Alder=*", "Tid=*"]).figures.frame
    cells = [math.prod(len(one["valueCodes"]) for one in body["selection"]) for body in table.bodies]
    assert len(cells) == 2
    assert max(cells) <= MAX_CELLS
    assert len(rows) == 155_000
    expected = 10_000 * rows["Region"].astype(int) + 100 * rows["Alder"].astype(int) + rows["Tid"].astype(int) % 100
    assert (rows["value"] == expected).all()
    assert not rows.duplicated(["Region", "Alder", "Tid"]).any()


@given(sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4), most=st.integers(1, 200))
def test_parts_hold_every_combination_once_and_none_is_too_large(sizes, most):
    chosen = {f"d{number}": [f"{number}.{code}" for code in range(size)] for number, size in enumerate(sizes)}
    parts = list(parts_of(chosen, most))
    combinations = [combination for part in parts for combination in product(*part.values())]
    assert all(math.prod(map(len, part.values())) <= most for part in parts)
    assert sorted(combinations) == sorted(product(*chosen.values()))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("*", ["2019", "2020", "2021", "2022", "2023", "2024"]),
        ("202*", ["2020", "2021", "2022", "2023", "2024"]),
        ("20?9", ["2019"]),
        ("top(2)", ["2023", "2024"]),
        ("bottom(2)", ["2019", "2020"]),
        ("from(2022)", ["2022", "2023", "2024"]),
        ("to(2020)", ["2019", "2020"]),
        ("range(2020,2021)", ["2020", "2021"]),
        ("2024,2019", ["2024", "2019"]),
    ],
)
def test_times_may_be_chosen_by_an_expression(ask, choice, expected):
    table = people(2019, 2024)
    ask(table, region="23", choose=[f"Tid={choice}"])
    asked = {one["variableCode"]: one["valueCodes"] for one in table.bodies[0]["selection"]}
    assert asked["Tid"] == expected


def test_the_top_of_what_is_no_time_is_its_first_codes(ask):
    rows = ask(people(), choose=["Region=top(2)"], years="2024").figures.frame
    assert rows["Region"].tolist() == ["00", "23"]


@pytest.mark.parametrize(
    ("choose", "message"),
    [
        (["Tid=2031"], "no Tid 2031; it has 2022, 2023, 2024"),
        (["Tid=from(2031)"], r"no Tid from\(2031\)"),
        (["Tid=top(all)"], "write top with one number"),
        (["Kommun=23", "Tid=2024"], "no variable Kommun; it has Region, ContentsCode, Tid"),
        (["Tid=2024"], "cannot be summed over Region: choose among its 3 codes .00 is Riket"),
        (["Tid"], "chooses nothing"),
    ],
)
def test_a_choice_the_table_does_not_have_is_refused_with_what_it_has(ask, choose, message):
    region = {} if choose == ["Tid=2024"] or "Kommun=23" in choose else {"region": "23"}
    with pytest.raises(InvalidParameter, match=message):
        ask(people(), choose=choose, **region)


def test_a_variable_that_the_table_sums_over_may_be_left_out(ask):
    table = people(optional=["Region"])
    table.figure = lambda codes: 5
    ask(table, years="2024")
    assert [one["variableCode"] for one in table.bodies[0]["selection"]] == ["ContentsCode", "Tid"]


def test_cells_without_a_figure_are_missing_with_the_sources_sign(ask):
    def sparse(dataset):
        return dataset | {"value": {"0": 11, "2": 13}, "status": {"1": ".."}}

    figures = ask(people(changed=sparse), region="23", years="2022-2024").figures
    assert figures.frame["value"].tolist() == pytest.approx([11.0, math.nan, 13.0], nan_ok=True)
    assert figures.frame["status"].tolist() == ["", "..", ""]
    assert "1 of 3 cells have no figure." in figures.told


def test_codes_may_be_listed_in_order_or_be_a_single_one_without_a_place(ask):
    def listed(dataset):
        dataset["dimension"]["Tid"]["category"]["index"] = ["2023", "2024"]
        del dataset["dimension"]["ContentsCode"]["category"]["index"]
        return dataset

    rows = ask(people(changed=listed), region="23", years="2023-2024").figures.frame
    assert rows[["ContentsCode", "Tid", "value"]].to_numpy().tolist() == [
        ["BE0101N1", "2023", 2023.0],
        ["BE0101N1", "2024", 2024.0],
    ]


def test_codes_stand_where_their_places_say_whatever_order_they_are_written_in(ask):
    def backwards(dataset):
        index = dataset["dimension"]["Tid"]["category"]["index"]
        dataset["dimension"]["Tid"]["category"]["index"] = dict(reversed(index.items()))
        return dataset

    rows = ask(people(changed=backwards), region="23", years="2022-2024").figures.frame
    assert dict(zip(rows["Tid"], rows["value"], strict=True)) == {"2022": 2022.0, "2023": 2023.0, "2024": 2024.0}


def test_notes_that_scb_requires_are_told_and_others_are_not(ask):
    def noted(dataset):
        return dataset | {"note": [NOTE, "En annan not."], "extension": {"noteMandatory": {"0": True}}}

    told = ask(people(changed=noted), region="23", years="2024").figures.told
    assert f"SCB's note: {NOTE}" in told
    assert not any("En annan not" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda d: {key: d[key] for key in d if key != "dimension"}, "the part 'dimension' is missing"),
        (lambda d: {key: d[key] for key in d if key != "value"}, "the part 'value' is missing"),
        (lambda d: d | {"value": d["value"][:-1]}, "1 values for 2 cells"),
        (lambda d: d | {"size": [1, 1, 3]}, r"says it is \[1, 1, 3\] large"),
        (lambda d: d | {"value": ["a", "b"]}, "'a' is no number"),
        (lambda d: d | {"value": {"7": 1}}, "outside the table's 2 cells"),
        (lambda d: d | {"id": ["Region", "Kon"]}, "the part 'Kon' is missing"),
    ],
)
def test_a_table_of_another_form_is_refused(ask, change, what):
    with pytest.raises(InvalidData, match=what):
        ask(people(changed=change), region="23", years="2023-2024")


def test_a_table_that_holds_what_was_not_asked_for_is_refused(ask):
    def another(dataset):
        dataset["dimension"]["Region"]["category"] = {"index": {"24": 0}, "label": {"24": "Västerbottens län"}}
        return dataset

    with pytest.raises(InvalidData, match="Region 24, which was not asked for"):
        ask(people(changed=another), region="23", years="2024")


def test_population_is_counted_at_the_end_of_the_year_under_the_names_given(ask):
    figures = read_saved(ask(people(), region="23,2380", years="2024").folder)
    table, told = population(figures.frame, areas={"23": "Länet"}, source=figures.source)
    assert table.to_dict("records") == [
        {
            "area": "Länet",
            "period": pd.Timestamp("2024-12-01"),
            "inhabitants": 2024.0,
            "source": "SCB, hämtad 2026-11-30",
        }
    ]
    assert told == ["1 figures of regions that are not named are left out."]


@pytest.mark.parametrize(("year", "noisy"), [("2024", False), ("2025", True)])
def test_the_noise_in_population_figures_is_told_from_the_year_it_is_there(ask, year, noisy):
    frame = ask(people(2024, 2025), region="23", years=year).figures.frame
    _, told = population(frame)
    assert any("compare sums with a tolerance" in sentence for sentence in told) == noisy


def test_population_by_months_keeps_its_months(ask):
    table = people()
    table.dimensions |= {"Tid": {"2025M01": "2025M01", "2025M12": "2025M12"}}
    table.figure = lambda codes: 1
    months, _ = population(ask(table, region="23", choose=["Tid=*"]).figures.frame)
    assert months["period"].tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-12-01")]


def test_population_divided_by_age_is_not_taken_as_if_each_part_were_all(ask):
    table = people()
    table.dimensions = {"Alder": {"0": "0 år", "TotSA": "totalt"}} | table.dimensions
    frame = ask(table, region="23", years="2024", choose=["Alder=*"]).figures.frame
    with pytest.raises(InvalidParameter, match="divided by Alder"):
        population(frame)


def test_a_region_without_figures_is_told(ask):
    frame = ask(people(), region="23", years="2024").figures.frame
    with pytest.raises(InvalidParameter, match="no figures for the region 24"):
        population(frame, areas={"23": "Länet", "24": "Grannlänet"})


def test_price_indices_get_the_names_given_and_their_first_month(ask):
    table = Table(
        {
            "ContentsCode": {"00000808": "KPI, 2020=100", "00000804": "Årsförändring"},
            "Tid": {"2026M01": "2026M01", "2026K2": "2026K2", "2026": "2026"},
        },
        lambda codes: {"2026M01": 125.5, "2026K2": 126.25, "2026": None}[codes["Tid"]],
    )
    frame = ask(table, choose=["ContentsCode=*", "Tid=*"]).figures.frame
    indices, told = price_index(frame, variable="ContentsCode", names={"00000808": "KPI"})
    assert indices.to_dict("records") == [
        {
            "index": "KPI",
            "period": pd.Timestamp("2026-01-01"),
            "value": 125.5,
            "status": "outcome",
            "source": "Källa: SCB",
        },
        {
            "index": "KPI",
            "period": pd.Timestamp("2026-04-01"),
            "value": 126.25,
            "status": "outcome",
            "source": "Källa: SCB",
        },
    ]
    assert told == ["1 values that SCB lacks are left out."]


def test_the_ready_made_question_of_population_asks_for_all_ages_and_may_be_narrowed(ask):
    table = Table(
        {
            "Region": REGIONS,
            "Alder": {"0": "0 år", "TotSA": "totalt"},
            "Kon": {"1": "män", "2": "kvinnor"},
            "ContentsCode": {"000007SF": "Folkmängd", "000007SG": "Annat"},
            "Tid": {"2025M01": "2025M01", "2025M02": "2025M02"},
        },
        lambda codes: 1,
        optional=["Kon"],
    )
    fetched = ask(table, "Population", region="23")
    asked = {one["variableCode"]: one["valueCodes"] for one in table.bodies[0]["selection"]}
    assert fetched.folder.name == "population"
    assert asked == {
        "Region": ["23"],
        "Alder": ["TotSA"],
        "ContentsCode": ["000007SF"],
        "Tid": ["2025M01", "2025M02"],
    }
