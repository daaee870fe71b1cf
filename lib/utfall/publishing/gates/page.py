"""All gates on one page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from nbformat import NotebookNode

from utfall.publishing.data_files import csv_name, workbook_name
from utfall.publishing.gates.alternatives import invented_figures
from utfall.publishing.gates.reader import Reader, one_line, shortened
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outputs import SHOWN_MIMETYPES, data_behind, displayed

NOT_A_NUMBER = re.compile(r"(?<![\w.])(nan|NaN|None|NaT|<NA>|[-−+]?inf(?!\.)|Traceback)(?!\w)")
"""What a missing or impossible number looks like when it has slipped through to the reader; "inf." is infection."""

FRONT_PAGE = "index.html"
"""Address of the month's front page, from any page of the month."""

_CONTEXT = 30
_PARTS = {part: re.compile(rf"<{part}\b", re.IGNORECASE) for part in ("table", "svg", "img")}


def faults_of_page(page: str, notebook: NotebookNode | None = None, job: ReportJob | None = None) -> list[str]:
    """Find what stops a page from being released.

    Parameters
    ----------
    page : str
        The whole HTML page.
    notebook : NotebookNode, optional
        The executed notebook the page was rendered from. Each of its outputs must be in the page, and each figure
        told in a chart's text alternative among the numbers the chart was drawn from.
    job : ReportJob, optional
        The report. With it and its notebook, each link to a file must lead to one that the month's run makes.

    Returns
    -------
    list of str
        One sentence for each fault; empty when the page may be released.

    Examples
    --------
    >>> faults_of_page("<html lang='sv'><h1>Rubrik</h1><h3>Hopp</h3></html>")
    ['The heading "Hopp" is at level 3, directly under level 1; no level may be skipped.']
    """
    reader = Reader()
    reader.feed(page)
    reader.close()
    faults = [*_structure(reader), *reader.faults, *_ids(reader), *_unfinished_numbers(reader)]
    if notebook is None:
        return faults
    links = _dead_links(reader, notebook, job) if job else ()
    return [*_lost_outputs(reader, notebook), *faults, *links, *invented_figures(notebook)]


def _lost_outputs(reader: Reader, notebook: NotebookNode) -> Iterator[str]:
    for number, output in displayed(notebook):
        cell, _, position = number.partition("-")
        where = f"Output {int(position) + 1} of cell {int(cell) + 1}"
        if set(output.data).isdisjoint(SHOWN_MIMETYPES):
            yield f"{where} comes only as {', '.join(sorted(output.data))}, which a page cannot show."
            continue
        seen = reader.outputs.get(number, Counter())
        if not seen:
            yield f"{where} is not in the page."
            continue
        for part, count in _parts(output).items():
            if seen[part] < count:
                yield f"{where} has {count} <{part}>, of which {seen[part]} are in the page."
    for cell_number, cell in enumerate(notebook.cells, 1):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            yield f"Cell {cell_number} ended with an error."


def _parts(output: NotebookNode) -> dict[str, int]:
    """How many tables and pictures the form of an output that the page shows has."""
    shown = next(mimetype for mimetype in SHOWN_MIMETYPES if mimetype in output.data)
    if shown == "image/svg+xml":
        return {"svg": 1}
    if shown.startswith("image/"):
        return {"img": 1}
    if shown == "text/html":
        return {part: len(pattern.findall(output.data[shown])) for part, pattern in _PARTS.items()}
    return {}


def _structure(reader: Reader) -> Iterator[str]:
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
                f'The heading "{shortened(text)}" is at level {level}, '
                f"{f'directly under level {above}' if above else 'before any other'}; no level may be skipped."
            )
        above = level


def _ids(reader: Reader) -> Iterator[str]:
    for name, uses in reader.ids.items():
        if uses > 1:
            yield f"The id {name!r} is used {uses} times; an id must be unique in the page."
    for name in sorted(reader.references - set(reader.ids)):
        yield f"The page refers to the id {name!r}, which is not there."


def _dead_links(reader: Reader, notebook: NotebookNode, job: ReportJob) -> Iterator[str]:
    for address in sorted(reader.files):
        if unquote(address) not in _files_beside(job, notebook):
            yield f"The page links to {shortened(address)}, which is none of the month's files; correct the link."


def _files_beside(job: ReportJob, notebook: NotebookNode) -> set[str]:
    """Addresses, as the page writes them, of what the run makes beside it."""
    pages = [job.slug, *(crumb.slug for crumb in (*job.path, *job.beside))]
    numbers = data_behind(notebook)
    if job.stands_alone_beside:
        return {job.stands_alone_beside, *(f"{job.slug}{kind}" for kind in (".html", ".pdf", ".xlsx"))}
    return {
        FRONT_PAGE,
        f"notebooks/{job.slug}.ipynb",
        *(f"{slug}.html" for slug in pages),
        *(csv_name(job.slug, number) for number in numbers),
        *([workbook_name(job.slug)] if numbers else []),
        *([f"{job.slug}.pdf"] if job.pdf else []),
    }


def _unfinished_numbers(reader: Reader) -> Iterator[str]:
    shown = Counter[str]()
    for text in reader.texts:
        for match in NOT_A_NUMBER.finditer(text):
            shown[match.group(1)] += 1
            if shown[match.group(1)] == 1:
                around = one_line(text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT])
                yield f'The reader would see "{match.group(1)}" (in "{around}"); show what is missing as "–".'
