"""What the command line says is understood, or refused with what to write instead."""

from __future__ import annotations

import pytest
import yaml

from tests.sources.open_data.server import Reply, serving
from tests.sources.open_data.test_kolada import page, row
from utfall.errors import InvalidData, InvalidParameter
from utfall.sources.open_data import fetch
from utfall.sources.open_data.selections import read_selections


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("eurostat", {}, "use one of kolada, scb, socialstyrelsen"),
        ("kolada", {"table": "TAB638"}, "table says nothing to kolada"),
        ("scb", {"kpi": "N60008"}, "kpi says nothing to scb"),
        ("scb", {}, "Say which figures of SCB: one of population"),
        ("scb", {"what": "population", "table": "TAB638"}, "Say which figures of SCB"),
        ("scb", {"table": "../TAB638"}, "no table"),
        ("scb", {"what": "weather"}, "no ready-made question 'weather'; there is population"),
        ("kolada", {"kpi": "N60008", "years": "2024"}, "no region; name at least one with --region"),
        ("socialstyrelsen", {"what": "Läkemedel", "measure": "1"}, "no subject or variable"),
        ("kolada", {"kpi": "N60008", "region": "0023", "years": "2024", "name": "../.."}, "no name of a folder"),
        ("kolada", {"kpi": "N60008", "region": "0023", "years": "2024", "base": "kolada.se"}, "no web address"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_what_to_write(tmp_path, source, options, message):
    with pytest.raises(InvalidParameter, match=message):
        fetch(source, to=tmp_path, **options)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_message_says_where_the_figures_are_and_what_should_be_known(tmp_path, clock):
    def answer(asked):
        if asked.path.startswith("/kpi/"):
            return Reply({"values": [{"id": "N60008", "title": "Nettokostnad, kr/inv"}]})
        return page([row("N60008", "0023", 2024, ("T", 7))])

    with serving(answer) as source:
        fetched = fetch(
            "kolada",
            kpi="N60008",
            region="0023",
            years="2024",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        )
    assert fetched.text().splitlines() == [
        f"1 figures are saved in {tmp_path / 'kolada' / 'N60008'} (Kolada, hämtad 2026-11-30).",
        "N60008 is: Nettokostnad, kr/inv.",
        "The figures were fetched on 2026-11-30, 0 days ago.",
    ]


def test_none_of_the_ready_made_questions_claims_to_have_been_verified():
    ready = read_selections()
    every = [*ready.kolada.values(), *ready.scb.values(), *ready.socialstyrelsen.values()]
    assert every
    assert not any(selection.verified for selection in every)
    assert all(len(kpi) == 6 for selection in ready.kolada.values() for kpi in selection.kpis)


def test_ones_own_ready_made_questions_are_read_from_a_file(tmp_path, clock):
    own = tmp_path / "own.yaml"
    own.write_text(
        yaml.safe_dump({"kolada": {"egna": {"as_of": "2026-11", "verified": True, "kpis": {"N00001": "Mitt mått"}}}}),
        encoding="utf-8",
    )

    def answer(asked):
        return (
            Reply({"values": []}) if asked.path.startswith("/kpi/") else page([row("N00001", "0023", 2024, ("T", 1))])
        )

    with serving(answer) as source:
        fetch(
            "kolada",
            "egna",
            region="0023",
            years="2024",
            selections=own,
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
        )
    assert (tmp_path / "kolada" / "egna" / "source.json").is_file()


def test_a_code_without_quotes_in_such_a_file_is_refused_as_it_would_be_another(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(
        'scb:\n  index:\n    {title: Index, as_of: "2026-11", table: TAB6596, chosen: {ContentsCode: [00000747]}}\n',
        encoding="utf-8",
    )
    with pytest.raises(InvalidData, match=r"ContentsCode\.0.*codes stand within quotes"):
        read_selections(own)
