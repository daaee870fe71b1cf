"""Files of a package that contradict each other are told apart, with what each says."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from benchmarks.appendix_case import executed_notebook
from utfall.appendix.faults import FaultKind
from utfall.appendix.package.crate import crate
from utfall.appendix.verify.content import content_faults
from utfall.appendix.verify.words import absent, document_blocks, page_blocks, pdf_text, squashed
from utfall.publishing.execute import as_json
from utfall.publishing.pdf import render_pdf

BOMB = b"a: &a {x: 1}\n" + b"".join(b"b%d: {<<: [*a, *a]}\n" % number for number in range(50))


def faults_with(made, **changes):
    """The faults when files are exchanged and the provenance is made to agree."""
    payload = {**made.payload, **{name.replace("__", "."): content for name, content in changes.items()}}
    return faults_of(made, payload)


def faults_of(made, payload):
    return content_faults({**payload, "ro-crate-metadata.json": crate(payload, made.info)}, made.info)


def test_an_honest_package_has_no_contradiction(made):
    assert content_faults(made.payload, made.info) == ()


def test_another_value_in_the_list_is_told_with_the_notebooks(made):
    faults = faults_with(made, tal__csv=made.payload["tal.csv"].replace(b"-23045529", b"-13045529"))
    assert any(
        fault.place == "hyrkostnad" and "Talet är -13045529 i tal.csv men -23045529 i beräkningen" in fault.text
        for fault in faults
    )


def test_another_printed_number_in_the_list_is_told(made):
    faults = faults_with(made, tal__csv=made.payload["tal.csv"].replace(b"23,0", b"13,0"))
    assert {fault.place for fault in faults} >= {"hyrkostnad", "svar.html"}


def test_another_number_in_the_page_of_the_answer_is_told_with_its_sentence(made):
    faults = faults_with(made, svar__html=made.payload["svar.html"].replace(b"23,0", b"13,0", 1))
    assert faults
    assert any('"Hyrpersonalen kostade 13,0' in fault.text for fault in faults)


def test_a_word_changed_in_the_document_alone_is_told(made):
    faults = faults_with(made, svar__docx=with_text(made.payload["svar.docx"], "större än", "mindre än"))
    assert any(fault.place == "svar.docx" and "mindre än" in fault.text for fault in faults)


def test_a_pdf_of_another_text_is_told(made):
    page = made.payload["svar.html"].decode().replace("Nybesöken kostade", "Återbesöken kostade")
    faults = faults_with(made, svar__pdf=render_pdf(page))
    assert [fault.place for fault in faults] == ["svar.pdf"]
    assert "Nybesöken kostade" in faults[0].text


def test_a_notebook_run_with_another_table_is_told_by_number_and_report(made):
    rows = (("Löner", -81_234_500.0), ("Hyrpersonal", -13_045_529.0), ("Läkemedel", -31_326_081.0))
    payload = {**made.payload, "notebooks/kostnad.korning.ipynb": as_json(executed_notebook("kostnad", rows)).encode()}
    faults = faults_of(made, payload)
    assert {fault.place for fault in faults} == {"hyrkostnad", "rapport-kostnad.html"}


def test_a_notebook_whose_code_is_not_what_was_run_is_told(made):
    source = made.payload["notebooks/kostnad.ipynb"].replace(b"idxmin", b"idxmax")
    faults = faults_of(made, {**made.payload, "notebooks/kostnad.ipynb": source})
    assert [fault.place for fault in faults] == ["notebooks/kostnad.korning.ipynb"]


def test_parameters_that_were_not_those_of_the_run_are_told(made):
    parameters = made.payload["parametrar/kostnad.json"].replace(b"2025-12", b"2025-11")
    faults = faults_of(made, {**made.payload, "parametrar/kostnad.json": parameters})
    assert {fault.place for fault in faults} == {"notebooks/kostnad.korning.ipynb", "parametrar/kostnad.json"}


def test_a_claim_that_the_numbers_do_not_bear_out_is_told(made):
    claims = made.payload["pastaenden.csv"].replace(b"lakemedel > hyrkostnad", b"lakemedel < hyrkostnad")
    faults = faults_with(made, pastaenden__csv=claims)
    assert [fault.kind for fault in faults] == [FaultKind.CLAIM]
    assert "lakemedel = 31,3" in faults[0].text


def test_an_error_left_in_a_run_is_told(made):
    notebook = json.loads(made.payload["notebooks/besok.korning.ipynb"])
    notebook["cells"][-1]["outputs"].append(
        {"output_type": "error", "ename": "ValueError", "evalue": "", "traceback": []}
    )
    payload = {**made.payload, "notebooks/besok.korning.ipynb": json.dumps(notebook).encode()}
    assert any("stannade på ett fel" in fault.text for fault in faults_of(made, payload))


def test_inputs_of_another_run_are_found_by_the_provenance(made):
    payload = {**made.payload, "underlag/kostnad.csv": b"post;belopp\n"}
    faults = content_faults(payload, made.info)
    assert faults[0].place == "underlag/kostnad.csv"
    assert "kontrollsumman är en annan" in faults[0].text


def test_an_input_that_is_not_the_listed_one_is_told(made):
    faults = faults_of(made, {**made.payload, "underlag/kostnad.csv": b"post;belopp\n"})
    assert [fault.place for fault in faults] == ["underlag/kostnad.csv"]
    assert "indata.csv" in faults[0].text


def test_an_input_that_is_not_listed_is_told(made):
    faults = faults_of(made, {**made.payload, "underlag/till.csv": b"0"})
    assert [fault.place for fault in faults] == ["underlag/till.csv"]


@pytest.mark.parametrize("name", ["svar.pdf", "svar.docx", "tal.csv", "arende.yaml", "notebooks/besok.korning.ipynb"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"%PDF-1.7\n", b"[]", b"[" * 100_000, BOMB])
def test_a_file_that_cannot_be_read_is_a_fault_and_no_crash(made, name, content):
    assert faults_of(made, {**made.payload, name: content})


@pytest.mark.parametrize("name", ["svar.pdf", "tal.csv", "LASMIG.txt", "parametrar/besok.json", "rapport-besok.pdf"])
def test_a_package_without_a_file_that_all_have_is_told(made, name):
    payload = {other: content for other, content in made.payload.items() if other != name}
    faults = faults_of(made, payload)
    assert [(fault.kind, fault.place) for fault in faults] == [(FaultKind.MISSING, name)]


def test_the_words_of_a_page_and_its_pdf_are_the_same(made):
    for name in ("svar", "rapport-kostnad"):
        page = page_blocks(made.payload[f"{name}.html"].decode())
        assert len(page) > 5
        assert absent(page, pdf_text(made.payload[f"{name}.pdf"])) == []


def test_a_documents_rows_are_read_with_their_cells():
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in ("Lön", "−5,0"))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:document xmlns:w="{space}"><w:body><w:tr>{cells}</w:tr></w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", xml)
    assert document_blocks(packed.getvalue()) == ["Lön −5,0"]


@pytest.mark.parametrize(
    ("one", "other"), [("−5,0", "5,0"), ("1,5", "15"), ("12 %", "12"), ("ökade", "minskade"), ("< 5", "5")]
)
def test_what_changes_a_number_changes_the_squashed_text(one, other):
    assert squashed(one) != squashed(other)


def test_a_sentence_over_two_pages_is_found_but_not_a_changed_one():
    document = "Kostnaden för hyrpersonal ökade under\nSida 1 av 2\nåret med 8,3 mkr, mest i höst."
    assert absent(["Kostnaden för hyrpersonal ökade under året med 8,3 mkr, mest i höst."], document) == []
    changed = "Kostnaden för hyrpersonal minskade under året med 8,3 mkr, mest i höst."
    assert absent([changed], document) == [changed]


def with_text(document, old, new):
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as before, zipfile.ZipFile(written, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, before.read(entry).replace(old.encode(), new.encode()))
    return written.getvalue()
