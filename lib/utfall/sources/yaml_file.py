"""YAML with line numbers, so that a fault in a register can be named by its row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from utfall.errors import Fault, InvalidData


class YamlRow(dict[str, Any]):
    """A YAML mapping that remembers the line it starts on (the first line of the file is 1)."""

    line: int = 0


class _LineLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, with mappings that know their line and refuse a key given twice."""


def _construct_row(loader: Any, node: yaml.MappingNode) -> YamlRow:
    row = YamlRow()
    row.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in row:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", key_node.start_mark)
        row[key] = loader.construct_object(value_node, deep=True)
    return row


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_row)


def read_yaml(path: Path) -> YamlRow:
    r"""Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        The file; UTF-8.

    Returns
    -------
    YamlRow
        The mapping; every mapping in it knows its line.

    Raises
    ------
    InvalidData
        When the file is missing, is not YAML, holds a key twice or is not a mapping.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "goals.yaml"
    >>> _ = path.write_text("goals:\n  - {id: a}\n  - {id: b}\n", encoding="utf-8")
    >>> [(row["id"], row.line) for row in read_yaml(path)["goals"]]
    [('a', 2), ('b', 3)]
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InvalidData([Fault(path.name, None, "the file is missing.", f"Create {path}.")]) from None
    except UnicodeDecodeError as error:
        fault = Fault(path.name, None, f"is not UTF-8 text ({error.reason}).", "Save the file as UTF-8.")
        raise InvalidData([fault]) from None
    try:
        content = yaml.load(text, Loader=_LineLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = None if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or "it cannot be read as YAML"
        fault = Fault(path.name, row, f"{problem}.", "Correct the row: check indentation, colons and quotes.")
        raise InvalidData([fault]) from None
    if not isinstance(content, YamlRow):
        fault = Fault(path.name, 1, "the file is not a mapping of names to values.", "See docs/own_data.md.")
        raise InvalidData([fault])
    return content
