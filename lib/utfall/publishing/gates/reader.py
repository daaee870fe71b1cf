"""One pass over a page, collecting what the gates ask about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from utfall.publishing.gates.alternatives import fault_of_alternative
from utfall.publishing.gates.fetching import faults_of_tag, style_fetches

SCOPES = frozenset({"col", "row", "colgroup", "rowgroup"})
"""What a table's heading may be the heading of."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
"""Elements that are headings."""

_EMPTY = frozenset({"img", "br", "hr", "meta", "link", "input", "col", "wbr", "source", "area", "base", "embed"})
_UNSEEN = frozenset({"script", "style", "title", "head", "template"})
_NO_MEANING = frozenset({"presentation", "none"})
_FILE = re.compile(r"(?!#|//|[a-z][a-z0-9+.-]*:)[^#?]+", re.IGNORECASE)
_OWN_COMPUTER = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.IGNORECASE)


@dataclass
class _Table:
    layout_only: bool = False
    caption: list[str] = field(default_factory=list)
    headings: int = 0
    unscoped: int = 0


@dataclass
class _Figure:
    title: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Reader(HTMLParser):
    """What a page holds, and the faults that a single element shows.

    Parameters
    ----------
    faults : list of str
        Sentences about single elements.
    language : str or None
        The page's ``lang``.
    headings : list of (int, str)
        Level and text of each heading.
    ids : Counter of str
        How often each id is given.
    references : set of str
        Ids that something in the page refers to.
    files : set of str
        Addresses, without what follows # or ?, of links to files beside the page.
    outputs : dict of str to Counter
        Number of each output in the page → how many pieces of text, tables and pictures of it can be seen.
    texts : list of str
        What a reader sees or hears.

    Examples
    --------
    >>> reader = Reader()
    >>> reader.feed("<h1>Rubrik</h1><a href='data/a.csv'>Siffror</a>")
    >>> reader.headings, reader.files
    ([(1, 'Rubrik')], {'data/a.csv'})
    """

    faults: list[str] = field(default_factory=list)
    language: str | None = None
    headings: list[tuple[int, str]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    references: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    outputs: dict[str, Counter[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._tables: list[_Table] = []
        self._figure: _Figure | None = None
        self._heading: list[str] | None = None
        self._output: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up an element."""
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _EMPTY:
            self._open.append(tag)
        self._collect(tag, attributes)
        if tag in ("a", "area"):
            self._link(attributes.get("href", ""))
        elif tag in ("table", "th"):
            self._table(tag, attributes)
        elif tag in ("svg", "img"):
            self._picture(tag, attributes)
        elif tag == "figure":
            self._figure = _Figure()
        self.faults.extend(faults_of_tag(tag, attributes))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up an element that is closed at once."""
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag not in self._open:
            return
        if tag in HEADINGS and self._heading is not None:
            self.headings.append((int(tag[1]), one_line("".join(self._heading))))
            self._heading = None
        elif tag == "table" and self._tables:
            self._leave_table(self._tables.pop())
        elif tag == "figure" and self._figure:
            self._leave_figure(self._figure)
            self._figure = None
        while self._open and self._open.pop() != tag:
            pass
        if self._output and len(self._open) < self._output[1]:
            self._output = None

    def handle_data(self, data: str) -> None:
        """Take up text."""
        if not data.strip():
            return
        if _UNSEEN.isdisjoint(self._open):
            self.texts.append(data)
            self._seen("text")
            if self._heading is not None:
                self._heading.append(data)
            if "caption" in self._open and self._tables:
                self._tables[-1].caption.append(data)
            if "figcaption" in self._open and self._figure:
                self._figure.title.append(data)
        elif "style" in self._open and style_fetches(data):
            self.faults.append("A style sheet in the page fetches something from outside; write it into the page.")

    def _collect(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "html":
            self.language = attributes.get("lang")
        if attributes.get("id"):
            self.ids[attributes["id"]] += 1
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.references.update(attributes.get(name, "").split())
        if tag in HEADINGS:
            self._heading = []
        if "data-output" in attributes:
            self._output = (attributes["data-output"], len(self._open))
            self.outputs[attributes["data-output"]] = Counter()
        for name in ("alt", "aria-label"):
            if attributes.get(name):
                self.texts.append(attributes[name])

    def _link(self, address: str) -> None:
        if address.startswith("#"):
            self.references.update([address[1:]] if len(address) > 1 else [])
        elif _OWN_COMPUTER.match(address):
            self.faults.append(f"The page links to {shortened(address)}, which only its writer has; put it elsewhere.")
        elif file := _FILE.match(address):
            self.files.add(file.group())

    def _table(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._tables.append(_Table(layout_only=attributes.get("role") in _NO_MEANING))
            self._seen("table")
        elif self._tables:
            self._tables[-1].headings += 1
            self._tables[-1].unscoped += attributes.get("scope") not in SCOPES

    def _leave_table(self, table: _Table) -> None:
        caption = shortened(one_line("".join(table.caption)))
        if table.layout_only:
            return
        if not caption:
            self.faults.append("A table has no caption; show it as a Table, which has one.")
        elif not table.headings:
            self.faults.append(f'The table "{caption}" has no headings; show it as a Table, which has them.')
        elif table.unscoped:
            self.faults.append(
                f'The table "{caption}" has headings without scope ({table.unscoped}), so that a listener cannot know '
                "what they head; show it as a Table, which sets it."
            )

    def _picture(self, tag: str, attributes: dict[str, str]) -> None:
        self._seen(tag)
        inner = tag == "svg" and "svg" in self._open[:-1]
        silent = attributes.get("aria-hidden") == "true" or attributes.get("role") in _NO_MEANING
        if inner or silent or attributes.get("aria-labelledby"):
            return
        alt = attributes.get("aria-label") or attributes.get("alt", "")
        if not alt.strip():
            told = "A chart has no text alternative; give its output metadata 'alt'."
            self.faults.append(told if tag == "svg" else _NO_ALT)
        elif self._figure:
            self._figure.alternatives.append(alt)
        elif fault := fault_of_alternative(alt):
            self.faults.append(fault)

    def _leave_figure(self, figure: _Figure) -> None:
        title = one_line("".join(figure.title))
        faults = [fault_of_alternative(alt, title) for alt in figure.alternatives]
        self.faults.extend(fault for fault in faults if fault)

    def _seen(self, what: str) -> None:
        if self._output:
            self.outputs[self._output[0]][what] += 1


_NO_ALT = "A picture has no text alternative; show it as a Chart, which has one, or mark it role='presentation'."


def one_line(text: str) -> str:
    """Text with every run of spaces as one."""
    return " ".join(text.split())


def shortened(text: str, limit: int = 80) -> str:
    """Text cut off at a length.

    Examples
    --------
    >>> shortened("Utfall mot budget", 7)
    'Utfall…'
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"
