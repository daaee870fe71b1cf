"""The answer as a page: one HTML file in the reports' style, from which the PDF is made as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from utfall.appendix.answer.blocks import Block, Line, plain_text
from utfall.appendix.answer.fill import FilledAnswer
from utfall.appendix.answer.outline import outlined
from utfall.appendix.answer.sources import (
    FICTITIOUS,
    HEADING,
    SourceList,
    addressed,
    particulars,
    signature,
    source_lists,
)
from utfall.publishing.style import report_style

_LINKED = ("http://", "https://", "mailto:")


def answer_page(filled: FilledAnswer) -> str:
    """Write an answer as a page.

    Parameters
    ----------
    filled : FilledAnswer
        The answer with its numbers in place.

    Returns
    -------
    str
        A whole HTML page that needs nothing but itself; `utfall.publishing.pdf.render_pdf` makes the PDF of it. Each
        number is followed by a reference to where it is found. The same answer gives the same bytes.
    """
    title, blocks = outlined(filled.blocks, filled.case.title)
    lists = source_lists(filled)
    name, role = signature(filled)
    return _template().render(
        style=report_style(),
        style_of_answer=_style_of_answer(),
        head_title=f"{plain_text(title)} – {filled.case.diary_number}",
        case=filled.case,
        addressed=addressed(filled),
        fictitious=FICTITIOUS if filled.fictitious else (),
        title=_line(title),
        particulars=particulars(filled),
        text="\n".join(_text([block for block in blocks if block.typed])),
        name=name,
        role=role,
        heading=HEADING if lists else "",
        lists=[(one.title, _source_table(one)) for one in lists],
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: bool(name) and str(name).endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("answer.html.j2")


@lru_cache(maxsize=1)
def _style_of_answer() -> str:
    return (Path(__file__).parent / "answer.css").read_text(encoding="utf-8")


def _text(blocks: Sequence[Block]) -> Iterator[str]:
    """The blocks, items gathered into lists."""
    at = tables = 0
    while at < len(blocks):
        block = blocks[at]
        match block.kind:
            case "item":
                end = next((n for n in range(at, len(blocks)) if blocks[n].kind != "item"), len(blocks))
                yield _list(blocks[at:end])
                at = end
                continue
            case "heading":
                yield f"<h{block.level}>{_line(block.lines[0])}</h{block.level}>"
            case "quote":
                yield f"<blockquote><p>{_line(block.lines[0])}</p></blockquote>"
            case "table":
                tables += 1
                yield _table(block, f"Tabell {tables} i svaret")
            case _:
                if plain_text(block.lines[0]).strip():
                    yield f"<p>{_line(block.lines[0])}</p>"
        at += 1


def _list(items: Sequence[Block]) -> str:
    """A list with the lists inside it."""
    first = items[0]
    tag = "ol" if first.ordered else "ul"
    parts: list[str] = []
    at = 0
    while at < len(items):
        if items[at].level <= first.level and items[at].ordered != first.ordered:
            break  # another kind of list begins
        end = next((n for n in range(at + 1, len(items)) if items[n].level <= first.level), len(items))
        inner = _list(items[at + 1 : end]) if end > at + 1 else ""
        parts.append(f"<li>{_line(items[at].lines[0])}{inner}</li>")
        at = end
    rest = _list(items[at:]) if at < len(items) else ""
    return f"<{tag}>{''.join(parts)}</{tag}>{rest}"


def _table(block: Block, caption: str) -> str:
    cells = [_line(line) for line in block.lines]
    rows = [cells[at : at + block.columns] for at in range(0, len(cells), block.columns)]
    return _framed(caption, rows[0], [(row, "") for row in rows[1:]])


def _source_table(one: SourceList) -> str:
    rows = [([escape(cell) for cell in row.cells], row.anchor) for row in one.rows]
    return _framed(one.title, [escape(column) for column in one.columns], rows, one.note)


def _framed(caption: str, head: Sequence[str], rows: Sequence[tuple[Sequence[str], str]], note: str = "") -> str:
    """A table of cells that are HTML already; a row with an anchor is what a reference leads to."""
    name = f"tabell-{caption.lower().replace(' ', '-')}"
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr{f" id={chr(34)}{anchor}{chr(34)}" if anchor else ""}><th scope="row">{cells[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells[1:])
        + "</tr>\n"
        for cells, anchor in rows
    )
    return (
        f'<div class="table-scroll" role="region" aria-labelledby="{escape(name)}" tabindex="0">'
        f'<table><caption id="{escape(name)}">{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
        + (f'<div class="note"><p>{escape(note)}</p></div>' if note else "")
    )


def _line(line: Line) -> str:
    parts = []
    for span in line:
        text = escape(span.text)
        if span.link.startswith(_LINKED):
            text = f'<a href="{escape(span.link)}">{text}</a>'
        if span.italic:
            text = f"<em>{text}</em>"
        if span.bold:
            text = f"<strong>{text}</strong>"
        if span.reference:
            text += f'<sup class="reference"><a href="#{span.reference}">[{span.reference}]</a></sup>'
        parts.append(text)
    return "".join(parts)
