"""The answer as a Word document: the writer's own, filled, or one made from Markdown."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from utfall.appendix.answer.blocks import Block, Line, plain_text
from utfall.appendix.answer.fill import FilledAnswer
from utfall.appendix.answer.outline import outlined
from utfall.appendix.answer.packed import packed
from utfall.appendix.answer.sources import FICTITIOUS, HEADING, addressed, particulars, signature, source_lists
from utfall.appendix.answer.word_fill import fill_marks, reference_run
from utfall.appendix.answer.word_tables import add_source_list, add_table, has_style

LANGUAGE = "sv-SE"

FONT = "Calibri"
"""Font of a document made from Markdown; Word has it, and other programs one of the same widths."""

_INK = RGBColor(0x1B, 0x1F, 0x23)
_DEEPEST = 3
"""Levels of lists that Word's own styles reach."""

_OUTSIDE = ("extended-properties", "custom-properties", "thumbnail")
"""Parts beside the text that tell of the writer's machine: company, template, minutes of editing, a picture."""

_UNSEEN = ("customXml", "stylesWithEffects")
"""Parts of the text that no reader sees: a document system's own notes, and styles for a Word of 2010."""


def answer_docx(filled: FilledAnswer) -> bytes:
    """Write an answer as a Word document.

    Parameters
    ----------
    filled : FilledAnswer
        The answer with its numbers in place.

    Returns
    -------
    bytes
        The writer's own document with its marks filled, or one made of the Markdown; each number with a reference
        to the lists last in it. The same answer gives the same bytes: its only date is the case's.
    """
    if filled.document is not None:
        document = docx.Document(io.BytesIO(filled.document))
        fill_marks(document, filled.fills)
        if filled.fictitious:
            _say_fictitious(document.paragraphs[0].insert_paragraph_before() if document.paragraphs else None, document)
        title = filled.case.title
    else:
        document, title = _made(filled)
    _speaks_swedish(document)
    _add_lists(document, filled)
    _tell_of_the_case(document, filled, title)
    written = io.BytesIO()
    document.save(written)
    return packed(written.getvalue())


def _made(filled: FilledAnswer) -> tuple[Document, str]:
    document = docx.Document()
    _set_page(document, filled)
    line, blocks = outlined(filled.blocks, filled.case.title)
    if filled.case.publisher:
        document.add_paragraph().add_run(filled.case.publisher).bold = True
    if filled.fictitious:
        _say_fictitious(None, document)
    to = document.add_paragraph()
    to.add_run(filled.case.diary_number).bold = True
    to.add_run(f"  {addressed(filled)}")
    _write(document.add_paragraph(style="Title"), line)
    head = document.add_paragraph()
    for at, (word, what) in enumerate(particulars(filled)):
        if at:
            head.add_run().add_break()
        head.add_run(f"{word}: {what}")
    for block in blocks:
        _add_block(document, block)
    name, role = signature(filled)
    signed = document.add_paragraph()
    signed.paragraph_format.space_before = Pt(24)
    signed.add_run(name).bold = True
    signed.add_run().add_break()
    signed.add_run(role)
    return document, plain_text(line)


def _add_block(document: Document, block: Block) -> None:
    if block.kind == "table":
        add_table(document, _rows(block))
        return
    style = {
        "heading": f"Heading {block.level - 1}",
        "quote": "Quote",
        "paragraph": "Normal",
        "item": f"List {'Number' if block.ordered else 'Bullet'}"
        + (f" {min(block.level, _DEEPEST)}" if block.level > 1 else ""),
    }[block.kind]
    _write(document.add_paragraph(style=style), block.lines[0])


def _rows(block: Block) -> list[list[str]]:
    cells = [
        plain_text(line) + "".join(f" [{span.reference}]" for span in line if span.reference) for line in block.lines
    ]
    return [cells[at : at + block.columns] for at in range(0, len(cells), block.columns)]


def _write(paragraph: Any, line: Line) -> None:
    for span in line:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.reference:
            paragraph._p.append(reference_run(span.reference))


def _add_lists(document: Document, filled: FilledAnswer) -> None:
    lists = source_lists(filled)
    if not lists:
        return
    heading = document.add_paragraph(style="Heading 1" if has_style(document, "Heading 1") else None)
    run = heading.add_run(HEADING)
    if not has_style(document, "Heading 1"):
        run.bold = True
    heading.paragraph_format.page_break_before = True
    for one in lists:
        add_source_list(document, one)


def _say_fictitious(paragraph: Any, document: Document) -> None:
    paragraph = paragraph if paragraph is not None else document.add_paragraph()
    paragraph.add_run(FICTITIOUS[0]).bold = True
    paragraph.add_run(f" {FICTITIOUS[1]}")


def _set_page(document: Document, filled: FilledAnswer) -> None:
    for style in list(document.styles.element.iter(qn("w:style"))):
        # Nine tenths of the template are table styles, of which none is used.
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) is None:
            document.styles.element.remove(style)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    for name, size in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Heading 2", 12), ("Heading 3", 11)):
        _set_font(document.styles[name], size)
    section.header.paragraphs[0].text = filled.case.diary_number
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run("Sida ")
    _add_field(foot, "PAGE")
    foot.add_run(" av ")
    _add_field(foot, "NUMPAGES")


def _set_font(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), _INK
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):  # the theme's font would win
            del fonts.attrib[name]
    fonts.set(qn("w:hAnsi"), FONT)


def _add_field(paragraph: Any, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _speaks_swedish(document: Document) -> None:
    """Set the document's language, for spelling and for screen readers, unless it has a Swedish one."""
    for language in document.styles.element.iter(qn("w:lang")):
        if not (language.get(qn("w:val")) or "").startswith("sv"):
            language.set(qn("w:val"), LANGUAGE)
    defaults = next(document.styles.element.iter(qn("w:rPrDefault")), None)
    properties = None if defaults is None else defaults.find(qn("w:rPr"))
    if properties is not None and properties.find(qn("w:lang")) is None:
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LANGUAGE)
        properties.append(language)


def _tell_of_the_case(document: Document, filled: FilledAnswer, title: str) -> None:
    case = filled.case
    told = document.core_properties
    noon = datetime.datetime.combine(case.date, datetime.time(12))
    told.title, told.subject, told.author, told.language = title, case.diary_number, case.signatory.name, LANGUAGE
    told.created = told.modified = noon
    told.last_modified_by = case.signatory.name
    told.revision = 1
    told.comments = told.keywords = told.category = told.content_status = told.version = told.identifier = ""
    for element in list(told._element):
        if element.tag.endswith("}lastPrinted"):
            told._element.remove(element)
    _drop(document.part.package.rels, _OUTSIDE)
    _drop(document.part.rels, _UNSEEN)


def _drop(relations: Any, kinds: Sequence[str]) -> None:
    for name in [name for name, relation in relations.items() if relation.reltype.rsplit("/", 1)[-1] in kinds]:
        del relations[name]
