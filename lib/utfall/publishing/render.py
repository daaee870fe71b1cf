"""From an executed notebook to a page: one HTML file that needs nothing but itself."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from utfall.presentation import numbers
from utfall.publishing.data_files import csv_name, workbook_name
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outputs import SHOWN_MIMETYPES, data_behind, number_outputs
from utfall.publishing.pages import TEMPLATES
from utfall.publishing.style import report_style
from utfall.publishing.svg import inline_svg, separate_ids

CONTENTS_FROM = 3
"""How many sections a report has before it gets a list of contents."""

_HEADING = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1\s*>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def render_page(notebook: NotebookNode, job: ReportJob) -> str:
    """Render an executed notebook as the page of its unit.

    The notebook's prose and outputs are the page; its code is not shown. Below each table and chart that carries its
    numbers is a link to them (see `data_files`). Nothing in the page depends on when or where it was made, so the
    same notebook gives the same bytes.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.
    job : ReportJob
        The unit, its month and the reports above it.

    Returns
    -------
    str
        A whole HTML page, not yet checked by the gates.

    Examples
    --------
    >>> from pathlib import Path
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> job = ReportJob(Path("n.ipynb"), {}, "klinik-1", "Månadsrapport", "2026-10", "unit", "1", "Klinik")
    >>> page = render_page(new_notebook(cells=[new_markdown_cell("# Varför avviker vi?")]), job)
    >>> "<h1>Varför avviker vi?</h1>" in page
    True
    """
    page, _ = exporter().from_notebook_node(
        number_outputs(notebook),
        resources={
            "page": _furniture(notebook, job),
            "style": report_style(),
        },
    )
    return _with_contents(separate_ids(page))


class ReportExporter(TemplateExporter):
    """Exporter of a report page, on the package's own template.

    It stands on `TemplateExporter` rather than on `HTMLExporter`, which reads the finished page again with a parser
    that writes ``viewBox`` in lower case, and which carries addresses of scripts on the web.
    """

    file_extension = ".html"
    output_mimetype = "text/html"

    @property
    def default_config(self) -> Config:
        """What to show of an output that comes in several forms."""
        config = Config({"NbConvertBase": {"display_data_priority": list(SHOWN_MIMETYPES)}})
        config.merge(super().default_config)
        return config

    def default_filters(self) -> Any:
        """Jinja filters of the template."""
        yield from super().default_filters()
        yield ("markdown2html", markdown_to_html)
        yield ("inline_svg", inline_svg)


@lru_cache(maxsize=1)
def exporter() -> ReportExporter:
    """The process's one exporter: to build it costs more than to render a page."""
    return ReportExporter(
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="report",
        default_preprocessors=[],  # none of nbconvert's is on, but the notebook is validated again for each
    )


def markdown_to_html(source: str) -> str:
    r"""Render Markdown without the anchor links that nbconvert puts after every heading.

    Examples
    --------
    >>> markdown_to_html("Se *tabellen*.")
    '<p>Se <em>tabellen</em>.</p>\n'
    """
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)


def _furniture(notebook: NotebookNode, job: ReportJob) -> dict[str, Any]:
    """What stands around the notebook's own content."""
    month = numbers.period_name(job.period)
    behind = data_behind(notebook)
    heading = next((_plain(text) for level, _, text in _markdown_headings(notebook) if level == "1"), job.title)
    return {
        "notebook": job.stands_alone_beside or f"notebooks/{job.slug}.ipynb",
        "alone": bool(job.stands_alone_beside),
        "data": {n: {"href": csv_name(job.slug, n), "title": data.title} for n, data in behind.items()}
        if not job.stands_alone_beside
        else {},
        "workbook": _workbook(job) if behind else "",
        "pdf": f"{job.slug}.pdf" if job.pdf else "",
        "publisher": job.publisher,
        "index_name": f"Alla rapporter {month}",
        "path": job.path,
        "beside": job.beside,
        "unit_name": job.unit_name,
        "fictitious": job.fictitious,
        "title": job.title,
        "month": month,
        "head_title": f"{job.unit_name}, {month} – {heading}",
    }


def _workbook(job: ReportJob) -> str:
    return f"{job.slug}.xlsx" if job.stands_alone_beside else workbook_name(job.slug)


def _markdown_headings(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    return [
        heading
        for cell in notebook.cells
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("#")
        for heading in _HEADING.findall(markdown_to_html(cell.source))
    ]


def _with_contents(page: str) -> str:
    """Give every section heading an id, and list the sections before the first of them."""
    taken: set[str] = set()
    sections: list[tuple[str, str]] = []

    def with_id(match: re.Match[str]) -> str:
        level, attributes, text = match.groups()
        if level == "1":
            return match.group()
        given = re.search(r"""\sid=["']([^"']+)["']""", attributes)
        anchor = given.group(1) if given else _free_anchor(_plain(text), taken)
        taken.add(anchor)
        if level == "2":
            sections.append((anchor, _plain(text)))
        return match.group() if given else f'<h{level} id="{anchor}"{attributes}>{text}</h{level}>'

    page = _HEADING.sub(with_id, page)
    if len(sections) < CONTENTS_FROM:
        return page
    links = "\n".join(f'<li><a href="#{html.escape(a)}">{html.escape(text)}</a></li>' for a, text in sections)
    contents = f'<nav class="contents" aria-label="På den här sidan">\n<ol>\n{links}\n</ol>\n</nav>\n'
    first = re.search(r"<h2\b", page)
    assert first is not None
    return page[: first.start()] + contents + page[first.start() :]


def _free_anchor(text: str, taken: set[str]) -> str:
    stem = "avsnitt-" + (re.sub(r"\W+", "-", text.lower()).strip("-") or "utan-namn")
    anchor, number = stem, 1
    while anchor in taken:
        number += 1
        anchor = f"{stem}-{number}"
    return anchor


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()
