"""What stops a page from being released."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from nbformat import NotebookNode

from utfall.publishing.outputs import SHOWN_MIMETYPES, displayed

FETCHING_ATTRIBUTES = frozenset({"src", "srcset", "poster", "data", "xlink:href", "background", "action"})
"""Attributes whose address a browser fetches by itself."""

FETCHING_LINKS = frozenset({"link", "use", "image", "feimage", "base"})
"""Elements whose ``href`` a browser fetches by itself; an ordinary link is only followed by a person."""

NOT_A_NUMBER = re.compile(r"(?<![\w.])(nan|NaN|None|NaT|<NA>|[-−+]?inf(?!\.)|Traceback)(?!\w)")
"""What a missing or impossible number looks like when it has slipped through to the reader; "inf." is infection."""

_OWN = re.compile(r"\s*(?:data:|#|$)")
_CSS_OUTSIDE = re.compile(r"""@import|url\(\s*["']?(?!#|data:)""")
_CONTEXT = 30
_EMPTY = frozenset({"img", "br", "hr", "meta", "link", "input", "col", "wbr", "source", "area", "base", "embed"})
_UNSEEN = frozenset({"script", "style", "title", "head", "template"})


def faults_of_page(page: str, notebook: NotebookNode | None = None) -> list[str]:
    """Find what stops a page from being released.

    Parameters
    ----------
    page : str
        The whole HTML page.
    notebook : NotebookNode, optional
        The executed notebook the page was rendered from; each of its outputs must be in the page.

    Returns
    -------
    list of str
        One sentence for each fault; empty when the page may be released.

    Examples
    --------
    >>> faults_of_page("<html lang='sv'><h1>Rubrik</h1><h3>Hopp</h3></html>")
    ['The heading "Hopp" is at level 3, directly under level 1; no level may be skipped.']
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [
        *(() if notebook is None else _lost_outputs(reader, notebook)),
        *_structure(reader),
        *reader.faults,
        *_ids(reader),
        *_unfinished_numbers(reader),
    ]


@dataclass
class _Table:
    captioned: bool = False
    layout_only: bool = False


@dataclass(eq=False)
class _Reader(HTMLParser):
    """One pass over the page, collecting what the gates ask about."""

    faults: list[str] = field(default_factory=list)
    language: str | None = None
    headings: list[tuple[int, str]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    references: set[str] = field(default_factory=set)
    outputs: dict[str, bool] = field(default_factory=dict)
    """Number of each output in the page → whether anything of it can be seen."""
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._tables: list[_Table] = []
        self._heading: list[str] | None = None
        self._output: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _EMPTY:
            self._open.append(tag)
        self._collect(tag, attributes)
        self._check(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6") and self._heading is not None:
            self.headings.append((int(tag[1]), _one_line("".join(self._heading))))
            self._heading = None
        if tag == "table" and self._tables:
            table = self._tables.pop()
            if not (table.captioned or table.layout_only):
                self.faults.append("A table has no caption; show it as a Table, which has one.")
        while self._open and self._open.pop() != tag:
            pass
        if self._output and len(self._open) < self._output[1]:
            self._output = None

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        if _UNSEEN.isdisjoint(self._open):
            self.texts.append(data)
            self._seen()
            if self._heading is not None:
                self._heading.append(data)
            if "caption" in self._open and self._tables:
                self._tables[-1].captioned = True
        elif "style" in self._open and _CSS_OUTSIDE.search(data):
            self.faults.append("A style sheet in the page fetches something from outside; write it into the page.")

    def _collect(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "html":
            self.language = attributes.get("lang")
        if attributes.get("id"):
            self.ids[attributes["id"]] += 1
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.references.update(attributes.get(name, "").split())
        if tag == "a" and len(attributes.get("href", "")) > 1 and attributes["href"].startswith("#"):
            self.references.add(attributes["href"][1:])
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading = []
        if tag == "table":
            self._tables.append(_Table(layout_only=attributes.get("role") in ("presentation", "none")))
        if "data-output" in attributes:
            self._output = (attributes["data-output"], len(self._open))
            self.outputs[attributes["data-output"]] = False
        if tag in ("svg", "img"):
            self._seen()
        for name in ("alt", "aria-label"):
            if attributes.get(name):
                self.texts.append(attributes[name])

    def _check(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "img" and "alt" not in attributes:
            self.faults.append("A picture has no text alternative; show it as a Chart, which has one.")
        named = attributes.get("aria-label", "").strip() or attributes.get("aria-labelledby")
        if tag == "svg" and "svg" not in self._open[:-1] and attributes.get("aria-hidden") != "true" and not named:
            self.faults.append("A chart has no text alternative; give its output metadata 'alt'.")
        if tag == "script":
            self.faults.append("The page has a script; a report must work without.")
        if tag in ("iframe", "object", "embed"):
            self.faults.append(f"The page has an <{tag}>, which fetches another page; show a picture or a table.")
        for name, address in attributes.items():
            fetches = name in FETCHING_ATTRIBUTES or (name == "href" and tag in FETCHING_LINKS)
            if (fetches and not _OWN.match(address)) or (name == "style" and _CSS_OUTSIDE.search(address)):
                self.faults.append(f"<{tag}> fetches {_shortened(address)} from outside the page; put it in the page.")

    def _seen(self) -> None:
        if self._output:
            self.outputs[self._output[0]] = True


def _lost_outputs(reader: _Reader, notebook: NotebookNode) -> Iterator[str]:
    for number, output in displayed(notebook):
        cell, _, position = number.partition("-")
        where = f"Output {int(position) + 1} of cell {int(cell) + 1}"
        if set(output.data).isdisjoint(SHOWN_MIMETYPES):
            yield f"{where} comes only as {', '.join(sorted(output.data))}, which a page cannot show."
        elif not reader.outputs.get(number):
            yield f"{where} is not in the page."
    for cell_number, cell in enumerate(notebook.cells, 1):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            yield f"Cell {cell_number} ended with an error."


def _structure(reader: _Reader) -> Iterator[str]:
    if reader.language != "sv":
        yield f"The page's language is {reader.language!r}; it must be 'sv'."
    main_headings = [text for level, text in reader.headings if level == 1]
    if len(main_headings) != 1:
        yield f"The page has {len(main_headings)} headings at level 1; it must have exactly one, the notebook's title."
    above = 0
    for level, text in reader.headings:
        if not text:
            yield f"A heading at level {level} is empty."
        if level > above + 1:
            yield (
                f'The heading "{_shortened(text)}" is at level {level}, '
                f"{f'directly under level {above}' if above else 'before any other'}; no level may be skipped."
            )
        above = level


def _ids(reader: _Reader) -> Iterator[str]:
    for name, uses in reader.ids.items():
        if uses > 1:
            yield f"The id {name!r} is used {uses} times; an id must be unique in the page."
    for name in sorted(reader.references - set(reader.ids)):
        yield f"The page refers to the id {name!r}, which is not there."


def _unfinished_numbers(reader: _Reader) -> Iterator[str]:
    shown = Counter[str]()
    for text in reader.texts:
        for match in NOT_A_NUMBER.finditer(text):
            shown[match.group(1)] += 1
            if shown[match.group(1)] == 1:
                around = _one_line(text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT])
                yield f'The reader would see "{match.group(1)}" (in "{around}"); show what is missing as "–".'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
