"""The made-up cases on the made-up region: every number is found, every claim holds, and a second reader agrees."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from utfall.appendix.answer import answer_docx, answer_page, fill_answer
from utfall.appendix.case import read_case
from utfall.appendix.numbers import collect_numbers
from utfall.publishing.execute import run_notebook
from utfall.publishing.gates import faults_of_page

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cases(tmp_path_factory, demo_folder):
    """Each case, its executed notebooks and its filled answer."""
    folder = tmp_path_factory.mktemp("cases")
    (folder / "data").mkdir()
    (folder / "data" / "demo").symlink_to(demo_folder)
    for name in ("notebooks", "cases"):
        (folder / name).symlink_to(ROOT / name)
    made = {}
    for path in sorted((folder / "cases").glob("REV-*.yaml")):
        case = read_case(path, data=folder / "data" / "demo")
        executed = {
            one.id: run_notebook(one.path, {**one.parameters, "data": str(case.data)}, folder / f"{one.id}.ipynb")
            for one in case.notebooks
        }
        numbers = collect_numbers(case, executed)
        made[case.id] = case, executed, numbers, fill_answer(case, numbers, fictitious=True)
    return made


def cells_shown(notebook, cell, title):
    """All cells of a table as the notebook's own JSON has them."""
    for output in notebook.cells[cell - 1].outputs:
        data = json.loads(json.dumps(output.get("data", {}))).get("application/vnd.utfall.data+json")
        if data and data["title"] == title:
            labels = [column["label"] for column in data["columns"]]
            for row in data["rows"]:
                yield from ((label, row, value) for label, value in zip(labels, row, strict=True))


def test_a_second_reader_finds_every_number_in_the_notebook(cases):
    for _, executed, numbers, _ in cases.values():
        for number in numbers.values():
            texts = [part.partition(": ")[2] or part for part in number.row.split(" · ")]
            found = [
                Decimal(str(value)) * (100 if number.unit == "%" else 1)
                for label, row, value in cells_shown(executed[number.notebook], number.cell, number.table)
                if label == number.column.removesuffix(" (2)")
                and all(any(str(cell).startswith(text) for cell in row) for text in texts)
            ]
            assert number.value in found, number.name


def test_the_cost_of_the_drug_is_that_of_the_table_it_was_made_from(cases, demo_folder):
    use = pd.read_parquet(demo_folder / "drug_use.parquet")
    use = (
        use[(use["unit"] == "12050") & (use["drug"] == "Injektionsläkemedel Alfa")]
        .set_index("period")
        .sort_index()["amount"]
    )
    _, _, numbers, _ = cases["REV-1641-2025"]
    assert abs(use["2023-03":"2024-02"].sum()) == pytest.approx(float(numbers["kostnad_fore"].told), abs=0.01)
    assert abs(use["2025-11":"2026-10"].sum()) == pytest.approx(float(numbers["kostnad_efter"].told), abs=0.01)


def test_every_claim_is_checked_or_marked_as_a_judgement(cases):
    for _, _, _, filled in cases.values():
        assert filled.unbound == ()
        assert [claim.outcome for claim in filled.claims if claim.check] != []


def test_the_answers_say_that_their_figures_are_made_up(cases):
    for _, _, _, filled in cases.values():
        page = answer_page(filled)
        assert faults_of_page(page) == []
        assert "Påhittade uppgifter." in page
        assert "påhittad region" in page


def test_the_answer_as_a_document_and_as_a_pdf_holds_every_number(cases):
    docx, pypdf = pytest.importorskip("docx"), pytest.importorskip("pypdf")
    from utfall.publishing.pdf import render_pdf

    for _, _, numbers, filled in cases.values():
        document = docx.Document(io.BytesIO(answer_docx(filled)))
        listed = [row.cells[1].text for row in document.tables[-1].rows]
        pdf = pypdf.PdfReader(io.BytesIO(render_pdf(answer_page(filled))))
        printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        for number in numbers.values():
            assert any(number.text in text for text in listed)
            assert number.text.replace("\u00a0", " ") in printed.replace("\u00a0", " ")
