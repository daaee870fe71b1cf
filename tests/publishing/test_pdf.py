"""The document of a report: accepted by archive and screen reader, complete, the same each time, fit to be read."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.publishing import verapdf
from utfall.cli import NOTEBOOKS, app
from utfall.publishing.pdf import MOST_ROWS, PdfIncomplete, PdfLibraryMissing, library, render_pdf, render_volume

pytest.importorskip("pypdf", reason="needs pypdf, a development dependency")
try:
    library.require_pdf()
except PdfLibraryMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

from tests.publishing.pdf_pages import (
    CHART,
    JOB,
    RESULT,
    bookmarks,
    full_page,
    long_table,
    page_of,
    page_texts,
    picture,
    reader,
    structure,
    wide_table,
    words,
)

A4 = (595, 842)
NARROW_LETTER, PIXEL = 0.5, 0.75
"""Width of a letter in text sizes, at least on average, and of a CSS pixel in points."""

UNIT = "Reumatologmottagningen"

needs_verapdf = pytest.mark.skipif(bool(verapdf.missing()), reason=verapdf.missing())


@pytest.fixture(scope="module")
def page():
    return full_page()


@pytest.fixture(scope="module")
def document(page):
    return render_pdf(page)


@pytest.fixture(scope="module")
def volume(page):
    other = full_page(dataclasses.replace(JOB, unit_name="Kirurgi", slug="kirurgi-202"))
    return render_volume(
        [page, other], title="Samlad rapport", publisher="Region Exempel", month="oktober 2026", fictitious=True
    )


class Seen(HTMLParser):
    """What a reader of the page sees: its text, tables and pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tables, self.pictures, self._hidden = "", 0, [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tables += tag == "table"
        if tag in ("svg", "img") or attributes.get("role") == "img":
            self.pictures.append(attributes.get("aria-label") or attributes.get("alt"))
        leads_away = {"skip", "data-link"} & set((attributes.get("class") or "").split())
        starts = tag in ("head", "nav", "footer", "svg") or leads_away
        if (starts or self._hidden) and tag not in ("img", "br", "meta", "path", "link"):
            self._hidden.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data):
        if not self._hidden:
            self.text += data


def assert_complete(page, document):
    seen, tags = Seen(page), structure(document)
    assert sorted(figure.alt for figure in tags.all("Figure")) == sorted(seen.pictures)
    captions = sum(1 for table in tags.all("Table") for _ in table.all("Caption"))
    assert captions == seen.tables
    written = words("".join(page_texts(document))).replace(" ", "")
    figures = re.findall(r"[−+]?\d+(?:[\s.,]\d+)*", seen.text)
    assert figures
    assert [figure for figure in figures if words(figure).replace(" ", "") not in written] == []


@needs_verapdf
def test_verapdf_passes_a_report_and_a_volume_by_both_standards(document, volume, tmp_path):
    for name, content in {"report.pdf": document, "volume.pdf": volume}.items():
        (tmp_path / name).write_bytes(content)
    found = verapdf.verdicts(sorted(tmp_path.iterdir()))
    assert set(found) == {(name, profile) for name in ("report.pdf", "volume.pdf") for profile in verapdf.PROFILES}
    assert {key: verdict.faults for key, verdict in found.items() if verdict.faults} == {}
    assert min(verdict.checks for verdict in found.values()) > 1000


@pytest.mark.slow
@needs_verapdf
def test_verapdf_finds_fault_with_an_ordinary_document(page, tmp_path):
    library.weasyprint().HTML(string=page).write_pdf(tmp_path / "plain.pdf")
    found = verapdf.verdicts([tmp_path / "plain.pdf"])
    assert all(found["plain.pdf", profile].faults for profile in verapdf.PROFILES)


@pytest.mark.slow
@needs_verapdf
@pytest.mark.parametrize("kind", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_verapdf_passes_a_real_report_of_every_kind_and_nothing_is_lost(kind, demo_folder, tmp_path):
    arguments = ["report", "2026-10", "--data", demo_folder, "--out", tmp_path, "--unit", UNIT]
    arguments += ["--notebook", f"{kind}.ipynb"]
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    [path] = [path for path in (tmp_path / "2026-10").glob("*.html") if path.name != "index.html"]
    page = path.read_text(encoding="utf-8")
    document = render_pdf(page)
    (tmp_path / f"{kind}.pdf").write_bytes(document)
    faults = {key: verdict.faults for key, verdict in verapdf.verdicts([tmp_path / f"{kind}.pdf"]).items()}
    assert faults == {(f"{kind}.pdf", profile): () for profile in verapdf.PROFILES}
    assert_complete(page, document)


def test_every_number_table_and_picture_of_the_page_is_in_the_document(page, document):
    assert_complete(page, document)


def test_both_standards_are_claimed(document):
    claims = reader(document).trailer["/Root"]["/Metadata"].get_data().decode()
    assert 'pdfaid:part="2"' in claims
    assert 'pdfaid:conformance="A"' in claims
    assert 'pdfuaid:part="1"' in claims


def test_two_runs_give_the_same_bytes_in_other_processes_too(page, document, tmp_path):
    assert render_pdf(page) == document
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    code = (
        "import sys, hashlib, pathlib; from utfall.publishing.pdf import render_pdf;"
        "other = render_pdf('<html lang=sv><title>Annan</title><main><h1>Annan</h1></main></html>');"
        "sys.stdout.buffer.write(render_pdf(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}
    again = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "page.html")], capture_output=True, check=True, env=environment
    )
    assert again.stdout == document


def test_every_header_says_what_it_heads(document):
    expected = {"THead": {"/Column"}, "TBody": {"/Row"}, "Caption": set()}
    for table in structure(document).all("Table"):
        for section in table.children:
            scopes = {str(header.attributes["Scope"]) for header in section.all("TH")}
            assert scopes == expected[section.name]


def test_a_chart_is_one_figure_with_the_charts_own_alternative(document):
    assert [figure.alt for figure in structure(document).all("Figure")].count(CHART.alt) == 1


def test_a_symbol_is_read_as_its_word(document):
    alternatives = [figure.alt for figure in structure(document).all("Figure")]
    assert {"sämre", "bättre"} <= set(alternatives)


def test_title_language_author_and_bookmarks_are_the_pages(document):
    opened = reader(document)
    assert opened.metadata.title == "Ortopedi & rehab, oktober 2026 – Varför avviker utfallet?"
    assert opened.metadata.author == "Region Exempel"
    assert opened.trailer["/Root"]["/Lang"] == "sv"
    assert [title for title, _ in bookmarks(document)] == [
        "Varför avviker utfallet?", "Läget", "Utveckling", "Månaderna", "Detaljer", "Raderna",
    ]  # fmt: skip


def test_every_page_says_whose_it_is_and_that_figures_are_made_up(document):
    pages = page_texts(document)
    assert len(pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Sida {number} av {len(pages)}" in text
        assert "Påhittade uppgifter" in text
        assert "Region Exempel" in text
    assert all("Ortopedi & rehab · Månadsrapport oktober 2026" in text for text in pages[1:])


def test_real_figures_are_not_called_made_up():
    page = page_of("## Läget", RESULT, job=dataclasses.replace(JOB, fictitious=False))
    assert "Påhittade" not in "".join(page_texts(render_pdf(page)))


def test_links_to_files_beside_the_page_become_words_and_others_stay(document):
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in reader(document).pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation.get_object()
    ]
    assert links == ["https://exempel.se/budget"]
    text = "".join(page_texts(document))
    assert "se noten." in text
    assert "Alla rapporter" not in text
    assert "CSV" not in text


def test_a_wide_table_lies_on_its_side_below_its_heading_and_the_rest_stands(document):
    pages = [
        (words(p.extract_text()), round(p.mediabox.width), round(p.mediabox.height)) for p in reader(document).pages
    ]
    [wide] = [(text, width, height) for text, width, height in pages if width > height]
    assert wide[1:] == A4[::-1]
    assert "Månaderna" in wide[0]
    assert "Månadens utfall nummer 13" in wide[0].replace("- ", "")
    assert all((width, height) == A4 for _, width, height in pages if width < height)
    assert all("Läget" not in text for text, width, height in pages if width > height)


@pytest.mark.parametrize("table", [RESULT, wide_table(9), wide_table(14), wide_table(18), long_table(30)])
def test_no_text_of_a_table_reaches_the_edge_of_the_paper(table):
    for page in reader(render_pdf(page_of("## Läget", table))).pages:
        ends = []

        def note(text, current, matrix, font, size, ends=ends):
            if text.strip():
                start = current[0] * matrix[4] + current[4]
                ends.append(start + NARROW_LETTER * size * PIXEL * max(map(len, text.strip().split("\n"))))

        page.extract_text(visitor_text=note)
        assert max(ends) < float(page.mediabox.width) - 30


def test_a_long_table_is_cut_and_says_where_all_rows_are():
    rows = MOST_ROWS + 50
    text = words("".join(page_texts(render_pdf(page_of("## Rader", long_table(rows))))))
    assert f"Här visas {MOST_ROWS + 1} av tabellens {rows} rader." in text
    assert "Alla rader finns i filerna data/ortopedi-201-3-0.csv och data/ortopedi-201.xlsx." in text
    assert f"Rad {MOST_ROWS - 1} slut" in text
    assert f"Rad {MOST_ROWS} slut" not in text
    assert "Summa" in text


def test_a_table_that_just_fits_is_not_cut():
    assert "Här visas" not in "".join(page_texts(render_pdf(page_of("## Rader", long_table(MOST_ROWS)))))


def test_a_table_over_several_pages_repeats_its_heads():
    pages = [
        text for text in page_texts(render_pdf(page_of("## Rader", long_table(90)))) if re.search(r"Rad \d+ slut", text)
    ]
    assert len(pages) > 1
    assert all("Post Utfall" in text for text in pages)
    assert sum(text.count("Alla rader") for text in pages) == 1


@pytest.mark.parametrize("filler", range(20, 34))
def test_a_heading_is_never_alone_at_the_foot(filler):
    rows = "\n\n".join(f"Stycke {n}." for n in range(filler))
    pages = page_texts(render_pdf(page_of(rows, "## Rubriken här", "Första meningen därefter.")))
    [with_heading] = [text for text in pages if "Rubriken här" in text]
    assert "Första meningen" in with_heading


@pytest.mark.parametrize("filler", range(8, 26, 3))
def test_a_chart_stands_on_the_page_of_its_title(filler):
    rows = "\n\n".join(f"Stycke {n}." for n in range(filler))
    pages = page_texts(render_pdf(page_of(rows, CHART)))
    [with_title] = [text for text in pages if "Underskottet växer" in text]
    assert "feb" in with_title


def test_only_the_fonts_that_charts_were_measured_in_are_used_and_all_are_in_the_file(document):
    fonts = {}
    for page in reader(document).pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            fonts[str(font["/BaseFont"])] = bool({"/FontFile2", "/FontFile3"} & set(below))
    assert fonts
    assert all("DejaVu" in name for name in fonts), fonts
    assert all(fonts.values())


def test_a_picture_that_cannot_be_set_stops_the_document():
    broken = re.sub(r"(base64,)[^\"]+", r"\1aGVq", page_of("## Läget", picture()))
    with pytest.raises(PdfIncomplete, match="inte fullständig"):
        render_pdf(broken)


def test_without_the_systems_library_one_sentence_says_what_to_install(monkeypatch):
    def not_there(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return original(name, *rest, **more)

    original = __import__
    monkeypatch.setattr("builtins.__import__", not_there)
    with pytest.raises(PdfLibraryMissing, match=r"apt install libpango.*brew install pango.*Windows"):
        library.weasyprint()


def test_pages_are_made_without_loading_the_library():
    code = "import sys, utfall.publishing.render, utfall.publishing.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_volume_has_a_cover_contents_and_each_report_from_the_top_of_a_page(volume):
    pages = page_texts(volume)
    assert "Samlad rapport" in pages[0]
    assert "oktober 2026" in pages[0]
    assert "Påhittade uppgifter" in pages[0]
    starts = dict(bookmarks(volume))
    reports = {name: at for name, at in starts.items() if "Månadsrapport" in name}
    assert list(reports) == ["Ortopedi & rehab · Månadsrapport oktober 2026", "Kirurgi · Månadsrapport oktober 2026"]
    for name, at in reports.items():
        assert f"{name} {at}" in pages[1]
        assert "Varför avviker utfallet?" in pages[at - 1]
        assert f"Sida {at} av {len(pages)}" in pages[at - 1]
        assert f"Sida {at - 1} av {len(pages)}" in pages[at - 2]
        assert "Varför avviker utfallet?" not in pages[at - 2]


def test_a_volume_holds_all_of_each_report(page, volume):
    tags, seen = structure(volume), Seen(page)
    assert sum(1 for _ in tags.all("Figure")) == 2 * len(seen.pictures)
    assert sum(1 for table in tags.all("Table") for _ in table.all("Caption")) == 2 * seen.tables


def test_links_in_a_volume_lead_to_the_report_they_stand_in():
    part = page_of("## Läget", "Se [raderna](#avsnitt-raderna).", "## Raderna", "Här är de.", "## Slut", "Slut.")
    volume = render_volume([part, part], title="Samlad", publisher="", month="oktober 2026")
    opened = reader(volume)
    targets = [[str(a.get_object()["/Dest"]) for a in page.get("/Annots", [])] for page in list(opened.pages)[2:]]
    assert targets == [["r1-avsnitt-raderna"], ["r2-avsnitt-raderna"]]
    assert {name for page in targets for name in page} <= set(opened.named_destinations)


def test_font_files_are_where_the_charts_library_keeps_them():
    assert all((library.font_folder() / name).is_file() for name in library.FONT_FACES.values())
    assert isinstance(library.font_folder(), Path)
