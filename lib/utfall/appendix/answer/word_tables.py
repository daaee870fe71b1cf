"""Tables of a Word document: thin lines, a head that is repeated on each page, and names that references lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from utfall.appendix.answer.sources import SourceList

SMALL = 7.5
"""Points of the text in the lists last in an answer."""

LINE = "BFBFBF"
"""Colour of a table's lines."""

FIRST_BOOKMARK = 9000
"""Number of the first bookmark; a writer's own document seldom has as many."""


def has_style(document: Document, name: str) -> bool:
    """Whether a document has a style; Word leaves those never used out of the file."""
    return any(style.name == name for style in document.styles)


def add_table(document: Document, rows: Sequence[Sequence[str]], *, points: float | None = None) -> Any:
    """Add a table whose first row is its head.

    Parameters
    ----------
    document : Document
        The document.
    rows : sequence of sequence of str
        Its cells.
    points : float, optional
        Size of the text; the document's own by default.

    Returns
    -------
    docx.table.Table
    """
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    _draw_lines(table)
    for at, row in enumerate(rows):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.bold = True if at == 0 else None
            if points:
                run.font.size = Pt(points)
    _mark_row(table.rows[0], "w:tblHeader")
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
    return table


def add_source_list(document: Document, one: SourceList) -> None:
    """Add a list: its title, how to read it, and a table whose rows references lead to.

    Parameters
    ----------
    document : Document
        The document.
    one : SourceList
        The list.
    """
    has_heading = has_style(document, "Heading 2")
    title = document.add_paragraph(style="Heading 2" if has_heading else None)
    title.add_run(one.title).bold = None if has_heading else True
    title.paragraph_format.keep_with_next = True
    document.add_paragraph(one.note).paragraph_format.keep_with_next = True
    table = add_table(document, [one.columns, *(row.cells for row in one.rows)], points=SMALL)
    taken = sum(1 for _ in document.element.body.iter(qn("w:bookmarkStart")))
    for at, row in enumerate(one.rows):
        if row.anchor:
            _name(table.rows[at + 1].cells[0].paragraphs[0], row.anchor, FIRST_BOOKMARK + taken + at)
    document.add_paragraph()


def _name(paragraph: Any, anchor: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), anchor)
    runs = paragraph._p.findall(qn("w:r"))
    runs[0].addprevious(start)
    runs[-1].addnext(end)


def _draw_lines(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    look = properties.find(qn("w:tblLook"))
    before = next((element for element in (layout, look) if element is not None), None)
    if before is None:
        properties.append(borders)
    else:
        before.addprevious(borders)


def _mark_row(row: Any, tag: str) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement(tag)
    if tag == "w:cantSplit":
        properties.insert(0, mark)
    else:
        properties.append(mark)
