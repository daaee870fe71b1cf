"""What may not leave is found in every kind of file, however it is wrapped; what may leave is left alone."""

import base64
import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import docx
import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import utfall
from tests.appendix.disclosure.conftest import identity_number
from utfall.appendix.disclosure import DisclosureKind, disclosure_faults, distinctive_texts
from utfall.errors import InvalidParameter
from utfall.presentation.tables import Column, Table

KIT = Path(utfall.__file__).parent
PERSON = f"{identity_number(7)[2:8]}-{identity_number(7)[8:]}"
HALVES = PERSON[:4], PERSON[4:]


def faults_of(name, content, **options):
    content = content.encode() if isinstance(content, str) else content
    return disclosure_faults({name: content}, names=(), **options)


def kinds_of(name, content, **options):
    return {fault.kind for fault in faults_of(name, content, **options)}


def zipped(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def word_file():
    document = docx.Document()
    paragraph = document.add_paragraph("Patienten ")
    for half in HALVES:
        paragraph.add_run(half).bold = half == HALVES[0]
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel_file():
    buffer = io.BytesIO()
    pd.DataFrame({"a": [PERSON]}).to_excel(buffer, index=False)
    return buffer.getvalue()


def excel_numbers():
    buffer = io.BytesIO()
    pd.DataFrame({"id": [int(identity_number(seed)[2:]) for seed in range(5)]}).to_excel(buffer, index=False)
    return buffer.getvalue()


def parquet_file(frame):
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def pdf_file(body="<p>x</p>", head=""):
    from weasyprint import HTML

    return HTML(string=f"<html lang=sv><head><title>T</title>{head}</head><body>{body}</body></html>").write_pdf()


def png_file():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    text = b"Comment\x00\x00" + zlib.compress(PERSON.encode())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"zTXt", text) + chunk(b"IEND", b"")


def tar_file():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(PERSON)
        archive.addfile(entry, io.BytesIO(PERSON.encode()))
    return buffer.getvalue()


def notebook(output=None, source="1", metadata=None):
    cell = nbformat.v4.new_code_cell(source, metadata=metadata or {})
    if output:
        cell.outputs = [nbformat.v4.new_output("display_data", data=output)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))


ENCODED = base64.b64encode(f"Gäller {PERSON} och ingen annan".encode()).decode()
WRAPPED = {
    "text": ("a.txt", f"Gäller {PERSON}."),
    "text in UTF-16": ("a.txt", f"Gäller {PERSON}.".encode("utf-16")),
    "text in UTF-16 without a mark": ("a.txt", f"Gäller {PERSON}.".encode("utf-16-le")),
    "text in Latin-1": ("a.txt", f"Gäller {PERSON}.".encode("latin-1")),
    "Markdown": ("a.md", f"**{PERSON}**"),
    "CSV": ("a.csv", f"a;b\r\n{PERSON};1\r\n"),
    "JSON": ("a.json", json.dumps({"a": [{"b": PERSON.replace("-", "\u2011")}]})),
    "a key in JSON": ("a.json", json.dumps({PERSON: 1})),
    "a number in JSON": ("a.json", json.dumps({"a": int(PERSON.replace("-", ""))})),
    "YAML": ("a.yaml", f"a: {PERSON}\n"),
    "a comment in YAML": ("a.yaml", f"a: 1  # {PERSON}\n"),
    "HTML": ("a.html", f"<p>{PERSON}</p>"),
    "split over tags": ("a.html", f"<p>{HALVES[0]}<b>{HALVES[1]}</b></p>"),
    "split over spans and comments": ("a.html", f"<p>{HALVES[0]}<!-- x --><span>{HALVES[1]}</span></p>"),
    "an attribute": ("a.html", f'<img alt="{PERSON}">'),
    "entities": ("a.html", "".join(f"&#{ord(sign)};" for sign in PERSON)),
    "a comment in HTML": ("a.html", f"<p>x</p><!-- {PERSON} -->"),
    "a script": ("a.html", f"<script>var a = '{PERSON}';</script>"),
    "CDATA": ("a.xml", f"<?xml version='1.0'?><a><![CDATA[{PERSON}]]></a>"),
    "a data address": ("a.html", f'<a href="data:text/plain;base64,{ENCODED}">x</a>'),
    "an SVG": ("a.svg", f"<svg><text>{HALVES[0]}<tspan>{HALVES[1]}</tspan></text></svg>"),
    "an SVG in base64": (
        "a.html",
        f'<img src="data:x;base64,{base64.b64encode(f"<svg><text>{PERSON}</text></svg>".encode()).decode()}">',
    ),
    "base64 in base64": ("a.txt", base64.b64encode(ENCODED.encode()).decode()),
    "base64 broken over lines": ("a.txt", base64.encodebytes((f"{PERSON} " * 9).encode()).decode()),
    "hexadecimal": ("a.txt", PERSON.encode().hex()),
    "a notebook's source": ("a.ipynb", notebook(source=f"a = '{PERSON}'")),
    "a notebook's metadata": ("a.ipynb", notebook(metadata={"note": PERSON})),
    "a notebook's output": ("a.ipynb", notebook({"text/html": f"<p>{HALVES[0]}<i>{HALVES[1]}</i></p>"})),
    "a notebook's PNG": ("a.ipynb", notebook({"image/png": base64.b64encode(png_file()).decode()})),
    "Word, split over runs": ("a.docx", word_file()),
    "Excel": ("a.xlsx", excel_file()),
    "Excel, as numbers": ("a.xlsx", excel_numbers()),
    "Parquet": ("a.parquet", parquet_file(pd.DataFrame({"a": [PERSON]}))),
    "Parquet, as numbers": (
        "a.parquet",
        parquet_file(pd.DataFrame({"a": [int(identity_number(s)) for s in range(9)]})),
    ),
    "a long Parquet": ("a.parquet", parquet_file(pd.DataFrame({"a": ["x"] * 30_000 + [PERSON]}))),
    "PDF": ("a.pdf", pdf_file(f"<p>{HALVES[0]}<b>{HALVES[1]}</b></p>")),
    "a PDF's metadata": ("a.pdf", pdf_file(head=f'<meta name="author" content="{PERSON}">')),
    "a zip": ("a.zip", zipped(a_txt=PERSON)),
    "a zip in a zip": ("a.zip", zipped(b_zip=zipped(a_txt=PERSON))),
    "a zip called something else": ("a.txt", zipped(a_txt=PERSON)),
    "a wheel": ("a-1-py3-none-any.whl", zipped(utfall__a_py=f"x = '{PERSON}'")),
    "gzip": ("a.csv.gz", gzip.compress(PERSON.encode())),
    "bzip2": ("a.bz2", bz2.compress(PERSON.encode())),
    "xz": ("a.xz", lzma.compress(PERSON.encode())),
    "tar": ("a.tar.gz", tar_file()),
    "a picture": ("a.png", png_file()),
    "the file's name": (f"bilaga {PERSON}.txt", "x"),
}


@pytest.mark.parametrize(("name", "content"), WRAPPED.values(), ids=WRAPPED)
def test_an_identity_number_is_found_in(name, content):
    found = faults_of(name, content)
    assert DisclosureKind.IDENTITY_NUMBER in {fault.kind for fault in found}
    for fault in found:
        assert fault.output == name
        assert PERSON[-4:] not in f"{fault.what}{fault.remedy}"


SECRETS = {
    "a password": "pass" + "word: Sommar2026",
    "a password in code": "con = connect(pass" + "word='hemligt')",
    "a Swedish password": "lösen" + "ord = Vinter99",
    "an address with credentials": "postgres" + "://anna:hemligt@db.example/ekonomi",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a cloud key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a token": "ghp_" + "a1B2" * 9,
    "a ticket": "Authorization: Bea" + "rer abcdefghijklmnop1234",
    "a web token": "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3.SflKxwRJSMeKKF2QT4",
}
PATHS = {
    "a home folder": "/ho" + "me/anna/utfall/data",
    "a Mac's home folder": "/Us" + "ers/anna/utfall",
    "a temporary folder": "läst ur /t" + "mp/x1/ledger.csv",
    "a Windows path": "C:" + "\\Users\\anna\\ekonomi",
    "an escaped Windows path": '"D:' + '\\\\ekonomi\\\\bokslut"',
    "a share": "\\" + "\\server01\\ekonomi",
    "a file address": "fi" + "le:///etc/passwd",
}


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_found_and_not_repeated(text):
    [fault] = [fault for fault in faults_of("a.md", f"Rad ett\n{text}") if fault.kind is DisclosureKind.SECRET]
    assert fault.place == "rad 2"
    assert text[-6:] not in fault.what


@pytest.mark.parametrize("text", PATHS.values(), ids=PATHS)
def test_a_path_of_a_machine_is_found(text):
    assert DisclosureKind.LOCAL_PATH in kinds_of("a.md", f"Se {text}.")
    assert DisclosureKind.LOCAL_PATH in kinds_of("a.ipynb", notebook({"text/plain": f"'{text}'"}))


def test_the_name_of_the_user_and_the_machine_are_found():
    payload = {"a.html": b"<p>Skapad av Anna.Ek p\xc3\xa5 dator LON-4711</p>"}
    found = disclosure_faults(payload, names={"anna.ek", "lon-4711"})
    assert [fault.kind for fault in found] == [DisclosureKind.MACHINE_NAME]  # both stand on one line
    assert not disclosure_faults({"a.txt": b"Annas rapport"}, names={"anna"})


def test_a_text_of_a_voucher_is_found_in_prose_and_in_a_cell():
    texts = {"Hemresa Karlsson, taxi", "Karlsson"}
    assert kinds_of("a.md", "Posten hemresa  Karlsson – taxi avser", voucher_texts=texts) == {
        DisclosureKind.VOUCHER_TEXT
    }
    assert kinds_of("a.csv", "Post;Kr\r\nKarlsson;5\r\n", voucher_texts=texts) == {DisclosureKind.VOUCHER_TEXT}
    assert not kinds_of("a.md", "Läkemedel, taxi och resor", voucher_texts=texts)


def test_words_of_the_bookkeeping_are_no_free_text(tmp_path):
    from tests.small_region import ledger, write_region

    rows = ledger()
    rows["text"] = ["Läkemedel rekvisition"] * (len(rows) - 2) + ["Löner", "Möte om Karlsson"]
    region = utfall.open_region(write_region(tmp_path / "r", ledger=rows))
    assert distinctive_texts(region) == {"Möte om Karlsson"}


ROWS = "\r\n".join(f"K26-{n:07};5610;{n},50" for n in range(1, 9))


@pytest.mark.parametrize(
    "content",
    [
        f"Verifikat;Konto;Belopp\r\n{ROWS}",
        f"voucher;account;amount\r\n{ROWS}",
        "Namn;Belopp\r\nAnna Ek;1\r\nBo Åhl;2\r\nCia Öst-Alm;3\r\n",
        "Vårdtillfälle;Kr\r\nV2026-00017;1\r\n",
        "Anst.nr;Lön\r\n10233;1\r\n",
        "Period;account;text;amount\r\n2026-10;5610;Taxi hem;1\r\n",
        "x;Belopp\r\n" + "\r\n".join(f"A{n:06};1" for n in range(25)),
    ],
)
def test_a_table_with_a_row_for_each_voucher_or_person_is_found(content):
    assert DisclosureKind.ROW_LEVEL in kinds_of("a.csv", content)
    frame = pd.read_csv(io.StringIO(content), sep=";", dtype="str")
    assert DisclosureKind.ROW_LEVEL in kinds_of("a.parquet", parquet_file(frame))
    assert DisclosureKind.ROW_LEVEL in kinds_of("a.html", frame.to_html(index=False))


def test_sums_by_unit_account_and_month_are_no_rows_of_single_cases():
    content = "Enhet;Namn;Konto;Månad;Belopp\r\n" + "\r\n".join(
        f"{11010 + n};Enhet {chr(65 + n)};5610;2026-{n + 1:02};{n},50" for n in range(12)
    )
    assert not faults_of("a.csv", content)
    assert not faults_of("a.csv", "Division;Verifikat;Belopp\r\nA;1 204;7\r\nB;980;7\r\n")


def test_a_ledger_as_the_house_has_it_is_refused_and_the_one_that_leaves_is_not():
    n = 25_000
    rows = pd.DataFrame({"unit": ["1"] * n, "voucher": [f"K26-{k:07}" for k in range(n)], "amount": [1.5] * n})
    assert kinds_of("underlag/ledger.parquet", parquet_file(rows)) == {DisclosureKind.ROW_LEVEL}
    assert not kinds_of("underlag/ledger.parquet", parquet_file(rows.assign(voucher="", text="")))
    texts = rows.assign(voucher="", text="Läkemedel")
    assert kinds_of("underlag/ledger.parquet", parquet_file(texts)) == {DisclosureKind.ROW_LEVEL}


SMALL = [
    ("a.csv", "Enhet;Patienter\r\nA;3\r\nB;12\r\n"),
    ("a.csv", "unit;headcount\r\n1;1\r\n2;8\r\n"),
    ("a.csv", "unit;product;actual\r\n1;Patienter;2\r\n"),
    ("tal.csv", "namn;värde;enhet\r\na;4;patienter\r\n"),
    ("a.html", "<table><tr><th>Enhet<th>Antal personer<tr><td>A<td>4</table>"),
    ("a.md", "Det gäller 4 patienter på kliniken."),
    ("a.md", "Det gäller tre\u00a0patienter."),
    ("a.txt", "Kostnaden avser 2 anställda."),
]


@pytest.mark.parametrize(("name", "content"), SMALL)
def test_a_small_count_of_persons_is_found(name, content):
    assert kinds_of(name, content) == {DisclosureKind.SMALL_COUNT}


def test_a_small_count_is_found_in_tables_of_word_and_excel():
    document = docx.Document()
    cells = document.add_table(2, 2)
    for at, text in enumerate(["Enhet", "Patienter", "A", "3"]):
        cells.cell(at // 2, at % 2).text = text
    word, excel = io.BytesIO(), io.BytesIO()
    document.save(word)
    pd.DataFrame({"Enhet": ["A", "B", "Totalt"], "Patienter": ["< 5", 9, 12]}).to_excel(excel, index=False)
    assert kinds_of("svar.docx", word.getvalue()) == {DisclosureKind.SMALL_COUNT}
    assert kinds_of("a.xlsx", excel.getvalue()) == {DisclosureKind.COMPUTABLE_COUNT}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Enhet;Patienter\r\nA;0\r\nB;12\r\n"),
        ("a.csv", "Enhet;Patienter\r\nA;< 5\r\nB;12\r\n"),
        ("a.csv", "Enhet;Kostnad per patient (kr);Månader\r\nA;3;4\r\n"),
        ("a.csv", "Enhet;Andel patienter (%)\r\nA;3\r\n"),
        ("a.md", "Antal under 5 patienter visas inte; 1 204 patienter behandlades och 12 anställda slutade."),
        ("a.md", "Färre än 4 patienter. Minst tre patienter krävs. År 2025 patienter. Kap. 3.2 patienter"),
    ],
)
def test_a_count_that_may_be_told_is_left_alone(name, content):
    assert not faults_of(name, content)


def test_a_count_in_the_data_behind_a_table_is_found_though_the_page_hides_it():
    frame = pd.DataFrame({"unit": ["A", "B"], "n": [3, 40]})
    shown = Table(frame, "Patienter", {"unit": Column("Enhet"), "n": Column("Patienter", "number")})._repr_mimebundle_()
    shown["text/html"] = shown["text/html"].replace(">3<", ">&lt; 5<")
    found = faults_of("a.ipynb", notebook(shown))
    assert "tabellen ”Patienter”" in {fault.place for fault in found if fault.kind is DisclosureKind.SMALL_COUNT}.pop()


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 4,
        b"SQLite format 3\x00" + bytes(400),
        b"PK\x03\x04 broken",
        b"%PDF-1.7 broken",
        b"PAR1brokenPAR1",
        b"\x1f\x8b\x08broken",
    ],
)
def test_what_cannot_be_looked_into_does_not_leave(content):
    assert DisclosureKind.UNREADABLE in kinds_of("a.bin", content)


def test_a_zip_with_a_password_or_too_deep_does_not_leave():
    deep = b"x"
    for _ in range(9):
        deep = zipped(a_zip=deep)
    assert DisclosureKind.UNREADABLE in kinds_of("a.zip", deep)
    locked = bytearray(zipped(a_txt="x"))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert DisclosureKind.UNREADABLE in kinds_of("a.zip", bytes(locked))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.html", "a.json", "a.csv", "a.pdf", "a.parquet", "a.xlsx"]))
def test_no_bytes_make_the_gate_fall_over(content, name):
    disclosure_faults({name: content}, names=())


def test_many_faults_of_one_kind_are_counted():
    text = "\n".join(f"{identity_number(seed)}" for seed in range(60))
    found = faults_of("a.txt", text)
    assert len(found) == 20
    assert "Dessutom 41 ställen" in " ".join(fault.what for fault in found)


def test_each_refusal_says_which_output_where_and_how_to_mend_it():
    found = disclosure_faults(
        {"svar.html": f"<p>Rad</p><p>{PERSON}</p>".encode(), "b.csv": SMALL[0][1].encode()}, names=()
    )
    assert [fault.output for fault in found] == ["b.csv", "svar.html"]
    for fault in found:
        assert fault.place
        assert fault.what.endswith(".")
        assert fault.remedy.endswith(".")
        assert str(fault).startswith(f"{fault.output}, {fault.place}: ")


def test_a_limit_that_does_not_protect_is_refused():
    with pytest.raises(InvalidParameter, match="does not protect"):
        disclosure_faults({}, smallest=3)


@pytest.mark.slow
def test_the_kit_itself_its_notebooks_and_its_pages_may_leave():
    root = KIT.parents[1]
    files = [path for path in KIT.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files += [*root.glob("docs/*.md"), *root.glob("notebooks/*.ipynb"), root / "requirements.lock", root / "README.md"]
    assert not disclosure_faults({path.relative_to(root).as_posix(): path.read_bytes() for path in files})
