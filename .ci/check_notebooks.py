"""Check that notebooks tell and do not compute: `python .ci/check_notebooks.py notebooks/*.ipynb`.

A notebook is read by people who do not program and run by a machine for two hundred units, so it holds prose,
parameters and calls. Everything else belongs in `lib/`, where it has tests.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

MAX_LINES = 12
"""Longest code cell, in lines; about eight is the aim."""

_BANNED = {
    ast.FunctionDef: "defines a function",
    ast.AsyncFunctionDef: "defines a function",
    ast.ClassDef: "defines a class",
    ast.Lambda: "defines a function (lambda)",
    ast.For: "loops",
    ast.While: "loops",
    ast.ListComp: "loops (comprehension)",
    ast.SetComp: "loops (comprehension)",
    ast.DictComp: "loops (comprehension)",
    ast.GeneratorExp: "loops (comprehension)",
}

_ANYWHERE_PATH = re.compile(r"^(~|/[^/\s]|[A-Za-z]:[\\/]|\\\\)")
"""A path that only one computer has."""

_PATH = re.compile(r"^(\.{1,2}/|data/|reports/)|\.(csv|xlsx?|parquet|ya?ml|json|duckdb|html|ipynb)$")
"""A path within the project: a parameter may hold it, another cell may not."""

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+\S")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


def faults(notebook: dict[str, Any]) -> list[str]:
    """Return what is wrong with a notebook, one sentence a fault.

    Parameters
    ----------
    notebook : dict
        The notebook as its JSON file holds it.

    Returns
    -------
    list of str
        Empty when nothing is wrong. Cells are numbered from 1, as they stand.
    """
    cells = notebook["cells"]
    found = list(_title_faults(cells))
    parameters = [i for i, cell in enumerate(cells, 1) if "parameters" in cell["metadata"].get("tags", [])]
    if len(parameters) != 1:
        found.append(f"{len(parameters)} cells are tagged 'parameters'; there must be exactly one.")
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            found += [f"Cell {number} {fault}" for fault in _code_faults(cell, number in parameters)]
    return found


def _code_faults(cell: dict[str, Any], is_parameters: bool) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell.get("outputs") or cell.get("execution_count"):
        yield "is stored with its output; run nbstripout on the notebook."
    lines = len(source.splitlines())
    if lines > MAX_LINES:
        yield f"has {lines} lines; at most {MAX_LINES}."
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"is not plain Python: {error.msg}."
        return
    for node in ast.walk(tree):
        if type(node) in _BANNED:
            yield f"{_BANNED[type(node)]}; that belongs in lib/."
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            elsewhere = _ANYWHERE_PATH.search(node.value)
            if elsewhere or (not is_parameters and _PATH.search(node.value)):
                yield f"holds the path {node.value!r}; a path is a parameter, relative to the project."
    if is_parameters:
        yield from _parameter_faults(tree, source)


def _parameter_faults(tree: ast.Module, source: str) -> Iterator[str]:
    commented = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in tree.body:
        line = ast.get_source_segment(source, statement) or ""
        if not isinstance(statement, ast.Assign | ast.AnnAssign):
            yield f"holds {line!r}; the parameters cell holds assignments only."
            continue
        try:
            ast.literal_eval(statement.value) if statement.value else None
        except ValueError:
            yield f"computes {line!r}; a parameter is a literal."
        if not commented & {statement.lineno - 1, statement.end_lineno}:
            yield f"has no comment that explains {line!r}."


def _title_faults(cells: list[dict[str, Any]]) -> Iterator[str]:
    levels = [
        level for cell in cells if cell["cell_type"] == "markdown" for level in _heading_levels("".join(cell["source"]))
    ]
    if levels.count(1) != 1:
        yield f"There are {levels.count(1)} headings of level 1; there must be exactly one, the title."
    elif levels[0] != 1:
        yield "The first heading is not the title (level 1)."
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"A heading of level {above} is followed by one of level {below}; no level may be skipped."


def _heading_levels(markdown: str) -> Iterator[int]:
    fenced = False
    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.match(line)):
            yield len(heading[1])


def main(paths: list[str]) -> int:
    """Print the faults of the notebooks named, and return how many notebooks have any."""
    faulty = 0
    for path in paths:
        found = faults(json.loads(Path(path).read_text(encoding="utf-8")))
        faulty += bool(found)
        for fault in found:
            print(f"{path}: {fault}")
    return faulty


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
