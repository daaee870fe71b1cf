"""Rows added to a list in a YAML file that a person keeps: every comment and every letter of it stays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import yaml

from utfall.errors import Fault, InvalidData
from utfall.region.register_workbooks import yaml_text
from utfall.region.registers import RegisterRow, read_register

BYTE_ORDER_MARK = "\ufeff"
"""What some editors begin a UTF-8 file with."""


def append_to_yaml(path: Path, key: str, rows: Sequence[RegisterRow], model: type[RegisterRow]) -> Path:
    """Add rows at the end of a list in a register file; the file is whole or as it was.

    Parameters
    ----------
    path : Path
        The file; made when it is not there.
    key : str
        Name of the list.
    rows : sequence of RegisterRow
        Rows to add.
    model : type
        Their model.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InvalidData
        When the file cannot be read, or its list is written so that nothing can be added to it.
    """
    if not path.exists():
        return _replace(path, yaml_text({key: rows}).encode(), key, (), rows, model)
    before = read_register(path, key, model)
    text = path.read_bytes().decode("utf-8")
    return _replace(path, _with_rows(text, path, key, rows).encode(), key, before, rows, model)


def _with_rows(text: str, path: Path, key: str, rows: Sequence[RegisterRow]) -> str:
    sequence = _list_node(text, key)
    if sequence is None:
        raise InvalidData([_not_a_list(path, key)])
    line_end = "\r\n" if "\r\n" in text else "\n"
    added = yaml_text({key: rows}).splitlines()[1:]
    if sequence.flow_style:
        return _into_flow(text, path, key, sequence, added, line_end)
    indent = " " * sequence.start_mark.column
    end = _end_of_line(text, _last_leaf(sequence).end_mark.index)
    head = text[:end] if text[:end].endswith("\n") else text[:end] + line_end
    return head + "".join(f"{indent}{line}{line_end}" if line else line_end for line in added) + text[end:]


def _into_flow(text: str, path: Path, key: str, sequence: yaml.SequenceNode, added: list[str], line_end: str) -> str:
    """An empty list in brackets gets rows below it; one with rows in it is left to the person who wrote it so."""
    if sequence.value:
        raise InvalidData([_not_a_list(path, key)])
    start, end = sequence.start_mark.index, sequence.end_mark.index
    rest = _end_of_line(text, end)
    comment = text[end:rest].strip()
    head = text[:start].rstrip(" ") + (f"  {comment}" if comment else "")
    return head + line_end + "".join(f"{line}{line_end}" for line in added) + text[rest:]


def _list_node(text: str, key: str) -> yaml.SequenceNode | None:
    document = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(document, yaml.MappingNode):
        return None
    for name, value in document.value:
        if name.value == key and isinstance(value, yaml.SequenceNode):
            return value
    return None


def _last_leaf(node: yaml.Node) -> yaml.Node:
    """The last thing written in a node: the end of a block is where the next begins, comments between them included."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_leaf(last[1] if isinstance(last, tuple) else last)
    return node


def _end_of_line(text: str, place: int) -> int:
    if place > 0 and text[place - 1] == "\n":  # a text in several lines ends after its line break
        return place
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


def _not_a_list(path: Path, key: str) -> Fault:
    return Fault(path.name, None, f"the list {key} is not written row by row.", "Write each row on a line with a dash.")


def _said(rows: Sequence[RegisterRow]) -> list[dict[str, object]]:
    """What rows hold, but not the line of the file they stand on."""
    return [row.model_dump() for row in rows]


def _replace(
    path: Path,
    content: bytes,
    key: str,
    before: Sequence[RegisterRow],
    rows: Sequence[RegisterRow],
    model: type[RegisterRow],
) -> Path:
    """Write beside the file, read it back, and only then put it in the file's place."""
    unfinished = path.with_name(f".unfinished-{path.name}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if _said(read_register(unfinished, key, model)) != _said((*before, *rows)):
            raise InvalidData([_not_a_list(path, key)])
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
