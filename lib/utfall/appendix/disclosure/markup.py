"""HTML, SVG and the XML inside office documents: the text as a reader sees it, its tables, and what lies behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from utfall.appendix.disclosure.pieces import Piece, SeenTable, Text

INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "r",
        "rph",
        "rpr",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "t",
        "time",
        "tspan",
        "u",
        "var",
        "wbr",
        "color",
        "sz",
        "rfont",
        "family",
        "scheme",
        "vertalign",
        "charset",
    ]
)
"""Elements that do not part a word."""

_WORD_BLOCKS = frozenset(
    ["w:p", "w:tr", "w:tc", "w:tbl", "w:br", "w:tab", "w:body", "w:document", "w:footnote", "w:endnote", "w:comment"]
)
_TABLE, _ROW, _CELL = frozenset({"table", "w:tbl"}), frozenset({"tr", "w:tr"}), frozenset({"td", "th", "w:tc"})
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BEHIND = frozenset({"script", "style"})
_TOTAL = re.compile(r"\b(total|sum|summa)\b", re.IGNORECASE)


def read_markup(markup: str, place: str = "") -> Iterator[Piece]:
    r"""Take HTML or XML apart.

    Parameters
    ----------
    markup : str
        The markup.
    place : str
        What places in it begin with.

    Yields
    ------
    Text or SeenTable
        The visible text, with words whole even where elements part them; attributes, comments and scripts; each
        table.

    Examples
    --------
    >>> pieces = list(read_markup("<p>64<b>08</b>23</p><img alt='Diagram'><p>x</p>"))
    >>> [piece.text.split() for piece in pieces]
    [['640823', 'x'], ['Diagram']]
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    yield Text(place, "".join(reader.seen))
    if reader.behind:
        yield Text(f"{place} (attribut, kommentar eller skript)".strip(), "\n".join(reader.behind))
    for number, table in enumerate(reader.tables, start=1):
        seen = table.seen(f"{place} tabell {number}".strip())
        if seen is not None:
            yield seen


def is_inline(tag: str) -> bool:
    """Tell whether an element leaves the words around it whole.

    Examples
    --------
    >>> is_inline("w:r"), is_inline("w:p"), is_inline("td")
    (True, False, False)
    """
    if tag.startswith("w:"):
        return tag not in _WORD_BLOCKS
    if tag.startswith("a:"):
        return tag != "a:p"
    return tag in INLINE or tag == "text:span"


class _Open:
    """A table being read."""

    def __init__(self) -> None:
        self.caption: list[str] = []
        self.rows: list[list[list[str]]] = []
        self.totals: list[int] = []
        self.in_caption = False
        self.in_cell = False

    def seen(self, place: str) -> SeenTable | None:
        rows = [tuple(" ".join("".join(cell).split(" ")).strip() for cell in row) for row in self.rows if row]
        if not rows:
            return None
        width = max(map(len, rows))
        padded = [row + ("",) * (width - len(row)) for row in rows]
        totals = tuple(number - 1 for number in self.totals if number > 0)
        return SeenTable(place, "".join(self.caption).strip(), padded[0], tuple(padded[1:]), totals)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.behind: list[str] = []
        self.tables: list[_Open] = []
        self._open: list[_Open] = []
        self._in_behind = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.behind += [value for _, value in attrs if value]
        if not is_inline(tag):
            self._put("\n")
        if tag in _BEHIND:
            self._in_behind += 1
        table = self._open[-1] if self._open else None
        if tag in _TABLE:
            self._open.append(_Open())
            self.tables.append(self._open[-1])
        elif table and tag in _ROW:
            table.rows.append([])
            if any(name == "class" and _TOTAL.search(value or "") for name, value in attrs):
                table.totals.append(len([row for row in table.rows if row]))
        elif table and tag in _CELL:
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append([])
            table.in_cell = True
        elif table and tag == "caption":
            table.in_caption = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BEHIND:
            self._in_behind = max(0, self._in_behind - 1)
        if self._open:
            if tag in _TABLE:
                self._open.pop()
            elif tag in _CELL:
                self._open[-1].in_cell = False
            elif tag == "caption":
                self._open[-1].in_caption = False
        if not is_inline(tag):
            self._put("\n")

    def handle_data(self, data: str) -> None:
        if self._in_behind:
            self.behind.append(data)
            return
        self._put(data)

    def handle_comment(self, data: str) -> None:
        self.behind.append(data)

    def handle_pi(self, data: str) -> None:
        self.behind.append(data)

    def unknown_decl(self, data: str) -> None:
        # A CDATA section is text to an XML reader.
        self._put(data.removeprefix("CDATA["))

    def _put(self, text: str) -> None:
        self.seen.append(text)
        if self._open:
            table = self._open[-1]
            if table.in_caption:
                table.caption.append(text)
            elif table.in_cell and table.rows and table.rows[-1]:
                table.rows[-1][-1].append(" " if text == "\n" else text)
