"""An answer's text, whatever it was written in: headings, paragraphs, items and tables of spans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from utfall.appendix.answer.marks import Mark
from utfall.errors import Fault

BlockKind = Literal["heading", "paragraph", "item", "quote", "table"]

HIDDEN_MARK = "¤"
"""What stands for a mark where only typed words are looked at: no letter, no digit."""


@dataclass(frozen=True)
class Span:
    """A piece of text in one style.

    Parameters
    ----------
    text : str
        The words; of a mark that is not filled, empty.
    bold, italic : bool, default False
        Its style.
    link : str, default ""
        Address it leads to.
    mark : Mark, optional
        The mark it is, or was before it was filled.
    reference : str, default ""
        Reference printed after it, as ``T7``.
    """

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    mark: Mark | None = None
    reference: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, item of a list, quoted paragraph or table.

    Parameters
    ----------
    kind : {"heading", "paragraph", "item", "quote", "table"}
        What it is.
    lines : tuple of tuple of Span
        Its text: one line; a table's cells row by row.
    place : str
        Where it stands in the file, as an error names it: ``row 12`` or ``paragraph 7``.
    level : int, default 1
        Level of a heading or an item, the highest being 1.
    ordered : bool, default False
        Whether an item is numbered.
    columns : int, default 1
        Columns of a table, whose first row is its head.
    typed : bool, default True
        Whether its words were typed by the writer; a table of contents was not.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    place: str = ""
    level: int = 1
    ordered: bool = False
    columns: int = 1
    typed: bool = True

    def with_lines(self, lines: tuple[Line, ...]) -> Block:
        """Give the same block with other text."""
        return replace(self, lines=lines)


@dataclass(frozen=True)
class Answer:
    """The text of an answer.

    Parameters
    ----------
    path : Path
        The file.
    blocks : tuple of Block
        Its text.
    margins : tuple of Block, default ()
        Text outside the body that may hold marks: the head and foot of a Word document's pages.
    document : bytes or None, default None
        The Word document it was written in.
    faults : tuple of Fault, default ()
        What could not be read.
    rows : tuple of str, default ()
        The file's own rows, when it has any.
    """

    path: Path
    blocks: tuple[Block, ...]
    margins: tuple[Block, ...] = ()
    document: bytes | None = None
    faults: tuple[Fault, ...] = ()
    rows: tuple[str, ...] = ()

    def fault(self, place: str, what: str, remedy: str) -> Fault:
        """Name a fault by its place."""
        kind, _, number = place.partition(" ")
        if kind == "row":
            return Fault(self.path.name, int(number), what, remedy)
        return Fault(f"{self.path.name}, {place}" if place else self.path.name, None, what, remedy)

    def row_of(self, words: str, place: str) -> str:
        """Narrow the place of a block down to the row some of its words stand on.

        Parameters
        ----------
        words : str
            The words.
        place : str
            Place of the block.

        Returns
        -------
        str
            The place handed in, where nothing nearer is known.
        """
        kind, _, number = place.partition(" ")
        if kind != "row":
            return place
        first = words.split()[0]
        for row in range(int(number), len(self.rows) + 1):
            line = self.rows[row - 1]
            if not line.strip():
                break
            if first in line:
                return f"row {row}"
        return place

    def marks(self) -> Iterator[tuple[Mark, str]]:
        """Every mark with its place, in the order of the text; those of the margins last."""
        for block in (*self.blocks, *self.margins):
            for line in block.lines:
                for span in line:
                    if span.mark is not None:
                        yield span.mark, block.place


def typed_text(line: Line) -> str:
    """The words of a line that were typed; a sign without meaning stands for each mark.

    Examples
    --------
    >>> typed_text((Span("Kostnaden var "), Span("", mark=Mark("name", "k")), Span(" i år.")))
    'Kostnaden var ¤ i år.'
    """
    return "".join(HIDDEN_MARK if span.mark is not None else span.text for span in line)


def plain_text(line: Line) -> str:
    """The words of a line as a reader sees them, without references."""
    return "".join(span.text for span in line)
