"""Putting words where the marks of a Word document stand, in the style the mark was written in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from utfall.appendix.answer.blocks import Span
from utfall.appendix.answer.marks import MARK
from utfall.appendix.answer.word import Piece, body_paragraphs, margin_paragraphs, pieces


def fill_marks(document: Document, fills: Sequence[Span]) -> None:
    """Fill every mark of a document, in place.

    Parameters
    ----------
    document : Document
        The document.
    fills : sequence of Span
        What each mark becomes, in the order of `Answer.marks`.
    """
    coming = iter(fills)
    for paragraph in (*body_paragraphs(document), *margin_paragraphs(document)):
        _fill_paragraph(paragraph, coming)


def reference_run(reference: str, style: Any = None) -> Any:
    """Make a raised reference, ``[T7]``, that leads to the place of that name.

    Parameters
    ----------
    reference : str
        As ``T7``.
    style : object, optional
        Properties of the run it stands beside.

    Returns
    -------
    object
        A ``w:hyperlink`` element.
    """
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), reference)
    properties = OxmlElement("w:rPr") if style is None else copy.deepcopy(style)
    for old in properties.findall(qn("w:vertAlign")):
        properties.remove(old)
    raised = OxmlElement("w:vertAlign")
    raised.set(qn("w:val"), "superscript")
    # The schema orders a run's properties; only these four may come after.
    later = [properties.find(qn(tag)) for tag in ("w:rtl", "w:cs", "w:em", "w:lang")]
    first = next((element for element in later if element is not None), None)
    if first is None:
        properties.append(raised)
    else:
        first.addprevious(raised)
    link.append(_run(f"[{reference}]", properties))
    return link


def _fill_paragraph(paragraph: Any, fills: Iterator[Span]) -> None:
    text, runs = pieces(paragraph)
    marks = [(match.start(), match.end(), next(fills)) for match in MARK.finditer(text)]
    for start, end, fill in reversed(marks):  # from the last: places before it stay where they are
        _fill_mark(runs, start, end, fill)


def _fill_mark(runs: Sequence[Piece], start: int, end: int, fill: Span) -> None:
    touched = [piece for piece in runs if piece.start < end and piece.end > start]
    first, last = touched[0], touched[-1]
    before = (first.element.text or "")[: start - first.start]
    after = (last.element.text or "")[end - last.start :]
    for piece in touched[1:]:
        _set(piece.element, "")
    if first is not last:
        _set(last.element, after)
        after = ""
    if not fill.reference:
        _set(first.element, before + fill.text + after)
        return
    _set(first.element, before + fill.text)
    run = first.element.getparent()
    style = run.find(qn("w:rPr"))
    rest = list(first.element.itersiblings())
    # A link within a link is not allowed: the reference then stands after the outer one.
    place = next(run.iterancestors(qn("w:hyperlink")), run)
    link = reference_run(fill.reference, style)
    if after or rest:
        following = _run(after, None if style is None else copy.deepcopy(style))
        following.extend(rest)
        run.addnext(following)
    if place is run:
        run.addnext(link)
    else:
        place.addnext(link)


def _run(text: str, properties: Any) -> Any:
    run = OxmlElement("w:r")
    if properties is not None:
        run.append(properties)
    element = OxmlElement("w:t")
    _set(element, text)
    run.append(element)
    return run


def _set(element: Any, text: str) -> None:
    element.text = text
    element.set(qn("xml:space"), "preserve")
