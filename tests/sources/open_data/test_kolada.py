"""Kolada: pages followed to their end, and figures that are what was asked for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from tests.sources.open_data.server import Reply, serving
from utfall.errors import InvalidData, InvalidParameter
from utfall.sources.open_data import Unreachable, fetch, kpi_values, read_saved

TITLES = {
    "N60008": "Nettokostnad region, kr/inv",
    "N63007": "Soliditet region, (%)",
    "N60030": "Sjukfrånvaro, (%)",
}


def row(kpi, code, year, *figures):
    """One row as Kolada writes it; a figure is (sex, value) or a whole object."""
    written = [
        figure
        if isinstance(figure, dict)
        else {"gender": figure[0], "count": 1, "status": "", "value": figure[1], "isdeleted": False}
        for figure in figures
    ]
    return {"kpi": kpi, "municipality": code, "period": year, "values": written}


def page(rows, next_url=None):
    return Reply({"values": rows, "count": len(rows), "next_url": next_url, "page": 1, "per_page": 5000})


def titles(asked):
    ids = urlsplit(asked.path).path.rsplit("/", 1)[1].split(",")
    return Reply({"values": [{"id": kpi, "title": TITLES[kpi]} for kpi in ids if kpi in TITLES], "next_url": None})


class Kolada:
    """Answers with what the key figures are called, and then with its pages one by one."""

    def __init__(self, *pages):
        self.pages = list(pages)

    def __call__(self, asked):
        return titles(asked) if asked.path.startswith("/kpi/") else self.pages.pop(0)


@pytest.fixture
def ask(tmp_path, clock):
    def asking(*pages, kpi="N60008", region="0023,0000", years="2023-2024", **options):
        with serving(Kolada(*pages)) as source:
            return fetch(
                "kolada",
                kpi=kpi,
                region=region,
                years=years,
                to=tmp_path,
                base=source.base,
                open_transport=clock.transport,
                **options,
            )

    return asking


def test_every_page_is_followed_and_every_figure_is_there(tmp_path, clock):
    def answer(asked):
        parts = urlsplit(asked.path)
        if parts.path.startswith("/kpi/"):
            return titles(asked)
        if "page" not in parse_qs(parts.query):
            link = f"http://{asked.headers['Host']}{parts.path}?page=2&per_page=5000"
            return page([row("N60008", "0023", 2023, ("T", 35100.5)), row("N60008", "0023", 2024, ("T", 36200))], link)
        return page([row("N60008", "0000", 2023, ("T", 30000)), row("N60008", "0000", 2024, ("T", 31000))])

    with serving(answer) as source:
        fetched = fetch(
            "kolada",
            kpi="N60008",
            region="0023,0000",
            years="2023-2024",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        )
    rows = fetched.figures.frame
    assert rows[["kpi", "municipality", "year", "gender", "value"]].to_numpy().tolist() == [
        ["N60008", "0000", 2023, "T", 30000.0],
        ["N60008", "0000", 2024, "T", 31000.0],
        ["N60008", "0023", 2023, "T", 35100.5],
        ["N60008", "0023", 2024, "T", 36200.0],
    ]
    assert source.paths == [
        "/kpi/N60008",
        "/data/kpi/N60008/municipality/0023,0000/year/2023,2024?per_page=5000",
        "/data/kpi/N60008/municipality/0023,0000/year/2023,2024?page=2&per_page=5000",
    ]


def test_no_list_of_a_question_is_longer_than_kolada_takes_and_nothing_is_left_out(tmp_path, clock):
    kpis = [f"N{number:05d}" for number in range(60)]
    years = list(range(1990, 2020))

    def answer(asked):
        if asked.path.startswith("/kpi/"):
            return Reply({"values": [], "next_url": None})
        _, _, _, kpi_list, _, codes, _, year_list = urlsplit(asked.path).path.split("/")
        assert all(len(part.split(",")) <= 25 for part in (kpi_list, codes, year_list))
        return page(
            [
                row(kpi, "0023", int(year), ("T", int(kpi[1:]) + int(year)))
                for kpi in kpi_list.split(",")
                for year in year_list.split(",")
            ]
        )

    with serving(answer) as source:
        rows = fetch(
            "kolada",
            kpi=",".join(kpis),
            region="0023",
            years="1990-2019",
            name="all",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        ).figures.frame
    expected = {(kpi, year): int(kpi[1:]) + year for kpi in kpis for year in years}
    assert dict(zip(zip(rows["kpi"], rows["year"], strict=True), rows["value"], strict=True)) == expected


def test_pages_that_go_round_in_a_circle_are_left_and_nothing_is_saved(tmp_path, clock):
    def answer(asked):
        if asked.path.startswith("/kpi/"):
            return titles(asked)
        return page([row("N60008", "0023", 2024, ("T", 1))], asked.path)

    with serving(answer) as source, pytest.raises(Unreachable, match="round in a circle"):
        fetch(
            "kolada",
            kpi="N60008",
            region="0023",
            years="2024",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        )
    assert list((tmp_path / "kolada").iterdir()) == []


def test_a_link_to_another_computer_in_a_page_is_not_followed(ask):
    with pytest.raises(Unreachable, match=r"another computer, elsewhere\.example"):
        ask(page([row("N60008", "0023", 2024, ("T", 1))], "http://elsewhere.example/page2"))


def test_an_answer_without_figures_is_told_and_not_saved(ask, tmp_path):
    with pytest.raises(InvalidData, match=r"no figures for this question.*Ask for other codes or years"):
        ask(page([]))
    assert list((tmp_path / "kolada").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"data": []}, "the part 'values' is missing; there is data"),
        ([], "an object with 'values' is expected"),
        ({"values": [{"kpi": "N60008"}]}, "the part 'municipality' is missing; there is kpi"),
        ({"values": [row("N60008", "0023", "2024", ("T", 1))]}, "'period' is '2024', not what it used to be"),
        ({"values": [row("N60008", "0023", 2024, ("T", "1"))]}, "'value' is '1', not what it used to be"),
        ({"values": [row("N60008", "0023", 2024, ("T", True))]}, "'value' is True, not what it used to be"),
    ],
)
def test_an_answer_of_another_form_is_refused_and_nothing_is_guessed(ask, content, what):
    with pytest.raises(InvalidData) as refused:
        ask(Reply(content))
    fault = refused.value.faults[0]
    assert what in fault.what
    assert "/data/kpi/N60008/" in fault.file
    assert "changed its form" in fault.remedy


def test_a_row_that_is_given_again_on_another_page_is_counted_once_and_told(ask):
    rows = [row("N60008", "0023", 2024, ("T", 7)), row("N60008", "0000", 2024, ("T", 5))]
    figures = ask(page(rows, "/data/x?page=2"), page([row("N60008", "0023", 2024, ("T", 7))])).figures
    assert figures.frame["value"].tolist() == [5.0, 7.0]
    assert "1 rows that were given twice are counted once." in figures.told


def test_a_row_that_is_given_again_with_another_value_is_refused_by_its_page_and_row(ask):
    first = page([row("N60008", "0023", 2024, ("T", 7))], "/data/x?page=2")
    second = page([row("N60008", "0000", 2024, ("T", 5)), row("N60008", "0023", 2024, ("T", 8))])
    with pytest.raises(InvalidData) as refused:
        ask(first, second)
    fault = refused.value.faults[0]
    assert fault.file.endswith("/data/x?page=2")
    assert fault.row == 2
    assert fault.what == "N60008, 0023, 2024, T is 8 here and 7 before."


@pytest.mark.parametrize(
    "strange",
    [
        row("N99999", "0023", 2024, ("T", 1)),
        row("N60008", "0024", 2024, ("T", 1)),
        row("N60008", "0023", 2022, ("T", 1)),
    ],
)
def test_a_row_that_was_not_asked_for_is_refused(ask, strange):
    with pytest.raises(InvalidData, match="which was not asked for"):
        ask(page([strange]))


def test_a_figure_that_kolada_lacks_is_missing_and_not_zero_and_a_deleted_one_is_left_out(ask):
    lacking = {"gender": "T", "count": 0, "status": "Missing", "value": None, "isdeleted": False}
    deleted = {"gender": "T", "count": 1, "status": "", "value": 9, "isdeleted": True}
    figures = ask(
        page(
            [
                row("N60008", "0023", 2023, lacking),
                row("N60008", "0023", 2024, ("T", 0)),
                row("N60008", "0000", 2024, deleted),
            ]
        )
    ).figures
    assert figures.frame["year"].tolist() == [2023, 2024]
    assert figures.frame["value"].isna().tolist() == [True, False]
    assert figures.frame["status"].tolist() == ["Missing", ""]
    assert "1 figures that Kolada has deleted are left out." in figures.told


def test_what_key_figures_are_called_now_is_told_and_those_kolada_does_not_know(ask):
    told = ask(page([row("N60030", "0023", 2024, ("T", 6.5))]), kpi="N60030,N63132", region="0023").figures.told
    assert "N60030 is: Sjukfrånvaro, (%)." in told
    assert "Kolada knows no key figure N63132." in told


def test_a_key_figure_without_values_for_a_region_is_told(ask):
    told = ask(page([row("N60008", "0023", 2024, ("T", 1))])).figures.told
    assert "N60008 has no value for 0000 in these years." in told


@pytest.mark.parametrize(
    "question",
    [
        {"kpi": "N60008/../x"},
        {"kpi": ""},
        {"region": "23"},
        {"region": "Jämtland"},
        {"years": "20-25"},
        {"years": "2025-2019"},
        {"years": "twenty"},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_before_anything_is_fetched(ask, question):
    with pytest.raises(InvalidParameter):
        ask(**question)


def test_the_ready_made_question_asks_for_every_key_figure_in_it(tmp_path, clock):
    def answer(asked):
        if asked.path.startswith("/kpi/"):
            return Reply({"values": [], "next_url": None})
        return page([row("N60065", "0023", 2024, ("T", 3000))])

    with serving(answer) as source:
        fetched = fetch(
            "kolada",
            "personal",
            region="0023",
            years="2024",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        )
    assert fetched.folder == tmp_path / "kolada" / "personal"
    assert "/data/kpi/N60065,N60026,N60030/municipality/0023/year/2024?per_page=5000" in source.paths


def test_both_sexes_together_become_key_figures_of_the_unit_that_is_named(ask):
    fetched = ask(
        page(
            [
                row("N60030", "0023", 2024, ("T", 6.5), ("K", 7.5), ("M", 4.0)),
                row("N60030", "0000", 2024, ("T", 5.5)),
                row("N60030", "0023", 2023, ("T", None)),
            ]
        ),
        kpi="N60030",
    )
    figures = read_saved(fetched.folder)
    values, told = kpi_values(figures.frame, {"0023": "HSN"}, kpis={"N60030": "sjukfranvaro"}, source=figures.source)
    assert values.to_dict("records") == [
        {
            "kpi": "sjukfranvaro",
            "unit": "HSN",
            "period": pd.Timestamp("2024-01-01"),
            "value": 6.5,
            "source": "Kolada, hämtad 2026-11-30",
        }
    ]
    assert told == ["0000 is no unit here and is left out (1 values).", "1 values that Kolada lacks are left out."]


def test_two_regions_cannot_be_one_unit(ask):
    frame = ask(page([row("N60008", "0023", 2024, ("T", 1))])).figures.frame
    with pytest.raises(InvalidParameter, match="Two regions"):
        kpi_values(frame, {"0023": "HSN", "0000": "HSN"})
