"""A case file is read whole, or every fault in it is named by file, row and remedy."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.appendix.small_case import ANSWER, PLACES, content, write_case
from utfall.appendix.case import read_case
from utfall.errors import InvalidData

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(path.stem for path in (ROOT / "cases").glob("REV-*.yaml"))


def faults(path):
    with pytest.raises(InvalidData) as refused:
        read_case(path)
    return str(refused.value)


def row_of(path, text):
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def test_a_case_is_read_with_its_paths_from_the_folder_it_lies_in(tmp_path):
    case = read_case(write_case(tmp_path))
    assert (case.id, case.diary_number, case.date) == ("REV-1-2026", "REV/1/2026", datetime.date(2026, 11, 20))
    assert case.answer == tmp_path / "svar.md"
    assert case.data == tmp_path / "data"
    assert case.notebooks[0].path == tmp_path / "cost.ipynb"
    assert list(case.numbers) == list(PLACES)
    assert case.claims["mer_an_halften"].check.names == ("lakemedel", "summa")


def test_a_notebook_is_given_the_month_of_the_case(tmp_path):
    given = [{"id": "kostnad", "path": "cost.ipynb", "parameters": {"unit": "B"}}]
    assert read_case(write_case(tmp_path, notebooks=given)).notebooks[0].parameters == {
        "unit": "B",
        "period": "2026-10",
    }


def test_a_notebook_keeps_a_month_of_its_own(tmp_path):
    given = [{"id": "kostnad", "path": "cost.ipynb", "parameters": {"period": "2025-12"}}]
    assert read_case(write_case(tmp_path, notebooks=given)).notebooks[0].parameters == {"period": "2025-12"}


def test_a_case_taken_out_of_its_place_is_read_without_its_files(tmp_path):
    path = write_case(tmp_path)
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / path.name).write_bytes(path.read_bytes())
    assert list(read_case(alone / path.name, with_files=False).numbers) == list(PLACES)


@pytest.mark.parametrize(
    ("changes", "at", "said"),
    [
        ({"unit": "A"}, "unit: A", ["unit is not known here", "Use id, diary_number"]),
        ({"title": None}, None, ["title is missing", "Add it"]),
        ({"signatory": {"name": "Kim"}}, "signatory", ["signatory: role is missing"]),
        ({"signatory": "Kim"}, "signatory", ["signatory is 'Kim'"]),
        ({"period": "oktober"}, "period", ["period is 'oktober'", "Correct the value"]),
        ({"data": "nowhere"}, "data: nowhere", ["the data nowhere are not there", "Correct the path"]),
        ({"answer": "svar.pdf"}, "answer", ["of an unknown kind", ".md or .docx"]),
        ({"answer": "annat.md"}, "answer", ["annat.md is not there"]),
        ({"questions": []}, "questions", ["questions is missing or empty"]),
        ({"questions": "Varför?"}, "questions", ["questions is not a list"]),
        ({"notebooks": [{"id": "kostnad", "path": "none.ipynb"}]}, "id: kostnad", ["none.ipynb is not there"]),
        (
            {"notebooks": [{"id": "kostnad", "path": "cost.ipynb", "parameters": {"data": "x"}}]},
            "id: kostnad",
            ["takes no parameter data", "It takes period, unit"],
        ),
        (
            {"notebooks": [{"id": "kostnad", "path": "cost.ipynb", "parameters": {"enhet": "x"}}]},
            "id: kostnad",
            ["takes no parameter enhet"],
        ),
        ({"notebooks": [{"id": "kostnad", "path": "cost.ipynb"}] * 2}, None, ["the id kostnad is given 2 times"]),
        ({"sensitivity": {"kostnad": "hemlig"}}, "kostnad: hemlig", ["'hemlig'", "öppen, intern, sekretess"]),
        ({"sensitivity": {"annat": "öppen"}}, None, ["annat, which is no notebook", "kostnad has no sensitivity"]),
        (
            {"claims": {"mer_an_halften": {"words": "mer", "check": "lakemedel > budget"}}},
            "mer_an_halften",
            ["budget is no number of the case", "Its numbers are hyra_fore"],
        ),
        (
            {"claims": {"mer_an_halften": {"words": "mer", "check": "lakemedel >"}}},
            "mer_an_halften",
            ["cannot be read"],
        ),
        (
            {"claims": {"summa": {"words": "mer", "check": "lakemedel > 0"}}},
            None,
            ["summa is both a number and a claim"],
        ),
    ],
)
def test_a_fault_is_named_by_file_row_and_remedy(tmp_path, changes, at, said):
    path = write_case(tmp_path, **changes)
    told = faults(path)
    assert all(part in told for part in said), told
    if at is not None:
        assert f"{path.name}, row {row_of(path, at)}: " in told


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"notebook": "annat"}, ["taken from annat", "The notebooks are kostnad"]),
        ({"notebook": "kostnad", "rows": "x"}, ["numbers hyra_fore: rows is not known here", "Use notebook, table"]),
        ({"notebook": "kostnad", "decimals": -1}, ["numbers hyra_fore: decimals is -1"]),
        ({"notebook": "kostnad", "sign": "minus"}, ["numbers hyra_fore: sign is 'minus'"]),
    ],
)
def test_a_fault_in_a_number_is_named_by_the_row_of_its_name(tmp_path, place, said):
    numbers = content()["numbers"]
    numbers = {**numbers, "hyra_fore": {**PLACES["hyra_fore"], **place}}
    path = write_case(tmp_path, numbers=numbers)
    told = faults(path)
    assert all(part in told for part in said), told
    assert f"{path.name}, row {row_of(path, '  hyra_fore:')}: " in told


def test_all_faults_are_told_at_once(tmp_path):
    told = faults(write_case(tmp_path, title=None, period="x", data="nowhere"))
    assert all(part in told for part in ("title is missing", "period is 'x'"))


def test_a_name_given_twice_is_refused_with_its_row(tmp_path):
    path = write_case(tmp_path)
    text = path.read_text(encoding="utf-8")
    begin = text.index("  hyra_efter:")
    path.write_text(text.replace("  hyra_efter:", "  hyra_fore:", 1), encoding="utf-8")
    assert f"{path.name}, row {text.count(chr(10), 0, begin) + 1}: the key 'hyra_fore' is given twice" in faults(path)


def test_a_number_that_the_answer_never_uses_is_said(tmp_path):
    told = faults(write_case(tmp_path, ANSWER.replace(" I oktober 2026 behandlades {{ patienter }}.", "")))
    assert "the number patienter is never used in svar.md" in told


def test_a_claim_that_the_answer_never_uses_is_said(tmp_path):
    told = faults(write_case(tmp_path, ANSWER.replace("{{ mer_an_halften }}", "en del")))
    assert "the claim mer_an_halften is never used in svar.md" in told


def test_a_question_without_an_answer_is_said(tmp_path):
    path = write_case(tmp_path, ANSWER.replace("{{ fråga: rek-1 }}", "Hyrkostnader"))
    assert "the question rek-1 is not answered in svar.md. Write {{ fråga: rek-1 }}" in faults(path)


def test_an_unknown_name_in_the_answer_is_named_by_its_row_with_those_there_are(tmp_path):
    told = faults(write_case(tmp_path, ANSWER.replace("{{ summa }}", "{{ sumna }}")))
    assert "svar.md, row 7: {{ sumna }} is neither a number nor a claim of the case." in told
    assert "The case has hyra_fore, hyra_efter" in told


def test_the_strictest_sensitivity_of_a_table_counts(tmp_path):
    given = {"kostnad": "öppen", "kostnad: Kostnad": "intern", "kostnad: per post": "sekretess"}
    case = read_case(write_case(tmp_path, sensitivity=given))
    assert case.sensitivity_of("kostnad", "Kostnad per post, januari") == "sekretess"
    assert case.sensitivity_of("kostnad", "Kostnad per enhet") == "intern"
    assert case.sensitivity_of("kostnad", "Patienter") == "öppen"


@pytest.mark.parametrize("name", CASES)
def test_the_made_up_cases_can_be_read(tmp_path, name):
    (tmp_path / "data" / "demo").mkdir(parents=True)
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    (tmp_path / "cases").symlink_to(ROOT / "cases")
    case = read_case(tmp_path / "cases" / f"{name}.yaml", data=tmp_path / "data" / "demo")
    assert case.id == name
    assert "påhittat" in case.diary_number


def test_there_are_two_made_up_cases():
    assert CASES == ["REV-1641-2025", "REV-31-2025"]
