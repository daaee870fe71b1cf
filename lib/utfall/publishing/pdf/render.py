"""From a finished page to a document that an archive and a screen reader both accept."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from utfall.publishing.pdf.library import fonts, house_style
from utfall.publishing.pdf.print_tree import parse, prepare
from utfall.publishing.pdf.structure import PdfIncomplete, finish

VARIANT = "pdf/a-2a"
"""What WeasyPrint makes by itself; `structure.finish` adds the claim of PDF/UA-1."""


def render_pdf(page: str) -> bytes:
    """Make the document of a report page.

    Text, tables and charts are those of the page. Left out is what leads nowhere on paper: the way back to the front
    page, the list of contents (the document's bookmarks say the same), and links to neighbouring files, of which the
    words remain. A table of more than `MOST_ROWS` rows is cut, and says so.

    Parameters
    ----------
    page : str
        The page, as `render_page` makes it.

    Returns
    -------
    bytes
        A file that claims PDF/A-2a (archiving) and PDF/UA-1 (accessibility). The same page gives the same bytes.

    Raises
    ------
    PdfLibraryMissing
        When the system library that sets the text is not installed.
    PdfIncomplete
        When a chart or table of the page could not be set.

    Notes
    -----
    ISO 19005-2 (PDF/A-2) and ISO 14289-1 (PDF/UA-1).

    Examples
    --------
    >>> page = "<html lang='sv'><title>Rapport</title><main><h1>Varför avviker vi?</h1></main></html>"
    >>> render_pdf(page)[:8]
    b'%PDF-1.7'
    """
    document = parse(page)
    prepare(document.etree_element)
    return write(document)


def write(document: Any) -> bytes:
    """Set a prepared document.

    Parameters
    ----------
    document : weasyprint.HTML
        With a tree that `prepare` has gone through.

    Returns
    -------
    bytes

    Raises
    ------
    PdfIncomplete
        When WeasyPrint reports an error, which it would otherwise leave out and go on.
    """
    font_config, faces = fonts()
    tree: Element = document.etree_element
    with _errors_stop(), _without_collection():
        written: bytes = document.write_pdf(
            stylesheets=[faces, house_style()],
            font_config=font_config,
            pdf_variant=VARIANT,
            finisher=partial(finish, tree=tree),
        )
    return written


@contextmanager
def _without_collection() -> Iterator[None]:
    """Let the garbage collector rest: it looks through a growing document again and again, a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Collected(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _errors_stop() -> Iterator[None]:
    logger, collected = logging.getLogger("weasyprint"), _Collected()
    logger.addHandler(collected)
    try:
        yield
    finally:
        logger.removeHandler(collected)
    if collected.messages:
        raise PdfIncomplete(f"PDF:en blev inte fullständig: {collected.messages[0][:200]}")
