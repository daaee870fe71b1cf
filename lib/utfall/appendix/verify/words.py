"""The words of a page, a Word document and a PDF, so that they can be compared.

The same sentence is broken, hyphenated and spaced in different ways, so only letters, digits and the signs that change
a number are compared.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from html.parser import HTMLParser
from xml.etree import ElementTree

MOST_BYTES = 64 << 20
"""Bytes of a document's text; a book is a hundredth."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "address article aside blockquote caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 header li main ol p pre "
    "section table tbody text tfoot thead tr ul"
)
"""Elements that begin a paragraph of their own; ``text`` is a drawing's."""

_UNSEEN = _names("button defs desc footer head metadata nav noscript script style template title")
"""Elements that no reader of the printed page sees."""

_FURNITURE = _names("data-link fictitious kicker publisher skip unseen")
"""Classes of what a page has around its text."""

_VOID = _names("area base br col embed hr img input link meta source track wbr")

_KEPT = re.compile(r"[\w,.%+−<>]")

SHORTEST_HALF = 8
"""Letters that each part of a broken paragraph has; a few letters are found anywhere."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def squashed(text: str) -> str:
    r"""Leave what makes a text say what it says.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Its letters, digits, and the signs of numbers, without spaces, hyphens and case.

    Examples
    --------
    >>> squashed("Kost-\nnaden: −1\u00a0234,5 mkr.") == squashed("kostnaden −1 234,5 mkr.")
    True
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_KEPT.findall(plain)).strip(".,")


def page_blocks(page: str, *, furniture: bool = False, captions: bool = True) -> list[str]:
    """Read the paragraphs, headings and table rows of a page, as it is printed.

    Parameters
    ----------
    page : str
        HTML.
    furniture : bool, default False
        Whether what stands around the text is read, too: publisher, notices, links.
    captions : bool, default True
        Whether the captions of tables are read.

    Returns
    -------
    list of str
        In their order; without what is for finding one's way in the page.

    Examples
    --------
    >>> page_blocks("<h1>Svar</h1><nav>Hem</nav><table><tr><th>Lön</th><td>−5,0</td></tr></table>")
    ['Svar', 'Lön −5,0']
    """
    unseen = _UNSEEN if captions else _UNSEEN | {"caption"}
    reader = _Page(unseen, frozenset() if furniture else _FURNITURE)
    reader.feed(page)
    reader.close()
    reader.end_block()
    return reader.blocks


class _Page(HTMLParser):
    def __init__(self, unseen: frozenset[str], passed_over: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._unseen_tags = unseen
        self._passed_over = passed_over
        self.blocks: list[str] = []
        self._open: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._open.append(" ")
            return
        classes = set((dict(attrs).get("class") or "").split())
        if tag in self._unseen_tags or classes & self._passed_over or self._unseen:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.end_block()
        elif tag in ("td", "th"):
            self._open.append(" ")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """An element that is closed where it is opened has no text."""

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._unseen:
            self._unseen -= 1
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._open.append(data)

    def end_block(self) -> None:
        """End the paragraph that is being read."""
        text = " ".join("".join(self._open).split())
        if text:
            self.blocks.append(text)
        self._open = []


def document_blocks(document: bytes) -> list[str]:
    """Read the paragraphs and table rows of a Word document.

    Parameters
    ----------
    document : bytes
        The file (.docx).

    Returns
    -------
    list of str
        In their order.

    Raises
    ------
    ValueError
        When it is no such file, or a larger one than a text is.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(document)) as packed:
            part = packed.getinfo("word/document.xml")
            with packed.open(part) as file:
                xml = file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ValueError("no Word document") from error
    if len(xml) > MOST_BYTES or b"<!DOCTYPE" in xml[:1000]:
        raise ValueError("no ordinary Word document")
    blocks: list[str] = []
    _read_blocks(ElementTree.fromstring(xml), blocks)
    return blocks


def _read_blocks(element: ElementTree.Element, blocks: list[str]) -> None:
    for child in element:
        if child.tag in (f"{_WORD}p", f"{_WORD}tr"):
            text = " ".join("".join(_texts(child)).split())
            if text:
                blocks.append(text)
        else:
            _read_blocks(child, blocks)


def _texts(element: ElementTree.Element) -> Iterable[str]:
    for part in element.iter():
        if part.tag == f"{_WORD}t":
            yield part.text or ""
        elif part.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}tc", f"{_WORD}p"):
            yield " "


def pdf_text(document: bytes) -> str:
    """Read all text of a PDF.

    Parameters
    ----------
    document : bytes
        The file.

    Returns
    -------
    str
        Page after page, with what stands in their margins.

    Raises
    ------
    ValueError
        When it is no PDF that can be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    log = logging.getLogger("pypdf")
    was = log.level
    log.setLevel(logging.CRITICAL + 1)  # a damaged file is told as a fault, once
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise ValueError("no PDF that can be read") from error
    finally:
        log.setLevel(was)


def absent(blocks: Iterable[str], text: str) -> list[str]:
    """Find the blocks that a text does not have.

    Parameters
    ----------
    blocks : iterable of str
        Paragraphs and rows.
    text : str
        A whole text, which may have other things between its pages.

    Returns
    -------
    list of str
        Those that are not there whole, nor in two parts on two pages.

    Examples
    --------
    >>> document = "Kostnaden ökade med 8,9 mkr. Antalet besök Sida 2 minskade under året."
    >>> absent(["Kostnaden ökade med 8,3 mkr.", "Antalet besök minskade under året."], document)
    ['Kostnaden ökade med 8,3 mkr.']
    """
    whole = squashed(text)
    return [block for block in blocks if (short := squashed(block)) and not _has(whole, short)]


def _has(whole: str, part: str) -> bool:
    if part in whole:
        return True
    first = _longest(lambda length: part[:length] in whole, len(part))
    last = _longest(lambda length: part[len(part) - length :] in whole, len(part))
    return min(first, last) >= SHORTEST_HALF and first + last >= len(part)


def _longest(found: Callable[[int], bool], most: int) -> int:
    """How long a piece is found; a longer one is never found where a shorter is not."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if found(middle) else (low, middle - 1)
    return low
