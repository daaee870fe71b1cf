"""An answer written in Markdown: headings, paragraphs, lists, quotations and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import mistune

from utfall.appendix.answer.blocks import Answer, Block, BlockKind, Line, Span
from utfall.appendix.answer.marks import CLOSING, MARK, OPENING, Mark, read_mark
from utfall.errors import Fault, InvalidParameter

_FIRST, _LAST = "\ue000", "\ue001"
"""Signs of Unicode's private use around the number of a mark while the text is parsed."""

_BROKEN = "\ue002"
"""Stands for a line break inside a mark until the paragraph is over."""

_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")

_STAND_IN = re.compile(f"{_FIRST}(\\d+){_LAST}")

_CANNOT = {
    "image": "a picture",
    "block_html": "HTML",
    "inline_html": "HTML",
    "block_code": "a block of code",
}

Token = Mapping[str, Any]


def read_markdown(text: str, path: Path) -> Answer:
    r"""Read an answer written in Markdown.

    Parameters
    ----------
    text : str
        The text.
    path : Path
        Its file, for errors.

    Returns
    -------
    Answer

    Examples
    --------
    >>> answer = read_markdown("# Svar\n\nKostnaden var {{ kostnad }}.", Path("svar.md"))
    >>> [(block.kind, block.place) for block in answer.blocks]
    [('heading', 'row 1'), ('paragraph', 'row 3')]
    >>> [mark.words for mark, _ in answer.marks()]
    ['kostnad']
    """
    text = text.replace("\r\n", "\n")
    reader = _Reader(text, path)
    return Answer(path, tuple(reader.blocks()), faults=tuple(reader.faults), rows=tuple(text.split("\n")))


class _Reader:
    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.marks: list[Mark] = []
        self.rows = 1
        """Row the search for the next block begins on: the parser tells no rows."""
        plain = text.translate(dict.fromkeys(map(ord, (_FIRST, _LAST, _BROKEN))))
        self.text = _rows_kept(MARK.sub(self._stand_in, plain))
        self.lines = self.text.split("\n")
        for row, line in enumerate(self.lines, 1):
            for sign in (OPENING, CLOSING):
                if sign in line:
                    what = f"{sign} has no {CLOSING if sign == OPENING else OPENING} that belongs to it."
                    self._fault(row, what, "Write a mark as {{ name }}.")

    def blocks(self) -> Iterator[Block]:
        parse = mistune.create_markdown(renderer=None, plugins=["table"])
        tokens = parse(self.text)
        assert isinstance(tokens, list)
        yield from self._blocks(tokens)

    def _stand_in(self, match: re.Match[str]) -> str:
        row = match.string.count("\n", 0, match.start()) + 1
        try:
            mark = read_mark(match[1])
        except InvalidParameter as error:
            self._fault(row, str(error), "Correct the mark.")
            mark = Mark("judgement", match[1].strip())
        self.marks.append(mark)
        return f"{_FIRST}{len(self.marks) - 1}{_LAST}" + _BROKEN * match[0].count("\n")

    def _fault(self, row: int | None, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.path.name, row, what, remedy))

    def _blocks(self, tokens: Sequence[Token], kind: BlockKind = "paragraph") -> Iterator[Block]:
        for token in tokens:
            match token["type"]:
                case "heading":
                    yield self._block("heading", token, level=int(token["attrs"]["level"]))
                case "paragraph" | "block_text":
                    yield self._block(kind, token)
                case "block_quote":
                    yield from self._blocks(token["children"], "quote")
                case "list":
                    yield from self._items(token)
                case "table":
                    yield self._table(token)
                case "blank_line" | "thematic_break":
                    continue
                case other:
                    self._cannot(other, token)

    def _items(self, token: Token) -> Iterator[Block]:
        depth = int(token["attrs"]["depth"]) + 1
        ordered = bool(token["attrs"].get("ordered"))
        for item in token["children"]:
            for child in item["children"]:
                if child["type"] in ("block_text", "paragraph"):
                    yield self._block("item", child, level=depth, ordered=ordered)
                else:
                    yield from self._blocks([child])

    def _table(self, token: Token) -> Block:
        cells: list[Line] = []
        columns = 0
        for part in token["children"]:
            rows = [part["children"]] if part["type"] == "table_head" else [row["children"] for row in part["children"]]
            for row in rows:
                columns = columns or len(row)
                cells += [self._line(cell["children"]) for cell in row]
        return Block("table", tuple(cells), self._place(cells), columns=columns)

    def _block(self, kind: BlockKind, token: Token, *, level: int = 1, ordered: bool = False) -> Block:
        line = self._line(token["children"])
        return Block(kind, (line,), self._place([line]), level=level, ordered=ordered)

    def _place(self, lines: Sequence[Line]) -> str:
        """Find the row a block begins on, from its first words."""
        first = next((span for line in lines for span in line if span.mark or span.text.strip()), None)
        if first is None:
            return f"row {self.rows}"
        if first.mark is not None:
            at = next(n for n, mark in enumerate(self.marks) if mark is first.mark)
            wanted = f"{_FIRST}{at}{_LAST}"
        else:
            wanted = " ".join(first.text.split("\n")[0].split()[:1])
        for row in range(self.rows, len(self.lines) + 1):
            if wanted in self.lines[row - 1]:
                self.rows = row
                break
        return f"row {self.rows}"

    def _line(self, tokens: Sequence[Token]) -> Line:
        return _joined(self._spans(tokens, Span("")))

    def _spans(self, tokens: Sequence[Token], style: Span) -> Iterator[Span]:
        for token in tokens:
            match token["type"]:
                case "text" | "codespan":
                    yield from self._texts(token["raw"], style)
                case "softbreak" | "linebreak":
                    yield _styled(style, " ")
                case "strong":
                    yield from self._spans(token["children"], _styled(style, "", bold=True))
                case "emphasis":
                    yield from self._spans(token["children"], _styled(style, "", italic=True))
                case "link":
                    yield from self._spans(token["children"], _styled(style, "", link=str(token["attrs"]["url"])))
                case other:
                    self._cannot(other, token)

    def _texts(self, raw: str, style: Span) -> Iterator[Span]:
        parts = _STAND_IN.split(raw)
        for at, part in enumerate(parts):
            if at % 2:
                mark = self.marks[int(part)]
                yield Span("", style.bold, style.italic, style.link, mark)
            elif part:
                yield _styled(style, part)

    def _cannot(self, kind: str, token: Token) -> None:
        raw = str(token.get("raw", "")).strip().split("\n")[0]
        row = next((at for at, line in enumerate(self.lines, 1) if raw and raw in line), None)
        remedy = "Write it with headings, paragraphs, lists and tables, or give the answer as a Word document."
        self._fault(row, f"holds {_CANNOT.get(kind, kind)}, which an answer in Markdown cannot have.", remedy)


def _rows_kept(text: str) -> str:
    """Put line breaks that stood in marks after their paragraphs, so that what stands below keeps its row."""
    kept, start = [], 0
    for end in _PARAGRAPH_END.finditer(text):
        paragraph = text[start : end.start()]
        kept += [paragraph.replace(_BROKEN, ""), "\n" * paragraph.count(_BROKEN), end[0]]
        start = end.end()
    return "".join(kept)


def _styled(style: Span, text: str, **more: Any) -> Span:
    return Span(
        text, more.get("bold", style.bold), more.get("italic", style.italic), more.get("link", style.link), None
    )


def _joined(spans: Iterator[Span]) -> Line:
    """Join neighbours of the same style: a sentence over two rows is one text."""
    line: list[Span] = []
    for span in spans:
        last = line[-1] if line else None
        if last and last.mark is None and span.mark is None and _styled(last, "") == _styled(span, ""):
            line[-1] = _styled(last, last.text + span.text)
        else:
            line.append(span)
    return tuple(line)
