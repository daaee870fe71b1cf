"""What a notebook's outputs hold: what a page can show, what it must not, and the key figures."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from utfall.presentation.prose import KEY_FIGURES_MIME
from utfall.presentation.shown_data import DATA_MIME, ShownData

SHOWN_MIMETYPES = ("text/html", "image/svg+xml", "text/markdown", "image/png", "image/jpeg", "text/plain")
"""What a page can show, the preferred form first."""


def displayed(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Outputs that the page must show, each with its number.

    Printed text is not among them: a report shows tables, charts and prose.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Yields
    ------
    (str, NotebookNode)
        Number such as ``"4.1"``, the second output of the fifth cell, and the output.
    """
    for cell_number, cell in enumerate(notebook.cells):
        for output_number, output in enumerate(cell.get("outputs", [])):
            if output.output_type in ("display_data", "execute_result") and not _only_key_figures(output):
                yield f"{cell_number}-{output_number}", output


def _only_key_figures(output: NotebookNode) -> bool:
    """Whether the output is for the front page alone; IPython adds plain text to everything."""
    return KEY_FIGURES_MIME in output.data and set(output.data) <= {KEY_FIGURES_MIME, "text/plain"}


def data_behind(notebook: NotebookNode) -> dict[str, ShownData]:
    """Numbers behind the tables and charts that the page shows.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Returns
    -------
    dict
        Number of the output, as `displayed` gives it → its numbers. An output that does not carry them, such as one
        made by an older version of the kit, is not among them. Titles are told apart by a number in brackets where
        several outputs have the same.
    """
    found = {
        number: ShownData.from_json(output.data[DATA_MIME])
        for number, output in displayed(notebook)
        if DATA_MIME in output.data
    }
    seen: Counter[str] = Counter()
    for number, data in found.items():
        seen[data.title] += 1
        if seen[data.title] > 1:
            found[number] = replace(data, title=f"{data.title} ({seen[data.title]})")
    return found


def printed(notebook: NotebookNode, stream: str) -> str:
    """Everything the notebook wrote to ``stdout`` or ``stderr``."""
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == stream
    )


def number_outputs(notebook: NotebookNode) -> NotebookNode:
    """Put a number on every output that the page must show, for the gates to count by.

    The notebook itself is left as it is; its contents are shared with the copy, which is only to be read.
    """
    numbers = {id(output): number for number, output in displayed(notebook)}
    numbered = copy.copy(notebook)
    numbered.cells = [copy.copy(cell) for cell in notebook.cells]
    for cell in numbered.cells:
        if "outputs" in cell:
            cell.outputs = [_with_number(output, numbers.get(id(output))) for output in cell.outputs]
    return numbered


def _with_number(output: NotebookNode, number: str | None) -> NotebookNode:
    if number is None:
        return output
    numbered = copy.copy(output)
    numbered["number"] = number
    return numbered


def key_figures(notebook: NotebookNode) -> dict[str, dict[str, Any]]:
    """Key figures that the notebook delivers to the front page.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook, with at most one output of type `KEY_FIGURES_MIME` for each figure; a later one wins.

    Returns
    -------
    dict
        Name of the figure → ``{"label": …, "text": …, "value": …, "assessment": …}``, in the notebook's order.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> figures = {"deviation": {"label": "Avvikelse", "text": "−12,4 mkr", "value": -12.4e6, "assessment": "sämre"}}
    >>> cell = new_code_cell(outputs=[new_output("display_data", {KEY_FIGURES_MIME: figures})])
    >>> key_figures(new_notebook(cells=[cell]))["deviation"]["text"]
    '−12,4 mkr'
    """
    figures: dict[str, dict[str, Any]] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for name, figure in dict(output.get("data", {})).get(KEY_FIGURES_MIME, {}).items():
                figures[name] = dict(figure)
    return figures
