"""A Word answer keeps its styles and is filled also where Word has split a mark; Markdown becomes a document."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

docx = pytest.importorskip("docx")

from docx.oxml import OxmlElement  # noqa: E402
from docx.oxml.ns import qn  # noqa: E402

from tests.appendix.small_case import ANSWER, executed, write_case  # noqa: E402
from utfall.appendix.answer import answer_docx, answer_page, fill_answer, read_answer  # noqa: E402
from utfall.appendix.answer.blocks import typed_text  # noqa: E402
from utfall.appendix.case import read_case  # noqa: E402
from utfall.appendix.numbers import collect_numbers  # noqa: E402
from utfall.errors import InvalidData  # noqa: E402
from utfall.publishing.gates import faults_of_page  # noqa: E402

NBSP = "\u00a0"
REFERENCE = re.compile(r"\[[TC]\d+\]")


def word_answer():
    """An answer as a person writes it: styles, a mark in several runs, a table, a head of the page."""
    document = docx.Document()
    document.add_heading("Svar på granskningen", 0)
    document.add_heading("1. {{ fråga: rek-1 }}", 1)
    split = document.add_paragraph("Hyrkostnaden {{ minskade(hyra_fore, hyra_efter) }} från ")
    for part, bold in (
        ("{", True),
        ("{ hyra", True),
        ("_fore ", False),
        ("}", False),
        ("} till {{hyra_efter}}.", False),
    ):
        split.add_run(part).bold = bold
    document.add_paragraph(
        "Ändringen är {{ hyra_andring }} och {{ citat: 79 mkr | årsredovisning }}.", style="List Bullet"
    )
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Post", "Belopp", "Läkemedel", "{{ lakemedel }}"), strict=True):
        cell.text = text
    document.add_paragraph("Läkemedlen är {{ mer_an_halften }} av {{ summa }}. Det gäller {{ patienter }}.")
    document.sections[0].header.paragraphs[0].text = "REV/1/2026"
    return document


def written(document, folder):
    case = write_case(folder, answer="svar.docx")
    document.save(str(folder / "svar.docx"))
    return case


def filled(path):
    case = read_case(path)
    return fill_answer(case, collect_numbers(case, {"kostnad": executed()}))


def refused(path):
    with pytest.raises(InvalidData) as error:
        read_case(path)
    return str(error.value)


def opened(content):
    return docx.Document(io.BytesIO(content))


def words(paragraph):
    """All text of a paragraph, that of links too, without references."""
    return REFERENCE.sub("", "".join(t.text or "" for t in paragraph._p.iter(qn("w:t"))))


def body(document):
    return [words(paragraph) for paragraph in document.paragraphs]


def test_a_mark_split_over_runs_is_filled(tmp_path):
    document = opened(answer_docx(filled(written(word_answer(), tmp_path))))
    assert f"Hyrkostnaden minskade från 45,3{NBSP}mkr till 30,2{NBSP}mkr." in body(document)
    everything = "".join(t.text or "" for t in document.element.body.iter(qn("w:t")))
    assert "{{" not in everything
    assert "}}" not in everything


def test_a_filled_number_has_the_style_its_mark_began_in(tmp_path):
    document = opened(answer_docx(filled(written(word_answer(), tmp_path))))
    [paragraph] = [p for p in document.paragraphs if words(p).startswith("Hyrkostnaden")]
    styles = {run.text: run.bold for run in paragraph.runs if run.text.strip()}
    assert styles[f"45,3{NBSP}mkr"] is True
    assert all(not bold for text, bold in styles.items() if "till" in text)


def test_the_writers_styles_and_head_are_kept(tmp_path):
    document = opened(answer_docx(filled(written(word_answer(), tmp_path))))
    styles = [p.style.name for p in document.paragraphs]
    assert styles[:4] == ["Title", "Heading 1", "Normal", "List Bullet"]
    assert document.sections[0].header.paragraphs[0].text == "REV/1/2026"


def test_a_number_in_a_table_is_filled(tmp_path):
    document = opened(answer_docx(filled(written(word_answer(), tmp_path))))
    assert words(document.tables[0].cell(1, 1).paragraphs[0]) == f"31,3{NBSP}mkr"


def test_a_mark_in_the_head_of_the_page_is_filled(tmp_path):
    document = word_answer()
    document.sections[0].header.paragraphs[0].text = "REV/1/2026, {{ patienter }}"
    made = opened(answer_docx(filled(written(document, tmp_path))))
    assert words(made.sections[0].header.paragraphs[0]) == f"REV/1/2026, 1{NBSP}337{NBSP}patienter"


def test_text_after_a_mark_in_the_same_run_stays_after_its_reference(tmp_path):
    document = opened(answer_docx(filled(written(word_answer(), tmp_path))))
    [paragraph] = [p for p in document.paragraphs if words(p).startswith("Läkemedlen")]
    text = "".join(t.text or "" for t in paragraph._p.iter(qn("w:t")))
    assert re.fullmatch(
        rf"Läkemedlen är mer än hälften av 61,8{NBSP}mkr\[T\d\]\. Det gäller 1{NBSP}337{NBSP}patienter\[T\d\]\.", text
    )


def test_line_breaks_after_a_mark_are_kept_in_their_place(tmp_path):
    document = word_answer()
    run = document.add_paragraph().add_run("Först {{ patienter }} sedan")
    run.add_break()
    run.add_text("sist")
    made = opened(answer_docx(filled(written(document, tmp_path))))
    [paragraph] = [p for p in made.paragraphs if words(p).startswith("Först")]
    kinds = [e.tag.split("}")[1] for e in paragraph._p.iter(qn("w:t"), qn("w:br"))]
    texts = [e.text for e in paragraph._p.iter(qn("w:t"))]
    assert kinds[-2:] == ["br", "t"]
    assert texts[-1] == "sist"
    assert " sedan" in texts


def test_every_reference_leads_to_a_row_of_the_lists(tmp_path):
    root = opened(answer_docx(filled(written(word_answer(), tmp_path)))).element.body
    links = {link.get(qn("w:anchor")) for link in root.iter(qn("w:hyperlink"))}
    names = [mark.get(qn("w:name")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert links == {"T1", "T2", "T3", "T4", "T5", "T6", "C1", "C2"}
    assert sorted(names) == sorted(links)
    ids = [mark.get(qn("w:id")) for mark in root.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids)


def test_the_last_table_lists_where_every_number_is_found(tmp_path):
    table = opened(answer_docx(filled(written(word_answer(), tmp_path)))).tables[-1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["Nr", "Tal", "Anteckningsbok", "Tabell", "Rad", "Kolumn"]
    assert ["T1", f"45,3{NBSP}mkr", "Kostnader (kostnad)"] == rows[1][:3]
    assert rows[1][4:] == ["Inhyrd personal", "Förra året"]
    assert len(rows) == 7


def test_a_word_answer_becomes_a_page_as_well(tmp_path):
    page = answer_page(filled(written(word_answer(), tmp_path)))
    assert faults_of_page(page) == []
    assert "<h1>Svar på granskningen</h1>" in page
    assert f"<strong>45,3{NBSP}mkr</strong>" in page
    assert "<ul><li>Ändringen är" in page
    assert '<th scope="row">Läkemedel</th>' in page


def test_a_typed_number_is_named_by_its_paragraph(tmp_path):
    document = word_answer()
    document.add_paragraph("Det är tre gånger så mycket.")
    told = refused(written(document, tmp_path))
    assert told.startswith('svar.docx, paragraph 10: the number "tre gånger" is typed by hand')


def tracked(document):
    run = document.add_paragraph("Text").runs[0]._r
    inserted = OxmlElement("w:ins")
    run.addprevious(inserted)
    inserted.append(run)


def noted(document):
    document.add_paragraph("Text").runs[0]._r.append(OxmlElement("w:footnoteReference"))


def commented(document):
    document.add_comment(document.add_paragraph("Text").runs, "Stämmer det här?")


def boxed(document):
    document.add_paragraph("Text").runs[0]._r.append(OxmlElement("w:txbxContent"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (tracked, "has tracked changes. Accept or reject them all"),
        (noted, "has footnotes. Move their text into the body"),
        (commented, "has comments. Take them away"),
        (boxed, "has text boxes. Move their text"),
    ],
)
def test_what_would_leave_the_house_unseen_or_unread_is_refused(tmp_path, change, said):
    document = word_answer()
    change(document)
    told = refused(written(document, tmp_path))
    assert f"svar.docx, paragraph 10: {said}" in told


def test_a_file_that_is_no_document_is_refused(tmp_path):
    path = write_case(tmp_path, answer="svar.docx")
    (tmp_path / "svar.docx").write_bytes(b"no zip")
    assert "svar.docx: is not a Word document. Save it as a Word document (.docx)." in refused(path)


def test_a_mark_without_its_end_is_named(tmp_path):
    document = word_answer()
    document.add_paragraph("Det är {{ patienter.")
    assert "svar.docx, paragraph 10: {{ has no }}" in refused(written(document, tmp_path))


def test_a_table_of_contents_is_not_the_writers_own_text(tmp_path):
    document = word_answer()
    style = document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Svar på frågan ..... 3", style=style)
    path = written(document, tmp_path)
    assert "Svar på frågan" not in answer_page(filled(path))


def test_merged_cells_keep_the_columns_of_a_table(tmp_path):
    document = word_answer()
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Bred"
    table.cell(0, 2).text = "Smal"
    answer = read_answer(written(document, tmp_path).parent / "svar.docx")
    [block] = [block for block in answer.blocks if block.kind == "table" and block.columns == 3]
    assert [typed_text(line).strip() for line in block.lines[:3]] == ["Bred", "", "Smal"]


def test_an_answer_in_markdown_becomes_a_document_with_styles_and_language(tmp_path):
    made = opened(answer_docx(filled(write_case(tmp_path))))
    named = [(p.style.name, words(p)) for p in made.paragraphs]
    assert ("Title", "Svar på granskningen") in named
    assert ("Heading 1", "1. Minska hyrkostnaden på 3 år.") in named
    assert ("List Bullet", "Budgeten höjdes med 79 mkr.") in named
    assert ("Heading 1", "Tal och källor") in named
    languages = {e.get(qn("w:val")) for e in made.styles.element.iter(qn("w:lang"))}
    assert languages == {"sv-SE"}
    assert made.core_properties.language == "sv-SE"


def test_the_document_tells_of_the_case_and_not_of_the_writer(tmp_path):
    document = word_answer()
    told = document.core_properties
    told.author = told.last_modified_by = "Anna Hemlig"
    told.comments = "C:\\Users\\anna"
    content = answer_docx(filled(written(document, tmp_path)))
    made = opened(content).core_properties
    assert (made.title, made.author) == ("Svar på granskning av hyrkostnader", "Kim Exempel")
    assert made.created.date().isoformat() == "2026-11-20"
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert "docProps/app.xml" not in parts.namelist()
    assert not any(b"Hemlig" in parts.read(name) or b"anna" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("kind", ["markdown", "word"])
def test_the_same_answer_is_the_same_document(tmp_path, kind):
    one, two = tmp_path / "ett", tmp_path / "två"
    for folder in (one, two):
        folder.mkdir()
    document = word_answer()
    paths = [write_case(f) if kind == "markdown" else written(document, f) for f in (one, two)]
    first = answer_docx(filled(paths[0]))
    assert first == answer_docx(filled(paths[1]))
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.slow
def test_another_process_in_another_time_zone_writes_the_same_document(tmp_path):
    path = write_case(tmp_path)
    code = (
        "import sys, hashlib; from pathlib import Path\n"
        "from tests.appendix.test_answer_word import filled, answer_docx\n"
        "print(hashlib.sha256(answer_docx(filled(Path(sys.argv[1])))).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, seed in (("Pacific/Auckland", "1"), ("America/New_York", "2"))
    }
    assert len(seen) == 1


def test_nothing_of_the_marks_is_left_in_any_part(tmp_path):
    content = answer_docx(filled(written(word_answer(), tmp_path)))
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if name.endswith(".xml"):
            assert b"{{" not in re.sub(rb"<[^>]+>", b"", archive.read(name))


def test_markdown_and_word_tell_the_same_numbers(tmp_path):
    (tmp_path / "md").mkdir()
    (tmp_path / "docx").mkdir()
    markdown, word = filled(write_case(tmp_path / "md", ANSWER)), filled(written(word_answer(), tmp_path / "docx"))
    assert {one.number.name: one.number.text for one in markdown.numbers} == {
        one.number.name: one.number.text for one in word.numbers
    }
