"""Tables on paper: how wide each column is, which tables need a page on its side, and where a long one is cut."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from matplotlib.font_manager import get_font

from utfall.presentation import numbers
from utfall.publishing.pdf.library import FONT_FACES, font_folder

MOST_ROWS = 300
"""Rows of a table that are set. The time grows faster than the rows: a thousand take a quarter of a minute, and nobody
reads them on paper."""

KEPT_WHOLE = 20
"""Rows, with the heading, up to which a table is moved to the next page rather than divided."""

PORTRAIT, LANDSCAPE = 510.0, 757.0
"""Width of the text on an A4 page, standing and on its side, in points; as `pdf.css` sets the margins (15 mm)."""

SIZES = (8.0, 7.2, 6.5)
"""Text sizes of a table, in points: the largest that fits is taken. `pdf.css` has a class for each."""

PADDING = 8.0
"""Points between one column's text and the next one's, as `pdf.css` sets it."""

COMFORTABLE = 105.0
"""Points a column of prose should have at `SIZES[0]` before the page is turned: about four words a line."""

WIDEST_TEXT = 300.0
"""Points a column of prose is given before all others have what they need."""

HYPHENATED_FROM = 75.0
"""Points from which a word may be broken with a hyphen."""

HEADING_LINES = 2
"""Lines a heading may take before it widens its column."""

UNEVEN = 0.985
"""Share of a table's width that columns are planned on; the rest is for rounding."""

MOST_WORDS_BEFORE = 4
"""Paragraphs that go with a table to a page on its side, to stay below their heading."""

_HEADING = re.compile(r"h[2-6]")
_INDENT, _NO_INDENT = re.compile(r"padding-left:(\d+)em"), "padding-left:0em"
_BREAKS = re.compile(r"[ \n/]+|(?<=[-–])")


def cut_tables(tree: Element) -> None:
    """Cut every table that is too long for paper, and say where all its rows are.

    Sums and other emphasised rows stay, wherever in the table they are.

    Parameters
    ----------
    tree : Element
        The ``<html>`` element, with the page's links to the numbers still in it; changed in place.
    """
    parents = {child: parent for parent in tree.iter() for child in parent}
    for table in list(tree.iter("table")):
        rows = [(body, row) for body in table.iter("tbody") for row in body.findall("tr")]
        left_out = [(body, row) for body, row in rows[MOST_ROWS:] if "total" not in (row.get("class") or "").split()]
        if not left_out:
            continue
        for body, row in left_out:
            body.remove(row)
        note = Element("p", {"class": "note cut"})
        note.text = (
            f"Här visas {numbers.number(len(rows) - len(left_out))} av tabellens {numbers.number(len(rows))} rader. "
            f"Alla rader finns i {_where_all_rows_are(tree, table, parents)}."
        )
        parents[table].insert(list(parents[table]).index(table) + 1, note)


def _where_all_rows_are(tree: Element, table: Element, parents: dict[Element, Element]) -> str:
    """Name the table's CSV, which is linked to right below it, and the report's workbook."""
    output = next((e for e in _ancestors(table, parents) if "output" in (e.get("class") or "").split()), None)
    names = []
    if output is not None:
        siblings = list(parents[output])
        below = siblings[siblings.index(output) + 1 : siblings.index(output) + 2]
        names += [link.get("href", "") for element in below for link in element.iter("a")]
    names += [link.get("href", "") for link in tree.iter("a")]
    csv = next((name for name in names[:1] if name.endswith(".csv")), None)
    workbook = next((name for name in names if name.endswith(".xlsx")), None)
    found = [name for name in (csv, workbook) if name]
    if not found:
        return "rapportens CSV- och Excel-filer"
    return f"{'filerna' if len(found) > 1 else 'filen'} {' och '.join(found)}"


def set_tables(tree: Element) -> None:
    """Measure and place every table of a page.

    A table too wide for a standing page is put on a page on its side, together with the heading right above it.

    Parameters
    ----------
    tree : Element
        The ``<html>`` element; changed in place.
    """
    parents = {child: parent for parent in tree.iter() for child in parent}
    for table in list(tree.iter("table")):
        columns = _measured(table)
        if not columns:
            continue
        if sum(1 for _ in table.iter("tr")) <= KEPT_WHOLE:
            table.set("class", f"{table.get('class', '')} whole".strip())
        size, landscape = _placed(columns)
        _set_widths(table, columns, size, LANDSCAPE if landscape else PORTRAIT)
        if landscape:
            _turn(table, parents)


@dataclass(frozen=True)
class _Columns:
    """Width of one column at text size 1: of its longest unbreakable part, and of its longest line."""

    least: float
    most: float

    def least_at(self, size: float) -> float:
        return self.least * size + PADDING

    def most_at(self, size: float) -> float:
        return min(self.most * size, WIDEST_TEXT) + PADDING if self.most > self.least else self.least_at(size)

    def comfortable_at(self, size: float) -> float:
        return max(self.least_at(size), min(self.most_at(size), COMFORTABLE * size / SIZES[0] + PADDING))


def _measured(table: Element) -> list[_Columns]:
    widths: dict[int, tuple[float, float]] = {}
    for row in table.iter("tr"):
        at = 0
        for cell in row:
            if cell.tag not in ("th", "td"):
                continue
            span = int(cell.get("colspan") or 1)
            if span == 1:
                least, most = widths.get(at, (0.0, 0.0))
                own_least, own_most = _cell_widths(cell, row)
                widths[at] = max(least, own_least), max(most, own_most)
            at += span
    return [_Columns(*widths.get(at, (0.0, 0.0))) for at in range(max(widths, default=-1) + 1)]


def _cell_widths(cell: Element, row: Element) -> tuple[float, float]:
    heading = cell.tag == "th" and cell.get("scope") != "row"
    bold = heading or "total" in (row.get("class") or "").split()
    text = "".join(cell.itertext())
    indent = sum(
        float(e) for e in re.findall(r"padding-left:(\d+)em", " ".join(c.get("style", "") for c in cell.iter()))
    )
    symbols = sum(1.0 for image in cell.iter("img"))  # a symbol is one text size wide
    lines = [line.strip(" \n") for line in text.split("\n")]
    most = max(_width(line, bold) for line in lines) + indent + symbols
    if not heading and "num" in (cell.get("class") or "").split():
        return most, most
    words = [_width(word, bold) for word in _BREAKS.split(text) if word]
    hyphenated = HYPHENATED_FROM / SIZES[0]
    if heading:
        return min(_narrowest(words, HEADING_LINES + 1), hyphenated), _narrowest(words, HEADING_LINES)
    return min(max(words, default=0.0), hyphenated) + indent + symbols, most


def _narrowest(words: Sequence[float], lines: int) -> float:
    """Width in which words can be set in a number of lines."""
    space = _width(" ", bold=True)
    spans = [sum(words[i:j]) + (j - i - 1) * space for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
    return next((width for width in sorted(spans) if _lines(words, width, space) <= lines), 0.0)


def _lines(words: Sequence[float], width: float, space: float) -> float:
    count, used = 1, -space
    for word in words:
        if word > width:
            return math.inf
        used += space + word
        if used > width:
            count, used = count + 1, word
    return count


def _placed(columns: Sequence[_Columns]) -> tuple[float, bool]:
    """Text size, and whether the page is turned: as little of either as lets every column be read."""
    for size in SIZES:
        if sum(column.comfortable_at(size) for column in columns) <= PORTRAIT * UNEVEN:
            return size, False
    for size in SIZES:
        if sum(column.comfortable_at(size) for column in columns) <= LANDSCAPE * UNEVEN:
            return size, True
    return next((s for s in SIZES if sum(c.least_at(s) for c in columns) <= LANDSCAPE * UNEVEN), SIZES[-1]), True


def _set_widths(table: Element, columns: Sequence[_Columns], size: float, room: float) -> None:
    """Write the columns' widths into the table: WeasyPrint then need not set each cell to find out."""
    least = [column.least_at(size) for column in columns]
    wanted = [column.most_at(size) - column.least_at(size) for column in columns]
    spare = room * UNEVEN - sum(least)
    share = min(1.0, max(0.0, spare) / sum(wanted)) if sum(wanted) else 0.0
    widths = [low + share * more for low, more in zip(least, wanted, strict=True)]
    widths = [min(room / sum(widths), 1 / UNEVEN) * width for width in widths]
    groups = [group for group in table if group.tag == "colgroup"]
    for group in groups:
        table.remove(group)
    group = Element("colgroup")
    for width in widths:
        SubElement(group, "col", {"style": f"width:{width:.1f}pt"})
    table.insert(1 if len(table) and table[0].tag == "caption" else 0, group)
    table.set("class", f"{table.get('class', '')} size-{SIZES.index(size)}".strip())
    table.set("style", f"width:{sum(widths):.1f}pt")


def _turn(table: Element, parents: dict[Element, Element]) -> None:
    """Put a table on a page of its own direction, with the heading above it and the notes below."""
    block = table
    for ancestor in _ancestors(table, parents):
        if {"table-scroll", "output"}.isdisjoint((ancestor.get("class") or "").split()):
            break
        block = ancestor
    around = parents[block]
    siblings = list(around)
    first = _start_of_section(siblings, siblings.index(block))
    moved = siblings[first : siblings.index(block) + 1]
    if block.tag == "table" or "output" not in (block.get("class") or "").split():
        after = siblings[siblings.index(block) + 1 : siblings.index(block) + 2]
        moved += [s for s in after if "note" in (s.get("class") or "").split()]
    before = siblings[first - 1] if first else None
    wide = before if before is not None and before.get("class") == "wide" else Element("div", {"class": "wide"})
    for element in moved:
        around.remove(element)
        wide.append(element)
        parents[element] = wide
    if wide is not before:
        around.insert(first, wide)
        parents[wide] = around


def _start_of_section(siblings: Sequence[Element], at: int) -> int:
    """Where the heading and the words that lead up to a table begin; the table itself when a chart comes between."""
    start = at
    while start and at - start <= MOST_WORDS_BEFORE and _is_words(siblings[start - 1]):
        start -= 1
        if _HEADING.fullmatch(siblings[start].tag):
            while start and _HEADING.fullmatch(siblings[start - 1].tag):
                start -= 1
            return start
    return at


def _is_words(element: Element) -> bool:
    return not any(part.tag in ("table", "img", "h1") for part in element.iter())


def _ancestors(element: Element, parents: dict[Element, Element]) -> Iterator[Element]:
    while element in parents:
        element = parents[element]
        yield element


def _width(text: str, bold: bool) -> float:
    """Width of a line of text of size 1."""
    return sum(_advance(letter, bold) for letter in text)


@lru_cache(maxsize=2048)
def _advance(letter: str, bold: bool) -> float:
    font = get_font(str(font_folder() / FONT_FACES["normal", "bold" if bold else "normal"]))
    font.set_size(64.0, 72.0)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536.0 / 64.0
