"""An answer written in Word: its text and marks, also where Word has split a mark over several runs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from utfall.appendix.answer.blocks import Answer, Block, BlockKind, Line, Span
from utfall.appendix.answer.marks import CLOSING, MARK, OPENING, Mark, read_mark
from utfall.errors import Fault, InvalidData, InvalidParameter

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"toc(?: heading| \d|$)", re.IGNORECASE)

_REFUSED = {
    "w:del": ("has tracked changes", "Accept or reject them all, so that the answer says one thing."),
    "w:ins": ("has tracked changes", "Accept or reject them all, so that the answer says one thing."),
    "w:commentReference": ("has comments", "Take them away: they would leave the house with the answer."),
    "w:footnoteReference": ("has footnotes", "Move their text into the body, where its numbers can be checked."),
    "w:endnoteReference": ("has endnotes", "Move their text into the body, where its numbers can be checked."),
    "w:txbxContent": ("has text boxes", "Move their text into the body, where its numbers can be checked."),
    "w:drawing": ("has a picture in its text", "Take it away; a picture in the head of the pages may stay."),
    "w:pict": ("has a picture in its text", "Take it away; a picture in the head of the pages may stay."),
}
"""Parts that the page could not show or the numbers not be read in, and what to do about each."""


@dataclass(frozen=True)
class Piece:
    """A run's text, and where in the paragraph's text it begins.

    Parameters
    ----------
    element : object
        The ``w:t`` element.
    start, end : int
        Where its text begins and ends.
    """

    element: Any
    start: int
    end: int


def read_word(path: Path) -> Answer:
    """Read an answer written in Word.

    Parameters
    ----------
    path : Path
        The .docx file.

    Returns
    -------
    Answer
        Also the head and foot of its pages, as margins. Places are the paragraphs of the body, the first being 1;
        those of tables count.

    Raises
    ------
    InvalidData
        When it is no Word document.
    """
    content = path.read_bytes()
    try:
        document = docx.Document(io.BytesIO(content))
    except (OpcError, BadZipFile, KeyError, ValueError):
        remedy = "Save it as a Word document (.docx)."
        raise InvalidData([Fault(path.name, None, "is not a Word document.", remedy)]) from None
    reader = _Reader(path, document)
    blocks = tuple(reader.body())
    margins = tuple(reader.margins())
    return Answer(path, blocks, margins, content, tuple(reader.faults))


def body_paragraphs(document: Document) -> list[Any]:
    """Every ``w:p`` element of the body, those of tables too, in order."""
    return list(document.element.body.iter(qn("w:p")))


def margin_paragraphs(document: Document) -> list[Any]:
    """Every ``w:p`` element in the heads and feet of pages, in the order of their files' names."""
    parts = {
        str(part.partname): part
        for part in document.part.package.iter_parts()
        if re.search(r"\.(?:header|footer)\+xml$", part.content_type)
    }
    return [p for name in sorted(parts) for p in parts[name].element.iter(qn("w:p"))]


def pieces(paragraph: Any) -> tuple[str, list[Piece]]:
    """The text of a paragraph, with a space for each tab and line break, and the runs it is made of."""
    text, found = "", []
    for element in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if element.getparent().tag != qn("w:r"):
            continue  # a tab stop in the paragraph's properties
        if element.tag == qn("w:t"):
            found.append(Piece(element, len(text), len(text) + len(element.text or "")))
            text += element.text or ""
        else:
            text += "-" if element.tag == qn("w:noBreakHyphen") else " "
    return text, found


class _Reader:
    def __init__(self, path: Path, document: Document) -> None:
        self.path = path
        self.document = document
        self.faults: list[Fault] = []
        self.paragraphs = body_paragraphs(document)  # kept: an element that is let go gets another id
        self.places = {id(p): f"paragraph {at}" for at, p in enumerate(self.paragraphs, 1)}
        self.styles = {style.style_id: style.name or "" for style in document.styles}
        self._refuse()

    def body(self) -> Iterator[Block]:
        yield from self._blocks(self.document.element.body)

    def margins(self) -> Iterator[Block]:
        for p in margin_paragraphs(self.document):
            yield Block("paragraph", (self._line(p, "the head or foot of the pages"),), "the head or foot of the pages")

    def _fault(self, place: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(f"{self.path.name}, {place}" if place else self.path.name, None, what, remedy))

    def _refuse(self) -> None:
        said = set()
        for tag, (what, remedy) in _REFUSED.items():
            found = next(self.document.element.body.iter(qn(tag)), None)
            if found is not None and what not in said:
                said.add(what)
                around = next((a for a in found.iterancestors(qn("w:p")) if id(a) in self.places), None)
                self._fault("" if around is None else self.places[id(around)], f"{what}.", remedy)

    def _blocks(self, parent: Any) -> Iterator[Block]:
        for child in parent:
            if child.tag == qn("w:p"):
                yield self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent")):
                yield from self._blocks(child)

    def _paragraph(self, p: Any) -> Block:
        place = self.places[id(p)]
        properties = p.find(qn("w:pPr"))
        style = None if properties is None else properties.find(qn("w:pStyle"))
        name = "" if style is None else self.styles.get(style.get(qn("w:val")), "")
        kind, level, ordered = self._kind(name, properties)
        return Block(
            kind, (self._line(p, place),), place, level=level, ordered=ordered, typed=not _CONTENTS.match(name)
        )

    def _kind(self, style: str, properties: Any) -> tuple[BlockKind, int, bool]:
        if style == "Title":
            return "heading", 1, False
        if heading := _HEADING.fullmatch(style):
            return "heading", int(heading[1]) + 1, False
        numbering = None if properties is None else properties.find(qn("w:numPr"))
        if numbering is not None or style.startswith("List"):
            level = 0 if numbering is None else _value(numbering, "w:ilvl")
            digit = re.search(r"\d$", style)
            ordered = "Number" in style if numbering is None else self._is_ordered(_value(numbering, "w:numId"), level)
            return "item", level + 1 if numbering is not None or digit is None else int(digit[0]), ordered
        return ("quote" if "Quote" in style else "paragraph"), 1, False

    def _is_ordered(self, number: int, level: int) -> bool:
        """Whether a numbering has digits or letters at a level, and no bullets."""
        part = next((p for p in self.document.part.package.iter_parts() if "numbering+xml" in p.content_type), None)
        if part is None:
            return False
        root = part.element
        num = next((n for n in root.iter(qn("w:num")) if n.get(qn("w:numId")) == str(number)), None)
        abstract = "" if num is None else num.find(qn("w:abstractNumId")).get(qn("w:val"))
        for kind in root.iter(qn("w:abstractNum")):
            if kind.get(qn("w:abstractNumId")) == abstract:
                for one in kind.iter(qn("w:lvl")):
                    if one.get(qn("w:ilvl")) == str(level):
                        form = one.find(qn("w:numFmt"))
                        return form is not None and form.get(qn("w:val")) not in ("bullet", "none")
        return False

    def _table(self, table: Any) -> Block:
        rows = [self._cells(row) for row in table.iter(qn("w:tr")) if next(row.iterancestors(qn("w:tbl"))) is table]
        columns = max((len(row) for row in rows), default=1)
        lines = tuple(line for row in rows for line in [*row, *[()] * (columns - len(row))])
        first = next(table.iter(qn("w:p")), None)
        return Block("table", lines, "" if first is None else self.places[id(first)], columns=columns)

    def _cells(self, row: Any) -> list[Line]:
        cells: list[Line] = []
        for cell in row.iterchildren(qn("w:tc"), qn("w:sdt")):
            spans: list[Span] = []
            for p in cell.iter(qn("w:p")):
                spans += [*([Span(" ")] if spans else []), *self._line(p, self.places[id(p)])]
            cells.append(tuple(spans))
            wide = next(cell.iter(qn("w:gridSpan")), None)
            cells += [()] * (int(wide.get(qn("w:val"), "1")) - 1 if wide is not None else 0)
        return cells

    def _line(self, p: Any, place: str) -> Line:
        text, runs = pieces(p)
        spans: list[Span] = []
        at = 0
        for match in MARK.finditer(text):
            spans += _styled(text, runs, at, match.start())
            spans.append(self._mark(match[1], place, _style_at(runs, match.start())))
            at = match.end()
        spans += _styled(text, runs, at, len(text))
        for sign in (OPENING, CLOSING):
            if any(span.mark is None and sign in span.text for span in spans):
                other = CLOSING if sign == OPENING else OPENING
                self._fault(place, f"{sign} has no {other} that belongs to it.", "Write a mark as {{ name }}.")
        return tuple(spans)

    def _mark(self, content: str, place: str, style: Span) -> Span:
        try:
            mark = read_mark(content)
        except InvalidParameter as error:
            self._fault(place, str(error), "Correct the mark.")
            mark = Mark("judgement", content.strip())
        return Span("", style.bold, style.italic, mark=mark)


def _value(numbering: Any, tag: str) -> int:
    found = numbering.find(qn(tag))
    return 0 if found is None else int(found.get(qn("w:val"), "0"))


def _styled(text: str, runs: Sequence[Piece], start: int, end: int) -> list[Span]:
    """The text between two places, one span for each style."""
    spans: list[Span] = []
    while start < end:
        style = _style_at(runs, start)
        piece = next((piece for piece in runs if piece.start <= start < piece.end), None)
        until = min(end, piece.end if piece else start + 1)
        last = spans[-1] if spans else None
        if last and ((last.bold, last.italic) == (style.bold, style.italic) or piece is None):
            spans[-1] = Span(last.text + text[start:until], last.bold, last.italic)
        else:
            spans.append(Span(text[start:until], style.bold, style.italic))
        start = until
    return spans


def _style_at(runs: Sequence[Piece], at: int) -> Span:
    piece = next((piece for piece in runs if piece.start <= at < piece.end), None)
    if piece is None:
        return Span("")
    properties = piece.element.getparent().find(qn("w:rPr"))
    return Span("", _is_on(properties, "w:b"), _is_on(properties, "w:i"))


def _is_on(properties: Any, tag: str) -> bool:
    found = None if properties is None else properties.find(qn(tag))
    return found is not None and found.get(qn("w:val"), "true") not in ("0", "false", "off")
