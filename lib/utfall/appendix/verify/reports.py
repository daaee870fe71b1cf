"""Whether the reports show what the executed notebooks hold, and each PDF what its page does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import nbformat
from nbconvert.filters import markdown2html_mistune

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.checks import Payload
from utfall.appendix.verify.words import absent, page_blocks, pdf_text
from utfall.publishing.outputs import SHOWN_MIMETYPES, displayed

MATH = "$"
"""What a paragraph with a formula has; the page draws it, so its letters are not there."""

SHOWN_LETTERS = 120
"""How much of a paragraph a fault quotes."""

_ASK = "Begär ett nytt exemplar av paketet."


def report_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Compare every report with its notebook, both ways, and with its PDF; see `ContentCheck`.

    Yields
    ------
    Fault
        Each paragraph or row of a table that stands in one and not in the other.
    """
    notebooks = layout.notebook_ids(payload)
    for notebook in notebooks:
        name = layout.report(notebook, notebooks)
        page = page_blocks(payload[f"{name}.html"].decode("utf-8"))
        held = notebook_blocks(nbformat.reads(payload[layout.executed(notebook)].decode("utf-8"), 4))
        for block in absent(held, "\n".join(page)):
            yield differs(f"{name}.html", "Rapporten saknar det som beräkningen visar", block)
        for block in absent(page, "\n".join(held)):
            yield differs(f"{name}.html", "Rapporten säger det som beräkningen inte visar", block)
        yield from pdf_faults(f"{name}.pdf", payload[f"{name}.pdf"], page)


def notebook_blocks(notebook: Any) -> list[str]:
    """Read what a reader sees of an executed notebook: its prose, its tables and the words of its charts.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook.

    Returns
    -------
    list of str
        Paragraphs, headings and rows, in their order.
    """
    shown = {id(output): output for _, output in displayed(notebook)}
    blocks: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            blocks += page_blocks(markdown2html_mistune(cell.source))
        for output in cell.get("outputs", []):
            if id(output) in shown:
                blocks += output_blocks(output)
    return blocks


def output_blocks(output: Any) -> list[str]:
    """Read what a reader sees of one output.

    Parameters
    ----------
    output : NotebookNode
        The output.

    Returns
    -------
    list of str
        Paragraphs, rows, and the words of a drawing.
    """
    kind = next((kind for kind in SHOWN_MIMETYPES if kind in output.data), "")
    text = output.data.get(kind, "")
    if kind == "image/svg+xml":
        title = output.metadata.get(kind, {}).get("title", "")
        return [*([title] if title else []), *page_blocks(text)]
    if kind == "text/html":
        return page_blocks(text)
    if kind == "text/markdown":
        return page_blocks(markdown2html_mistune(text))
    return text.splitlines() if kind == "text/plain" else []


def pdf_faults(name: str, document: bytes, page: Iterable[str]) -> Iterator[Fault]:
    """Compare a PDF with the paragraphs of the page it was made of.

    Parameters
    ----------
    name : str
        The file.
    document : bytes
        Its content.
    page : iterable of str
        What `page_blocks` gave.

    Yields
    ------
    Fault
        Each paragraph that the PDF lacks; or one fault, when it is no PDF.
    """
    try:
        text = pdf_text(document)
    except ValueError:
        yield Fault(FaultKind.UNREADABLE, name, f"Filen kan inte läsas som PDF. {_ASK}")
        return
    for block in absent(page, text):
        if MATH not in block:
            yield differs(name, "PDF:en saknar det som sidan säger", block)


def differs(name: str, what: str, block: str) -> Fault:
    """Quote a paragraph that two files do not share."""
    shown = block if len(block) <= SHOWN_LETTERS else f"{block[:SHOWN_LETTERS]}…"
    return Fault(FaultKind.CONTENT, name, f'{what}: "{shown}". {_ASK}')
