"""Socialstyrelsen: one measure and one drug at a time, Swedish decimals, and no zero where there is nothing."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sources.open_data.server import Reply, serving
from utfall.errors import InvalidData, InvalidParameter
from utfall.sources.open_data import Unreachable, fetch

MEASURES = [{"id": 1, "text": "Antal patienter"}, {"id": 3, "text": "Antal expedieringar"}]


def row(value, *, atc="L04AB02", region=23, sex=3, measure=1, year=2024, **more):
    return {
        "atcId": atc,
        "regionId": region,
        "alderId": 5,
        "konId": sex,
        "mattId": measure,
        "ar": year,
        "varde": value,
    } | more


def page(rows, *, number=1, last=1, following=None):
    return Reply({"data": rows, "amne": "lakemedel", "nasta_sida": following, "sida": number, "sidor": last})


@pytest.fixture
def ask(tmp_path, clock):
    def asking(*pages, atc="L04AB02", measure="1", years="2024", answer=None, **options):
        left = list(pages)

        def one_by_one(asked):
            return Reply(MEASURES) if asked.path.endswith("/matt") else left.pop(0)

        with serving(answer or one_by_one) as source:
            fetched = fetch(
                "socialstyrelsen",
                "lakemedel",
                measure=measure,
                region="23",
                years=years,
                choose=[f"atc={atc}", "kon=1,2,3"],
                to=tmp_path,
                base=source.base,
                open_transport=clock.transport,
                **options,
            )
        asking.paths = source.paths
        return fetched

    return asking


def test_one_measure_and_one_drug_are_asked_for_at_a_time_and_pages_are_followed(ask):
    def answer(asked):
        parts = urlsplit(asked.path)
        if parts.path.endswith("/matt"):
            return Reply(MEASURES)
        pieces = parts.path.split("/")
        measure, atc = int(pieces[pieces.index("matt") + 1]), pieces[pieces.index("atc") + 1]
        if parse_qs(parts.query).get("sida") == ["2"]:
            return page([row("2", atc=atc, measure=measure, sex=2)], number=2, last=2)
        return page([row("1", atc=atc, measure=measure, sex=1)], number=1, last=2, following=f"{asked.path}&sida=2")

    rows = ask(answer=answer, atc="L04AB02,L04AB04", measure="1,3").figures.frame
    question = "/lakemedel/resultat/matt/{}/atc/{}/kon/1,2,3/region/23/ar/2024?per_sida=5000"
    assert ask.paths == [
        "/lakemedel/matt",
        *[
            question.format(measure, atc) + sida
            for measure in (1, 3)
            for atc in ("L04AB02", "L04AB04")
            for sida in ("", "&sida=2")
        ],
    ]
    assert rows[["matt", "measure", "atc", "kon", "ar", "value"]].to_numpy().tolist() == [
        [measure, text, atc, sex, "2024", float(sex)]
        for measure, text in (("1", "Antal patienter"), ("3", "Antal expedieringar"))
        for atc in ("L04AB02", "L04AB04")
        for sex in ("1", "2")
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("39,3", 39.3),
        ("0,03", 0.03),
        ("4264", 4264.0),
        ("1 234,5", 1234.5),
        ("12\u00a0345", 12345.0),
        ("-1,5", -1.5),
        (7, 7.0),
    ],
)
def test_swedish_decimals_are_read_as_they_are_written(ask, written, value):
    assert ask(page([row(written)])).figures.frame["value"].tolist() == [value]


@pytest.mark.parametrize("written", ["39.3", "1.234", "många", "1,2,3", "1234 5", "∞"])
def test_what_is_no_swedish_number_is_refused_by_its_row(ask, written):
    with pytest.raises(InvalidData, match="no Swedish number") as refused:
        ask(page([row("1", sex=1), row(written, sex=2)]))
    assert refused.value.faults[0].row == 2


def test_a_hidden_value_is_missing_and_a_cell_left_out_is_no_zero(ask):
    figures = ask(page([row("X", sex=1), row("5", sex=3)])).figures
    assert figures.frame["kon"].tolist() == ["1", "3"]
    assert figures.frame["value"].isna().tolist() == [True, False]
    assert figures.frame["status"].tolist() == ["X", ""]
    assert "1 values are not shown by the source; they are missing, not zero." in figures.told


def test_a_drug_without_figures_is_told_and_the_others_are_kept(ask):
    figures = ask(Reply({}, status=404), page([row("5", atc="L04AB04")]), atc="L04AB02,L04AB04").figures
    assert figures.frame["atc"].tolist() == ["L04AB04"]
    assert "1 combinations have no figures; they are missing, not zero." in figures.told


def test_nothing_at_all_is_told_and_not_saved(ask, tmp_path):
    with pytest.raises(InvalidData, match="no figures for this question"):
        ask(Reply({}, status=404))
    assert list((tmp_path / "socialstyrelsen").iterdir()) == []


@pytest.mark.parametrize(
    "strange",
    [row("1", atc="L04AB04"), row("1", region=1), row("1", sex=4), row("1", year=2023), row("1", measure=3)],
    ids=["drug", "region", "sex", "year", "measure"],
)
def test_a_source_that_passes_over_a_part_of_the_question_is_refused(ask, strange):
    with pytest.raises(InvalidData, match="which was not asked for"):
        ask(page([row("1", sex=1), strange]))


def test_an_answer_that_stops_before_its_last_page_is_refused(ask):
    with pytest.raises(InvalidData, match="stops at page 1 of 3"):
        ask(page([row("1")], number=1, last=3), page([row("1", atc="L04AB04")]), atc="L04AB02,L04AB04")


def test_pages_that_go_round_in_a_circle_are_left(ask):
    def answer(asked):
        return Reply(MEASURES) if asked.path.endswith("/matt") else page([row("1")], following=asked.path)

    with pytest.raises(Unreachable, match="round in a circle"):
        ask(answer=answer)


def test_a_row_given_again_with_another_value_is_refused(ask):
    with pytest.raises(InvalidData, match="is 6 here and 5 before"):
        ask(page([row("5"), row("6")]))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"rader": []}, "the part 'data' is missing"),
        ({"data": [{"mattId": 1, "ar": 2024}]}, "the part 'varde' is missing"),
        ({"data": [{"mattId": 1, "varde": "1"}]}, "the part 'ar' is missing"),
        ({"data": [{"mattId": 1, "ar": 2024, "varde": "1"}]}, "the part 'atcId' is missing"),
    ],
)
def test_an_answer_of_another_form_is_refused(ask, content, what):
    with pytest.raises(InvalidData, match=what):
        ask(Reply(content))


def test_a_code_that_would_lead_elsewhere_is_refused(ask):
    with pytest.raises(InvalidParameter, match="with one that cannot be"):
        ask(atc="L04/../x")


def test_the_measures_of_the_ready_made_question_are_asked_for_where_none_is_named(ask):
    rows = ask(page([row("1")]), page([row("2", measure=3)]), measure=None).figures.frame
    assert rows[["matt", "value"]].to_numpy().tolist() == [["1", 1.0], ["3", 2.0]]
