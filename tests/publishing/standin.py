"""Stand-in notebooks: what a report looks like to publishing, without the kit's own analyses."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from utfall.publishing import ReportNode

PARAMETERS = 'data = "data/demo"  # where the data are\nunit = "1"  # the unit\nperiod = "2026-10"  # the month'

CHART = """
from IPython.display import display

def show_chart(svg, alt, title):
    display({"image/svg+xml": svg, "text/plain": alt}, raw=True,
            metadata={"image/svg+xml": {"alt": alt, "title": title}})
"""

TABLE = '''
class Table:
    def _repr_mimebundle_(self, include=None, exclude=None):
        html = """<div class="table-scroll" role="region" tabindex="0" aria-labelledby="tabell-1">
<table><caption id="tabell-1">Utfall mot budget, mkr</caption>
<thead><tr><th scope="col">Rad</th><th scope="col">Utfall</th></tr></thead>
<tbody><tr><th scope="row">Löner</th><td class="num">−12,4</td></tr></tbody></table></div>"""
        return {"text/html": html, "text/plain": "Löner −12,4"}

Table()
'''

SVG = '<svg viewBox="0 0 40 20"><clipPath id="c"><path d="M0 0h40v20z"/></clipPath><g clip-path="url(#c)"/></svg>'


def notebook_of(*cells: NotebookNode) -> NotebookNode:
    """A notebook that starts as a report does: a title and the parameters."""
    parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[new_markdown_cell("# Varför avviker utfallet?"), parameters, *cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def written(notebook: NotebookNode, folder: Path, name: str = "report.ipynb") -> Path:
    """Write a notebook and return its path."""
    path = folder / name
    nbformat.write(notebook, path)
    return path


def small_report() -> NotebookNode:
    """A quick report with a table on a cell's last line, a chart and key figures."""
    return notebook_of(
        new_markdown_cell("## Utfall\n\nKostnaden är högre än budget."),
        new_code_cell(TABLE),
        new_markdown_cell("## Utveckling"),
        new_code_cell(CHART + f'show_chart({SVG!r}, "Kostnaden steg till 12,4 mkr", "Kostnaden stiger")'),
        new_markdown_cell("## Nyckeltal"),
        new_code_cell(
            "display({'application/vnd.utfall.key-figures+json': {'deviation': {'label': 'Avvikelse mot budget', "
            "'text': '−12,4 mkr', 'value': -12.4e6, 'assessment': 'sämre'}}}, raw=True)"
        ),
    )


def failing_for(unit: str, then: str = 'raise ValueError("the budget is missing")') -> NotebookNode:
    """A report that does something bad for one unit alone."""
    return notebook_of(
        new_markdown_cell("## Utfall"),
        new_code_cell(f"import os\nif unit == {unit!r}:\n    {then}"),
        new_code_cell(TABLE),
    )


NODES = (
    ReportNode("HSN", "Hälso- och sjukvårdsnämnden", "board"),
    ReportNode("20", "Division Kirurgi", "division", "HSN"),
    ReportNode("201", "Ortopedi", "area", "20"),
    ReportNode("2011", "Ortopedmottagningen", "unit", "201"),
)
"""A small organisation."""
