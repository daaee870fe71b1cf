"""What a notebook says of itself before it is run: its title, and the parameters it takes."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection
from pathlib import Path

from utfall.errors import InvalidParameter


def notebook_title(notebook: Path) -> str:
    """What kind of report a notebook makes: the title in its metadata, or else its file name.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    str

    Raises
    ------
    InvalidParameter
        When there is no such notebook.
    """
    if not notebook.is_file():
        there = ", ".join(sorted(path.name for path in notebook.parent.glob("*.ipynb")))
        raise InvalidParameter(f"There is no notebook {notebook.name} in {notebook.parent.name}/, which has {there}.")
    metadata = json.loads(notebook.read_text(encoding="utf-8")).get("metadata", {})
    return str(metadata.get("title", notebook.stem))


def parameter_names(notebook: Path) -> set[str]:
    """Names assigned in the cell tagged ``parameters``.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    set of str

    Raises
    ------
    InvalidParameter
        When the notebook is missing or cannot be read.
    """
    if not notebook.is_file():
        raise InvalidParameter(f"There is no notebook {notebook}; give the path of the report's notebook.")
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        source = next(
            ("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ())),
            "",
        )
        statements = ast.parse(source).body
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise InvalidParameter(f"{notebook.name} cannot be read as a notebook with parameters: {error}.") from error
    assigned = [s for s in statements if isinstance(s, ast.Assign | ast.AnnAssign)]
    targets = [t for s in assigned for t in (s.targets if isinstance(s, ast.Assign) else [s.target])]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def refuse_unless_it_takes(notebook: Path, needed: Collection[str]) -> None:
    """Refuse a notebook that would ignore a parameter: every unit would then get the same report.

    Parameters
    ----------
    notebook : Path
        The notebook.
    needed : collection of str
        Parameters it will be given.

    Raises
    ------
    InvalidParameter
        When it lacks one of them.
    """
    lacking = sorted(set(needed) - parameter_names(notebook))
    if lacking:
        raise InvalidParameter(
            f"{notebook.name} has no parameter {', '.join(lacking)}; add it to the cell tagged 'parameters'."
        )
